"""Writes the practice office into its database, and goes on where an earlier start left off.

What is there already is left as it is, for people in training change things. Every row's id follows from the
office's id and the row's code, so a start that was killed half-way is completed by the next one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import select

from eoffice_api.passwords import hash_password
from flows.office import OfficeChange, change_office
from flows.putting_in_force import put_in_force
from flows.rules.known_schemes import shipped_source
from infra.founding import found_office
from infra.passwords import new_password
from infra.practice.passwords import PasswordFile
from infra.practice.plan import OfficePlan, Person, Place, load_plan
from storage.database import Database
from storage.identity import OfficeIdentity, read_identity
from storage.models import TABLES

PAISE = 100
Known = Mapping[str, frozenset[UUID]]
"""The ids that stand in each table."""


@dataclass(frozen=True, slots=True)
class PracticeOffice:
    """The practice office as it stands: who it is, its plan, and everyone's password by log-in."""

    identity: OfficeIdentity
    plan: OfficePlan
    passwords: Mapping[str, str]


async def seed(owner_url: str, database: Database, data: Path, plan: OfficePlan | None = None) -> PracticeOffice:
    """Makes the practice office, or completes it. ``data`` is the folder that keeps the passwords.

    Raises PlanFault, OtherOffice (the database belongs to a real office).
    """
    plan = plan or load_plan()
    await asyncio.to_thread(found_office, owner_url, *plan.name, practice=True)
    async with database.writing() as driver:
        identity = await read_identity(driver)
    shipped = shipped_source(plan.scheme)
    assert shipped is not None, "the plan was checked"
    await put_in_force(database, identity, *shipped)
    seeding = _Seeding(database, identity, plan, await _known(database))
    await seeding.structure()
    await seeding.posts()
    passwords = await seeding.people(PasswordFile(data))
    await seeding.charges()
    return PracticeOffice(identity, plan, passwords)


async def _known(database: Database) -> Known:
    names = ("department", "office", "section", "post", "person", "tenure", "assistant")
    async with database.reading() as connection:
        found = {name: await connection.scalars(select(TABLES[name].c.id)) for name in names}
        return {name: frozenset(ids) for name, ids in found.items()}


class _Seeding:
    """One start's work: each method is one change of the office, left out when nothing is missing."""

    def __init__(self, database: Database, identity: OfficeIdentity, plan: OfficePlan, known: Known) -> None:
        self._database, self._identity, self._plan, self._known = database, identity, plan, known
        self._since = datetime.combine(plan.opened_on, time(0), tzinfo=UTC)

    async def structure(self) -> None:
        """Departments, their offices and the offices' sections."""
        change = OfficeChange("structure.made")
        for department in self._plan.departments:
            made = {"code": department.code, **_names(department.name)}
            self._add(change, "department", department.code, made)
        for department, office in self._plan.offices:
            belongs = self._id("department", department.code)
            made = {"department": belongs, "code": office.code, "place": office.place}
            self._add(change, "office", office.code, {**made, **_names(office.name)})
            for section in office.sections:
                row = {"code": section.code, "record_room": section.record_room, **_names(section.name)}
                row["office"] = self._id("office", office.code)
                self._add(change, "section", f"{office.code}/{section.code}", row)
        await self._carry_out(change)

    async def posts(self) -> None:
        """Posts with their superiors, powers and what they may decide, all written with the post."""
        change = OfficeChange("posts.made")
        for place in self._plan.places:
            section = self._id("section", f"{place.office.code}/{place.section.code}")
            post = place.post
            row = {"section": section, "code": post.post, "abbreviation": post.mark, **_names(post.name)}
            row |= {"opened_on": self._plan.opened_on, "closed_on": None}
            if self._add(change, "post", post.post, row):
                for table, belonging in self._belongings(place):
                    change.insert(table, belonging)
        await self._carry_out(change)

    async def people(self, kept: PasswordFile) -> Mapping[str, str]:
        """Everyone who logs in; whoever's password is not kept in the file is given a new one."""
        known = kept.read()
        people = self._plan.people
        lacking = [one for one in people if one.login not in known or self._is_new("person", one.login)]
        if not lacking:
            return known
        fresh = {person.login: new_password() for person in lacking}
        hashes = await _hashes(fresh)
        change = OfficeChange("people.added")
        for person in lacking:
            self._add_person(change, person, hashes[person.login])
        await self._carry_out(change)
        return kept.add(fresh)

    async def charges(self) -> None:
        """Who holds which post, and who assists there."""
        change = OfficeChange("charges.taken")
        for charge in self._plan.charges:
            row = self._at_post(charge.person, charge.post)
            self._add(change, "tenure", f"{charge.person.login}/{charge.post}", {**row, "charge": charge.sort})
        for post in self._plan.posts.values():
            for helper in post.assistants:
                row = {**self._at_post(helper.person, post.post), "powers": list(helper.powers)}
                self._add(change, "assistant", f"{helper.person.login}/{post.post}", row)
        await self._carry_out(change)

    def _id(self, table: str, code: str) -> UUID:
        return uuid5(self._identity.id, f"{table}/{code}")

    def _is_new(self, table: str, code: str) -> bool:
        return self._id(table, code) not in self._known[table]

    def _add(self, change: OfficeChange, table: str, code: str, row: Mapping[str, Any]) -> bool:
        """Adds the row where it is missing; answers whether it was."""
        new = self._is_new(table, code)
        if new:
            change.insert(table, {"id": self._id(table, code), **row})
        return new

    def _belongings(self, place: Place) -> Iterator[tuple[str, dict[str, Any]]]:
        post, from_day = place.post, {"from_day": self._plan.opened_on, "to_day": None}
        here = {"post": self._id("post", post.post)}
        if post.under is not None:
            yield "post_superior", {**here, "superior": self._id("post", post.under), **from_day}
        for power in post.powers:
            yield "post_power", {**here, "power": power, **from_day}
        for subject_class, rupees in post.decides.items():
            office = self._id("office", place.office.code)
            limit = {"subject_class": subject_class, "paise": rupees * PAISE}
            yield "competence", {**here, "office": office, **limit, **from_day}

    def _add_person(self, change: OfficeChange, person: Person, password_hash: str) -> None:
        at = self._id("person", person.login)
        if not self._is_new("person", person.login):
            change.set("person", {"id": at}, {}, password_hash=password_hash)
            return
        name = {
            f"name_{language}": change.protect(f"{at} {language}", text) for language, text in _both(person.name)
        }
        row = {"id": at, "login": person.login, "language": "hi", "disabled": False, **name}
        change.insert("person", row, password_hash=password_hash)

    def _at_post(self, person: Person, post: str) -> dict[str, Any]:
        ids = {"person": self._id("person", person.login), "post": self._id("post", post)}
        return {**ids, "from_at": self._since, "to_at": None}

    async def _carry_out(self, change: OfficeChange) -> None:
        if change.statements:
            await change_office(self._database, self._identity, change)


def _both(names: tuple[str, str]) -> tuple[tuple[str, str], tuple[str, str]]:
    return ("en", names[0]), ("hi", names[1])


def _names(names: tuple[str, str]) -> dict[str, str]:
    return {f"name_{language}": text for language, text in _both(names)}


async def _hashes(passwords: Mapping[str, str]) -> dict[str, str]:
    """The hashes, made side by side: each is slow on purpose."""
    made = (asyncio.to_thread(hash_password, password) for password in passwords.values())
    hashes = await asyncio.gather(*made)
    return dict(zip(passwords, hashes, strict=True))
