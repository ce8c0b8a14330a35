"""Orders that change the office, as tests give them, and the proof that the audit still holds behind them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from flows import facts
from flows.office import By, OfficeOrder, carry_out_order
from flows.office.changes import INDIA
from flows.rules.cases import PostFacts
from flows.rules.errors import Refused
from infra.audit.verify_database import Trust, verify_database
from storage.posts import read_posts
from storage.snapshots import one_snapshot
from tests.factories.practice_office import PracticeOffice, Seat


def by(office: PracticeOffice, who: str | Seat | UUID, key: str | None = None, request: bytes = b"") -> By:
    """Somebody at his post, or a person who holds none."""
    seat = office.seats[who] if isinstance(who, str) else who
    person, post = (seat, None) if isinstance(seat, UUID) else (seat.person, seat.post)
    return By(person, post, key or str(uuid4()), sha256(request).digest())


async def ordered(office: PracticeOffice, who: str | Seat | UUID | None, order: OfficeOrder) -> dict[str, Any]:
    """An order that must be carried out; answers its outcome. ``who`` None: an operator."""
    given = None if who is None else by(office, who)
    return dict((await carry_out_order(office.database, office.identity, given, order)).outcome)


@dataclass(frozen=True)
class Against:
    """A refusal: its code, field and sentences."""

    code: str
    field: str | None
    en: str
    hi: str


async def refused(office: PracticeOffice, who: str | Seat | UUID | None, order: OfficeOrder) -> Against:
    """An order that must be refused, in both languages, and writes nothing."""
    before = await _entries(office)
    try:
        outcome = await ordered(office, who, order)
    except Refused as fault:
        assert await _entries(office) == before
        refusal = fault.refusal
        english, hindi = refusal.sentence("en"), refusal.sentence("hi")
        assert english != hindi
        return Against(refusal.code, refusal.field, english, hindi)
    raise AssertionError(f"carried out: {outcome}")


async def _entries(office: PracticeOffice) -> int:
    return await office.one(
        "select count(*) from audit_entry where chain = %(c)s", c=f"office:{office.identity.id}"
    )


async def assert_audit_holds(office: PracticeOffice) -> None:
    """Every chain, row and protected text of the whole database, as ``patravali audit verify`` sees them."""
    async with one_snapshot(office.database) as driver:
        report = await verify_database(driver, Trust({}, True))
    assert report.ok, report.faults


async def login_of(office: PracticeOffice, person: UUID) -> str:
    return await office.one("select login from person where id = %(id)s", id=person)


def in_days(count: int) -> date:
    """A day as it is counted in India."""
    return datetime.now(INDIA).date() + timedelta(days=count)


async def post_now(office: PracticeOffice, name: str) -> PostFacts:
    """A post as a movement would see it now."""
    post = office.post(name)
    async with office.database.querying() as driver:
        return facts.posts_of(await read_posts(driver, office.database.posts, [post]))[post]
