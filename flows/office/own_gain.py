"""What nobody orders for himself: powers, papers and people that his own posts would get by his order.

An administrator changes the office; he reads no papers by that. Two of them together may give one what the other
may not give himself, and the office's chain names both.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from uuid import UUID

from flows.office.changes import OfficeTurn
from flows.rules.errors import Refusal, Refused
from flows.rules.posts import Above, newly_below
from storage import structure, tenures


async def _own(turn: OfficeTurn, *, link: bool = False) -> set[UUID]:
    """The posts at which he sits or assists, now or later; ``link``: only those where he is a link officer."""
    if turn.by is None:
        return set()
    rows = await tenures.of_person(turn.driver, turn.by.person, turn.at)
    return {row["post"] for row in rows if row["link"] or not link}


async def not_for_own_posts(turn: OfficeTurn, posts: Collection[UUID], field: str | None = None) -> None:
    """Raises Refused where one of these posts, which an order gives something, is his own."""
    if posts and await _own(turn) & set(posts):
        raise Refused(Refusal("for-oneself", field))


async def not_under_himself(turn: OfficeTurn, placed: Mapping[UUID, UUID], day: date) -> None:
    """Raises Refused where a post would come below one of his, for superiors read what is below them.

    ``placed``: posts with the superior that each gets from a day on.
    """
    own = await _own(turn) if placed else set[UUID]()
    if not own:
        return
    known = [Above(**one) for one in await structure.superiors(turn.driver)]
    if newly_below(known, placed, own, day):
        raise Refused(Refusal("for-oneself", "superior"))


async def not_as_own_link_officer(turn: OfficeTurn, office: UUID) -> None:
    """Raises Refused where link officers of an office get back powers, and he is one of them."""
    links = await _own(turn, link=True)
    if links and await structure.any_in_office(turn.driver, sorted(links), office):
        raise Refused(Refusal("for-oneself", "powers"))
