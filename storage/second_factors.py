"""Second factors as they are kept: whether a person has one, whether one is asked for, the last code used."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from psycopg.rows import DictRow

from storage.database import Driver, fetch_all, fetch_one

_STANDING = """
select exists (select 1 from second_factor_asked where occasion = any(%(occasions)s) and asked) as asked,
    f.id, f.sealed, f.active_at is not null as active, office_now() as now
from person p left join second_factor f on f.person = p.id and f.ended_at is null
where p.id = %(person)s
"""

_TAKE = """
update second_factor set last_step = %(step)s
where id = %(id)s and ended_at is null and (last_step is null or last_step < %(step)s) returning 1
"""


async def standing(driver: Driver, person: UUID, occasions: Collection[str] = ()) -> DictRow:
    """Whether the office asks on any of these occasions, and the person's present factor (``id`` None: none)."""
    row = await fetch_one(driver, _STANDING, {"person": person, "occasions": list(occasions)})
    assert row is not None, f"no person {person}"
    return row


async def take_step(driver: Driver, factor: UUID, step: int) -> bool:
    """Uses a time step up; False where it, or a later one, was used before. Two at once: one waits and is late."""
    return await fetch_one(driver, _TAKE, {"id": factor, "step": step}) is not None


async def asked(driver: Driver) -> dict[str, bool]:
    """The occasions that were ever set, and whether the office asks on them now."""
    rows = await fetch_all(driver, "select occasion, asked from second_factor_asked order by occasion", {})
    return {row["occasion"]: row["asked"] for row in rows}
