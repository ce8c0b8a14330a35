"""A small district office for tests: departments, posts and who is above whom, people, powers, who may decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg

from flows.instructions import Giver
from flows.office import OfficeChange, add_person, change_office
from flows.putting_in_force import stated
from flows.rules.known_schemes import from_text, resolved_text, shipped_source
from storage.database import Database
from storage.identity import OfficeIdentity, read_identity

SCHEMES = ("haryana-eoffice",)
LONG_AGO = date(2020, 1, 1)
IN_FORCE_SINCE = date(2020, 1, 2)
LONG_AGO_AT = datetime(2020, 1, 1, tzinfo=UTC)

# Section, the post above, and powers. The chain is clerk, superintendent, officer, dc.
POSTS: dict[str, tuple[str, str | None, tuple[str, ...]]] = {
    "dc": ("dc-estt", None, ("close", "order_destruction")),
    "officer": ("dc-estt", "dc", ("close",)),
    "superintendent": ("dc-estt", "officer", ("close", "sign")),
    "clerk": ("dc-estt", "superintendent", ("register", "diarise")),
    "accountant": ("dc-accounts", None, ("register", "close")),
    "record_room": ("dc-records", None, ("weed",)),
    "sanctioner": ("dc-estt", None, ("allow_reopening",)),
    "hub": ("dc-cell", None, ("intake", "hub")),
    "calling": ("dc-cell", None, ("call",)),
    "reviewing": ("dc-cell", None, ("review",)),
    "arbiter": ("dc-cell", None, ("arbitrate", "oversee", "confirm_closing")),
    "auditor": ("dc-cell", None, ("audit",)),
    "administrator": ("dc-cell", None, ("administer",)),
    "vacant": ("dc-estt", "officer", ()),
    "abolished": ("dc-estt", "officer", ()),
    "superintending": ("ph-works", None, ()),
    "engineer": ("ph-works", "superintending", ("register",)),
    "junior": ("ph-works", "engineer", ()),
    "stranger": ("ph-works", None, ()),
}
SECTIONS = {"dc-estt": "dc", "dc-accounts": "dc", "dc-records": "dc", "dc-cell": "dc", "ph-works": "ph"}
# The largest amount in paise: a superintendent may decide general matters and small expenditure.
COMPETENT: tuple[tuple[str, str, int], ...] = (
    ("superintendent", "general", 10**15),
    ("superintendent", "expenditure", 10_000_00),
    ("officer", "general", 10**15),
    ("officer", "expenditure", 1_00_000_00),
    ("dc", "expenditure", 10**15),
)


Posts = Mapping[str, tuple[str, str | None, tuple[str, ...]]]
"""By name: the section, the post above, and powers."""


@dataclass(frozen=True)
class Layout:
    """What an office is made of: its posts, the office of each section, the schemes that are in force there."""

    posts: Posts
    sections: Mapping[str, str]
    schemes: tuple[str, ...]
    competent: tuple[tuple[str, str, int], ...] = ()


PRACTICE = Layout(POSTS, SECTIONS, SCHEMES, COMPETENT)


@dataclass(frozen=True)
class Seat:
    """Somebody at a post."""

    person: UUID
    post: UUID
    code: str


@dataclass
class PracticeOffice:
    """The office as it stands in a database, with the connections of an application's process."""

    database: Database
    identity: OfficeIdentity
    owner_url: str
    seats: dict[str, Seat]

    def giver(self, who: str | Seat, key: str | None = None, request: bytes = b"request") -> Giver:
        """An instruction's giver, under a new idempotency key where none is named."""
        seat = self.seats[who] if isinstance(who, str) else who
        return Giver(seat.person, seat.post, key or str(uuid4()), request)

    def post(self, name: str) -> UUID:
        return self.seats[name].post

    def name_of(self, post: UUID | None) -> str | None:
        """What the tests call a post."""
        return next((name for name, seat in self.seats.items() if seat.post == post), None)

    async def one(self, sql: str, **parameters: Any) -> Any:
        """The first column of the first row of a query, for looking at what was written."""
        found = await self.rows(sql, **parameters)
        return found[0][0] if found else None

    async def rows(self, sql: str, **parameters: Any) -> list[Any]:
        async with self.database.querying() as driver:
            cursor = await driver.execute(sql.encode(), parameters)
            return await cursor.fetchall()

    async def new_person(self) -> UUID:
        """A further person, who holds no post yet."""
        login = f"person-{uuid4().hex[:12]}"
        return await add_person(
            self.database, self.identity, login=login, name_en=login, name_hi="नया", password_hash=None
        )

    async def second_person_at(self, name: str) -> Seat:
        """Another person at the same post: a link officer, for a post has one holder."""
        seat = self.seats[name]
        return await self.seated(await self.new_person(), seat.post, seat.code)

    async def same_person_at(self, person: str, post: str) -> Seat:
        """A person of the office at one more post, as its link officer."""
        seat = self.seats[post]
        return await self.seated(self.seats[person].person, seat.post, seat.code)

    async def seated(self, person: UUID, post: UUID, code: str) -> Seat:
        change = OfficeChange("charge.taken")
        change.insert("tenure", _tenure(person, post, "link"))
        await change_office(self.database, self.identity, change)
        return Seat(person, post, code)


