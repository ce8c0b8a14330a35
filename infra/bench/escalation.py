"""What escalating costs: overdue complaints with real chains, which the engine escalates while people move papers.

The complaints are planned and stated by the program's own registration, and written set-based as of long ago.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import psycopg

from flows import facts
from flows.births import NewDocket, write_birth
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
from storage.standing_jobs import alone_at, one

AT_A_TIME: Final = 500
BEGINS_WITHIN_S: Final = 150.0
"""The engine looks every minute."""
NEXT_LOOK_S: Final = 90.0
SLOWEST_PER_S: Final = 100
"""With fewer complaints a second the engine is taken to be stuck."""
Row = Mapping[str, Any]
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
    app_url: str, desk: Desk, overdue: int, people: Callable[[], Awaitable[float]]
) -> dict[str, Any]:
    """Loads, then lets the engine escalate all that is overdue: how many, how fast, and how long 50,000 take.

    ``people`` answers the p95 (ms) of movements that people make for some seconds, and is asked before and while
    the engine is at it. Seconds and count are what the engine itself says of its looks.
    """
    database = Database(app_url, pool=4)
    try:
        async with alone_at(app_url, "escalate_overdue") as lock:
            assert lock is not None, "an engine is at it this very moment; measure again"
            await load_complaints(database, desk, datetime.now(UTC) - LONG_AGO, range(1, overdue + 1))
            before = await people()
        looks = _Looks(overdue)
        await _until(database, lambda job: job["running"], BEGINS_WITHIN_S)
        during = await people()
        await _until(database, looks.are_enough, overdue / SLOWEST_PER_S + NEXT_LOOK_S)
    finally:
        await database.close()
    done, took = looks.done, looks.seconds
    return {
        "escalated": done,
        "seconds": round(took, 2),
        "per_s": round(done / took),
        "s_for_50000": round(took * 50_000 / max(done, 1), 1),
        "people_p95_ms": before,
        "people_p95_ms_meanwhile": during,
        "people_ratio": round(during / before, 2),
    }


async def _until(database: Database, reached: Callable[[Row], bool], within_s: float) -> Row:
    """The standing job as it stands when it has come so far."""
    deadline = time.monotonic() + within_s
    while True:
        async with database.querying() as driver:
            job = await one(driver, "escalate_overdue")
        if job is not None and reached(job):
            return job
        assert time.monotonic() < deadline, f"the engine does not escalate: {job}"
        await asyncio.sleep(0.05)


@dataclass(slots=True)
class _Looks:
    """What the engine's looks came to together: a docket that somebody else holds is left to the next one."""

    overdue: int
    done: int = 0
    seconds: float = 0.0
    seen: set[datetime] = field(default_factory=set[datetime])

    def are_enough(self, job: Row) -> bool:
        if not job["running"] and job["last_finished"] not in self.seen:
            self.seen.add(job["last_finished"])
            done = ((job["outcome"] or {}).get("escalate") or {}).get("done", 0)
            self.done += done
            self.seconds += job["seconds"] if done else 0.0
        return self.done >= self.overdue


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
