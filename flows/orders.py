"""What somebody orders on a docket, as it came in, and its words as protected values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from flows.parameters import Protector
from flows.rules.audit_chain import commit_document, new_salt
from flows.rules.cases import Case, Parameters
from flows.rules.letters import Addressee
from storage import document_rows
from storage.database import Statement


class BytesDestroyed(Exception):
    """An erasure took the bytes of a document after they were put: they are to be put again."""


@dataclass(frozen=True, slots=True)
class Order:
    """An action on a docket as it was asked for.

    Texts are plain; ``to`` and ``posts`` are posts' ids or codes, ``other`` another docket's id or number.
    ``tray_item`` is what is confirmed with it: its texts stand protected in ``plain``, where the others stand too.
    ``bytes_known``: the document's bytes had their row before they were put, so that the store may have kept old
    ones, which an erasure takes however late they were put.
    """

    docket: UUID
    action: str
    seen_version: int | None
    to: str | None = None
    texts: Mapping[str, str] | None = None
    conditions: tuple[str, ...] = ()
    plain: Parameters = field(default_factory=Parameters)
    document: Mapping[str, Any] | None = None
    other: str | None = None
    posts: tuple[str, ...] = ()
    tray_item: UUID | None = None
    addressees: tuple[Mapping[str, Any], ...] = ()
    bytes_known: bool = False


def post_reference(given: str | None) -> tuple[UUID | None, str | None]:
    """A post as it was named: by its id, or by its code."""
    if given is None:
        return None, None
    try:
        return UUID(given), None
    except ValueError:
        return None, given


def protected(case: Case, order: Order, protect: Protector) -> Parameters:
    """The parameters with every text as a protected value."""
    texts = words_of(order, protect)
    draft = case.own_draft if order.plain.draft is not None and "draft" in case.row.takes else None
    if draft is not None and draft.note == order.plain.draft:
        texts["fixed_text"] = protect("fixed_text", draft.text)
    document = None if order.document is None else _document(order.document, protect)
    return replace(case.parameters, **texts, document=document)


def words_of(order: Order, protect: Protector) -> dict[str, Any]:
    """The words that were given with an order as protected values, by the parameter that they are."""
    words: dict[str, Any] = {name: protect(name, text) for name, text in (order.texts or {}).items()}
    if order.conditions:
        given = enumerate(order.conditions, 1)
        words["conditions"] = tuple(protect.required(f"condition {n}", text) for n, text in given)
    if order.addressees:
        words["addressees"] = tuple(_addressee(n, one, protect) for n, one in enumerate(order.addressees, 1))
    return words


def _addressee(ordinal: int, given: Mapping[str, Any], protect: Protector) -> Addressee:
    address, email = (protect(f"addressee {ordinal} {name}", given.get(name)) for name in ("address", "email"))
    name = protect.required(f"addressee {ordinal} name", given["name"])
    return Addressee(name, address, email, bool(given.get("copy")))


def _document(given: Mapping[str, Any], protect: Protector) -> dict[str, Any]:
    salt = new_salt()
    commitment = commit_document(salt, given["sha256"])
    name = protect.required("name", given["name"])
    return {**given, "name": name, "salt": salt, "commitment": commitment}


def blob_of(order: Order) -> list[Statement]:
    """The bytes stand in the store already; their row stands before an instruction cites them."""
    given = order.document
    return [] if given is None else [document_rows.keep_blob(given["sha256"], given["size"], given["media_type"])]
