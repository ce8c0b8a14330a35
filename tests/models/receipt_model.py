"""The life of a receipt as a plain model, written from the design's table; it imports nothing of the program.

``refusals`` answers every rule that is against a move (any of them may be the one that is told), ``carry_out``
does it, on this receipt and on the file or the complaint that the move names.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from tests.models.office_file_rules import BESIDE, TIES
from tests.models.office_model import Move
from tests.models.paper_model import PaperModel

DIARIST = "clerk"
ACTORS = ("clerk", "superintendent", "officer", "accountant", "record_room", "hub", "stranger")
TARGETS = (*ACTORS, "vacant", "abolished")
DISPOSALS = ("replied", "filed", "no_action")
WHERE = {
    **dict.fromkeys(("mark", "return", "put_in_file", "send_after", "cancel", "made_complaint"), ("in_hand",)),
    **dict.fromkeys(("receive", "pull_back"), ("in_transit",)),
    **dict.fromkeys(DISPOSALS, ("in_hand", "in_file")),
    "take_out": ("in_file",),
    "add_document": ("in_hand", "in_transit", "in_file"),
}
MEANS = {
    "receive": frozenset[str](),
    "mark": frozenset({"to", "posts", "remark", "due"}),
    "return": frozenset({"to", "remark", "due"}),
    **dict.fromkeys(("put_in_file", "send_after", "take_out", "made_complaint"), frozenset({"other", "remark"})),
    **dict.fromkeys(("pull_back", "cancel", *DISPOSALS), frozenset({"remark"})),
    "add_document": frozenset({"document"}),
}
NEEDS_REMARK = {
    **dict.fromkeys(("return", "replied", "filed"), "needs-remark"),
    **dict.fromkeys(("pull_back", "send_after", "take_out", "no_action", "cancel"), "needs-reason"),
}


@dataclass(eq=False)
class ReceiptModel(PaperModel):
    """A receipt that is not confidential, among the papers of its life."""

    family: ClassVar[str] = "receipt"
    where, means, needs_remark = WHERE, MEANS, NEEDS_REMARK
    names: list[str] = field(default_factory=lambda: ["diarise"])
    ending: str | None = None

    def _against_giver(self, move: Move) -> set[str]:
        who, action = move.who, move.action
        if action == "receive":
            return set() if who == self.holder else {"not-addressed"}
        if action == "pull_back":
            return set() if who == self.sender else {"not-sender"}
        if action == "cancel":
            return set() if who == DIARIST else {"lacks-power"}
        return set() if who == self.hand else {"not-holder"}

    def _against_mark(self, move: Move) -> set[str]:
        return self.against_target(move.to) | self.against_posts(move, {move.to, self.holder})

    def _against_return(self, move: Move) -> set[str]:
        to = move.to or self.sender
        found = self.against_target(to)
        if to is not None and self.roles.get(to) != "held":
            found.add("never-held")
        return found

    def _against_put_in_file(self, move: Move) -> set[str]:
        return self.against_tying(move) | self.against_not_in_hand(move)

    def _against_send_after(self, move: Move) -> set[str]:
        return self.against_tying(move)

    _against_made_complaint = _against_send_after

    def _against_take_out(self, move: Move) -> set[str]:
        return self.against_untying(move)

    def _against_cancel(self, move: Move) -> set[str]:
        held = {post for post, role in self.roles.items() if role == "held"}
        return {"left-already"} if held - {move.who} else set()

    def _against_add_document(self, move: Move) -> set[str]:
        return set() if move.document else {"missing"}

    # --- what follows

    def carry_out(self, move: Move, at: datetime) -> None:
        """Does a move that nothing is against."""
        self.names.append(move.action)
        self.moved()
        self.touch(move.who, "held" if self.has(move.who) else "named")
        getattr(self, f"_do_{move.action}")(move, at)

    def _do_return(self, move: Move, at: datetime) -> None:
        to = move.to or self.sender
        assert to is not None
        self.give(to, at)
        self.touch(to, "marked")
        self.state, self.sender = "in_transit", move.who

    def _do_mark(self, move: Move, at: datetime) -> None:
        """One post has it for action; each further one gets a receipt of its own."""
        self._do_return(move, at)
        for post in move.posts:
            number = f"{self.number}/{self.born('copy') + 1}"
            copy = ReceiptModel("in_transit", post, sender=move.who, number=number, names=["begin_copy"])
            self.bear(copy, "copy", move.who, at)

    def _do_receive(self, move: Move, at: datetime) -> None:
        self.touch(move.who, "held")
        self.state = "in_hand"

    def _do_pull_back(self, move: Move, at: datetime) -> None:
        self.give(move.who, at)
        self.touch(move.who, "held")
        self.state, self.sender = "in_hand", None

    def _with_other(self, move: Move) -> Any:
        """The other moves too; answers it."""
        other = self.other_of(move)
        assert other is not None
        other.moved_beside(BESIDE[move.action][0], move.who)
        return other

    def _do_take_out(self, move: Move, at: datetime) -> None:
        self.untie(self._with_other(move), TIES["take_out"])
        self._do_pull_back(move, at)

    def _do_put_in_file(self, move: Move, at: datetime) -> None:
        self.tie(self._with_other(move), TIES[move.action])
        self.give(None, at)
        self.state, self.sender = "in_file", None

    _do_send_after = _do_put_in_file

    def _do_replied(self, move: Move, at: datetime) -> None:
        if self.holder is not None:
            self.give(None, at)
        self.state, self.sender, self.ending = "disposed", None, move.action

    _do_filed = _do_no_action = _do_replied

    def _do_made_complaint(self, move: Move, at: datetime) -> None:
        self.tie(self._with_other(move), TIES["made_complaint"])
        self._do_replied(move, at)

    def _do_cancel(self, move: Move, at: datetime) -> None:
        self._do_replied(move, at)
        self.state, self.ending = "cancelled", "cancelled"

    def _do_add_document(self, move: Move, at: datetime) -> None:
        self.documents += 1

    def snapshot(self) -> dict[str, Any]:
        """What the database must say."""
        empty: dict[str, Any] = {"paragraphs": 0, "drafts": {}, "fixed": [], "conditions": [], "clocks": []}
        told = {"number": self.number, "ending": self.ending, "ties": self.told_ties()}
        return {**self.kept_beside(), **empty, **told, "proposer": None, "parked": False, "names": self.names}
