"""What an order names, found or refused: departments, offices, sections, posts and people by code and log-in."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from flows.office.changes import OfficeTurn
from flows.rules.errors import Refusal, Refused
from flows.rules.posts import CODE
from storage import structure, tenures

Row = dict[str, Any]


async def department(turn: OfficeTurn, code: str) -> Row:
    """Raises Refused where there is none; so do the others."""
    row = await structure.department(turn.driver, code)
    if row is None:
        raise Refused(Refusal("no-such-department", "department", {"code": code}))
    return row


async def office(turn: OfficeTurn, code: str) -> Row:
    row = await structure.office(turn.driver, code)
    if row is None:
        raise Refused(Refusal("no-such-office", "office", {"code": code}))
    return row


async def section(turn: OfficeTurn, office_code: str, code: str) -> Row:
    of = await office(turn, office_code)
    row = await structure.section(turn.driver, of["id"], code)
    if row is None:
        raise Refused(Refusal("no-such-section", "section", {"code": code}))
    return row


async def post(turn: OfficeTurn, code: str, field: str = "post") -> Row:
    row = await structure.post(turn.driver, code)
    if row is None:
        raise Refused(Refusal("no-such-post", field, {"code": code}))
    return row


async def post_open_on(turn: OfficeTurn, code: str, day: date, field: str = "post") -> Row:
    """A post that is not closed on that day."""
    row = await post(turn, code, field)
    if row["closed_on"] is not None and row["closed_on"] <= day:
        raise Refused(Refusal("post-closed", field, {"post": code, "day": row["closed_on"].isoformat()}))
    return row


async def person(turn: OfficeTurn, login: str, field: str = "person") -> Row:
    row = await tenures.person(turn.driver, login)
    if row is None:
        raise Refused(Refusal("no-such-person", field, {"login": login}))
    return row


async def person_let_in(turn: OfficeTurn, login: str, field: str = "person") -> Row:
    """A person who may log in."""
    row = await person(turn, login, field)
    if row["disabled"]:
        raise Refused(Refusal("person-disabled", field, {"login": login}))
    return row


async def post_by_id(turn: OfficeTurn, post_id: UUID) -> Row:
    """A post that a row names, so that it exists."""
    code = (await structure.codes(turn.driver, [post_id]))[post_id]
    return await post(turn, code)


async def person_by_id(turn: OfficeTurn, person_id: UUID) -> Row:
    """A person whom a row names. Raises Refused where he may not log in."""
    row = await tenures.person_by_id(turn.driver, person_id)
    if row["disabled"]:
        raise Refused(Refusal("person-disabled", None, {"login": row["login"]}))
    return row


def new_code(code: str) -> str:
    """A code that may be given. Raises Refused."""
    if not CODE.fullmatch(code):
        raise Refused(Refusal("bad-code", "code"))
    return code


def free(row: object, code: str) -> None:
    """Raises Refused where something has the code already."""
    if row is not None:
        raise Refused(Refusal("code-taken", "code", {"code": code}))


def day_to_come(turn: OfficeTurn, day: date | None, field: str = "from_day") -> date:
    """The day from which something counts; today where none is named. Raises Refused for one that is over.

    What was done on a day stays judged by the posts and powers of that day.
    """
    if day is not None and day < turn.today:
        raise Refused(Refusal("day-gone", field))
    return day or turn.today


def time_to_come(turn: OfficeTurn, at: datetime | None, field: str) -> datetime:
    """The same for an instant; now where none is named."""
    if at is not None and at < turn.at:
        raise Refused(Refusal("time-gone", field))
    return at or turn.at
