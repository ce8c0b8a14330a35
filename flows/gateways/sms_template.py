"""The file that describes an office's SMS gateway: what is sent where, and what its answers mean.

One adapter serves every gateway that takes a request over HTTP; what differs stands in this file. Secrets are
named in it and stand in files of their own. README shows an example.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import urlencode, urlsplit

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from flows.gateways.http_call import Reply, Request

PLACEHOLDERS: Final = frozenset({"to", "text", "key", "template_id", "unicode"})
_PLACEHOLDER: Final = re.compile(r"\{([a-z_]+(?::[a-z0-9_]+)?)\}")
_LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_LONGEST_SEARCHED: Final = 4_096
_FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}
_JSON: Final = {"Content-Type": "application/json"}
_GATEWAY_ID: Final = re.compile(r"[A-Za-z0-9._:-]{1,100}")


class GatewayFault(Exception):
    """The gateway's file cannot be used; the message says what is wrong with it."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Sign(_Part):
    """A sign in an answer: all of what is given must be so. ``json``: a path such as ``data.0.id``."""

    status: tuple[int, ...] = ()
    path: str | None = Field(None, alias="json")
    equals: str | int | bool | None = None
    matches: str | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Sign:
        if not self.status and self.path is None and self.matches is None:
            raise PydanticCustomError("sign", "a sign needs a status, a json path or a pattern (matches)")
        if (self.path is None) != (self.equals is None):
            raise PydanticCustomError("sign", "json and equals go together")
        return self

    def found_in(self, reply: Reply) -> bool:
        if self.status and reply.status not in self.status:
            return False
        if self.path is not None and not self._equal(at_path(reply.body, self.path)):
            return False
        return self.matches is None or _searched(self.matches, reply.body) is not None

    def _equal(self, found: object) -> bool:
        """Equal also in kind: to Python 1 equals true, to a gateway it does not."""
        return type(found) is type(self.equals) and found == self.equals


class Source(_Part):
    """Where in an answer the gateway's own id of the message is."""

    path: str | None = Field(None, alias="json")
    matches: str | None = None


class GatewayFile(_Part):
    """The file's members. ``templates`` gives each purpose its DLT template id (TRAI's rules for senders)."""

    url: str
    method: Literal["GET", "POST", "PUT"] = "POST"
    headers: Mapping[str, str] = {}
    query: Mapping[str, str] = {}
    form: Mapping[str, str] | None = None
    body: Any = Field(None, alias="json")
    secrets: Mapping[str, Path] = {}
    templates: Mapping[str, str]
    language: Literal["hi", "en"] = "hi"
    country: str = Field("91", pattern="^[1-9][0-9]{0,2}$")
    unicode: tuple[str, str] = ("0", "1")
    most_parts: int = Field(4, ge=1, le=10)
    limit_s: float = Field(20.0, gt=0, le=60)
    taken: tuple[Sign, ...] = Field(min_length=1)
    not_taken: tuple[Sign, ...] = (Sign.model_validate({"status": (429, 503)}),)
    refused: tuple[Sign, ...] = ()
    id: Source | None = None


