"""Number series, and the office's clock as a registration reads it."""

from __future__ import annotations

from datetime import datetime

from storage.database import Driver, fetch_all, fetch_one

# A series that begins after a restore may have begun before it and be lost: it too passes the restore's gap.
_NEXT = """
insert into number_series (series, last)
values (%(series)s, 1 + coalesce((select sum(gap) from restored), 0))
on conflict (series) do update set last = number_series.last + 1 returning last
"""


async def next_in(driver: Driver, series: str) -> int:
    """The next number of a series; the series stays locked until the transaction ends, so none is skipped."""
    row = await fetch_one(driver, _NEXT, {"series": series})
    assert row is not None
    return int(row["last"])


async def now(driver: Driver) -> datetime:
    """The instant by the office's one clock."""
    row = await fetch_one(driver, "select office_now() as at", {})
    assert row is not None
    return row["at"]


async def every_last(driver: Driver) -> dict[str, int]:
    """The last number of each series."""
    rows = await fetch_all(driver, "select series, last from number_series order by series", {})
    return {row["series"]: row["last"] for row in rows}
