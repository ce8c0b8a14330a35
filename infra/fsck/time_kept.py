"""Compares ``holding``, ``clock`` and ``docket_post`` with the movements, and writes them anew on request."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from uuid import UUID

from flows import facts
from flows.rules.retell import Rules, TimeKept, ToldMovement, differences, retell
from flows.schemes_in_force import know
from storage import time_check
from storage.calendar_days import declared_days
from storage.database import Database, Driver
from storage.kept_posts import DayRecord
from storage.snapshots import one_snapshot

_PAGE = 500


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is otherwise than the movements say."""

    docket: UUID
    number: str
    table: str
    meaning: str

    def __str__(self) -> str:
        return f"{self.number}, {self.table}: {self.meaning}"


@dataclass(slots=True)
class TimeReport:
    """What was found; ``repaired`` are the dockets whose rows were written anew."""

    checked: int = 0
    differences: list[Difference] = field(default_factory=list[Difference])
    repaired: list[UUID] = field(default_factory=list[UUID])


def _silent(_done: int, _total: int) -> None:
    return


async def check_time(driver: Driver, advance: Callable[[int, int], None] = _silent) -> TimeReport:
    """Compare every docket in the snapshot of this connection."""
    report, total = TimeReport(), await time_check.count_dockets(driver)
    async for ids in _pages(driver):
        report.differences += await _compare(driver, ids)
        report.checked += len(ids)
        advance(report.checked, total)
    return report


async def _pages(driver: Driver) -> AsyncIterator[list[UUID]]:
    ids: list[UUID] = []
    async for row in time_check.docket_ids(driver):
        ids.append(row["id"])
        if len(ids) == _PAGE:
            yield ids
            ids = []
    if ids:
        yield ids


async def _compare(driver: Driver, ids: list[UUID]) -> list[Difference]:
    told, numbers = await _retold(driver, ids)
    said: list[Difference] = []
    for table, key in time_check.KEPT.items():
        found: dict[UUID, list[Mapping[str, Any]]] = {}
        for row in await time_check.kept(driver, table, ids):
            found.setdefault(row["docket"], []).append(row)
        for docket, kept in told.items():
            meanings = differences(_rows(kept)[table], found.get(docket, ()), key)
            said += [Difference(docket, numbers[docket], table, meaning) for meaning in meanings]
    return said


def _rows(kept: TimeKept) -> dict[str, list[dict[str, object]]]:
    return {"holding": kept.holding, "clock": kept.clock, "docket_post": kept.docket_post}


async def _retold(driver: Driver, ids: list[UUID]) -> tuple[dict[UUID, TimeKept], dict[UUID, str]]:
    """What the movements of dockets say, and the dockets' numbers."""
    movements = {
        docket: [facts.movement_of(row) for row in rows]
        for docket, rows in groupby(await time_check.movements(driver, ids), lambda row: row["docket"])
    }
    rows = await time_check.dockets(driver, ids)
    await know(driver, rows)
    days = await declared_days(driver)
    told = {row["id"]: _retell(row, movements.get(row["id"], ()), days) for row in rows}
    return told, {row["id"]: row["number"] for row in rows}


def _retell(row: Mapping[str, Any], movements: Sequence[ToldMovement], days: tuple[DayRecord, ...]) -> TimeKept:
    scheme, docket = facts.scheme_of(row), facts.docket_of(row)
    calendar, own = facts.calendar_of(scheme, days), facts.own_categories_of(row)
    return retell(Rules(scheme.table_of(docket.kind), scheme, calendar, own), docket, movements)


async def repair_time(database: Database, report: TimeReport) -> None:
    """Write the rows of each docket that differs anew, under its lock, from its movements as they are then.

    It needs the owner's role: the application may not delete these rows.
    """
    for docket in dict.fromkeys(difference.docket for difference in report.differences):
        async with database.writing() as driver:
            await time_check.lock(driver, docket)
            told, _ = await _retold(driver, [docket])
            await time_check.replace(driver, docket, _rows(told[docket]))
        report.repaired.append(docket)


@dataclass(frozen=True, slots=True)
class Leftover:
    """Something that lies about; ``clearable`` where nothing is lost with it."""

    meaning: str
    id: str
    clearable: bool

    def __str__(self) -> str:
        return f"{self.meaning}: {self.id}"


async def find_leftovers(driver: Driver) -> list[Leftover]:
    """What should not be there, or should and is not."""
    return [Leftover(*found) async for found in time_check.leftovers(driver)]


async def clear_leftovers(database: Database, found: Sequence[Leftover]) -> None:
    """Clear away what may go. Raises what ``Database.writing`` raises."""
    for meaning in dict.fromkeys(leftover.meaning for leftover in found if leftover.clearable):
        ids = [leftover.id for leftover in found if leftover.meaning == meaning]
        async with database.writing() as driver:
            await time_check.clear(driver, meaning, ids)


async def check_office(
    database: Database, advance: Callable[[int, int], None] = _silent
) -> tuple[TimeReport, list[Leftover]]:
    """Time, posts and leftovers of an office, all in one snapshot."""
    async with one_snapshot(database) as driver:
        return await check_time(driver, advance), await find_leftovers(driver)
