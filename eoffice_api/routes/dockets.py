"""Dockets: registered, read one by one with their trail and with what can be done now."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Body, Query, Request
from starlette.responses import Response

from eoffice_api import labels
from eoffice_api.answers import etag, ok
from eoffice_api.auth import Acting
from eoffice_api.deps import ActingDep, AtPostDep, KeyDep, PartsDep, twice
from eoffice_api.parts import Parts
from eoffice_api.reading import enter_if_told, extent_of, opened
from eoffice_api.responses import answers
from eoffice_api.routes.movements import request_sum
from eoffice_api.schemas.answers import Docket, DocketBorn, Items, TrailPage
from eoffice_api.schemas.examples import REGISTRATIONS, in_docs
from eoffice_api.schemas.requests import Registration
from flows import facts
from flows.access_log import Access
from flows.first_reading import record_first_reading
from flows.instructions import Giver
from flows.register import Wish, register
from flows.rules import decide
from flows.rules.assistants import assists, power_for
from flows.rules.cases import Case
from flows.rules.choices import Choice, choices
from flows.rules.errors import Refusal, Refused
from flows.rules.second_factor import is_deciding
from flows.rules.tables import Row, Table
from flows.rules.visibility import MASK, masked_telephone
from flows.schemes_in_force import know
from flows.seen_cases import NoSuchDocket, read_standing
from storage import docket_page

router = APIRouter(prefix="/api/v1/dockets", tags=["dockets"])

_LETTERS: Final = "ABCDEFGHJKMNPQRSTVWXYZ23456789"


@router.post("", status_code=201, responses=answers(DocketBorn, 409, status=201))
async def born(
    request: Request,
    body: Annotated[Registration, Body(openapi_examples=in_docs(REGISTRATIONS))],
    acting: AtPostDep,
    parts: PartsDep,
    key: KeyDep,
) -> Response:
    """Registers a file or a complaint: it has its number when this answers.

    A complaint against your post, or against one above it, goes at once to a post that assigns complaints and
    stands apart; nobody at your post sees it afterwards.
    """
    giver = Giver(acting.person, acting.post.id, key, await request_sum(request))
    secret = _new_secret() if body.text is not None else None
    wish = _wish(body, secret)
    try:
        made = await twice(lambda: register(parts.database, parts.identity, giver, wish))
    except Refused as refused:
        code = refused.refusal.code
        parts.access.note(Access("access:refused", acting.person, acting.post.id, code=code))
        raise
    outcome = made.outcome or {}
    answer: dict[str, Any] = {name: outcome[name] for name in ("number", "state", "version", "movement")}
    answer |= {"id": made.docket, "instruction": made.instruction}
    if secret is not None and not made.again:
        answer["secret"] = secret
    where = {"Location": f"/api/v1/dockets/{made.docket}"}
    return ok(answer, 201, where | etag(outcome["version"]))


def _new_secret() -> str:
    """What the citizen shows with the number; letters and digits that are not taken for one another."""
    drawn = "".join(secrets.choice(_LETTERS) for _ in range(12))
    return f"{drawn[:4]}-{drawn[4:8]}-{drawn[8:]}"


def _wish(body: Registration, secret: str | None) -> Wish:
    who = body.complainant or body.sender
    texts = who.model_dump(exclude_none=True) if who else {}
    texts |= {name: text for name in ("text", "letter_number") if (text := getattr(body, name)) is not None}
    return Wish(
        scheme=body.scheme,
        kind=body.kind,
        subject=body.subject,
        classification=body.classification,
        priority=body.priority,
        particulars=body.particulars.model_dump(exclude_none=True),
        texts=texts,
        person="sender" if body.sender else "complainant",
        secret_sha256=hashlib.sha256(secret.encode()).digest() if secret else None,
    )


@router.get("/{docket}", responses=answers(Docket, 404))
async def one(docket: UUID, acting: ActingDep, parts: PartsDep) -> Response:
    """One docket; whoever first opens what came to his post, or was marked to it, is kept."""
    async with parts.database.querying() as driver:
        row = await docket_page.one(driver, acting.visibility, docket)
        if row is None:
            raise NoSuchDocket
        await know(driver, [row])
    await enter_if_told(parts, acting, row, "docket")
    for movement in (row["brought_by"] if row["unread"] else None, row["informed_by"]):
        if movement is not None:
            await _first_reading(parts, acting, docket, movement)
    return ok(shown(row), headers=etag(row["version"]))


async def _first_reading(parts: Parts, acting: Acting, docket: UUID, movement: UUID) -> None:
    await twice(
        lambda: record_first_reading(
            parts.database, parts.identity, docket, movement, acting.post.id, acting.person
        )
    )


_SHOWN: Final = (
    "id", "number", "family", "kind", "scheme", "scheme_version", "state", "state_class", "holder", "sender",
    "office", "section", "priority", "classification", "due", "parked_until", "ending", "registered_at",
    "closed_at", "version", "movements", "last_movement", "last_movement_at", "sight", "proposal", "waiting",
    "route", "references",
    "may_unmask",
)  # fmt: skip


def shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """A docket as an answer: its texts as far as they may be read, the complainant masked."""
    extent = extent_of(row)
    texts = extent.texts
    body = {name: row[name] for name in _SHOWN}
    body["state_label"] = labels.of_state(row)
    body["particulars"] = row[row["family"]]
    body["subject"] = row["subject"] if texts else None
    body["text"] = row["body"] if texts else None
    body["letter"] = row["sender_texts"] if texts else None
    body["ties"] = row["ties"]
    body["conditions"] = [one for one in row["conditions"] if extent.reads(datetime.fromisoformat(one["at"]))]
    body["complainant"] = _masked(row["complainant"]) if row["complainant"] and texts else None
    return body


def _masked(complainant: Mapping[str, Any]) -> dict[str, Any]:
    telephone = complainant["telephone"]
    return {
        "name": MASK if complainant["name"] else None,
        "telephone": masked_telephone(telephone) if telephone else None,
        "address": MASK if complainant["address"] else None,
    }


@router.get("/{docket}/complainant", responses=answers(Items, 404))
async def complainant(docket: UUID, acting: ActingDep, parts: PartsDep) -> Response:
    """Who complained, unmasked: for the post that deals with it, those above it, the calling desk. Recorded."""
    async with parts.database.querying() as driver:
        row = await docket_page.one(driver, acting.visibility, docket)
    if row is None or not row["may_unmask"] or row["sight"] != "all":
        raise NoSuchDocket
    await parts.access.stands(Access("access:unmasked", acting.person, acting.post.id, docket))
    return ok({"items": [row["complainant"]]})


@router.get("/{docket}/options", responses=answers(Items, 404))
async def options(docket: UUID, acting: ActingDep, parts: PartsDep) -> Response:
    """What you may do now and what that asks for; and why not the rest.

    `asks` are the parameters that are needed as things stand; `choices` what is needed besides once a file is put
    up (`to`) or an outcome chosen, and which of these are not possible. `draft` is your own draft note that the
    action fixes.
    """
    async with parts.database.querying() as driver:
        case = await read_standing(driver, parts.database.posts, acting.person, acting.post.id, docket)
    helper = assists(acting.post, acting.person)
    items = [_option(option, case, helper) for option in decide.options(case)] + _settling(case, helper)
    return ok({"items": items, "version": case.docket.version}, headers=etag(case.docket.version))


def _option(option: decide.Option, case: Case, helper: frozenset[str] | None) -> dict[str, Any]:
    row, possible = option.row, option.blocked is None
    return _given_by(case.table, row, row.name, helper) | {
        "action": row.name,
        "label": labels.both(row.label),
        "possible": possible,
        "why_not": _why(option.blocked),
        "asks": list(option.asks),
        "choices": [_choice(one) for one in choices(replace(case, row=row))] if possible else [],
        "draft": _own_draft(case) if "draft" in option.asks else None,
        "takes": sorted(row.takes),
        "needs_second_person": row.second is not None,
        "side": row.side,
    }


def _choice(one: Choice) -> dict[str, Any]:
    """What choosing it asks for, or why it cannot be chosen."""
    return labels.coded(one.code, one.label) | {
        "parameter": one.parameter,
        "possible": one.possible,
        "asks": list(one.asks),
        "why": _why(one.why),
    }


def _own_draft(case: Case) -> dict[str, Any] | None:
    """The draft that must be named; its sum is read with its text, so that nobody fixes what he did not read."""
    draft = case.own_draft
    return None if draft is None else {"id": draft.note, "paragraph": draft.paragraph}


def _given_by(table: Table, row: Row, action: str, helper: frozenset[str] | None) -> dict[str, Any]:
    """Whether it is asked the second factor where the office does that, and goes through the tray."""
    tray = helper is not None and power_for(row, action) not in helper
    return {"decides": is_deciding(table, row, action), "through_tray": tray}


def _why(refusal: Refusal | None) -> dict[str, str] | None:
    return None if refusal is None else labels.of_refusal(refusal)


def _settling(case: Case, helper: frozenset[str] | None) -> list[dict[str, Any]]:
    """The second person's two actions, where a proposal waits for him."""
    if case.open_proposal is None:
        return []
    return [_settling_option(case, action, helper) for action in sorted(decide.SETTLING)]


