"""Rules of posts and of who sits there: codes, circles of superiors, terms that meet, who signs a charge list."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal
from uuid import UUID

CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,49}")
"""A code of a department, office, section or post: it stands in addresses and numbers."""

CHARGES: Final = ("substantive", "additional", "link")

Term = tuple[datetime, datetime | None]
"""From an instant on, until an instant (that one not; None: without end)."""


def meet(one: Term, other: Term) -> bool:
    """Whether two terms have an instant in common; one that ends as it begins has none."""
    if one[0] == one[1] or other[0] == other[1]:
        return False
    return (other[1] is None or one[0] < other[1]) and (one[1] is None or other[0] < one[1])


@dataclass(frozen=True, slots=True)
class Above:
    """A post has a superior from a day on, until a day (that one not)."""

    post: UUID
    superior: UUID
    from_day: date
    to_day: date | None

    def holds(self, day: date) -> bool:
        return self.from_day <= day and (self.to_day is None or day < self.to_day)


def circle(known: Collection[Above], post: UUID, superior: UUID, since: date) -> tuple[UUID, ...]:
    """The posts of the circle that a new superior would close on some day, from the post upwards; empty: none.

    ``known`` are the superiors of all posts; those of the post itself from that day on count no more.
    """
    others = [one for one in known if one.post != post]
    days = sorted({since} | {one.from_day for one in others if one.from_day > since})
    for day in days:
        found = _way_up([one for one in others if one.holds(day)], superior, post)
        if found:
            return (post, *found)
    return ()


def _way_up(edges: Iterable[Above], start: UUID, goal: UUID) -> tuple[UUID, ...]:
    """The posts from one up to another, both named; empty where it is not above."""
    over: dict[UUID, list[UUID]] = {}
    for edge in edges:
        over.setdefault(edge.post, []).append(edge.superior)
    ways: list[tuple[UUID, ...]] = [(start,)]
    seen = {start}
    while ways:
        way = ways.pop()
        if way[-1] == goal:
            return way
        for above in over.get(way[-1], ()):
            if above not in seen:
                seen.add(above)
                ways.append((*way, above))
    return ()


def newly_below(
    known: Collection[Above], placed: Mapping[UUID, UUID], own: Collection[UUID], since: date
) -> set[UUID]:
    """The posts that come below one of ``own`` when ``placed`` (post to new superior) counts from a day on.

    On any day to come, whatever else was ordered; of a placed post's present superior counts only what has no end,
    for else a place that was given for a while would be made one for ever.
    """
    others = [one for one in known if one.post not in placed and (one.to_day is None or one.to_day > since)]
    lasting = [one for one in known if one.post in placed and one.to_day is None and one.from_day <= since]
    new = [Above(post, superior, since, None) for post, superior in placed.items()]
    return _below(others + new, own) - _below(others + lasting, own)


def _below(edges: Iterable[Above], tops: Collection[UUID]) -> set[UUID]:
    """The posts below these, at whatever depth."""
    under: dict[UUID, list[UUID]] = {}
    for edge in edges:
        under.setdefault(edge.superior, []).append(edge.post)
    found, waiting = set[UUID](), list(tops)
    while waiting:
        new = [post for post in under.get(waiting.pop(), ()) if post not in found]
        found.update(new)
        waiting += new
    return found


SignsAs = Literal["relieved", "relieving", "controlling"]

SECONDS: Final[Mapping[SignsAs, tuple[SignsAs, ...]]] = {
    "relieved": ("relieving",),
    "controlling": ("relieving",),
    "relieving": ("relieved", "controlling"),
}
"""Who may sign a charge list behind whom: the successor always, with the predecessor or a post above."""


@dataclass(frozen=True, slots=True)
class Parties:
    """Whom a change of charge concerns; ``above`` are the posts above the one whose charge changes."""

    relieved: UUID | None
    relieving: UUID
    above: frozenset[UUID]

    def signs_as(self, person: UUID, posts: Collection[UUID]) -> SignsAs | None:
        """As what a person who is at these posts signs; None: it is none of his concern."""
        if person == self.relieving:
            return "relieving"
        if person == self.relieved:
            return "relieved"
        return "controlling" if self.above & frozenset(posts) else None
