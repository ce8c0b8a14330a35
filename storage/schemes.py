"""The schemes that were put in force in this office: their texts, and which version holds from which day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from psycopg.rows import DictRow

from storage.database import Driver, fetch_all, fetch_one

_TEXT = "select text from scheme_version where scheme = %(scheme)s and version = %(version)s"


async def text_of(driver: Driver, scheme: str, version: int) -> str | None:
    """The text of a version that was put in force, with all that it extends written out."""
    row = await fetch_one(driver, _TEXT, {"scheme": scheme, "version": version})
    return None if row is None else row["text"]


async def versions(driver: Driver) -> list[DictRow]:
    """Every version that was ever put in force, as a docket's row names it."""
    return await fetch_all(driver, "select scheme, version as scheme_version from scheme_version", {})


_IS_NAMED = """
select exists (select from docket where scheme = %(scheme)s and scheme_version = %(version)s) as named
"""


async def is_named(driver: Driver, scheme: str, version: int) -> bool:
    """Does a docket of this office go by this version?"""
    row = await fetch_one(driver, _IS_NAMED, {"scheme": scheme, "version": version})
    return row is not None and row["named"]


_IN_FORCE = """
select distinct on (scheme) scheme, version from scheme_in_force where from_day <= %(day)s
order by scheme, from_day desc
"""


async def in_force(driver: Driver, day: date) -> Mapping[str, int]:
    """The version of each scheme that holds on a day."""
    return {row["scheme"]: row["version"] for row in await fetch_all(driver, _IN_FORCE, {"day": day})}


async def first_day(driver: Driver) -> date | None:
    """The first day from which any scheme holds; None where none was put in force."""
    row = await fetch_one(driver, "select min(from_day) as day from scheme_in_force", {})
    return None if row is None else row["day"]


_HISTORY = """
select f.scheme, f.version, f.from_day, f.at, octet_length(v.text) as size
from scheme_in_force f join scheme_version v using (scheme, version) order by f.scheme, f.from_day
"""


async def history(driver: Driver) -> list[DictRow]:
    """Which version of which scheme was put in force from which day, and when that was said."""
    return await fetch_all(driver, _HISTORY, {})
