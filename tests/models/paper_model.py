"""What the models of a file and of a receipt have in common: who sees it, where it lies, what is tied to it.

It imports nothing of the program.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from tests.models.office_file_rules import AUDITING, BESIDE, CLOSED, TIES
from tests.models.office_model import DocketModel, Move, Tie, above

LIES_IN = ("in_file", "attached")
"""Ties by which one paper goes wherever the other goes."""


@dataclass(eq=False)
class PaperModel(DocketModel):
    """A paper among the others of its life; ``others`` are all of them, by number.

    Of each move ``where`` says in which states it is possible, ``means`` what may be given with it, and
    ``needs_remark`` what it is refused with where the remark is missing.
    """

    where: ClassVar[Mapping[str, tuple[str, ...]]]
    means: ClassVar[Mapping[str, frozenset[str]]]
    needs_remark: ClassVar[Mapping[str, str]]
    now: datetime | None = None
    others: dict[str, DocketModel] = field(default_factory=dict[str, DocketModel], repr=False)

    def begin(self, at: datetime) -> None:
        super().begin(at)
        self.others[self.number] = self

    # --- what is against a move

    def refusals(self, move: Move) -> set[str]:
        """Every rule against it; nothing: it is accepted."""
        if not self.sees(move.who):
            return {"hidden"}
        unknown = self.against_naming(move)
        if unknown:
            return unknown
        if self.state not in self.where[move.action]:
            return {"wrong-state"}
        found = self._against_giver(move) | self._against_words(move) | self.against_other(move)
        return found | getattr(self, f"_against_{move.action}", lambda _: set[str]())(move)

    def _against_giver(self, move: Move) -> set[str]:
        """What is against this post's making the move."""
        raise NotImplementedError

    def _against_words(self, move: Move) -> set[str]:
        found = {"not-taken"} if move.given - self.means[move.action] else set[str]()
        code = self.needs_remark.get(move.action)
        return found | ({code} if code and not move.remark else set())

    # --- where it is, and who sees it

    @property
    def is_open(self) -> bool:
        return self.state not in CLOSED

    @property
    def _through(self) -> str | None:
        """The post that has the file in which it lies."""
        ways = [tie.above for tie in self.lasting(*LIES_IN) if tie.below is self]
        return ways[0].hand if ways else None

    @property
    def hand(self) -> str | None:
        """Who has it: in his hand, or in a file that he has."""
        return self.holder or self._through

    def reads(self, who: str) -> bool:
        """More than its movements: an administrator or auditor does not, who is only named on it."""
        role = self.roles.get(who)
        involved = role is not None and (role != "named" or who not in AUDITING)
        return involved or who in ("record_room", self.hand, self._through) or who in above(self.last_holder)

    def sees(self, who: str) -> bool:
        return who in AUDITING or self.reads(who)

    # --- ties

    def lasting(self, *sorts: str) -> Iterator[Tie]:
        return (tie for tie in self.ties if tie.lasts and tie.sort in sorts)

    def below(self, *sorts: str) -> list[DocketModel]:
        """What belongs to it in these ways and is not closed."""
        found = [tie.below for tie in self.lasting(*sorts) if tie.above is self]
        return [one for one in found if one.state not in CLOSED]

    def out(self, who: str, *sorts: str) -> bool:
        """Is something that belongs to it with another than ``who``?"""
        return any(one.hand != who for one in self.below(*sorts))

    def tie(self, other: DocketModel, sort: str) -> None:
        """It belongs to the other from now on."""
        one = Tie(sort, self, other)
        self.ties.append(one)
        other.ties.append(one)

    def tied_to(self, other: DocketModel | None, *sorts: str) -> list[Tie]:
        """The ties that last between the two; no paper is tied to itself."""
        if other is self:
            return []
        return [tie for tie in self.ties if tie.lasts and tie.sort in sorts and other in (tie.below, tie.above)]

    def untie(self, other: DocketModel, sort: str) -> None:
        for tie in self.tied_to(other, sort):
            tie.lasts = False

    def born(self, sort: str) -> int:
        """How many ever belonged to it in this way; those that come are numbered on."""
        return sum(tie.sort == sort and tie.above is self for tie in self.ties)

    def bear(self, child: PaperModel, sort: str, sender: str, at: datetime) -> None:
        """A further paper begins, in the hand of whoever it is sent to, or of ``sender``."""
        assert child.holder is not None
        child.now, child.others = self.now, self.others
        child.begin(at)
        child.roles = {child.holder: "marked"}
        child.touch(sender, "held")
        child.tie(self, sort)

    # --- the other paper that a move names

    def other_of(self, move: Move) -> DocketModel | None:
        return self.others[move.other] if isinstance(move.other, str) else None

    def against_naming(self, move: Move) -> set[str]:
        """Nobody names what he may not read; the record room reads all of its office."""
        other = self.others[move.other] if isinstance(move.other, str) else None
        reads = other is None or move.who == "record_room" or other.reads(move.who)
        return set() if reads else {"unknown-docket"}

    def against_other(self, move: Move) -> set[str]:
        """What is against the movement that the other makes beside this one."""
        other = self.other_of(move)
        if other is None or move.action not in BESIDE:
            return set()
        return set() if other.state in BESIDE[move.action][1] else {"other-wrong-state"}

    def against_tying(self, move: Move) -> set[str]:
        """A tie is made with another paper, of the family that the act asks for, to which it has none."""
        other = self.other_of(move)
        if other is None:
            return {"needs-other"}
        if other is self:
            return {"other-is-itself"}
        if other.family != ("complaint" if move.action == "made_complaint" else "office_file"):
            return {"unfit-other"}
        tied = any(tie.lasts and other in (tie.below, tie.above) for tie in self.ties)
        return {"tied-already"} if tied else set()

    def against_untying(self, move: Move) -> set[str]:
        if self.other_of(move) is None:
            return {"needs-other"}
        return set() if self.tied_to(self.other_of(move), TIES[move.action]) else {"not-tied"}

    def against_not_in_hand(self, move: Move) -> set[str]:
        """The other is in the same hand."""
        other = self.other_of(move)
        return set() if other is not None and other.holder == move.who else {"other-not-in-hand"}

    def against_posts(self, move: Move, named: set[str | None]) -> set[str]:
        """Each post that gets something of its own is one where somebody is, and is named once."""
        found = set[str]()
        for post in move.posts:
            found |= self.against_target(post) | ({"post-twice"} if post in named else set())
            named = named | {post}
        return found

    def against_target(self, to: str | None) -> set[str]:
        if to is None:
            return {"needs-post"}
        wrong = {"vacant": "nobody-there", "abolished": "unknown-post", self.holder: "own-post"}
        return {wrong[to]} if to in wrong else set()

    # --- what the database must say of it beside the rest

    def told_ties(self) -> list[list[object]]:
        """Sort, the other's number, whether it is this one that belongs, and whether it lasts."""
        told = [
            [tie.sort, tie.above.number if tie.below is self else tie.below.number, tie.below is self, tie.lasts]
            for tie in self.ties
        ]
        return sorted(told, key=str)