def _settling_option(case: Case, action: str, helper: frozenset[str] | None) -> dict[str, Any]:
    blocked = decide.judge_settling(case, action)
    asks = [blocked.field] if blocked is not None and blocked.field else []
    return _given_by(case.table, case.row, action, helper) | {
        "action": action,
        "label": labels.of_settling(action),
        "possible": blocked is None or bool(asks),
        "why_not": None if asks else _why(blocked),
        "asks": asks,
        "choices": [],
        "draft": None,
        "takes": sorted(decide.SETTLING_TAKES[action]),
        "needs_second_person": False,
        "side": False,
    }


@router.get("/{docket}/trail", responses=answers(TrailPage, 404))
async def trail(
    docket: UUID,
    acting: ActingDep,
    parts: PartsDep,
    after: Annotated[int, Query(ge=0, le=2**31 - 1, description="the sequence after which to go on")] = 0,
    limit: Annotated[int, Query(ge=1, le=500, description="how many to give")] = 100,
) -> Response:
    """Its movements in order. `next` is the `after` of the following page."""
    seen, extent = await opened(parts, acting, docket, "trail")
    async with parts.database.querying() as driver:
        rows = await docket_page.trail(
            driver, docket, after=after, limit=limit + 1, texts=extent.texts, until=extent.until
        )
        await know(driver, [seen])
    table = facts.table_of(seen)
    items = [row | {"label": labels.of_movement(table, row["name"])} for row in rows[:limit]]
    following = str(items[-1]["sequence"]) if len(rows) > limit else None
    return ok({"items": items, "next": following})
