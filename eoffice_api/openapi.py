"""The description of the API (OpenAPI 3.1), and a page of it that needs nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from eoffice_api.responses import PROBLEM_MODEL

TITLE: Final = "Patravali"
DESCRIPTION: Final = (
    "Office files and citizens' complaints: registered, moved from desk to desk, decided and closed.\n\n"
    "Errors are problems (RFC 9457) with a stable `type`; their sentence is in English or Hindi, as "
    "`Accept-Language` asks. Every answer says in `Patravali-Practice` whether this is a practice office."
)

STYLE: Final = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "code{font-weight:600}section{border-top:1px solid #999;padding:.5rem 0}pre{white-space:pre-wrap}"
)


def describe(app: FastAPI) -> dict[str, Any]:
    """The description, made once."""
    if app.openapi_schema is None:
        schema = get_openapi(title=TITLE, version=app.version, description=DESCRIPTION, routes=app.routes)
        schemas = schema.setdefault("components", {}).setdefault("schemas", {})
        schemas["ProblemAnswer"] = PROBLEM_MODEL.model_json_schema(ref_template="#/components/schemas/{model}")
        _describe_headers(schema)
        app.openapi_schema = schema
    return app.openapi_schema


_PRACTICE: Final = {
    "description": "whether this is a practice office",
    "schema": {"type": "string", "enum": ["true", "false"]},
    "required": True,
}


# What the routes ask for themselves, for its absence has a status of its own (400, 428).
_ASKED_FOR: Final = {
    "idempotency-key": {"type": "string", "pattern": "^[!-~]{1,200}$"},
    "if-match": {"type": "string", "pattern": '^"(0|[1-9][0-9]{0,8})"$'},
}


def _describe_headers(schema: dict[str, Any]) -> None:
    for operations in schema["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                if parameter["name"] in _ASKED_FOR:
                    parameter |= {"required": True, "schema": _ASKED_FOR[parameter["name"]]}
            for response in operation["responses"].values():
                response.setdefault("headers", {})["Patravali-Practice"] = _PRACTICE


def page(schema: dict[str, Any]) -> str:
    """The description as a page without scripts."""
    parts = "".join(_operations(schema))
    intro = escape(DESCRIPTION).replace("\n\n", "</p><p>")
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{TITLE}: REST API</title>"
        f"<style>{STYLE}</style><h1>{TITLE}: REST API</h1><p>{intro}</p>"
        f'<p><a href="/openapi.json">openapi.json</a></p>{parts}</html>'
    )


def _operations(schema: dict[str, Any]) -> Iterator[str]:
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            yield (
                f"<section><code>{method.upper()} {escape(path)}</code>"
                f"<pre>{escape(operation.get('description', operation.get('summary', '')))}</pre>"
                f"<p>Parameters: {_parameters(operation) or 'none'}. "
                f"Answers: {', '.join(operation['responses'])}.</p></section>"
            )


def _parameters(operation: dict[str, Any]) -> str:
    return ", ".join(f"{escape(p['name'])} ({p['in']})" for p in operation.get("parameters", ()))
