"""What auditors and administrators see: movements with the hashes that vouch for them, and entries; no texts."""

from __future__ import annotations

from typing import Final

from psycopg.rows import DictRow

from storage.database import Driver, fetch_all
from storage.pages import Page

_MOVEMENTS: Final = """
with page as (
    select m.*, d.number from movement m join docket d on d.id = m.docket
    where true {conditions}
    order by m.at desc, m.id desc {length}
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

_FILTERS: Final = {
    "number": "d.number = %(number)s",
    "person": "(m.by_person = %(person)s or m.second_person = %(person)s)",
    "by": "m.by_post = %(by)s",
    "since": "m.at >= %(since)s",
    "before": "m.at < %(before)s",
}


async def movements(driver: Driver, page: Page) -> list[DictRow]:
    """Movements of any docket, newest first, each with the entry that states it."""
    sql = _MOVEMENTS.format(conditions=page.conditions(_FILTERS, "m.at, m.id"), length=page.length())
    return await fetch_all(driver, sql, page.bound())


_ENTRIES: Final = """
select a.sequence, encode(a.hash, 'hex') as hash, convert_from(a.data, 'UTF8') as entry
from docket d join audit_entry a on a.chain = 'docket:' || d.id
where d.number = %(number)s and a.sequence > %(after)s order by a.sequence limit %(limit)s
"""


async def entries(driver: Driver, number: str, *, after: int, limit: int) -> list[DictRow]:
    """The entries of a docket's chain as they were hashed; they hold no text, only what commits to it."""
    return await fetch_all(driver, _ENTRIES, {"number": number, "after": after, "limit": limit})
