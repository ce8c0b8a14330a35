"""One docket as a person sees it: its row with the names around it, its movements, notes and documents."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from psycopg.rows import DictRow

from storage.database import Driver, fetch_all, fetch_one
from storage.erased import shown, shown_by_id
from storage.shapes import VisibilityShape
from storage.sight import ABOVE, ACCUSED, JOIN_STANDING, READ_UNTIL, SIGHT, UNDER, bound


def post_json(alias: str) -> str:
    """SQL of a post as answers show it; null where there is none."""
    return (
        f"case when {alias}.id is null then null else jsonb_build_object('id', {alias}.id, 'code', {alias}.code, "
        f"'abbreviation', {alias}.abbreviation, 'name_en', {alias}.name_en, 'name_hi', {alias}.name_hi) end"
    )


def instant_json(column: str) -> str:
    """SQL of an instant within JSON, in the one form of all answers: UTC, six digits of a second, Z."""
    return f"""to_char({column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""


_PAGE = f"""
with recursive {UNDER}
select d.id, d.number, d.family, d.kind, d.scheme, d.scheme_version, d.state, d.state_class, d.priority,
    d.classification, d.due, d.parked_until, d.ending, d.registered_at, d.closed_at, d.version, d.movements,
    d.last_movement, d.last_movement_at, {shown("sv")} as subject, {SIGHT} as sight, {READ_UNTIL} as last_act,
    {post_json("h")} as holder, {post_json("s")} as sender,
    jsonb_build_object('code', o.code, 'name_en', o.name_en, 'name_hi', o.name_hi) as office,
    jsonb_build_object('code', c.code, 'name_en', c.name_en, 'name_hi', c.name_hi) as section,
    to_jsonb(f) - 'docket' as office_file,
    to_jsonb(y) - '{{docket,letter_number,sender_name,sender_telephone,sender_address}}'::text[] as receipt,
    case when y.docket is null then null else jsonb_build_object(
        'letter_number', {shown_by_id("y.letter_number")}, 'name', {shown_by_id("y.sender_name")},
        'telephone', {shown_by_id("y.sender_telephone")}, 'address', {shown_by_id("y.sender_address")})
        end as sender_texts,
    (select coalesce(jsonb_agg(jsonb_build_object('sort', t.sort, 'docket', o.id, 'number', o.number,
        'belongs', t.docket = d.id, 'at', {instant_json("t.at")}) order by t.at, t.id), '[]')
        from docket_tie t join docket o on o.id = case when t.docket = d.id then t.other else t.docket end
        where (t.docket = d.id or t.other = d.id) and t.ended_at is null) as ties,
    (select coalesce(jsonb_agg(jsonb_build_object('system', x.system, 'number', x.number, 'day', x.day)
        order by x.system, x.number), '[]') from docket_reference x where x.docket = d.id) as "references",
    to_jsonb(k) - '{{docket,body,complainant,secret_sha256}}'::text[] as complaint, {shown("bv")} as body,
    (d.holder = %(post)s or {ABOVE} or %(hub)s) and k.complainant is not null
        and not {ACCUSED} as may_unmask,
    case when k.complainant is null then null else jsonb_build_object('name', {shown("nv")},
        'telephone', {shown("tv")}, 'address', {shown("av")}) end as complainant,
    (select jsonb_build_object('id', p.id, 'name', p.name, 'at', {instant_json("p.at")},
        'lapses_at', {instant_json("p.lapses_at")})
        from proposal p where p.docket = d.id and p.state = 'open') as proposal,
    (select coalesce(jsonb_agg(jsonb_build_object('id', x.id, 'ordinal', x.ordinal, 'text', {shown("v")},
        'settled', x.settled, 'at', {instant_json("c.at")}) order by c.at, x.ordinal), '[]')
        from decision_condition x join decision c on c.movement = x.decision
        join protected_value v on v.id = x.text where x.docket = d.id) as conditions,
    (select coalesce(jsonb_agg(jsonb_build_object('ordinal', t.ordinal, 'post', {post_json("p")})
        order by t.ordinal), '[]') from route_stop t join post p on p.id = t.post
        where t.docket = d.id and t.sent_by is null and t.ended_by is null) as route,
    (select id from instruction i where i.docket = d.id and i.state = 'waiting' and not i.side) as waiting,
    (select i.movement from information_copy i where i.docket = d.id and i.post = %(post)s
        and not exists (select 1 from first_read x where x.movement = i.movement and x.post = i.post)
        order by i.at desc limit 1) as informed_by,
    m.id as brought_by, m.by_post as brought_from,
    m.id is not null and r.at is null as unread
from docket d
{JOIN_STANDING}
join protected_value sv on sv.id = d.subject
join office o on o.id = d.office join section c on c.id = d.section
left join post h on h.id = d.holder left join post s on s.id = d.sender
left join office_file f on f.docket = d.id
left join receipt y on y.docket = d.id
left join complaint k on k.docket = d.id
left join protected_value bv on bv.id = k.body
left join complainant z on z.id = k.complainant
left join protected_value nv on nv.id = z.name
left join protected_value tv on tv.id = z.telephone
left join protected_value av on av.id = z.address
left join lateral (select from_at from holding where docket = d.id order by from_at desc limit 1) g on true
left join movement m on m.docket = d.id and m.at = g.from_at and d.holder = %(post)s
    and m.by_post is distinct from %(post)s
left join first_read r on r.movement = m.id and r.post = %(post)s
where d.id = %(docket)s
"""


async def one(driver: Driver, visibility: VisibilityShape, docket: UUID) -> DictRow | None:
    """The docket with ``sight`` and ``last_act``; None where it is not there or may not be known of."""
    row = await fetch_one(driver, _PAGE, {**bound(visibility), "docket": docket})
    return None if row is None or row["sight"] == "nothing" else row


_STANDING = f"""
with recursive {UNDER}
select d.id, d.number, d.scheme, d.scheme_version,
    d.kind, d.family, d.classification, {SIGHT} as sight, {READ_UNTIL} as last_act
from docket d {JOIN_STANDING} where d.id = %(docket)s
"""


async def standing(driver: Driver, visibility: VisibilityShape, docket: UUID) -> DictRow | None:
    """Only what is seen of it: for reads of its notes, documents and movements."""
    row = await fetch_one(driver, _STANDING, {**bound(visibility), "docket": docket})
    return None if row is None or row["sight"] == "nothing" else row


_PERSON = """case when {0}.id is null then null else jsonb_build_object('id', {0}.id,
    'name_en', {0}e.value, 'name_hi', {0}h.value) end"""
_NAMES = (
    "left join person {0} on {0}.id = {1} left join protected_value {0}e on {0}e.id = {0}.name_en "
    "left join protected_value {0}h on {0}h.id = {0}.name_hi"
)


def person_json(alias: str) -> str:
    """SQL of a person as answers show him; ``person_names`` joins what it reads."""
    return _PERSON.format(alias)


def person_names(alias: str, column: str) -> str:
    return _NAMES.format(alias, column)


_TRAIL = f"""
select m.id, m.sequence, m.act, m.name, m.at, m.from_state, m.to_state, m.instruction,
    {post_json("b")} as by_post, {person_json("p")} as by_person, m.prepared_by,
    {post_json("s")} as second_post, {person_json("q")} as second_person,
    {post_json("f")} as from_post, {post_json("t")} as to_post,
    case when %(texts)s and (%(until)s::timestamptz is null or m.at <= %(until)s) then {shown("rv")} end as remark,
    m.remark is not null as has_remark, m.receives, m.note, m.decision, m.priority, m.due, m.details,
    (select coalesce(jsonb_agg(jsonb_build_object('post', r.post, 'at', {instant_json("r.at")}) order by r.at),
        '[]')
        from first_read r where r.movement = m.id) as first_read
from movement m
left join post b on b.id = m.by_post left join post s on s.id = m.second_post
left join post f on f.id = m.from_post left join post t on t.id = m.to_post
{person_names("p", "m.by_person")}
{person_names("q", "m.second_person")}
left join protected_value rv on rv.id = m.remark
where m.docket = %(docket)s and m.sequence > %(after)s
order by m.sequence limit %(limit)s
"""


async def trail(
    driver: Driver, docket: UUID, *, after: int, limit: int, texts: bool, until: datetime | None
) -> list[DictRow]:
    """Movements in order, from the one after sequence ``after``; remarks only as far as they may be read."""
    parameters = {"docket": docket, "after": after, "limit": limit, "texts": texts, "until": until}
    return await fetch_all(driver, _TRAIL, parameters)


_OWN = "(n.author_person = any(%(authors)s) and n.author_post = %(post)s)"

_NOTES = f"""
select n.id, n.paragraph, n.at, {post_json("b")} as author_post, {person_json("p")} as author_person,
    x.note is not null as fixed, x.at as fixed_at, x.movement as fixed_by,
    case when x.note is not null then {shown("xv")}
        when {_OWN} then w.text end as text,
    case when {_OWN} then encode(w.sha256, 'hex') end
        as draft_sha256,
    case when {_OWN} then w.saved_at end as saved_at,
    case when {_OWN} then {person_json("y")} end as saved_by
from note n
join post b on b.id = n.author_post
{person_names("p", "n.author_person")}
left join note_fixed x on x.note = n.id left join protected_value xv on xv.id = x.text
left join note_draft w on w.note = n.id
{person_names("y", "w.saved_by")}
where n.docket = %(docket)s and (%(until)s::timestamptz is null or coalesce(x.at, n.at) <= %(until)s
    or {_OWN})
order by n.paragraph
"""


async def notes(
    driver: Driver,
    visibility: VisibilityShape,
    docket: UUID,
    *,
    until: datetime | None,
    authors: Collection[UUID],
) -> list[DictRow]:
    """Notes in order; the text of a draft only where one of ``authors`` writes it at the acting post."""
    parameters = {**bound(visibility), "docket": docket, "until": until, "authors": list(authors)}
    return await fetch_all(driver, _NOTES, parameters)


_CHANGED = f"""
select m.sequence, m.name, m.at, {post_json("b")} as by_post from movement m left join post b on b.id = m.by_post
where m.docket = %(docket)s and m.sequence > %(seen)s order by m.sequence limit 20
"""


async def changed_since(driver: Driver, docket: UUID, seen: int) -> list[DictRow]:
    """The movements since a version, at most twenty; a docket's version counts its movements."""
    return await fetch_all(driver, _CHANGED, {"docket": docket, "seen": seen})
