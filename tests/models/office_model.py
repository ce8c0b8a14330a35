"""What both models of a docket's life know: the people of the practice office, and what is kept beside a docket.

It imports nothing of the program; who may do what is written here a second time, by hand.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

ABOVE: dict[str, tuple[str, ...]] = {
    "clerk": ("superintendent", "officer", "dc"),
    "superintendent": ("officer", "dc"),
    "officer": ("dc",),
    "junior": ("engineer", "superintending"),
    "engineer": ("superintending",),
}
PUBLIC_HEALTH = frozenset({"superintending", "engineer", "junior", "stranger"})
CLOSERS = frozenset({"dc", "officer", "superintendent", "accountant"})


def above(post: str | None) -> tuple[str, ...]:
    return ABOVE.get(post or "", ())


def same_office(one: str, other: str) -> bool:
    return (one in PUBLIC_HEALTH) == (other in PUBLIC_HEALTH)


@dataclass(frozen=True)
class Move:
    """One thing that one person tries.

    Texts are there or not, drafts and notes are named by paragraph, a condition by its place from 1, a document
    by its class. ``other``: the one other docket of the life is named.
    """

    who: str
    action: str
    to: str | None = None
    remark: bool = False
    text: bool = False
    agree: bool = False
    draft: int | None = None
    basis: int | None = None
    outcome: str | None = None
    conditions: int = 0
    condition: int | None = None
    until: bool = False
    document: str | None = None
    ground: str | None = None
    quality: str | None = None
    category: str | None = None
    other: bool = False

    @property
    def given(self) -> set[str]:
        """What came along with the action."""
        ways = {one.name for one in fields(self)} - {"who", "action"}
        return {name for name in ways if getattr(self, name) not in (None, False, 0)}


@dataclass
class Held:
    """A stretch of time at one post."""

    post: str
    began: datetime
    ended: datetime | None = None


@dataclass
class DocketModel:
    """State, holder, version and what else every docket has."""

    state: str
    holder: str | None
    version: int = 1
    entries: int = 1
    sender: str | None = None
    documents: int = 0
    holdings: list[Held] = field(default_factory=list[Held])
    roles: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def last_holder(self) -> str:
        return self.holdings[-1].post

    def begin(self, at: datetime) -> None:
        assert self.holder is not None
        self.holdings = [Held(self.holder, at)]
        self.roles = {self.holder: "held"}

    def moved(self) -> None:
        """One movement more: a version and an entry."""
        self.version += 1
        self.entries += 1

    def give(self, post: str | None, at: datetime) -> None:
        """The docket changes hands."""
        if self.holdings[-1].ended is None:
            self.holdings[-1].ended = at
        if post is not None:
            self.holdings.append(Held(post, at))
        self.holder = post

    def touch(self, post: str, role: str) -> None:
        """A post has to do with it; it never falls back to less than it had."""
        rank = ("named", "marked", "held")
        before = self.roles.get(post, "named")
        self.roles[post] = max(before, role, key=rank.index)

    def kept_beside(self) -> dict[str, Any]:
        return {
            "state": self.state,
            "holder": self.holder,
            "sender": self.sender,
            "version": self.version,
            "movements": self.version,
            "entries": self.entries,
            "documents": self.documents,
            "holdings": [(held.post, held.began, held.ended) for held in self.holdings],
            "roles": self.roles,
        }
