"""The plain road of a complaint as a model, written from the design's table; it imports nothing of the program."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from tests.models import calendar_model
from tests.models.office_model import DocketModel, Move, above

ACTORS = ("hub", "calling", "junior", "engineer", "superintending", "accountant", "stranger")
WHERE = {
    "assign": ("registered",),
    "receive": ("assigned",),
    "attend": ("in_work",),
    "reply": ("in_work",),
    "satisfied": ("replied",),
    "not_satisfied": ("replied",),
    "add_document": ("registered", "assigned", "in_work"),
}
MEANS = {
    "assign": frozenset({"to", "remark"}),
    "receive": frozenset[str](),
    **dict.fromkeys(("attend", "reply", "satisfied", "not_satisfied"), frozenset({"remark"})),
    "add_document": frozenset({"document"}),
}
# The calendar of the office, with its holidays.
HISAR = calendar_model.Week(
    "Asia/Kolkata",
    holidays=frozenset(
        {date(2026, 1, 26), date(2026, 8, 15), date(2026, 10, 2), date(2026, 11, 8), date(2026, 12, 25)}
    ),
)
# By category: the limits of the citizen, of attending, and of the first level.
LIMITS = {
    "drinking-water": {"citizen": (30, "days"), "attend": (1, "working_days"), "level": (7, "days")},
    "street-light": {"citizen": (15, "days"), "attend": (1, "working_days"), "level": (3, "working_days")},
    "pension": {"citizen": (45, "days"), "attend": (8, "working_hours"), "level": (15, "days")},
}


@dataclass
class ClockModel:
    """A clock that was started."""

    unit: str
    began: datetime
    due: datetime
    halted: datetime | None = None
    ended: datetime | None = None


@dataclass
class ComplaintModel(DocketModel):
    """A complaint of one category, perhaps against a post."""

    category: str = "drinking-water"
    accused: str | None = None
    replied_by: str | None = None
    clocks: dict[str, ClockModel] = field(default_factory=dict[str, ClockModel])
    names: list[str] = field(default_factory=lambda: ["register"])

    def begin(self, at: datetime) -> None:
        super().begin(at)
        self._start("citizen", at)

    def _start(self, sort: str, at: datetime) -> None:
        count, unit = LIMITS[self.category][sort]
        self.clocks[sort] = ClockModel(unit, at, calendar_model.due(HISAR, at, count, unit))

    def sees(self, who: str) -> bool:
        return who in ("hub", "calling") or who in self.roles or who in above(self.last_holder)

    def refusals(self, move: Move) -> set[str]:
        """Every rule against it; nothing: it is carried out."""
        if not self.sees(move.who):
            return {"hidden"}
        if self.state not in WHERE[move.action]:
            return {"wrong-state"}
        found = self._against_giver(move)
        if move.given - MEANS[move.action]:
            found.add("not-taken")
        if move.action == "assign":
            found |= self._against_target(move.to)
        elif move.action == "add_document":
            found |= set() if move.document else {"missing"}
        elif move.action != "receive" and not move.remark:
            found.add("needs-remark")
        return found

    def _against_giver(self, move: Move) -> set[str]:
        if move.action == "assign":
            return set() if move.who == "hub" else {"lacks-power"}
        if move.action in ("satisfied", "not_satisfied"):
            if move.who == self.replied_by:
                return {"officer-concerned"}
            return set() if move.who == "calling" else {"lacks-power"}
        if move.who == self.holder or (move.action == "add_document" and move.who == "hub"):
            return set()
        return {"not-addressed"} if move.action == "receive" else {"not-holder"}

    def _against_target(self, to: str | None) -> set[str]:
        if to is None:
            return {"needs-post"}
        found = {"own-post"} if to == self.holder else set[str]()
        if self.accused is not None and self.accused in (to, *above(to)):
            found.add("accused-post")
        return found

    def carry_out(self, move: Move, at: datetime) -> None:
        """Does a move that nothing is against."""
        self.names.append(move.action)
        self.moved()
        holds = move.who == self.holder and (self.state != "assigned" or move.action == "receive")
        self.touch(move.who, "held" if holds else "named")
        getattr(self, f"_do_{move.action}")(move, at)

    def _do_assign(self, move: Move, at: datetime) -> None:
        assert move.to is not None
        self.give(move.to, at)
        self.touch(move.to, "marked")
        self.state, self.sender = "assigned", move.who
        self._start("level", at)
        self._start("attend", at)

    def _do_receive(self, move: Move, at: datetime) -> None:
        self.state = "in_work"

    def _do_attend(self, move: Move, at: datetime) -> None:
        attend = self.clocks["attend"]
        attend.ended = attend.ended or at

    def _do_reply(self, move: Move, at: datetime) -> None:
        self.give(None, at)
        self.state, self.sender, self.replied_by = "replied", move.who, move.who
        self.clocks["level"].halted = at

    def _do_satisfied(self, move: Move, at: datetime) -> None:
        self.state, self.sender = "closed", None
        for clock in self.clocks.values():
            clock.ended = clock.ended or at

    def _do_not_satisfied(self, move: Move, at: datetime) -> None:
        assert self.replied_by is not None
        self.give(self.replied_by, at)
        self.touch(self.replied_by, "marked")
        self.state, level = "assigned", self.clocks["level"]
        assert level.halted is not None
        level.due = calendar_model.resumed(HISAR, level.unit, level.due, level.halted, at)
        level.halted = None

    def _do_add_document(self, move: Move, at: datetime) -> None:
        self.documents += 1

    def snapshot(self) -> dict[str, Any]:
        """What the database must say."""
        return {
            **self.kept_beside(),
            "paragraphs": 0,
            "drafts": {},
            "fixed": [],
            "conditions": [],
            "proposer": None,
            "parked": False,
            "names": self.names,
            "clocks": {
                sort: (clock.began, clock.due, clock.halted, clock.ended) for sort, clock in self.clocks.items()
            },
        }
