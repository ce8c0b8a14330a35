"""The month's delay by posts for an operator, read page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from flows.delays import figures, of_month
from flows.rules.months import Month
from infra.commands.operator import CommandFault
from infra.office_at import office_at
from infra.progress_bar import progress_bar
from storage import delays

PAGE: Final = 20


@dataclass(frozen=True, slots=True)
class ShownPost:
    """A post to which something fell, with its figures by sort of clock."""

    code: str
    figures: list[dict[str, Any]]

    def to_json(self) -> dict[str, Any]:
        return {"post": self.code, "figures": self.figures}


async def shown_posts(
    url: str, month: Month, codes: Sequence[str] | None, *, quiet: bool = False
) -> list[ShownPost]:
    """The posts to which anything fell in a month, by code. Raises CommandFault where a post is unknown."""
    found: list[ShownPost] = []
    async with office_at(url) as (database, _):
        async with database.querying() as driver:
            rows = await delays.all_posts(driver)
        unknown = sorted(set(codes or ()) - {row["code"] for row in rows})
        if unknown:
            raise CommandFault(f"there is no post “{unknown[0]}”")
        rows = [row for row in rows if not codes or row["code"] in codes]
        with progress_bar("posts", quiet=quiet) as advance:
            for begin in range(0, len(rows), PAGE):
                page = rows[begin : begin + PAGE]
                async with database.querying() as driver:
                    fell = await of_month(driver, month, [row["id"] for row in page])
                found += [ShownPost(row["code"], [figures(one) for one in fell[row["id"]]]) for row in page]
                advance(begin + len(page), len(rows))
    return [one for one in found if one.figures]
