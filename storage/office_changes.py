"""Changes of the office that were carried out: what a key gave before."""

from __future__ import annotations

from uuid import UUID

from psycopg.rows import DictRow

from storage.database import Driver, fetch_one


async def by_key(driver: Driver, person: UUID, key: str) -> DictRow | None:
    """The change that a person made under a key."""
    sql = "select request_sha256, outcome from office_change where by_person = %(person)s and key = %(key)s"
    return await fetch_one(driver, sql, {"person": person, "key": key})
