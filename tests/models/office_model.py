"""What both models of a docket's life know: the people of the practice office, and what is kept beside a docket.

It imports nothing of the program; who may do what is written here a second time, by hand.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, ClassVar

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
    by its class. ``other``: the one other docket of the life is named, or the one of this number. ``on``: the
    number of the docket on which it is tried. A letter and a ``paper`` (a document that stands there) are named by
    their places from 1, with the ``version`` of the letter that was read.
    ``reference``: a number of an outside system. ``day``: how many days ahead a declared day lies.
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
    other: bool | str = False
    on: str = "first"
    posts: tuple[str, ...] = ()
    subject: bool = False
    due: bool = False
    letter: int | None = None
    version: int | None = None
    addressees: str | None = None
    mode: str | None = None
    paper: int | None = None
    particulars: tuple[tuple[str, object], ...] = ()
    reference: str | None = None
    day: int | None = None

    @property
    def given(self) -> set[str]:
        """What came along with the action."""
        ways = {one.name for one in fields(self)} - {"who", "action", "on"}
        return {name for name in ways if getattr(self, name) not in (None, False, 0, ())}


@dataclass
class Held:
    """A stretch of time at one post."""

    post: str
    began: datetime
    ended: datetime | None = None


@dataclass(eq=False)
class Tie:
    """What holds two dockets together: the one ``below`` belongs to the one ``above``."""

    sort: str
    below: DocketModel
    above: DocketModel
    lasts: bool = True


@dataclass(eq=False)
class DocketModel:
    """State, holder, version and what else every docket has.

    ``number`` is the one that it has in the life: what is registered there has a word for it, what is born of it
    that word and its own part.
    """

    state: str
    holder: str | None
    version: int = 1
    entries: int = 1
    sender: str | None = None
    documents: int = 0
    holdings: list[Held] = field(default_factory=list[Held])
    roles: dict[str, str] = field(default_factory=dict[str, str])
    number: str = "first"
    family: ClassVar[str] = "complaint"
    names: list[str] = field(default_factory=list[str])
    ties: list[Tie] = field(default_factory=list[Tie], repr=False)

    @property
    def last_holder(self) -> str:
        return self.holdings[-1].post

    @property
    def hand(self) -> str | None:
        """Who has it."""
        return self.holder

    def sees(self, who: str) -> bool:
        """May whoever sits there know of it at all?"""
        raise NotImplementedError

    def reads(self, who: str) -> bool:
        """Does he see more of it than its movements?"""
        return self.sees(who)

    def begin(self, at: datetime) -> None:
        assert self.holder is not None
        self.holdings = [Held(self.holder, at)]
        self.roles = {self.holder: "held"}

    def moved(self) -> None:
        """One movement more: a version and an entry."""
        self.version += 1
        self.entries += 1

    def moved_beside(self, name: str, who: str | None) -> None:
        """What another docket's movement is here; ``who`` acts on this one too, or on that one alone."""
        self.names.append(name)
        self.moved()
        if who is not None:
            self.touch(who, "held" if self.has(who) else "named")

    def has(self, who: str) -> bool:
        """Is it in this hand, and not only on its way there?"""
        return who == self.holder and self.state not in ("in_transit", "assigned")

    def refusals_at_step(self, move: Move) -> set[str]:
        """What acceptance lets pass and the step does not."""
        return set()

    def refused(self) -> None:
        """A refusal at the step stands in the chain, and changes nothing."""
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
