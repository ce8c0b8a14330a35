"""Puts a version of a scheme in force from a day on: its whole text is kept, and an entry says who did it."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from flows.office import OfficeChange, change_office
from flows.rules.known_schemes import from_text, resolved_text
from flows.rules.schemes import Scheme
from flows.schemes_in_force import day_of
from storage import numbers, schemes
from storage.database import Database
from storage.identity import OfficeIdentity


class NotPutInForce(Exception):
    """The version cannot be put in force from that day; the message says why and what to do."""


async def put_in_force(
    database: Database,
    identity: OfficeIdentity,
    text: str,
    source: str,
    from_day: date | None = None,
    *,
    by: UUID | None = None,
) -> tuple[Scheme, bool]:
    """The scheme of a text holds for what is registered from a day on (None: today); dockets keep theirs.

    Answers the scheme, and whether this changed anything: what is in force already is nothing new.
    Raises Faults, NotPutInForce.
    """
    scheme, written = from_text(text, source), resolved_text(text, source)
    async with database.querying() as driver:
        at = await numbers.now(driver)
        kept = await schemes.text_of(driver, scheme.name, scheme.version)
        holding = await schemes.in_force(driver, day_of(at))
        standing = {
            row["from_day"]: row["version"]
            for row in await schemes.history(driver)
            if row["scheme"] == scheme.name
        }
    day = from_day or day_of(at)
    if kept is not None and kept != written:
        raise NotPutInForce(
            f"version {scheme.version} of {scheme.name} was put in force with another text, which never changes; "
            f"give this one a new version number"
        )
    if standing.get(day) == scheme.version or (from_day is None and holding.get(scheme.name) == scheme.version):
        return scheme, False
    _check_day(scheme, day, day_of(at), standing)
    await change_office(database, identity, stated(scheme, written if kept is None else None, day, at, by))
    return scheme, True


def _check_day(scheme: Scheme, day: date, today: date, standing: dict[date, int]) -> None:
    if day < today:
        raise NotPutInForce(f"{day} is past; what was registered then keeps the rules of that day")
    if day in standing:
        raise NotPutInForce(
            f"version {standing[day]} of {scheme.name} is in force from {day} already; choose another day"
        )


def stated(scheme: Scheme, text: str | None, day: date, at: datetime, by: UUID | None) -> OfficeChange:
    """A version in force from a day on, and its text where it is not kept yet; whether it may be is not asked."""
    change = OfficeChange("scheme.put_in_force")
    key = {"scheme": scheme.name, "version": scheme.version}
    if text is not None:
        change.insert("scheme_version", {**key, "text": text})
    change.insert("scheme_in_force", {**key, "from_day": day, "by_person": by, "at": at})
    return change