def _tenure(person: UUID, post: UUID, charge: str = "substantive") -> dict[str, Any]:
    return {
        "id": uuid4(),
        "person": person,
        "post": post,
        "charge": charge,
        "from_at": LONG_AGO_AT,
        "to_at": None,
    }


async def make_office(app_url: str, owner_url: str, pool: int = 10, layout: Layout = PRACTICE) -> PracticeOffice:
    """Makes the office in an empty migrated database."""
    _mark_database(owner_url)
    database = Database(app_url, pool=pool)
    async with database.querying() as driver:
        identity = await read_identity(driver)
    posts = {name: uuid4() for name in layout.posts}
    await change_office(database, identity, _structure(layout, posts))
    seats: dict[str, Seat] = {}
    occupied = OfficeChange("charge.taken")
    for name, post in posts.items():
        person = await add_person(
            database, identity, login=name, name_en=name.title(), name_hi=f"श्री {name}", password_hash=None
        )
        seats[name] = Seat(person, post, name)
        if name != "vacant":
            occupied.insert("tenure", _tenure(person, post))
    await change_office(database, identity, occupied)
    for name in layout.schemes:
        shipped = shipped_source(name)
        assert shipped is not None
        await change_office(database, identity, _in_force(*shipped))
    return PracticeOffice(database, identity, owner_url, seats)


def _in_force(text: str, source: str) -> OfficeChange:
    """A scheme from long ago on, which no office may say; the clocks of tests are set back as they please."""
    return stated(from_text(text, source), resolved_text(text, source), IN_FORCE_SINCE, datetime.now(UTC), None)


def _mark_database(owner_url: str) -> None:
    row = "insert into office_identity (single, id, name_en, name_hi, practice, epoch, made_at) values (1, %s, %s, %s, true, 0, now())"  # noqa: E501
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute(row, (uuid4(), "Practice office", "अभ्यास कार्यालय"))


def _structure(layout: Layout, posts: dict[str, UUID]) -> OfficeChange:
    change, department = OfficeChange("set.up"), uuid4()
    offices = {name: uuid4() for name in dict.fromkeys(layout.sections.values())}
    sections = {name: uuid4() for name in layout.sections}
    names = {"name_en": "Name", "name_hi": "नाम"}
    change.insert("department", {"id": department, "code": "REV", **names})
    for name, office in offices.items():
        row = {"id": office, "department": department, "code": name, "place": "hisar", **names}
        change.insert("office", row)
    for name, section in sections.items():
        row = {"id": section, "office": offices[layout.sections[name]], "code": name.upper(), **names}
        change.insert("section", {**row, "record_room": name == "dc-records"})
    for name, (section, above, powers) in layout.posts.items():
        _post(change, name, posts, sections[section], above, powers)
    for name, subject_class, paise in layout.competent:
        row = {
            "office": offices[layout.sections[layout.posts[name][0]]],
            "subject_class": subject_class,
            "paise": paise,
            "post": posts[name],
        }
        change.insert("competence", {**row, "from_day": LONG_AGO, "to_day": None})
    return change


def _post(
    change: OfficeChange,
    name: str,
    posts: dict[str, UUID],
    section: UUID,
    above: str | None,
    powers: tuple[str, ...],
) -> None:
    closed_on = date(2021, 1, 1) if name == "abolished" else None
    row = {"id": posts[name], "section": section, "code": name, "abbreviation": name[:3].upper()}
    names = {"name_en": name.title(), "name_hi": "पद"}
    change.insert("post", {**row, **names, "opened_on": LONG_AGO, "closed_on": closed_on})
    since = {"from_day": LONG_AGO, "to_day": None}
    if above is not None:
        change.insert("post_superior", {"post": posts[name], "superior": posts[above], **since})
    for power in powers:
        change.insert("post_power", {"post": posts[name], "power": power, **since})
