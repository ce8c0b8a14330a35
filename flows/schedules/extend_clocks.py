"""Gives running clocks the time of days that the office declared since they began (DESIGN §4, Time).

The later due is written by a movement of each complaint, so that its chain tells of it. Until then escalating
takes the declaration into account by itself: what has more time does not climb meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

from psycopg.rows import DictRow

from flows import facts
from flows.clock_acts import Tally, tick
from flows.clock_on_complaints import ExtendClocks
from flows.rules import clock_turns, clocks
from flows.rules.calendars import COUNTS_AFTER
from flows.rules.cases import NOBODY
from flows.schemes_in_force import in_force, know
from storage import numbers, standing_jobs
from storage.calendar_days import Affected, declared_days, running_clocks
from storage.database import Database
from storage.identity import OfficeIdentity
from storage.kept_posts import DayRecord

NAME: Final = "extend_clocks"
_A_DAY: Final = timedelta(days=1)


async def extend_clocks(database: Database, identity: OfficeIdentity) -> Mapping[str, Any]:
    """Extends what was declared since the last run; ``through`` is the last declaration that is done with.

    A complaint at which somebody was at work is ``left``, and all of it is looked at again by the next run.
    """
    async with database.querying() as driver:
        row, now = await standing_jobs.one(driver, NAME), await numbers.now(driver)
        days, schemes = await declared_days(driver), list(await in_force(driver))
    outcome = (row and row["outcome"]) or {}
    through = datetime.fromisoformat(outcome["through"]) if outcome.get("through") else None
    new = [
        one for one in days if one.declared_at + COUNTS_AFTER <= now and (not through or one.declared_at > through)
    ]
    if not new:
        return {"extended": 0, "left": 0, "through": outcome.get("through")}
    tally, late = await _walk(database, identity, _affected(schemes, new), (days, now))
    whole = tally.done == late
    last = max(one.declared_at for one in new) if whole else through
    kept = last.isoformat() if last is not None else None
    return {"ok": not tally.broken, "extended": tally.done, "left": late - tally.done, "through": kept}


def _affected(schemes: Sequence[str], new: Sequence[DayRecord]) -> Affected:
    """Generously, for every zone: whether a clock is due later is asked of the calendar."""
    first, last = min(one.day for one in new), max(one.day for one in new)
    begin, end = (datetime.combine(day, time(0), UTC) for day in (first - _A_DAY, last + 2 * _A_DAY))
    return Affected(schemes, begin, end)


async def _walk(
    database: Database,
    identity: OfficeIdentity,
    affected: Affected,
    known: tuple[tuple[DayRecord, ...], datetime],
) -> tuple[Tally, int]:
    """What was done, and with how many it should have been."""
    whole, wanted, after = Tally(), 0, NOBODY
    while True:
        async with database.querying() as driver:
            rows = await running_clocks(driver, affected, after)
            await know(driver, rows)
        if not rows:
            return whole, wanted
        late, after = [row["id"] for row in rows if _is_late(row, *known)], rows[-1]["id"]
        wanted += len(late)
        if late:
            _add(whole, await tick(database, identity, ExtendClocks(late)))


def _is_late(row: DictRow, days: tuple[DayRecord, ...], now: datetime) -> bool:
    """Is a clock of this complaint due later by now, in a table in which the clock may say so?"""
    if clock_turns.row_for(facts.table_of(row), ExtendClocks.name) is None:
        return False
    calendar = facts.calendar_of(facts.scheme_of(row), days).as_of(now)
    return any(clocks.extended(clock, calendar) > clock.due for clock in facts.clocks_of(row["clocks"]))


def _add(whole: Tally, part: Tally) -> None:
    whole.done += part.done
    whole.refused += part.refused
    whole.broken += part.broken
