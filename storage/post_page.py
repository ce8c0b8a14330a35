"""One post with all that was ever said of it, and the office as a tree: departments, offices, sections, posts."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from psycopg.rows import DictRow

from storage.database import Driver, fetch_all, fetch_one
from storage.docket_page import instant_json, person_json, person_names, post_json

TODAY: Final = "(office_now() at time zone 'Asia/Kolkata')::date"

_DAYS: Final = "'from_day', {0}.from_day, 'to_day', {0}.to_day"
_INSTANTS: Final = f"""'from', {instant_json("{0}.from_at")}, 'until', {instant_json("{0}.to_at")}"""

_POST: Final = f"""
select o.id, o.code, o.abbreviation, o.name_en, o.name_hi, o.opened_on, o.closed_on,
    jsonb_build_object('code', f.code, 'name_en', f.name_en, 'name_hi', f.name_hi) as office,
    jsonb_build_object('code', c.code, 'name_en', c.name_en, 'name_hi', c.name_hi) as section,
    (select coalesce(jsonb_agg(jsonb_build_object('person', {person_json("p")}, 'charge', t.charge,
        {_INSTANTS.format("t")}) order by t.from_at desc, t.id), '[]')
        from tenure t {person_names("p", "t.person")} where t.post = o.id) as holders,
    (select coalesce(jsonb_agg(jsonb_build_object('post', {post_json("u")}, {_DAYS.format("s")})
        order by s.from_day desc), '[]')
        from post_superior s join post u on u.id = s.superior where s.post = o.id) as superiors,
    (select coalesce(jsonb_agg(jsonb_build_object('power', w.power, {_DAYS.format("w")})
        order by w.power, w.from_day desc), '[]') from post_power w where w.post = o.id) as powers,
    (select coalesce(jsonb_agg(jsonb_build_object('subject_class', k.subject_class, 'paise', k.paise,
        {_DAYS.format("k")}) order by k.subject_class, k.from_day desc nulls last), '[]')
        from (select subject_class, paise, from_day, to_day from competence where post = o.id
            union all select subject_class, paise, null, to_day from decision_class
            where post = o.id) k) as decides,
    (select coalesce(jsonb_agg(jsonb_build_object('id', a.id, 'person', {person_json("p")},
        'link_officer', {person_json("l")}, {_INSTANTS.format("a")}) order by a.from_at desc, a.id), '[]')
        from absence a {person_names("p", "a.person")} {person_names("l", "a.link_officer")}
        where a.post = o.id) as absences
from post o join section c on c.id = o.section join office f on f.id = c.office where o.code = %(code)s
"""


async def post_page(driver: Driver, code: str) -> DictRow | None:
    """A post with its holders, superiors, powers, competence and absences, past, present and to come."""
    return await fetch_one(driver, _POST, {"code": code})


_STANDS_IN: Final = f"""
select a.id, {person_json("p")} as person, a.from_at as "from", a.to_at as until,
    case when t.to_at > office_now() then {person_json("l")} end as link_officer
from absence a join tenure t on t.id = a.tenure
{person_names("p", "a.person")} {person_names("l", "a.link_officer")}
where a.post = %(post)s and a.from_at <= office_now() and a.to_at > office_now() order by a.from_at limit 1
"""


async def absence_now(driver: Driver, post: UUID) -> DictRow | None:
    """Who is on leave from a post now and who stands in; None: nobody is."""
    return await fetch_one(driver, _STANDS_IN, {"post": post})


_NAMED: Final = "'code', {0}.code, 'name_en', {0}.name_en, 'name_hi', {0}.name_hi"

_TREE: Final = f"""
select d.code, d.name_en, d.name_hi, (select coalesce(jsonb_agg(jsonb_build_object({_NAMED.format("f")},
    'place', f.place, 'withheld_from_link_officers', array(select x.power from link_withheld x
        where x.office = f.id and x.from_day <= {TODAY} and (x.to_day is null or x.to_day > {TODAY}) order by 1),
    'sections', (select coalesce(jsonb_agg(jsonb_build_object({_NAMED.format("c")}, 'record_room', c.record_room,
        'posts', (select coalesce(jsonb_agg({post_json("o")} order by o.code), '[]') from post o
            where o.section = c.id and o.opened_on <= {TODAY} and (o.closed_on is null or o.closed_on > {TODAY})))
        order by c.code), '[]') from section c where c.office = f.id)) order by f.code), '[]')
    from office f where f.department = d.id) as offices
from department d order by d.code
"""


async def tree(driver: Driver) -> list[DictRow]:
    """Every department with its offices, their sections, and the posts of today."""
    return await fetch_all(driver, _TREE, {})
