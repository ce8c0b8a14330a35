"""Assistants of the practice office's posts, and whether its whole audit still holds."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from flows.office import carry_out_order
from flows.office.assistants import GiveAssistant
from infra.audit.verify_database import Trust, verify_database
from storage.checkpoint_copies import FolderCopies
from storage.snapshots import one_snapshot
from tests.factories.practice_office import PracticeOffice, Seat


async def login_of(office: PracticeOffice, person: UUID) -> str:
    return await office.one("select login from person where id = %(p)s", p=person)


async def assistant_at(office: PracticeOffice, name: str, *powers: str) -> Seat:
    """A new person who assists at a post with these powers."""
    seat, person = office.seats[name], await office.new_person()
    order = GiveAssistant(await login_of(office, person), seat.code, frozenset(powers))
    await carry_out_order(office.database, office.identity, None, order)
    return Seat(person, seat.post, seat.code)


async def assert_verifies(office: PracticeOffice) -> None:
    """Every chain, row and text of the office is as its entries tell."""
    async with one_snapshot(office.database) as driver:
        report = await verify_database(driver, Trust({}, True, {}, FolderCopies(Path("/nowhere"))))
    assert report.ok, [str(fault) for fault in report.faults]
