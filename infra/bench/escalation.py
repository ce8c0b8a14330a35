"""What escalating costs: overdue complaints with real chains, escalated while people move their own papers.

The complaints are planned and stated by the program's own registration, and written set-based as of long ago.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import psycopg

from flows import facts
from flows.births import NewDocket, write_birth
from flows.clock_acts import tick
from flows.clock_on_complaints import EscalateOverdue
from flows.parameters import Protector
from flows.rules import numbering
from flows.rules.cases import Actor
from flows.rules.registration import Application, plan_registration
from flows.rules.schemes import Scheme
from flows.rules.working_time import CalendarInForce
from flows.schemes_in_force import in_force
from storage.database import Database, Statement, write
from storage.identity import read_identity
from storage.posts import read_posts
from storage.set_based import folded
from storage.standing_jobs import alone_at

AT_A_TIME: Final = 500
IDLE_TICKS: Final = 5
LONG_AGO: Final = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Desk:
    """Who registers them: a person at a post with a post above it; ``kind`` of which scheme."""

    person: UUID
    post: UUID
    scheme: str
    kind: str
    category: str
    place: str
    channel: str


async def load_complaints(database: Database, desk: Desk, at: datetime, serials: range) -> None:
    """Registers so many as of an instant, with their chains; they owe Prefect their records as any other."""
    made = await _maker(database, desk, at)
    for first in range(serials.start, serials.stop, AT_A_TIME):
        batch = [made.one(serial) for serial in range(first, min(first + AT_A_TIME, serials.stop))]
        async with database.writing() as driver:
            await write(driver, folded(batch), commit=True)


async def _maker(database: Database, desk: Desk, at: datetime) -> _Maker:
    async with database.querying() as driver:
        identity, schemes = await read_identity(driver), await in_force(driver)
        around = await read_posts(driver, database.posts, [desk.post])
    scheme, actor = schemes[desk.scheme], Actor(desk.person, facts.posts_of(around)[desk.post])
    return _Maker(desk, scheme, actor, at, facts.calendar_of(scheme, around.days).as_of(at), identity.epoch)


@dataclass(frozen=True, slots=True)
class _Maker:
    """Plans complaints of one desk and one instant."""

    desk: Desk
    scheme: Scheme
    actor: Actor
    at: datetime
    calendar: CalendarInForce
    epoch: int

    def one(self, serial: int) -> list[Statement]:
        """All statements of a complaint; its number is of a year that no office has."""
        docket, protect, kind = uuid4(), Protector(uuid4()), self.scheme.kinds[self.desk.kind]
        given = self._application(protect)
        made = plan_registration(self.scheme, self.actor, given, docket, self.at, self.calendar)
        fields = {**made.number_fields, "year": 9000 + self.at.year % 1000}
        new = NewDocket(
            docket=made.docket,
            family=made.family,
            number=numbering.number_of(kind, fields, serial),
            movement=uuid4(),
            instruction=None,
            row=made.beginning,
            act="register",
            at=self.at,
            actor=self.actor,
            epoch=self.epoch,
            before=made.others,
            clocks=made.clocks,
            unaudited={"secret_sha256": bytes(32)},
        )
        return [*protect.statements, *write_birth(new)[0].statements]

    def _application(self, protect: Protector) -> Application:
        desk = self.desk
        particulars = {"category": desk.category, "place": desk.place, "channel": desk.channel}
        return Application(
            kind=desk.kind,
            subject=protect.required("subject", "पानी नहीं आता"),
            classification="ordinary",
            priority="ordinary",
            particulars={**particulars, "identity": "anonymous", "accused": None},
            body=protect("text", "नल में तीन दिन से पानी नहीं।"),
        )


async def measure_escalation(
    app_url: str, desk: Desk, overdue: int, resting: int, people: Callable[[], Awaitable[float]]
) -> dict[str, Any]:
    """Loads, ticks with nothing due, then escalates all that is overdue; seconds, and milliseconds a complaint.

    ``resting`` complaints are open with clocks that are not due; ``people`` answers the p95 (ms) of movements that
    people make for some seconds, and is asked before and during. Engines stand aside.
    """
    database = Database(app_url, pool=4)
    try:
        async with alone_at(app_url, "escalate_overdue") as lock:
            assert lock is not None, "an engine is at it this very moment; measure again"
            now = datetime.now(UTC)
            await load_complaints(database, desk, now, range(1, resting + 1))
            idle = [await _timed_tick(database) for _ in range(IDLE_TICKS)]
            await load_complaints(database, desk, now - LONG_AGO, range(resting + 1, resting + overdue + 1))
            before = await people()
            (took, done), during = await asyncio.gather(_timed_tick(database), people())
    finally:
        await database.close()
    return {
        "escalated": done,
        "seconds": round(took, 2),
        "per_s": round(done / took),
        "s_for_50000": round(took * 50_000 / max(done, 1), 1),
        "people_p95_ms": before,
        "people_p95_ms_meanwhile": during,
        "people_ratio": round(during / before, 2),
        "resting": resting,
        "idle_tick_ms": round(1000 * min(seconds for seconds, _ in idle), 2),
    }


async def _timed_tick(database: Database) -> tuple[float, int]:
    async with database.querying() as driver:
        identity = await read_identity(driver)
    began = time.perf_counter()
    done = (await tick(database, identity, EscalateOverdue())).done
    return time.perf_counter() - began, done


_DESK: Final = """
select t.person, p.id as post from post p join post_power w on w.post = p.id and w.power = 'intake'
join post_superior s on s.post = p.id join tenure t on t.post = p.id and t.to_at is null limit 1
"""


def desk_of(owner_url: str) -> Desk:
    """A desk of the practice office that takes complaints in and has a post above it."""
    with psycopg.connect(owner_url) as connection:
        row = connection.execute(_DESK).fetchone()
    assert row is not None, "no post that takes complaints in has a post above it"
    return Desk(row[0], row[1], "haryana-eoffice", "complaint", "drinking-water", "hansi", "telephone")
