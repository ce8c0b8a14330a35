"""The tray of a post: what was prepared for its officer, locked by who confirms or withdraws it, and listed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from psycopg.rows import DictRow

from storage.database import Driver, Statement, fetch_all, fetch_one
from storage.docket_page import instant_json, person_json, person_names
from storage.erased import shown
from storage.shapes import VisibilityShape
from storage.sight import JOIN_STANDING, SIGHT, UNDER, bound

_LOCK = "select state from tray_item where id = %(item)s for no key update"


async def lock(driver: Driver, item: UUID) -> str | None:
    """Locks an item until the transaction ends and answers its state; None: there is no such item."""
    row = await fetch_one(driver, _LOCK, {"item": item})
    return row["state"] if row else None


async def one(driver: Driver, item: UUID) -> DictRow | None:
    """An item's row, with what the chain of its docket and its end need."""
    sql = "select * from tray_item where id = %(item)s"
    return await fetch_one(driver, sql, {"item": item})


async def lock_docket(driver: Driver, docket: UUID) -> DictRow | None:
    """Locks a docket as a step does, and answers where its chain stands; None: there is none."""
    sql = "select chain_length, chain_head from docket where id = %(docket)s for no key update"
    return await fetch_one(driver, sql, {"docket": docket})


async def count_waiting(driver: Driver, post: UUID) -> int:
    """How many items wait in the tray of a post."""
    sql = "select count(*) as many from tray_item where post = %(post)s and state = 'waiting'"
    row = await fetch_one(driver, sql, {"post": post})
    return row["many"] if row else 0


async def to_confirm(driver: Driver, post: UUID, items: Sequence[UUID]) -> dict[UUID, DictRow]:
    """Items of a post's tray by id, with their dockets' scheme and kind, and whether each was confirmed."""
    sql = """select t.*, d.scheme, d.scheme_version, d.kind, exists (select 1 from instruction i
            where i.tray_item = t.id and i.state in ('waiting', 'carried_out')) as confirmed
        from tray_item t join docket d on d.id = t.docket where t.post = %(post)s and t.id = any(%(items)s)"""
    return {row["id"]: row for row in await fetch_all(driver, sql, {"post": post, "items": list(items)})}


_TRAY = f"""
with recursive {UNDER}
select t.id, t.action, t.parameters, t.prepared_at, t.seen_version, d.version, i.state as instruction_state,
    i.id as instruction, {person_json("p")} as prepared_by, t.prepared_by = %(person)s as mine,
    jsonb_build_object('id', d.id, 'number', d.number, 'kind', d.kind, 'scheme', d.scheme,
        'scheme_version', d.scheme_version, 'state', d.state,
        'classification', d.classification, 'subject', case when d.classification = 'ordinary'
        and {SIGHT} in ('all', 'until') then {shown("v")} end) as docket,
    (select jsonb_object_agg(x.name, {shown("w")}) from tray_text x join protected_value w on w.id = x.text
        where x.item = t.id) as texts,
    (select o.outcome -> 'refusal' from instruction o where o.tray_item = t.id and o.state <> 'waiting'
        order by o.finished_at desc limit 1) as refusal,
    (select coalesce(jsonb_agg(jsonb_build_object('sequence', m.sequence, 'name', m.name,
        'at', {instant_json("m.at")}) order by m.sequence), '[]') from (select * from movement c
            where c.docket = d.id and c.sequence > t.seen_version order by c.sequence limit 20) m) as changed
from tray_item t join docket d on d.id = t.docket {JOIN_STANDING}
join protected_value v on v.id = d.subject
{person_names("p", "t.prepared_by")}
left join instruction i on i.tray_item = t.id and i.state = 'waiting'
where t.post = %(post)s and t.state = 'waiting'
order by t.rank nulls last, t.prepared_at, t.id
"""


async def listed(driver: Driver, visibility: VisibilityShape) -> list[DictRow]:
    """What waits in the tray of a post, in its order; ``changed`` is what the docket did since it was seen."""
    return await fetch_all(driver, _TRAY, bound(visibility))


def sort(post: UUID, items: Sequence[UUID]) -> Statement:
    """The statement that puts the waiting items of a tray in this order, before those that are not named."""
    sql = """update tray_item t set rank = array_position(%(items)s::uuid[], t.id)
        where t.post = %(post)s and t.state = 'waiting'"""
    parameters: dict[str, Any] = {"post": post, "items": list(items)}
    return sql, parameters
