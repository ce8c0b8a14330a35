"""An instruction's parameters: from what was given, to what is stored with it, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID, uuid5

from flows.rules.audit_chain import Commitment, commit_text, new_salt
from flows.rules.cases import Parameters
from flows.rules.letters import Addressee
from storage.database import Statement
from storage.movements import protect


@dataclass(slots=True)
class Protector:
    """Makes protected values of texts, and keeps the statements that store them.

    The ids follow from ``owner``, so that the same instruction never has two values for one text.
    """

    owner: UUID
    statements: list[Statement] = field(default_factory=list[Statement])

    def __call__(self, name: str, text: str | None) -> Commitment | None:
        if text is None:
            return None
        salt, value = new_salt(), uuid5(self.owner, name)
        self.statements.append(protect(value, salt, text))
        return Commitment(value, commit_text(salt, text))

    def required(self, name: str, text: str) -> Commitment:
        made = self(name, text)
        assert made is not None
        return made


_TEXTS: Final = ("remark", "text", "fixed_text", "subject")
_OF_ADDRESSEE: Final = ("name", "address", "email")
_IDS: Final = ("to", "draft", "basis", "condition", "other", "document_id", "letter")
_PLAIN: Final = (
    "agree",
    "draft_sha256",
    "outcome",
    "priority",
    "ground",
    "quality",
    "category",
    "place",
    "channel",
    "system",
    "reference",
    "letter_sha256",
    "mode",
)


def _stored(text: Commitment) -> dict[str, str]:
    return {"value": str(text.value_id), "commitment": text.sha256.hex()}


def _read(stored: Mapping[str, str]) -> Commitment:
    return Commitment(UUID(stored["value"]), bytes.fromhex(stored["commitment"]))


def to_json(given: Parameters) -> dict[str, Any]:
    """What is stored with the instruction: only what was given."""
    stored: dict[str, Any] = {}
    for name in given.given() | ({"fixed_text"} if given.fixed_text else frozenset()):
        value = getattr(given, name)
        if name in _TEXTS:
            stored[name] = _stored(value)
        elif name == "posts":
            stored[name] = [str(post) for post in value]
        elif name == "particulars":
            stored[name] = {key: _plain(one) for key, one in value.items()}
        elif name == "addressees":
            stored[name] = [_addressee_to_json(one) for one in value]
        elif name == "conditions":
            stored[name] = [_stored(text) for text in value]
        elif name == "document":
            stored[name] = _document_to_json(value)
        else:
            stored[name] = _plain(value)
    return stored


def _plain(value: Any) -> Any:
    """A value as JSON keeps it."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def from_json(stored: Mapping[str, Any]) -> Parameters:
    """The parameters that ``to_json`` stored."""
    found: dict[str, Any] = {name: stored[name] for name in _PLAIN if name in stored}
    found |= {name: UUID(stored[name]) for name in _IDS if name in stored}
    found |= {name: _read(stored[name]) for name in _TEXTS if name in stored}
    if "conditions" in stored:
        found["conditions"] = tuple(_read(text) for text in stored["conditions"])
    if "addressees" in stored:
        found["addressees"] = tuple(_addressee_from_json(one) for one in stored["addressees"])
    if "posts" in stored:
        found["posts"] = tuple(UUID(post) for post in stored["posts"])
    if "particulars" in stored:
        found["particulars"] = stored["particulars"]
    for day in ("until", "reference_day"):
        if day in stored:
            found[day] = date.fromisoformat(stored[day])
    if "due" in stored:
        found["due"] = datetime.fromisoformat(stored["due"])
    if "document" in stored:
        found["document"] = _document_from_json(stored["document"])
    return Parameters(**found)


def _addressee_to_json(one: Addressee) -> dict[str, Any]:
    texts = {name: text for name in _OF_ADDRESSEE if (text := getattr(one, name)) is not None}
    return {**{name: _stored(text) for name, text in texts.items()}, "copy": one.copy}


def _addressee_from_json(stored: Mapping[str, Any]) -> Addressee:
    return Addressee(
        **{name: _read(stored[name]) for name in _OF_ADDRESSEE if name in stored}, copy=stored["copy"]
    )


def _document_to_json(document: Mapping[str, Any]) -> dict[str, Any]:
    hexed = {name: document[name].hex() for name in ("sha256", "salt", "commitment")}
    return {**document, **hexed, "name": _stored(document["name"])}


def _document_from_json(stored: Mapping[str, Any]) -> dict[str, Any]:
    raw = {name: bytes.fromhex(stored[name]) for name in ("sha256", "salt", "commitment")}
    return {**stored, **raw, "name": _read(stored["name"])}
