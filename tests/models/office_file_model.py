"""The life of an office file as a plain model, written from the design's table; it imports nothing of the program.

``refusals`` answers every rule that is against a move (any of them may be the one that is told), ``carry_out``
does it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.models.office_model import CLOSERS, DocketModel, Move, above, same_office

ACTORS = (
    "clerk",
    "superintendent",
    "officer",
    "dc",
    "accountant",
    "record_room",
    "sanctioner",
    "engineer",
    "stranger",
)
TARGETS = (*ACTORS, "vacant", "abolished")
IN_HAND_ONLY = frozenset({"forward", "return", "note", "approve", "settle_condition", "park", "close"})
WHERE = {
    **dict.fromkeys(IN_HAND_ONLY, ("in_hand",)),
    "receive": ("in_transit",),
    "pull_back": ("in_transit",),
    "pull_up": ("in_hand", "in_transit", "parked"),
    "bring_up": ("parked",),
    "reopen": ("closed",),
    "add_document": ("in_hand", "in_transit", "parked"),
}
MEANS = {
    "receive": frozenset[str](),
    "forward": frozenset({"to", "remark", "agree", "draft"}),
    "return": frozenset({"to", "remark", "draft"}),
    "note": frozenset({"text"}),
    "approve": frozenset({"outcome", "conditions", "basis", "draft", "remark"}),
    "settle_condition": frozenset({"condition", "outcome", "remark"}),
    "pull_back": frozenset({"remark"}),
    "pull_up": frozenset({"remark"}),
    "park": frozenset({"until", "remark"}),
    "bring_up": frozenset({"remark"}),
    "close": frozenset({"draft", "remark"}),
    "reopen": frozenset({"remark"}),
    "add_document": frozenset({"document"}),
    "confirm": frozenset[str](),
    "decline": frozenset({"remark"}),
}
NEEDS_REMARK = {
    "return": "needs-remark",
    "settle_condition": "needs-remark",
    "pull_back": "needs-reason",
    "pull_up": "needs-reason",
    "park": "needs-reason",
    "reopen": "needs-reason",
}
LAPSES = timedelta(days=15)
DECIDING = ("approve", "approve_as_amended", "approve_with_conditions", "reject")
COMPETENT = frozenset({"superintendent", "officer"})  # for general matters of any amount


@dataclass
class FileModel(DocketModel):
    """A file of the subject class “general”, which may be closed without a decision."""

    paragraphs: int = 0
    drafts: dict[str, int] = field(default_factory=dict[str, int])
    fixed: set[int] = field(default_factory=set[int])
    noted: set[str] = field(default_factory=set[str])
    conditions: list[bool] = field(default_factory=list[bool])
    closed_by: str | None = None
    proposed_by: str | None = None
    proposed_at: datetime | None = None
    now: datetime | None = None
    parked: bool = False
    names: list[str] = field(default_factory=lambda: ["register"])

    @property
    def proposer(self) -> str | None:
        """Who proposed, until it is settled or 15 days are over."""
        if self.proposed_at is None or self.now is None or self.now >= self.proposed_at + LAPSES:
            return None
        return self.proposed_by

    # --- who sees it ---

    def sees(self, who: str) -> bool:
        if who == "record_room" or who in self.roles or who in above(self.last_holder):
            return True
        return self.proposer is not None and (who in above(self.proposer) or who == "sanctioner")

    # --- what is against a move ---

    def refusals(self, move: Move) -> set[str]:
        """Every rule against it; nothing: it is carried out."""
        if not self.sees(move.who):
            return {"hidden"}
        if move.action in ("confirm", "decline"):
            return self._against_settling(move)
        found = set[str]()
        if self.state not in WHERE[move.action]:
            return {"wrong-state"}
        found |= self._against_giver(move)
        if move.given - MEANS[move.action]:
            found.add("not-taken")
        code = NEEDS_REMARK.get(move.action)
        if code and not move.remark:
            found.add(code)
        return found | getattr(self, f"_against_{move.action}", lambda _: set[str]())(move)

    def _against_giver(self, move: Move) -> set[str]:
        who, action = move.who, move.action
        if action == "receive":
            return set() if who == self.holder else {"not-addressed"}
        if action == "pull_back":
            return set() if who == self.sender else {"not-sender"}
        if action == "pull_up":
            return set() if who in above(self.holder) else {"not-superior"}
        if action == "reopen":
            return set() if who in (self.closed_by, "record_room") else {"not-closer"}
        return set() if who == self.holder else {"not-holder"}

    def _against_forward(self, move: Move) -> set[str]:
        found = self._against_target(move.to) | self._against_draft(move)
        noted = move.who in self.noted or move.draft or move.agree or move.remark
        if move.to in above(move.who) and not noted:
            found.add("needs-note")
        return found

    def _against_return(self, move: Move) -> set[str]:
        to = move.to or self.sender
        found = self._against_target(to) | self._against_draft(move)
        if to is not None and self.roles.get(to) != "held":
            found.add("never-held")
        return found

    def _against_target(self, to: str | None) -> set[str]:
        if to is None:
            return {"needs-post"}
        wrong = {"vacant": "nobody-there", "abolished": "unknown-post", self.holder: "own-post"}
        return {wrong[to]} if to in wrong else set()

    def _against_draft(self, move: Move) -> set[str]:
        own = self.drafts.get(move.who)
        if own is None:
            return set() if move.draft is None else {"draft-not-yours"}
        return {None: {"draft-left"}, own: set[str]()}.get(move.draft, {"draft-not-yours"})

    def _against_note(self, move: Move) -> set[str]:
        found = {"open-draft-exists"} if move.who in self.drafts else set[str]()
        return found if move.text else found | {"needs-text"}

    def _against_approve(self, move: Move) -> set[str]:
        found = self._against_draft(move)
        if move.outcome not in (*DECIDING, "discuss", "seen"):
            found.add("needs-outcome")
        elif move.outcome == "approve_with_conditions" and not move.conditions:
            found.add("needs-conditions")
        elif move.outcome != "approve_with_conditions" and move.conditions:
            found.add("not-taken")
        if move.outcome in DECIDING and move.who not in COMPETENT:
            found.add("beyond-competence")
        if self.fixed and move.basis is None and move.draft is None:
            found.add("needs-basis")
        if move.basis is not None and move.basis not in self.fixed and move.basis != move.draft:
            found.add("unknown-note")
        return found

    def _against_settle_condition(self, move: Move) -> set[str]:
        found = set[str]()
        if move.condition is None or not self._is_open(move.condition):
            found.add("unknown-condition")
        if move.outcome not in ("met", "waived"):
            found.add("needs-outcome")
        return found

    def _is_open(self, condition: int) -> bool:
        return 1 <= condition <= len(self.conditions) and self.conditions[condition - 1]

    def _against_park(self, move: Move) -> set[str]:
        return set() if move.until else {"needs-day"}

    def _against_close(self, move: Move) -> set[str]:
        found = self._against_draft(move)
        if move.who not in CLOSERS:
            found.add("lacks-power")
        return found | ({"open-condition"} if any(self.conditions) else set())

    def _against_reopen(self, move: Move) -> set[str]:
        return {"proposal-open"} if self.proposer else set()

    def _against_add_document(self, move: Move) -> set[str]:
        return set() if move.document else {"missing"}

    def _against_settling(self, move: Move) -> set[str]:
        if self.proposer is None:
            return {"no-proposal"}
        found = set[str]()
        if move.who == self.proposer:
            found.add("same-person")
        if move.who not in above(self.proposer) and move.who != "sanctioner":
            found.add("not-second")
        if move.action == "decline" and not move.remark:
            found.add("needs-reason")
        if move.given - MEANS[move.action]:
            found.add("not-taken")
        return found

    # --- what follows ---

    def carry_out(self, move: Move, at: datetime) -> None:
        """Does a move that nothing is against."""
        self.names.append(self._name(move))
        self.moved()
        holds = move.who == self.holder and (self.state != "in_transit" or move.action == "receive")
        self.touch(move.who, "held" if holds else "named")
        if move.draft is not None:
            self.fixed.add(self.drafts.pop(move.who))
        getattr(self, f"_do_{move.action}", lambda *_: None)(move, at)

    def _name(self, move: Move) -> str:
        if move.action == "reopen":
            return "propose"
        if move.action == "confirm":
            return "reopen"
        if move.action != "forward" or move.to is None:
            return move.action
        if move.to in above(move.who):
            return "put_up"
        if move.who in above(move.to):
            return "mark"
        return "send" if same_office(move.who, move.to) else "forward"

    def _send(self, who: str, to: str, at: datetime) -> None:
        self.give(to, at)
        self.touch(to, "marked")
        self.state, self.sender, self.noted = "in_transit", who, set()

    def _do_forward(self, move: Move, at: datetime) -> None:
        assert move.to is not None
        self._send(move.who, move.to, at)

    def _do_return(self, move: Move, at: datetime) -> None:
        to = move.to or self.sender
        assert to is not None
        self._send(move.who, to, at)

    def _do_receive(self, move: Move, at: datetime) -> None:
        self.state = "in_hand"

    def _take(self, who: str, at: datetime) -> None:
        self.give(who, at)
        self.touch(who, "held")
        self.state, self.sender, self.noted = "in_hand", None, set()

    def _do_pull_back(self, move: Move, at: datetime) -> None:
        self._take(move.who, at)

    def _do_pull_up(self, move: Move, at: datetime) -> None:
        self._take(move.who, at)
        self.parked = False

    def _do_note(self, move: Move, at: datetime) -> None:
        self.paragraphs += 1
        self.drafts[move.who] = self.paragraphs
        self.noted.add(move.who)

    def _do_approve(self, move: Move, at: datetime) -> None:
        self.conditions += [True] * move.conditions

    def _do_settle_condition(self, move: Move, at: datetime) -> None:
        assert move.condition is not None
        self.conditions[move.condition - 1] = False

    def _do_park(self, move: Move, at: datetime) -> None:
        self.state, self.parked = "parked", True

    def _do_bring_up(self, move: Move, at: datetime) -> None:
        self.state, self.parked = "in_hand", False

    def _do_close(self, move: Move, at: datetime) -> None:
        self.give(None, at)
        self.state, self.sender, self.closed_by = "closed", None, move.who

    def _do_reopen(self, move: Move, at: datetime) -> None:
        self.proposed_by, self.proposed_at = move.who, at

    def _do_confirm(self, move: Move, at: datetime) -> None:
        assert self.proposer is not None
        self._take(self.proposer, at)
        self.proposed_at = None

    def _do_decline(self, move: Move, at: datetime) -> None:
        self.proposed_at = None

    def _do_add_document(self, move: Move, at: datetime) -> None:
        self.documents += 1

    def snapshot(self) -> dict[str, Any]:
        """What the database must say."""
        return {
            **self.kept_beside(),
            "paragraphs": self.paragraphs,
            "drafts": dict(self.drafts),
            "fixed": sorted(self.fixed),
            "conditions": self.conditions,
            "proposer": self.proposer,
            "parked": self.parked,
            "names": self.names,
            "clocks": [],
        }