@dataclass(frozen=True)
class SmsTemplate:
    """A gateway's file with its secrets."""

    file: GatewayFile
    secrets: Mapping[str, str]

    def request(self, values: Mapping[str, str]) -> Request:
        """The request for one message. Raises GatewayFault where a value would break out of a header."""
        file, fill = self.file, self._filler(values)
        headers = {name: fill(value) for name, value in file.headers.items()}
        if any(not value.isprintable() or not value.isascii() for value in headers.values()):
            raise GatewayFault("a header of the gateway's file would hold more than printable ASCII")
        url = f"{file.url}?{urlencode(_each(file.query, fill))}" if file.query else file.url
        if file.form is not None:
            form = urlencode(_each(file.form, fill)).encode()
            return Request(file.method, url, {**_FORM, **headers}, form)
        if file.body is not None:
            body = json.dumps(_filled(file.body, fill), ensure_ascii=False).encode()
            return Request(file.method, url, {**_JSON, **headers}, body)
        return Request(file.method, url, headers)

    def _filler(self, values: Mapping[str, str]) -> Any:
        known = {**values, **{f"secret:{name}": value for name, value in self.secrets.items()}}
        # One pass: what a text puts in is never read as a placeholder itself.
        return lambda given: _PLACEHOLDER.sub(lambda found: known[found[1]], given)

    @property
    def _signs(self) -> tuple[tuple[str, tuple[Sign, ...]], ...]:
        return (
            ("not_taken", self.file.not_taken),
            ("sent", self.file.taken),
            ("failed", self.file.refused),
        )

    def verdict(self, reply: Reply) -> str | None:
        """``not_taken``, ``sent`` or ``failed``, by the file's signs; None where they tell nothing or two."""
        told = [verdict for verdict, signs in self._signs if any(sign.found_in(reply) for sign in signs)]
        return told[0] if len(told) == 1 else None

    def id_in(self, reply: Reply, to: str) -> str | None:
        """What the gateway calls the message; an id that is none, or gives the telephone away, is not kept."""
        source = self.file.id
        if source is None:
            return None
        found = at_path(reply.body, source.path) if source.path is not None else None
        if source.matches is not None:
            match = _searched(source.matches, reply.body)
            found = (match[1] if match.lastindex else match[0]) if match else None
        text = str(found) if isinstance(found, str | int) else ""
        return text if _GATEWAY_ID.fullmatch(text) and to[-10:] not in text else None


def read_template(path: Path) -> SmsTemplate:
    """The gateway's file with its secrets. Raises GatewayFault."""
    try:
        file = GatewayFile.model_validate(yaml.safe_load(path.read_text("utf-8")))
        secrets = {name: (path.parent / at).read_text("utf-8").strip() for name, at in file.secrets.items()}
    except ValidationError as fault:
        first = fault.errors(include_input=False)[0]
        raise GatewayFault(f"{'.'.join(map(str, first['loc'])) or 'the file'}: {first['msg']}") from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as fault:
        raise GatewayFault(f"cannot be read: {fault}") from None
    _check(file)
    return SmsTemplate(file, secrets)


def _check(file: GatewayFile) -> None:
    address = urlsplit(file.url)
    if address.scheme != "https" and not (address.scheme == "http" and address.hostname in _LOCAL):
        raise GatewayFault("url: https only, but for a gateway on this machine")
    if address.query or address.fragment or not address.hostname:
        raise GatewayFault("url: without ? and #; what is behind ? goes under query")
    known = PLACEHOLDERS | {f"secret:{name}" for name in file.secrets}
    used = {name for text in _texts([file.headers, file.query, file.form, file.body])
            for name in _PLACEHOLDER.findall(text)}  # fmt: skip
    if used - known:
        raise GatewayFault(f"{{{min(used - known)}}} is no placeholder; there are {', '.join(sorted(known))}")
    if not {"to", "text", "key"} <= used:
        raise GatewayFault("the message needs {to}, {text} and {key}: by the key a gateway knows a second try")
    _check_patterns(file)


def _check_patterns(file: GatewayFile) -> None:
    signs = [*file.taken, *file.not_taken, *file.refused, *([file.id] if file.id else [])]
    for pattern in (sign.matches for sign in signs if sign.matches is not None):
        try:
            re.compile(pattern)
        except re.error as fault:
            raise GatewayFault(f"matches: “{pattern}” is no regular expression: {fault}") from None


def at_path(body: bytes, path: str) -> object:
    """The value at a path such as ``data.0.id`` in a body; None where it is no JSON or has no such path.

    What the answer says of its own type is not looked at.
    """
    try:
        value: Any = json.loads(body)
        for step in path.split("."):
            value = value[int(step)] if isinstance(value, list) else value[step]
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
    return value


def _searched(pattern: str, body: bytes) -> re.Match[str] | None:
    return re.search(pattern, body[:_LONGEST_SEARCHED].decode("utf-8", "replace"))


def _each(members: Mapping[str, str], fill: Any) -> dict[str, str]:
    return {name: fill(value) for name, value in members.items()}


def _filled(value: Any, fill: Any) -> Any:
    if isinstance(value, str):
        return fill(value)
    if isinstance(value, list):
        return [_filled(item, fill) for item in value]
    return {name: _filled(item, fill) for name, item in value.items()} if isinstance(value, dict) else value


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for item in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(item)
