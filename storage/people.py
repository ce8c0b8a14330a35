"""Posts and people as lists show them: one's own posts, a search for a post, people with their charges."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from psycopg.rows import DictRow

from storage.database import Driver, fetch_all, fetch_one
from storage.docket_page import instant_json

_TODAY = "(office_now() at time zone 'Asia/Kolkata')::date"
_PLACE = "jsonb_build_object('code', {0}.code, 'name_en', {0}.name_en, 'name_hi', {0}.name_hi)"
_HELD = "t.from_at <= office_now() and (t.to_at is null or t.to_at > office_now())"

_ME = """
select p.id, p.login, p.language, e.value as name_en, h.value as name_hi from person p
left join protected_value e on e.id = p.name_en left join protected_value h on h.id = p.name_hi
where p.id = %(person)s
"""

_MY_POSTS = f"""
select o.id, o.code, o.abbreviation, o.name_en, o.name_hi, t.charge, {_PLACE.format("f")} as office,
    {_PLACE.format("c")} as section, array(select distinct w.power from post_power w where w.post = o.id
        and w.from_day <= {_TODAY} and (w.to_day is null or w.to_day > {_TODAY})
        and not (t.charge = 'link' and exists (select 1 from link_withheld x where x.office = f.id
            and x.power = w.power and x.from_day <= {_TODAY} and (x.to_day is null or x.to_day > {_TODAY})))
        order by 1) as powers
from tenure t join post o on o.id = t.post join section c on c.id = o.section join office f on f.id = c.office
where t.person = %(person)s and {_HELD}
    and o.opened_on <= {_TODAY} and (o.closed_on is null or o.closed_on > {_TODAY}) order by o.code
"""


_MY_OFFICERS = f"""
select o.id, o.code, o.abbreviation, o.name_en, o.name_hi, null as charge, {_PLACE.format("f")} as office,
    {_PLACE.format("c")} as section, array(select distinct w.power from post_power w where w.post = o.id
        and w.from_day <= {_TODAY} and (w.to_day is null or w.to_day > {_TODAY}) order by 1) as powers,
    t.powers as assistant_powers
from assistant t join post o on o.id = t.post join section c on c.id = o.section join office f on f.id = c.office
where t.person = %(person)s and {_HELD}
    and o.opened_on <= {_TODAY} and (o.closed_on is null or o.closed_on > {_TODAY}) order by o.code
"""


async def assisted_by(driver: Driver, person: UUID) -> list[DictRow]:
    """The posts where a person is an assistant today, with what he may do there."""
    return await fetch_all(driver, _MY_OFFICERS, {"person": person})


async def login_of(driver: Driver, person: UUID) -> str | None:
    """A person's log-in name; None: there is nobody of this id."""
    row = await fetch_one(driver, "select login from person where id = %(person)s", {"person": person})
    return row["login"] if row else None


async def me(driver: Driver, person: UUID) -> tuple[DictRow, list[DictRow]]:
    """A person with his names, and the posts that he holds today."""
    row = await fetch_one(driver, _ME, {"person": person})
    assert row is not None
    return row, await fetch_all(driver, _MY_POSTS, {"person": person})


_POSTS = f"""
select o.id, o.code, o.abbreviation, o.name_en, o.name_hi, {_PLACE.format("f")} as office,
    {_PLACE.format("c")} as section,
    (select coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'name_en', e.value, 'name_hi', h.value,
        'charge', t.charge)), '[]')
        from tenure t join person p on p.id = t.person
        left join protected_value e on e.id = p.name_en left join protected_value h on h.id = p.name_hi
        where t.post = o.id and {_HELD}) as held_by
from post o join section c on c.id = o.section join office f on f.id = c.office
where o.opened_on <= {_TODAY} and (o.closed_on is null or o.closed_on > {_TODAY})
    and (%(q)s::text is null or strpos(lower(o.code), %(q)s) > 0 or strpos(lower(o.abbreviation), %(q)s) > 0
        or strpos(lower(o.name_en), %(q)s) > 0 or strpos(o.name_hi, %(q)s) > 0)
    and (%(after)s::text is null or o.code > %(after)s)
order by o.code limit %(limit)s
"""


async def posts(driver: Driver, *, q: str | None, after: str | None, limit: int) -> list[DictRow]:
    """Posts that exist today by code, and who holds them; ``q`` is part of a code, abbreviation or name."""
    sought = q.lower() if q else None
    return await fetch_all(driver, _POSTS, {"q": sought, "after": after, "limit": limit})


_HOLDERS = """
select t.id, p.login, e.value as name_en, t.charge, t.from_at from tenure t
join person p on p.id = t.person left join protected_value e on e.id = p.name_en
where t.post = %(post)s and t.charge <> 'link' and (t.to_at is null or t.to_at > office_now()) order by t.from_at
"""


async def holders(driver: Driver, post: UUID) -> list[DictRow]:
    """Who holds a post now or has been given it from a later day on; link officers only stand in."""
    return await fetch_all(driver, _HOLDERS, {"post": post})


_PEOPLE = f"""
select p.id, p.login, p.language, p.disabled, e.value as name_en, h.value as name_hi,
    (select coalesce(jsonb_agg(jsonb_build_object('post', o.code, 'charge', t.charge,
        'from', {instant_json("t.from_at")}, 'to', {instant_json("t.to_at")}) order by t.from_at desc), '[]')
        from tenure t join post o on o.id = t.post where t.person = p.id) as tenures
from person p
left join protected_value e on e.id = p.name_en left join protected_value h on h.id = p.name_hi
where (%(after)s::text is null or p.login > %(after)s) order by p.login limit %(limit)s
"""


async def people(driver: Driver, *, after: str | None, limit: int) -> list[DictRow]:
    """People by log-in name, with every charge that they have or had."""
    parameters: dict[str, Any] = {"after": after, "limit": limit}
    return await fetch_all(driver, _PEOPLE, parameters)
