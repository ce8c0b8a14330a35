"""The draft of a month: its cases read in one snapshot and kept, and the marks that they come to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from uuid import UUID, uuid4

from flows.grading.cases import PAGE, MonthOfKind, asked_of, cases_of, graded_in
from flows.rules.grading import CaseFacts, ListHash, Tally
from flows.rules.months import Month
from flows.schemes_in_force import day_of
from storage import grading_reading, gradings, numbers, schemes
from storage.database import Database, Driver, write
from storage.rows import insert
from storage.snapshots import one_snapshot

Advance = Callable[[int, int], None]


class MonthNotOver(Exception):
    """A month is graded when it is over; the message says which."""


def _silent(_done: int, _total: int) -> None:
    return


async def drafts_wanted(driver: Driver) -> list[MonthOfKind]:
    """Whole months of kinds that are graded, and neither published nor drafted yet; the last month first.

    They go back to the first day on which a scheme was in force: the office may have been away at a month's end.
    """
    first = await schemes.first_day(driver)
    if first is None:
        return []
    done, found = await gradings.begun(driver), list[MonthOfKind]()
    month = Month.with_day(day_of(await numbers.now(driver))).before
    # A month that cannot be drafted keeps those before it waiting, and none that comes after it.
    while month >= Month.with_day(first):
        found += [of for of in await graded_in(driver, month) if of.named not in done]
        month = month.before
    return found


async def drafts_made(database: Database) -> int:
    """Makes those drafts; answers how many."""
    async with database.querying() as driver:
        wanted = await drafts_wanted(driver)
    for of in wanted:
        await make_draft(database, of)
    return len(wanted)


async def make_draft(database: Database, of: MonthOfKind, advance: Advance = _silent) -> UUID | None:
    """Grades a month and keeps it as its draft, in place of an earlier one; None where it is published.

    Raises MonthNotOver, DatabaseAway, TryAgain.
    """
    async with one_snapshot(database, read_only=False) as driver:
        if await gradings.published(driver, *of.named) is not None:
            return None
        if not await is_over(driver, of):
            raise MonthNotOver(f"{of.month} is not over; a month is graded when it is")
        made = await fill_draft(driver, of, advance)
        await driver.commit()
    return made


async def is_over(driver: Driver, of: MonthOfKind) -> bool:
    """Has the month ended where its scheme is in force?"""
    return await numbers.now(driver) >= of.bounds.end


async def fill_draft(driver: Driver, of: MonthOfKind, advance: Advance = _silent) -> UUID:
    """Grades a month that is over and not published, in place of an earlier draft. Commits nothing."""
    await gradings.forget_draft(driver, *of.named)
    made = _Draft(driver, of, advance)
    await made.fill()
    return made.id


class _Draft:
    """One draft that is being made."""

    def __init__(self, driver: Driver, of: MonthOfKind, advance: Advance) -> None:
        assert of.formula is not None
        self.id, self.driver, self.of, self.advance = uuid4(), driver, of, advance
        self.formula = of.formula
        self._tally, self._list = Tally(of.formula), ListHash()

    async def fill(self) -> None:
        total = await grading_reading.count(self.driver, await asked_of(self.driver, self.of))
        page: list[CaseFacts] = []
        async for case in cases_of(self.driver, self.of):
            self._tally.take(case)
            self._list.take(case)
            page.append(case)
            if len(page) == PAGE:
                await self._keep(page, total)
                page = []
        await self._keep(page, total)
        await self._end()

    async def _keep(self, page: list[CaseFacts], total: int) -> None:
        await gradings.add_cases(self.driver, self.id, [asdict(case) for case in page])
        self.advance(self._list.cases, total)

    async def _end(self) -> None:
        row = {
            "id": self.id,
            "scheme": self.of.scheme.name,
            "kind": self.of.kind,
            "month": str(self.of.month),
            "scheme_version": self.of.scheme.version,
            "formula": self.formula.model_dump(mode="json"),
            "cases": self._list.cases,
            "cases_sha256": self._list.digest,
            "units": [unit.to_json() for unit in self._tally.marks()],
            "made_at": await numbers.now(self.driver),
        }
        await write(self.driver, [insert("grading_draft", row)], commit=False)
