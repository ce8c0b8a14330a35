"""How the complaints of a life stand to one another in the model. It imports nothing of the program."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.models.complaint_clocks import ComplaintClocks
from tests.models.complaint_rules import SPLIT_INTO
from tests.models.office_model import Move


@dataclass
class ComplaintTies(ComplaintClocks):
    """A complaint of one kind, beside another one of the life.

    ``parent``: the one from which it was split off. ``lead``: the one under which it is clubbed; ``led``: those
    clubbed under it.
    """

    kind: str = "complaint"
    names: list[str] = field(default_factory=lambda: ["register"])
    recused_itself: set[str] = field(default_factory=set[str])
    assigned_by: str | None = None
    other: ComplaintTies | None = field(default=None, repr=False)
    parent: ComplaintTies | None = field(default=None, repr=False)
    lead: ComplaintTies | None = field(default=None, repr=False)
    led: list[ComplaintTies] = field(default_factory=list["ComplaintTies"], repr=False)
    split_off: int = 0

    @property
    def recused(self) -> set[str]:
        """Who recused himself, from the one that it was split off from too."""
        return self.recused_itself | (self.parent.recused if self.parent is not None else set())

    @property
    def hub(self) -> str:
        """Who assigned it, or else that one, and has it back."""
        return self.assigned_by or (self.parent.hub if self.parent is not None else "hub")

    def sees(self, who: str) -> bool:
        """May a post know of it?"""
        raise NotImplementedError

    def stand(self, name: str, who: str) -> None:
        """A movement stands in its register, and who gave it has to do with it from now on."""
        self.names.append(name)
        self.moved()
        holds = who == self.holder and (self.state != "assigned" or name == "receive")
        if who != "clock":
            self.touch(who, "held" if holds else "named")

    def against_tie(self, move: Move) -> set[str]:
        """Rules between two complaints."""
        if move.action == "split":
            return self._against_split()
        if move.action == "close_clubbed":
            return self.lead_open()
        if move.action not in ("club", "unclub"):
            return set()
        other = self.other if move.other else None
        if move.action == "club":
            return self._in_a_club() | ({"needs-other"} if other is None else self._against_club(other))
        return {"needs-other"} if other is None else set() if self.clubbed_with(other) else {"not-tied"}

    def _in_a_club(self) -> set[str]:
        found = {"is-clubbed"} if self.lead is not None else set[str]()
        return found | ({"leads-a-club"} if self.led else set())

    def clubbed_with(self, other: ComplaintTies) -> bool:
        """Is one of the two clubbed under the other?"""
        return self.lead is other or other.lead is self

    def _against_club(self, other: ComplaintTies) -> set[str]:
        tied = self.clubbed_with(other) or self.parent is other or other.parent is self
        found = {"tied-already"} if tied else set[str]()
        if other.state == "closed":
            return found | {"other-wrong-state"}
        return found | ({"is-clubbed"} if other.lead is not None else set())

    def _against_split(self) -> set[str]:
        if self.kind not in SPLIT_INTO:
            return {"never-split"}
        if self.parent is not None:
            return {"split-off-itself"}
        return {"split-too-often"} if self.split_off + 1 >= SPLIT_INTO[self.kind] else set()

    def lead_open(self) -> set[str]:
        if self.lead is None:
            return {"not-clubbed"}
        return set() if self.lead.state == "closed" else {"lead-open"}
