"""Gradings as the database keeps them: drafts with their cases, published months with their units."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final
from uuid import UUID

from psycopg.rows import DictRow

from storage.database import Driver, fetch_all, fetch_one
from storage.shapes import VisibilityShape
from storage.sight import JOIN_STANDING, SIGHT, UNDER, bound
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


async def begun(driver: Driver) -> set[tuple[str, str, str]]:
    """Scheme, kind and month of every draft and of every published month."""
    sql = "select scheme, kind, month from grading_draft union select scheme, kind, month from grading_month"
    return {(row["scheme"], row["kind"], row["month"]) for row in await fetch_all(driver, sql, {})}


_LISTED: Final = "scheme, kind, month, scheme_version, formula, cases, cases_sha256"
_LISTING: Final = f"""
with graded as (
    select {_LISTED}, published_at as at, true as published from grading_month
    union all
    select {_LISTED}, made_at, false from grading_draft where %(drafts)s
)
select * from graded
where (%(scheme)s::text is null or scheme = %(scheme)s) and (%(month)s::text is null or month = %(month)s)
    and (%(published)s::boolean is null or published = %(published)s)
    and (%(before)s::text is null or month < %(before)s
        or (month = %(before)s and (scheme collate "C", kind collate "C") > (%(after_scheme)s, %(after_kind)s)))
order by month desc, scheme collate "C", kind collate "C" limit %(limit)s
"""

Behind = tuple[str, str, str]
"""Where a list of months goes on: month, scheme and kind of the last that was given out."""


async def listing(
    driver: Driver,
    *,
    drafts: bool,
    limit: int,
    behind: Behind | None = None,
    scheme: str | None = None,
    month: str | None = None,
    published: bool | None = None,
) -> list[DictRow]:
    """Months that are published, and with ``drafts`` those that have a draft, newest first."""
    before, after_scheme, after_kind = behind or (None, None, None)
    filters = {"drafts": drafts, "scheme": scheme, "month": month, "published": published, "limit": limit}
    begun = {"before": before, "after_scheme": after_scheme, "after_kind": after_kind}
    return await fetch_all(driver, _LISTING, filters | begun)


_PLACE_LABELS: Final = """
select distinct on (code) code, label_en, label_hi from place
where scheme = %(scheme)s and code = any(%(codes)s) order by code, from_at desc
"""


async def place_labels(driver: Driver, scheme: str, codes: list[str]) -> dict[str, tuple[str, str]]:
    """What the office calls those of its own places, as it last said."""
    rows = await fetch_all(driver, _PLACE_LABELS, {"scheme": scheme, "codes": codes})
    return {row["code"]: (row["label_en"], row["label_hi"]) for row in rows}


async def department_labels(driver: Driver, codes: list[str]) -> dict[str, tuple[str, str]]:
    """What the office calls its departments."""
    sql = "select code, name_en, name_hi from department where code = any(%(codes)s)"
    return {
        row["code"]: (row["name_en"], row["name_hi"]) for row in await fetch_all(driver, sql, {"codes": codes})
    }


def cases(driver: Driver, draft: UUID) -> AsyncIterator[DictRow]:
    """The cases of a draft or a published month, in the order of their list."""
    sql = f"""select {", ".join(CASE)} from grading_case where draft = %(draft)s order by number collate "C" """
    return stream(driver, sql, {"draft": draft})


@dataclass(frozen=True, slots=True)
class CasesAsked:
    """Cases of a unit in the list of a draft or a published month (``draft``): at most ``limit`` behind a number.

    ``every``: also those whose papers the person may not know of; their ``docket`` is left out.
    """

    draft: UUID
    sort: str
    unit: str
    after: str
    limit: int
    every: bool


_OF_UNIT: Final = f"""
with recursive {UNDER}
select {", ".join(f"c.{name}" for name in CASE)}, case when {SIGHT} <> 'nothing' then d.id end as docket
from grading_case c
left join docket d on d.number = c.number and d.scheme = %(scheme)s and d.kind = %(kind)s {JOIN_STANDING}
where c.draft = %(draft)s and c.{{sort}} = %(unit)s and c.number collate "C" > %(after)s
    and (%(every)s or (d.id is not null and {SIGHT} <> 'nothing'))
order by c.number collate "C" limit %(limit)s
"""


async def cases_of_unit(
    driver: Driver, visibility: VisibilityShape, scheme: str, kind: str, asked: CasesAsked
) -> list[DictRow]:
    """Cases of a unit that a person may know of, by number, each with the id of its paper."""
    assert asked.sort in ("department", "district")
    sql = _OF_UNIT.format(sort=asked.sort)
    return await fetch_all(driver, sql, {**bound(visibility), **asdict(asked), "scheme": scheme, "kind": kind})


async def cases_behind(driver: Driver, draft: UUID, *, after: str, limit: int) -> list[DictRow]:
    """A page of the whole list behind a number, in its order."""
    sql = f"""select {", ".join(CASE)} from grading_case
        where draft = %(draft)s and number collate "C" > %(after)s order by number collate "C" limit %(limit)s"""
    return await fetch_all(driver, sql, {"draft": draft, "after": after, "limit": limit})


async def every_published(driver: Driver) -> list[DictRow]:
    """All published months."""
    return await fetch_all(driver, "select * from grading_month order by scheme, kind, month", {})
