"""What an operator does with people: add one, set a password, shut one out and let one in again.

Each is one change of the office with its entry in the office's chain; the password itself stands in none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid4

from eoffice_api.passwords import hash_password
from flows.office import OfficeChange, change_office
from flows.office.people import LetIn, ShutOut
from flows.rules.errors import Refused
from infra.office_at import carried_out, office_at
from storage import numbers, people
from storage.database import AlreadyThere, Database, fetch_one

_LOGIN: Final = re.compile(r"[a-z][a-z0-9.-]{1,30}")
_LANGUAGES: Final = ("hi", "en")


class PersonFault(Exception):
    """There is no such person or post, or what was given cannot be; the message says which."""


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Who is to be added, at which post (its code) if any, and the log-in of who leaves that post."""

    login: str
    name_en: str
    name_hi: str
    language: str
    password: str
    post: str | None = None
    taking_over_from: str | None = None


async def add(url: str, new: NewPerson) -> UUID:
    """Adds a person with the charge of a post, which ends that of who leaves it, and answers the person's id.

    Raises PersonFault, NotAnOffice, DatabaseAway.
    """
    if not _LOGIN.fullmatch(new.login):
        raise PersonFault(f"“{new.login}” is no log-in: small letters, digits, dots and hyphens, a letter first")
    if new.language not in _LANGUAGES:
        raise PersonFault(f"“{new.language}” is no language of the office: hi or en")
    async with office_at(url) as (database, identity):
        change, person = OfficeChange("person.added"), uuid4()
        change.insert("person", _row(change, person, new), password_hash=hash_password(new.password))
        if new.post is not None:
            await _take_charge(database, change, person, new.post, new.taking_over_from)
        try:
            await change_office(database, identity, change)
        except AlreadyThere as fault:
            raise PersonFault(_taken(fault, new)) from None
    return person


def _row(change: OfficeChange, person: UUID, new: NewPerson) -> dict[str, Any]:
    return {
        "id": person,
        "login": new.login,
        "name_en": change.protect(f"{person} en", new.name_en),
        "name_hi": change.protect(f"{person} hi", new.name_hi),
        "language": new.language,
        "disabled": False,
    }


def _taken(fault: AlreadyThere, new: NewPerson) -> str:
    if fault.constraint == "tenure_holder_idx":
        return f"somebody took charge of the post “{new.post}” at this very moment; look who holds it now"
    return f"the log-in “{new.login}” is taken"


async def _take_charge(
    database: Database, change: OfficeChange, person: UUID, code: str, leaving: str | None
) -> None:
    """A post has one holder at a time: whoever holds it must be named as the one who leaves it."""
    async with database.writing() as driver:
        post = await fetch_one(driver, "select id from post where code = %(code)s", {"code": code})
        if post is None:
            raise PersonFault(f"there is no post “{code}”")
        holders, at = await people.holders(driver, post["id"]), await numbers.now(driver)
    _may_take_charge(code, holders, leaving)
    for holder in holders:
        change.set("tenure", {"id": holder["id"]}, {"to_at": max(at, holder["from_at"])})
    ids = {"id": uuid4(), "person": person, "post": post["id"]}
    change.insert("tenure", {**ids, "charge": "substantive", "from_at": at, "to_at": None})


def _may_take_charge(code: str, holders: Sequence[Mapping[str, Any]], leaving: str | None) -> None:
    staying = [holder for holder in holders if holder["login"] != leaving]
    if staying:
        who = ", ".join(f"{one['login']} ({one['name_en']}, {one['charge']} charge)" for one in staying)
        raise PersonFault(
            f"the post “{code}” is held by {who}; a post has one holder at a time. "
            f"--taking-over-from {staying[0]['login']} ends that charge and begins the new one"
        )
    if leaving is not None and not holders:
        raise PersonFault(f"nobody holds the post “{code}”, so there is nothing to take over from “{leaving}”")


async def change_password(url: str, login: str, password: str) -> None:
    """Sets a person's password and ends every session of that person.

    Raises PersonFault, NotAnOffice, DatabaseAway.
    """
    async with office_at(url) as (database, identity):
        person = await person_of(database, login)
        change = OfficeChange("person.password-changed")
        change.set("person", {"id": person}, {}, password_hash=hash_password(password))
        _end_sessions(change, person)
        await change_office(database, identity, change)


async def allow(url: str, login: str, may_log_in: bool) -> None:
    """Shuts a person out, ending every session, or lets the person in again.

    Raises Refused, NotAnOffice, DatabaseAway.
    """
    try:
        await carried_out(url, LetIn(login) if may_log_in else ShutOut(login))
    except Refused as refused:
        if refused.refusal.code != "nothing-changed":  # an operator who says it twice means the same
            raise


async def person_of(database: Database, login: str) -> UUID:
    """The id of a log-in's person. Raises PersonFault."""
    async with database.writing() as driver:
        row = await fetch_one(driver, "select id from person where login = %(login)s", {"login": login})
    if row is None:
        raise PersonFault(f"there is nobody with the log-in “{login}”")
    return row["id"]


def _end_sessions(change: OfficeChange, person: UUID) -> None:
    change.statements.append(("delete from login_session where person = %(person)s", {"person": person}))
