"""The life of a receipt as a plain model, written from the design's table; it imports nothing of the program.

``refusals`` answers every rule that is against a move (any of them may be the one that is told), ``carry_out``
does it. One file lies in the clerk's hand all the time: it is the one that receipts are put in.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.models.office_model import DocketModel, Move, above

DIARIST = KEEPER = "clerk"
"""Who diarises, and who has the file."""
ACTORS = ("clerk", "superintendent", "officer", "accountant", "record_room", "stranger")
TARGETS = (*ACTORS, "vacant", "abolished")
SEE_THE_FILE = ("clerk", "superintendent", "officer")
DISPOSALS = ("replied", "filed", "no_action")
WHERE = {
    **dict.fromkeys(("mark", "return", "put_in_file", "send_after", "cancel"), ("in_hand",)),
    **dict.fromkeys(("receive", "pull_back"), ("in_transit",)),
    **dict.fromkeys(DISPOSALS, ("in_hand", "in_file")),
    "take_out": ("in_file",),
    "add_document": ("in_hand", "in_transit", "in_file"),
}
MEANS = {
    "receive": frozenset[str](),
    "mark": frozenset({"to", "remark"}),
    "return": frozenset({"to", "remark"}),
    **dict.fromkeys(("put_in_file", "send_after", "take_out"), frozenset({"other", "remark"})),
    **dict.fromkeys(("pull_back", "cancel", *DISPOSALS), frozenset({"remark"})),
    "add_document": frozenset({"document"}),
}
NEEDS_REMARK = {
    **dict.fromkeys(("return", "replied", "filed"), "needs-remark"),
    **dict.fromkeys(("pull_back", "send_after", "take_out", "no_action", "cancel"), "needs-reason"),
}


@dataclass
class ReceiptModel(DocketModel):
    """A receipt that is not confidential."""

    now: datetime | None = None
    names: list[str] = field(default_factory=lambda: ["diarise"])

    def sees(self, who: str) -> bool:
        through = self.state == "in_file" and who == KEEPER
        return who == "record_room" or who in self.roles or who in above(self.last_holder) or through

    def refusals(self, move: Move) -> set[str]:
        """Every rule against it; nothing: it is carried out."""
        if not self.sees(move.who):
            return {"hidden"}
        if self.state not in WHERE[move.action]:
            return {"wrong-state"}
        found = self._against_giver(move) | self._against_what_is_given(move)
        return found | getattr(self, f"_against_{move.action}", lambda _: set[str]())(move)

    def _against_giver(self, move: Move) -> set[str]:
        who, action = move.who, move.action
        if action == "receive":
            return set() if who == self.holder else {"not-addressed"}
        if action == "pull_back":
            return set() if who == self.sender else {"not-sender"}
        if action == "cancel":
            return set() if who == DIARIST else {"lacks-power"}
        has = KEEPER if self.state == "in_file" else self.holder
        return set() if who == has else {"not-holder"}

    def _against_what_is_given(self, move: Move) -> set[str]:
        found = {"not-taken"} if move.given - MEANS[move.action] else set[str]()
        code = NEEDS_REMARK.get(move.action)
        if code and not move.remark:
            found.add(code)
        if "other" in MEANS[move.action] and not move.other:
            found.add("needs-other")
        return found

    def _against_mark(self, move: Move) -> set[str]:
        if move.to is None:
            return {"needs-post"}
        wrong = {"vacant": "nobody-there", "abolished": "unknown-post", self.holder: "own-post"}
        return {wrong[move.to]} if move.to in wrong else set()

    def _against_return(self, move: Move) -> set[str]:
        to = move.to or self.sender
        found = self._against_mark(Move(move.who, "mark", to=to))
        if to is not None and self.roles.get(to) != "held":
            found.add("never-held")
        return found

    def _against_put_in_file(self, move: Move) -> set[str]:
        return set() if move.who == KEEPER else {"other-not-in-hand"}

    def _against_cancel(self, move: Move) -> set[str]:
        held = {post for post, role in self.roles.items() if role == "held"}
        return {"left-already"} if held - {move.who} else set()

    def _against_add_document(self, move: Move) -> set[str]:
        return set() if move.document else {"missing"}

    def carry_out(self, move: Move, at: datetime) -> None:
        """Does a move that nothing is against."""
        self.names.append(move.action)
        self.moved()
        holds = move.who == self.holder and (self.state != "in_transit" or move.action == "receive")
        self.touch(move.who, "held" if holds else "named")
        getattr(self, f"_do_{move.action}")(move, at)

    def _do_mark(self, move: Move, at: datetime) -> None:
        to = move.to or self.sender
        assert to is not None
        self.give(to, at)
        self.touch(to, "marked")
        self.state, self.sender = "in_transit", move.who

    _do_return = _do_mark

    def _do_receive(self, move: Move, at: datetime) -> None:
        self.state = "in_hand"

    def _do_pull_back(self, move: Move, at: datetime) -> None:
        self.give(move.who, at)
        self.touch(move.who, "held")
        self.state, self.sender = "in_hand", None

    _do_take_out = _do_pull_back

    def _do_put_in_file(self, move: Move, at: datetime) -> None:
        self.give(None, at)
        self.state, self.sender = "in_file", None

    _do_send_after = _do_put_in_file

    def _do_replied(self, move: Move, at: datetime) -> None:
        if self.holder is not None:
            self.give(None, at)
        self.state, self.sender = "disposed", None

    _do_filed = _do_no_action = _do_replied

    def _do_cancel(self, move: Move, at: datetime) -> None:
        self._do_replied(move, at)
        self.state = "cancelled"

    def _do_add_document(self, move: Move, at: datetime) -> None:
        self.documents += 1

    def snapshot(self) -> dict[str, Any]:
        """What the database must say."""
        empty: dict[str, Any] = {"paragraphs": 0, "drafts": {}, "fixed": [], "conditions": [], "clocks": []}
        return {**self.kept_beside(), **empty, "proposer": None, "parked": False, "names": self.names}
