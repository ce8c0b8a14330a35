"""Locks of documents: until when each blob is to be kept, and until when the store was told to keep it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from psycopg.rows import DictRow

from storage.database import Driver, Statement, fetch_all
from storage.snapshots import stream

_SORTS: Final = """
select distinct d.scheme, d.scheme_version, d.kind, f.retention_class
from docket d left join office_file f on f.docket = d.id
where exists (select 1 from document c where c.docket = d.id and c.sha256 is not null)
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """For how many years papers of a sort are kept after they were closed."""

    scheme: str
    scheme_version: int
    kind: str
    retention_class: str | None
    years: int


async def sorts(driver: Driver) -> list[DictRow]:
    """The schemes, kinds and classes of which any paper has a document."""
    return await fetch_all(driver, _SORTS, {})


# The longest of all documents that are these bytes. An open paper is kept that long from now on at least, so its
# lock moves along, a quarter of a year at a time.
_WANTING: Final = """
with wanted as (
    select c.sha256, bool_or(d.state_class <> 'closed' or d.closed_at is null) as open,
        max(case when d.state_class = 'closed' and d.closed_at is not null then d.closed_at else office_now() end
            + make_interval(years => r.years)) as until
    from document c join docket d on d.id = c.docket left join office_file f on f.docket = d.id
    join unnest(%(schemes)s::text[], %(versions)s::integer[], %(kinds)s::text[], %(classes)s::text[],
        %(years)s::integer[]) r(scheme, version, kind, class, years)
        on r.scheme = d.scheme and r.version = d.scheme_version and r.kind = d.kind
        and r.class is not distinct from f.retention_class
    where c.sha256 is not null and not exists (select 1 from erasure_target t where t.target = c.id)
    group by c.sha256
)
select encode(w.sha256, 'hex') as sha256, w.until from wanted w left join blob_lock b on b.sha256 = w.sha256
where w.until > office_now() and w.sha256 > %(after)s
    and (b.until is null or b.until < w.until - case when w.open then interval '90 days' else interval '0' end)
order by w.sha256 limit %(limit)s
"""


async def wanting(driver: Driver, kept: Sequence[Kept], *, after: str, limit: int) -> list[DictRow]:
    """Blobs behind a SHA-256 that the store is to keep longer than it was told, and until when."""
    given: dict[str, Any] = {"schemes": [k.scheme for k in kept], "versions": [k.scheme_version for k in kept]}
    given |= {"kinds": [k.kind for k in kept], "classes": [k.retention_class for k in kept]}
    given |= {"years": [k.years for k in kept], "after": bytes.fromhex(after), "limit": limit}
    return await fetch_all(driver, _WANTING, given)


def told(sha256: str, until: datetime) -> Statement:
    """The statement that notes until when the store was told to keep a blob; never a shorter time."""
    sql = """insert into blob_lock (sha256, until) select sha256, %(until)s from blob where sha256 = %(sha256)s
        on conflict (sha256) do update set until = greatest(blob_lock.until, excluded.until)"""
    return sql, {"sha256": bytes.fromhex(sha256), "until": until}


def standing(driver: Driver) -> AsyncIterator[DictRow]:
    """The locks that should stand at this moment, in order of SHA-256, but of bytes that are being erased."""
    sql = """select encode(l.sha256, 'hex') as sha256, l.until from blob_lock l where l.until > office_now()
        and not exists (select 1 from erasure_blob e where e.sha256 = l.sha256) order by l.sha256"""
    return stream(driver, sql)
