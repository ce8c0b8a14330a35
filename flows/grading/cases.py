"""The cases of a month as the office has them: which kinds are graded by which formula, and what each case was."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from itertools import groupby
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from flows import facts
from flows.rules.cases import DocketFacts
from flows.rules.districts import Districts
from flows.rules.grading import CaseFacts
from flows.rules.grading_facts import Bounds, Giving, attended_in, department_of, facts_of
from flows.rules.grading_form import Formula, formula_for
from flows.rules.known_schemes import KNOWN
from flows.rules.months import Month
from flows.rules.retell import Rules, ToldMovement
from flows.rules.schemes import Category, Scheme
from flows.rules.tables import StateClass
from flows.schemes_in_force import in_force, know
from storage import grading_reading, time_check
from storage.calendar_days import declared_days
from storage.database import Driver
from storage.grading_reading import MonthAsked
from storage.kept_posts import DayRecord

PAGE: Final = 500
_INDIA: Final = ZoneInfo("Asia/Kolkata")


@dataclass(frozen=True, slots=True)
class MonthOfKind:
    """A month of one kind of complaint, under the version of its scheme that was in force on the first day."""

    scheme: Scheme
    kind: str
    month: Month

    @property
    def named(self) -> tuple[str, str, str]:
        """Scheme, kind and month: what its rows are found by."""
        return self.scheme.name, self.kind, str(self.month)

    @property
    def bounds(self) -> Bounds:
        return Bounds.of(self.month, self.scheme.calendar_with(()))

    @property
    def formula(self) -> Formula | None:
        """None where the month is not graded."""
        return formula_for(self.scheme.kinds[self.kind].grading, self.month)


async def complaints_of(driver: Driver, month: Month) -> list[MonthOfKind]:
    """Every kind of complaint of the schemes that were in force on the month's first day."""
    holding = await in_force(driver, datetime.combine(month.first_day, time(12), tzinfo=_INDIA))
    return [
        MonthOfKind(scheme, kind, month)
        for scheme in holding.values()
        for kind in scheme.kinds
        if scheme.table_of(kind).family == "complaint"
    ]


async def graded_in(driver: Driver, month: Month) -> list[MonthOfKind]:
    """Those that are graded in the month."""
    return [one for one in await complaints_of(driver, month) if one.formula is not None]


async def asked_of(driver: Driver, of: MonthOfKind) -> MonthAsked:
    """What the office is asked for; every version of the scheme that its complaints keep is known then."""
    versions = await grading_reading.versions(driver, of.scheme.name, of.kind)
    await know(driver, [{"scheme": of.scheme.name, "scheme_version": version} for version in versions])
    tables = [KNOWN.of(of.scheme.name, version).table_of(of.kind) for version in versions]
    closed = {state.name for table in tables for state in table.states if state.sort is StateClass.CLOSED}
    bounds = of.bounds
    return MonthAsked(of.scheme.name, of.kind, bounds.begin, bounds.end, of.scheme.zone, tuple(sorted(closed)))


@dataclass(frozen=True, slots=True)
class OfficeKnown:
    """What the office says of a month: the days that it declared, and in which place each of its own lies."""

    days: tuple[DayRecord, ...]
    parents: Mapping[str, str | None]

    def districts_of(self, scheme: Scheme, kind: str) -> Districts:
        """The districts of a kind by a scheme. A place of the scheme's text goes before the office's own."""
        form = scheme.kinds[kind]
        own = {code: above for code, above in self.parents.items() if code not in form.places}
        return Districts(form.districts, own)


async def known_of(driver: Driver, of: MonthOfKind) -> OfficeKnown:
    """As it stood when the month was over: what is said of a place later changes no earlier month."""
    parents = await grading_reading.place_parents_by(driver, of.scheme.name, of.bounds.end)
    return OfficeKnown(await declared_days(driver), parents)


async def cases_of(driver: Driver, of: MonthOfKind) -> AsyncIterator[CaseFacts]:
    """The cases of a month by number, each once. The connection reads one snapshot."""
    asked, known = await asked_of(driver, of), await known_of(driver, of)
    districts = known.districts_of(of.scheme, of.kind)
    page: list[Mapping[str, Any]] = []
    async for row in grading_reading.cases(driver, asked):
        page.append(row)
        if len(page) == PAGE:
            for case in await _of_page(driver, of, known.days, districts, page):
                yield case
            page = []
    for case in await _of_page(driver, of, known.days, districts, page):
        yield case


async def _of_page(
    driver: Driver,
    of: MonthOfKind,
    days: tuple[DayRecord, ...],
    districts: Districts,
    page: Sequence[Mapping[str, Any]],
) -> list[CaseFacts]:
    bounds = of.bounds
    told = await lives(driver, [row["id"] for row in page if row["retold"]])
    retold = {
        life.docket.number: facts_of(life.rules(days), life.docket, life.movements, bounds, districts)
        for life in told
    }
    found = [retold[row["number"]] if row["retold"] else _read(row, of, bounds, districts, days) for row in page]
    return [case for case in found if case is not None]


def _read(
    row: Mapping[str, Any], of: MonthOfKind, bounds: Bounds, districts: Districts, days: tuple[DayRecord, ...]
) -> CaseFacts:
    """A case whose row still says what was so at the month's end."""
    scheme = KNOWN.of(of.scheme.name, row["scheme_version"])
    kind, calendar = scheme.kinds[of.kind], facts.calendar_of(scheme, days)
    category = kind.categories[row["category"]]
    giving = Giving.of(category.attend, calendar, row["registered_at"], row["given_at"], row["closed_at"])
    return CaseFacts(
        number=row["number"],
        department=department_of(kind, category),
        district=districts.of(row["place"]),
        registered=row["registered"],
        ending=row["ending"],
        open_days=None if row["since"] is None else bounds.days_open(row["since"]),
        replied=row["replied"],
        sent_back=row["sent_back"],
        attended=attended_in(row["attended"], giving, bounds),
    )


@dataclass(frozen=True, slots=True)
class ToldLife:
    """A docket and all its movements, in order; ``own``: the office's own categories that it ever had."""

    docket: DocketFacts
    movements: tuple[ToldMovement, ...]
    own: Mapping[UUID, Category]

    def rules(self, days: tuple[DayRecord, ...]) -> Rules:
        """What it was judged by: its own version of its scheme, with what the office declared."""
        scheme = KNOWN.of(self.docket.scheme, self.docket.scheme_version)
        calendar = facts.calendar_of(scheme, days)
        return Rules(scheme.table_of(self.docket.kind), scheme, calendar, self.own)


async def lives(driver: Driver, ids: list[UUID]) -> list[ToldLife]:
    """Dockets with their movements; their schemes are known then."""
    if not ids:
        return []
    rows = await time_check.dockets(driver, ids)
    await know(driver, rows)
    by_docket = {
        docket: tuple(map(facts.movement_of, found))
        for docket, found in groupby(await time_check.movements(driver, ids), lambda row: row["docket"])
    }
    return [
        ToldLife(facts.docket_of(row), by_docket.get(row["id"], ()), facts.own_categories_of(row)) for row in rows
    ]
