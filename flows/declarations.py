"""Declares days of a calendar: one change of the office with its entry, done once however often it is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from flows.office import OfficeChange, change_office
from flows.rules.calendars import Calendar
from flows.rules.declarations import NewDay, judge_declaration
from flows.rules.errors import Refusal, Refused
from flows.schemes_in_force import in_force, some_in_force
from storage import calendar_days, numbers
from storage.database import AlreadyThere, Database, Driver
from storage.identity import OfficeIdentity

_OPERATOR: Final = UUID("6b2f6f0e-6d0b-4f0a-9a55-0f1f4c1d7a11")
"""In whose name the ids of an operator's declarations are made; rows of an operator name no person."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """Days of a calendar as they are to be; ``person`` and ``post`` are missing for an operator's command.

    ``key`` names the request: given again it declares nothing anew.
    """

    calendar: str
    days: Sequence[NewDay]
    key: str
    person: UUID | None = None
    post: UUID | None = None

    def id_of(self, place: int) -> UUID:
        """The id of the row of the n-th day."""
        return uuid5(self.person or _OPERATOR, f"calendar {self.key} {place}")


async def calendars(driver: Driver, name: str) -> dict[str, Calendar]:
    """The calendars under a name, by the scheme in force that writes them."""
    holding = (await in_force(driver)).values()
    return {scheme.name: scheme.calendar for scheme in holding if scheme.calendar.name == name}


async def declare(database: Database, identity: OfficeIdentity, given: Declaration) -> datetime:
    """Declares the days and answers when they were declared. Raises Refused with the rule that refused."""
    for _ in range(2):
        async with database.writing() as driver:
            done = await _done(driver, given)
            if done is not None:
                return done
            await _judge(driver, given)
            at = await calendar_days.next_instant(driver, given.calendar)
        try:
            await change_office(database, identity, _change(given, at))
        except AlreadyThere:
            continue
        return at
    raise Refused(Refusal("key-reused", "Idempotency-Key"))


async def _done(driver: Driver, given: Declaration) -> datetime | None:
    """When this was declared already; another request under the same key is refused."""
    count = len(given.days)
    # One more than was given: a request for more days, of which these are the first, is another one.
    ids = [given.id_of(place) for place in range(count + 1)]
    rows = {row["id"]: row for row in await calendar_days.of_ids(driver, ids)}
    if not rows:
        return None
    said = [(given.calendar, one.day, one.sort, *one.label) for one in given.days]
    columns = ("calendar", "day", "sort", "label_en", "label_hi")
    kept = [tuple(rows[one][name] for name in columns) for one in ids if one in rows]
    if kept != said:
        raise Refused(Refusal("key-reused", "Idempotency-Key"))
    return rows[ids[0]]["declared_at"]


async def _judge(driver: Driver, given: Declaration) -> None:
    named = {scheme.calendar.name: scheme for scheme in (await some_in_force(driver)).values()}
    at, scheme = await numbers.now(driver), named.get(given.calendar)
    today = at.date() if scheme is None else scheme.day_of(at)
    refusal = judge_declaration(named, given.calendar, given.days, today)
    if refusal is not None:
        raise Refused(refusal)


def _change(given: Declaration, at: datetime) -> OfficeChange:
    change = OfficeChange("calendar.declared")
    for place, one in enumerate(given.days):
        row = {
            "id": given.id_of(place),
            "calendar": given.calendar,
            "day": one.day,
            "sort": one.sort,
            "label_en": one.label[0],
            "label_hi": one.label[1],
            "declared_at": at,
            "by_person": given.person,
            "by_post": given.post,
        }
        change.insert("calendar_day", row)
    return change
