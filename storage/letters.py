"""Letters of a file: how each stands, for the rules; and all of them, for who may read the file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from psycopg.rows import DictRow

from storage.database import Driver, fetch_all, fetch_one
from storage.docket_page import instant_json, person_json, person_names, post_json

_ADDRESSEES: Final = """(select coalesce(jsonb_agg(jsonb_build_object('id', a.id, 'name', an.value,
    'address', aa.value, 'email', ae.value, 'copy', a.copy) order by a.ordinal), '[]')
    from letter_addressee a join protected_value an on an.id = a.name
    left join protected_value aa on aa.id = a.address left join protected_value ae on ae.id = a.email
    where a.letter = v.letter and a.version = v.ordinal)"""

LETTERS: Final = f"""(select jsonb_agg(jsonb_build_object('id', l.id, 'ordinal', l.ordinal, 'version', v.ordinal,
    'subject', vs.value, 'text', vt.value, 'addressees', {_ADDRESSEES},
    'outcome', (select x.outcome from letter_decision x where x.letter = l.id and x.version = v.ordinal
        order by x.at desc limit 1),
    'signed', exists (select 1 from letter_signing x where x.letter = l.id),
    'dispatched', exists (select 1 from dispatch x where x.letter = l.id),
    'dropped', exists (select 1 from movement x where x.docket = l.docket and x.act = 'drop_letter'
        and x.details ->> 'letter' = l.id::text)) order by l.ordinal)
    from letter l
    join lateral (select * from letter_version w where w.letter = l.id order by w.ordinal desc limit 1) v on true
    join protected_value vs on vs.id = v.subject join protected_value vt on vt.id = v.text
    where l.docket = d.id)"""
"""SQL: the letters of a docket ``d``, each as its latest version stands."""

_VERSIONS: Final = f"""(select jsonb_agg(jsonb_build_object('ordinal', v.ordinal, 'subject', vs.value,
    'text', vt.value, 'at', {instant_json("v.at")}, 'by_post', {post_json("b")}, 'by_person', {person_json("p")},
    'addressees', {_ADDRESSEES}) order by v.ordinal)
    from letter_version v join protected_value vs on vs.id = v.subject join protected_value vt on vt.id = v.text
    join post b on b.id = v.author_post
    {person_names("p", "v.author_person")}
    where v.letter = l.id and (%(until)s::timestamptz is null or v.at <= %(until)s))"""
_DECISIONS: Final = f"""(select coalesce(jsonb_agg(jsonb_build_object('version', x.version, 'outcome', x.outcome,
    'movement', x.movement, 'at', {instant_json("x.at")}) order by x.at), '[]') from letter_decision x
    where x.letter = l.id and (%(until)s::timestamptz is null or x.at <= %(until)s))"""
_SIGNED: Final = f"""(select jsonb_build_object('version', x.version, 'movement', x.movement,
    'at', {instant_json("x.at")}, 'by_post', {post_json("b")}, 'by_person', {person_json("p")})
    from letter_signing x join post b on b.id = x.post
    {person_names("p", "x.person")}
    where x.letter = l.id and (%(until)s::timestamptz is null or x.at <= %(until)s))"""
_DISPATCHES: Final = f"""(select coalesce(jsonb_agg(jsonb_build_object('number', x.number, 'mode', x.mode,
    'day', x.day, 'addressee', x.addressee, 'movement', x.movement, 'at', {instant_json("x.at")})
    order by a.ordinal), '[]') from dispatch x join letter_addressee a on a.id = x.addressee
    where x.letter = l.id and (%(until)s::timestamptz is null or x.at <= %(until)s))"""

_DROPPED: Final = f"""(select jsonb_build_object('movement', x.id, 'at', {instant_json("x.at")})
    from movement x where x.docket = l.docket and x.act = 'drop_letter' and x.details ->> 'letter' = l.id::text
    and (%(until)s::timestamptz is null or x.at <= %(until)s))"""

_LIST: Final = f"""
select l.id, l.ordinal, {_VERSIONS} as versions, {_DECISIONS} as decisions, {_SIGNED} as signed,
    {_DISPATCHES} as dispatches, {_DROPPED} as dropped
from letter l where l.docket = %(docket)s and (%(until)s::timestamptz is null or l.at <= %(until)s)
order by l.ordinal
"""


async def letters(driver: Driver, docket: UUID, *, until: datetime | None) -> list[DictRow]:
    """The letters of a docket with their versions and dispatches, as far as they may be read."""
    return await fetch_all(driver, _LIST, {"docket": docket, "until": until})


_SENT_TO: Final = """
select x.number as letter_number, vs.value as letter_subject, vt.value as letter_text
from dispatch x join letter_addressee a on a.id = x.addressee
join letter_version v on v.letter = a.letter and v.ordinal = a.version
join protected_value vs on vs.id = v.subject join protected_value vt on vt.id = v.text
where x.addressee = %(addressee)s
"""


async def told_to(driver: Driver, message: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a message to an addressee tells beside its docket: the letter itself. Nothing for any other."""
    if message["recipient"] != "addressee":
        return {}
    row = await fetch_one(driver, _SENT_TO, {"addressee": message["recipient_id"]})
    assert row is not None
    return row
