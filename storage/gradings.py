"""Gradings as the database keeps them: drafts with their cases, published months with their units."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from psycopg.rows import DictRow

from storage.database import Driver, fetch_all, fetch_one
from storage.snapshots import stream

CASE: Final = (
    "number", "department", "district", "registered", "ending", "open_days", "replied", "sent_back", "attended",
)  # fmt: skip
"""What is kept of a case, in the order of its columns."""

_COPY: Final = f"copy grading_case (draft, {', '.join(CASE)}) from stdin"
_KEY: Final = "scheme = %(scheme)s and kind = %(kind)s and month = %(month)s"


async def add_cases(driver: Driver, draft: UUID, rows: Iterable[Mapping[str, Any]]) -> None:
    """Adds cases to a draft that is being made."""
    async with driver.cursor() as cursor, cursor.copy(_COPY.encode()) as copy:
        for row in rows:
            await copy.write_row((draft, *(row[name] for name in CASE)))


async def forget_draft(driver: Driver, scheme: str, kind: str, month: str) -> None:
    """Takes the draft of a month away with its cases; those of a published month are frozen. Commits nothing."""
    named = {"scheme": scheme, "kind": kind, "month": month}
    row = await fetch_one(driver, f"delete from grading_draft where {_KEY} returning id", named)
    if row is not None:
        await driver.execute("delete from grading_case where draft = %(draft)s", {"draft": row["id"]})


async def draft(driver: Driver, scheme: str, kind: str, month: str) -> DictRow | None:
    """The draft of a month; None where none was made, or where the month is published."""
    return await fetch_one(
        driver,
        f"select * from grading_draft where {_KEY}",
        {"scheme": scheme, "kind": kind, "month": month},
    )


_END_DRAFT: Final = "delete from grading_draft where id = %(draft)s returning id"


async def take_draft(driver: Driver, draft: UUID) -> bool:
    """The draft becomes a published month: its own row goes, its cases stay. False where it is gone."""
    return await fetch_one(driver, _END_DRAFT, {"draft": draft}) is not None


async def published(driver: Driver, scheme: str, kind: str, month: str) -> DictRow | None:
    """A published month."""
    return await fetch_one(
        driver,
        f"select * from grading_month where {_KEY}",
        {"scheme": scheme, "kind": kind, "month": month},
    )


async def units(driver: Driver, scheme: str, kind: str, month: str) -> list[DictRow]:
    """The units of a published month with their marks, by sort and code."""
    sql = f"""select sort, unit, cases, parts, "group", marks, grade, rank from grading_unit where {_KEY}
        order by sort collate "C", unit collate "C" """
    return await fetch_all(driver, sql, {"scheme": scheme, "kind": kind, "month": month})


_LISTING: Final = """
select scheme, kind, month, scheme_version, cases, cases_sha256, published_at, true as published from grading_month
union all
select scheme, kind, month, scheme_version, cases, cases_sha256, made_at, false from grading_draft
order by month desc, scheme, kind
"""


async def listing(driver: Driver) -> list[DictRow]:
    """Every month that is published or has a draft, newest first."""
    return await fetch_all(driver, _LISTING, {})


def cases(driver: Driver, draft: UUID) -> AsyncIterator[DictRow]:
    """The cases of a draft or a published month, in the order of their list."""
    sql = f"""select {", ".join(CASE)} from grading_case where draft = %(draft)s order by number collate "C" """
    return stream(driver, sql, {"draft": draft})


async def cases_of_unit(
    driver: Driver, draft: UUID, sort: str, unit: str, *, after: str, limit: int
) -> list[DictRow]:
    """Cases of a unit behind a number, in order."""
    assert sort in ("department", "district")
    sql = f"""select {", ".join(CASE)} from grading_case
        where draft = %(draft)s and {sort} = %(unit)s and number collate "C" > %(after)s
        order by number collate "C" limit {int(limit)}"""
    return await fetch_all(driver, sql, {"draft": draft, "unit": unit, "after": after})


async def every_published(driver: Driver) -> list[DictRow]:
    """All published months."""
    return await fetch_all(driver, "select * from grading_month order by scheme, kind, month", {})
