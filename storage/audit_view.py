"""What auditors and administrators see: movements with the hashes that vouch for them, and entries; no texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from psycopg.rows import DictRow

from storage.database import Driver, fetch_all
from storage.inbox import Place

_MOVEMENTS: Final = """
with page as (
    select m.*, d.number from movement m join docket d on d.id = m.docket
    where (%(number)s::text is null or d.number = %(number)s)
        and (%(person)s::uuid is null or m.by_person = %(person)s or m.second_person = %(person)s)
        and (%(by)s::uuid is null or m.by_post = %(by)s)
        and (%(since)s::timestamptz is null or m.at >= %(since)s)
        and (%(before)s::timestamptz is null or m.at < %(before)s)
        and (%(at)s::timestamptz is null or (m.at, m.id) < (%(at)s, %(id)s))
    order by m.at desc, m.id desc limit %(limit)s
)
select m.id, m.docket, m.number, m.sequence, m.instruction, m.act, m.name, m.at, m.from_state, m.to_state,
    b.code as by_post, m.by_person, m.prepared_by, s.code as second_post, m.second_person, t.code as to_post,
    m.decision, e.sequence as entry, encode(e.hash, 'hex') as entry_hash,
    case when v.value is not null
        then encode(sha256(v.salt || convert_to(normalize(v.value, NFC), 'UTF8')), 'hex') end as remark_sha256
from page m
left join post b on b.id = m.by_post left join post s on s.id = m.second_post
left join post t on t.id = m.to_post left join protected_value v on v.id = m.remark
left join lateral (select sequence, hash from audit_entry a where a.chain = 'docket:' || m.docket
    and position(convert_to(m.id::text, 'UTF8') in a.data) > 0 order by sequence limit 1) e on true
order by m.at desc, m.id desc
"""

NO_FILTERS: Final[Mapping[str, Any]] = {"number": None, "person": None, "by": None, "since": None, "before": None}


async def movements(driver: Driver, filters: Mapping[str, Any], place: Place, limit: int) -> list[DictRow]:
    """Movements of any docket, newest first, each with the entry that states it."""
    parameters = {**NO_FILTERS, **filters, "at": place[0], "id": place[1], "limit": limit}
    return await fetch_all(driver, _MOVEMENTS, parameters)


_ENTRIES: Final = """
select a.sequence, encode(a.hash, 'hex') as hash, convert_from(a.data, 'UTF8') as entry
from docket d join audit_entry a on a.chain = 'docket:' || d.id
where d.number = %(number)s and a.sequence > %(after)s order by a.sequence limit %(limit)s
"""


async def entries(driver: Driver, number: str, *, after: int, limit: int) -> list[DictRow]:
    """The entries of a docket's chain as they were hashed; they hold no text, only what commits to it."""
    return await fetch_all(driver, _ENTRIES, {"number": number, "after": after, "limit": limit})
