"""Complaints under the clock: how a test lets it tick, and what it then sees of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

from flows.clock_acts import ClockAct, Tally, tick
from flows.clock_on_complaints import EscalateOverdue
from tests.factories.lives import Life
from tests.factories.practice_office import PracticeOffice

MONDAY = datetime(2027, 3, 1, 4, 30, tzinfo=UTC)  # 10:00 in Hisar
WEEK = timedelta(days=7)
VERSIONS = count(300)  # other tests have theirs
"""A process keeps what a version says, so each changed text is a version of its own."""
A_SECOND = timedelta(seconds=1)
SOON = timedelta(seconds=1, microseconds=1)
"""A moment after; the movements of one instant lie a microsecond apart."""


async def ticked(office: PracticeOffice, act: ClockAct | None = None) -> Tally:
    return await tick(office.database, office.identity, act or EscalateOverdue())


async def standing(life: Life) -> tuple[str, str | None, int]:
    """State, holder and level."""
    sql = "select d.state, d.holder, c.level from docket d join complaint c on c.docket = d.id where d.id = %(d)s"
    ((state, holder, level),) = await life.office.rows(sql, d=life.docket)
    return state, life.office.name_of(holder), level


async def turn(life: Life) -> tuple[str | None, datetime | None]:
    sql = "select clock_act, clock_at from docket where id = %(d)s"
    ((act, at),) = await life.office.rows(sql, d=life.docket)
    return act, at


async def due(life: Life) -> datetime:
    return datetime.fromisoformat((await life.row())["due"])


async def seen_again(life: Life) -> None:
    """What the clock did meanwhile was read: the next act is on the present version."""
    life.version = (await life.row())["version"]


async def told(life: Life) -> list[tuple[str, str | None]]:
    """Which post was told what by e-mail, in the order of the movements."""
    sql = """select o.purpose, o.recipient_id from outbox o join movement m on m.id = o.movement
        where o.docket = %(d)s and o.channel = 'email' order by m.sequence, o.id"""
    return [(purpose, life.office.name_of(post)) for purpose, post in await life.office.rows(sql, d=life.docket)]
