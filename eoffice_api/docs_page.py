"""The API's description as a page that needs no script and nothing from elsewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import escape
from typing import Any, Final

from eoffice_api.problems import LISTED, LISTS, TYPE
from eoffice_api.schema_words import fields_of, type_of
from eoffice_api.texts import sentences

STYLE: Final = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}"
    "h2{border-top:1px solid #999;padding-top:1rem;font-size:1.1rem}h3{font-size:1rem;margin-bottom:.2rem}"
    "code{font-weight:600}pre{white-space:pre-wrap;background:#f3f3f3;padding:.5rem}"
    "table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;"
    "border-bottom:1px solid #ddd;padding:.2rem .8rem .2rem 0}"
)

Schema = dict[str, Any]


def page(schema: Schema) -> str:
    """The description as a page: every operation with its parameters, body, examples and answers."""
    title = escape(f"{schema['info']['title']}: REST API")
    operations = list(_operations(schema))
    parts = "".join(_operation(schema, *operation) for operation in operations)
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{title}</title><style>{STYLE}</style>"
        f"<h1>{title}</h1>{_prose(schema['info']['description'])}"
        f'<p><a href="/openapi.json">openapi.json</a></p>{_index(operations)}{parts}{_problems()}</html>'
    )


def _operations(schema: Schema) -> Iterator[tuple[str, str, Schema]]:
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            yield method.upper(), path, operation


def _index(operations: list[tuple[str, str, Schema]]) -> str:
    links = (
        f'<li><a href="#{escape(one["operationId"])}"><code>{method} {escape(path)}</code></a></li>'
        for method, path, one in operations
    )
    return f'<ul>{"".join(links)}</ul><p><a href="#problems">Problems</a></p>'


def _operation(schema: Schema, method: str, path: str, operation: Schema) -> str:
    return (
        f'<section id="{escape(operation["operationId"])}"><h2><code>{method} {escape(path)}</code></h2>'
        f"{_prose(operation.get('description', ''))}"
        f"{_parameters(schema, operation)}{_body(schema, operation)}{_answers(schema, operation)}</section>"
    )


def _parameters(schema: Schema, operation: Schema) -> str:
    rows = [
        (_name(one), one["required"], type_of(schema, one["schema"]), one.get("description", ""))
        for one in operation.get("parameters", ())
    ]
    return _table("Parameters and headers", rows)


def _name(parameter: Schema) -> str:
    name = parameter["name"].title() if parameter["in"] == "header" else parameter["name"]
    return f"{name} ({parameter['in']})"


def _body(schema: Schema, operation: Schema) -> str:
    return "".join(
        f"{_table(f'Body ({media})', fields_of(schema, content['schema']))}{_examples(content)}"
        for media, content in operation.get("requestBody", {}).get("content", {}).items()
    )


def _examples(content: Schema) -> str:
    return "".join(
        f"<h3>Example: {escape(one['summary'])}</h3>"
        f"<pre>{escape(json.dumps(one['value'], ensure_ascii=False, indent=2))}</pre>"
        for one in content.get("examples", {}).values()
    )


def _answers(schema: Schema, operation: Schema) -> str:
    """Each success with its fields; of problems, which all look alike, only the statuses."""
    told = [
        _answer(schema, status, response)
        for status, response in operation["responses"].items()
        if int(status) < 400
    ]
    failures = ", ".join(status for status in operation["responses"] if int(status) >= 400)
    return "".join(told) + f'<p>Or a <a href="#problems">problem</a>: {failures}.</p>'


def _answer(schema: Schema, status: str, response: Schema) -> str:
    shape = response.get("content", {}).get("application/json", {}).get("schema")
    rows = [] if shape is None else [(name, False, kind, text) for name, _, kind, text in fields_of(schema, shape)]
    return f"<p>Answers {status}: {escape(response['description'])}.</p>{_table('', rows)}"


def _table(title: str, rows: list[tuple[str, bool, str, str]]) -> str:
    if not rows:
        return ""
    head = f"<h3>{escape(title)}</h3>" if title else ""
    lines = (
        f"<tr><td><code>{escape(name)}</code>{' needed' if needed else ''}</td><td>{escape(kind)}</td>"
        f"<td>{_inline(text)}</td></tr>"
        for name, needed, kind, text in rows
    )
    return f"{head}<table>{''.join(lines)}</table>"


def _problems() -> str:
    """Every type of problem with its sentence in both languages; where values are listed, a link to that."""
    rows = "".join(
        f"<tr><td><code>{escape(code)}</code></td><td>{escape(english)}<br>{escape(hindi)}"
        f"{f'<br>The values: <code>GET {LISTS}</code>' if code in LISTED else ''}</td></tr>"
        for code, (english, hindi) in sentences()
    )
    return (
        f'<section id="problems"><h2>Problems</h2><p>The <code>type</code> of a problem is '
        f"<code>{TYPE}</code> and one of these; in its sentence stands what the braces name.</p>"
        f"<table>{rows}</table></section>"
    )


def _prose(text: str) -> str:
    """Paragraphs and lists of a description, whose code stands in backticks."""
    return "".join(_block(block) for block in re.split(r"\n\s*\n", text.strip()) if block.strip())


def _block(block: str) -> str:
    if not block.startswith("- "):
        return f"<p>{_inline(block)}</p>"
    items = re.split(r"\n- ", block.removeprefix("- "))
    return f"<ul>{''.join(f'<li>{_inline(item)}</li>' for item in items)}</ul>"


def _inline(text: str) -> str:
    marked = re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))
    return re.sub(r"\*\*([^*]+)\*\*", r"<strong>\1</strong>", marked)
