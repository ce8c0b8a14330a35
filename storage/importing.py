"""What an import compares a sheet with: everything of a sort that holds now."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from psycopg.rows import DictRow

from storage.database import Driver, fetch_all


async def departments(driver: Driver) -> dict[str, UUID]:
    """Every department by its code."""
    return {row["code"]: row["id"] for row in await fetch_all(driver, "select code, id from department", {})}


async def categories(driver: Driver) -> list[DictRow]:
    """The office's own categories that hold now."""
    return await fetch_all(driver, "select * from category where to_at is null", {})


async def places(driver: Driver) -> list[DictRow]:
    """The office's own places that hold now."""
    sql = "select id, scheme, code, parent, label_en, label_hi from place where to_at is null"
    return await fetch_all(driver, sql, {})


async def routes(driver: Driver, day: date) -> list[DictRow]:
    """The routes that hold on a day or later."""
    return await fetch_all(driver, "select * from route where to_day is null or to_day > %(day)s", {"day": day})


async def sections(driver: Driver) -> dict[tuple[str, str], UUID]:
    """Every section by its office's code and its own."""
    sql = "select o.code as office, s.code, s.id from section s join office o on o.id = s.office"
    return {(row["office"], row["code"]): row["id"] for row in await fetch_all(driver, sql, {})}


_POSTS: Final = """
select p.*, p.closed_on is not null and p.closed_on <= %(day)s as closed,
    (select coalesce(jsonb_agg(jsonb_build_array(s.superior, s.from_day, s.to_day)), '[]') from post_superior s
        where s.post = p.id and (s.to_day is null or s.to_day > %(day)s or s.from_day = %(day)s)) as superiors,
    (select coalesce(jsonb_agg(jsonb_build_array(w.power, w.from_day, w.to_day)), '[]') from post_power w
        where w.post = p.id and (w.to_day is null or w.to_day > %(day)s or w.from_day = %(day)s)) as powers
from post p
"""


async def posts(driver: Driver, day: date) -> list[DictRow]:
    """Every post, with the superiors and powers that it has on this day or later."""
    return await fetch_all(driver, _POSTS, {"day": day})
