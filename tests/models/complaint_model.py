"""What follows from each move on a complaint, from the design's table; it imports nothing of the program."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.models import calendar_model
from tests.models.complaint_rules import HISAR, HOPS, LAPSE, LEVELS
from tests.models.complaint_standing import ComplaintStanding
from tests.models.office_model import Move


@dataclass
class ComplaintModel(ComplaintStanding):
    """A complaint of one category, perhaps against a post."""

    def carry_out(self, move: Move, at: datetime) -> None:
        """Does a move that nothing is against."""
        names = {"reject": "propose", "confirm": "reject"}
        self.names.append(names.get(move.action, move.action))
        self.moved()
        holds = move.who == self.holder and (self.state != "assigned" or move.action == "receive")
        if move.who != "clock":
            self.touch(move.who, "held" if holds else "named")
        self.hops += move.action in HOPS
        getattr(self, f"_do_{move.action}", self._do_nothing)(move, at)

    def _do_nothing(self, move: Move, at: datetime) -> None:
        """It stands in the register, and changes nothing that is kept beside it."""

    def _sent(self, to: str, move: Move, at: datetime) -> None:
        self.give(to, at)
        self.touch(to, "marked")
        self.state, self.sender = "assigned", None if move.who == "clock" else move.who

    def _do_assign(self, move: Move, at: datetime) -> None:
        assert move.to is not None
        self._sent(move.to, move, at)
        self.assigned_by = move.who
        self._assigned(at)

    _do_assign_finally = _do_assign

    def _do_receive(self, move: Move, at: datetime) -> None:
        self.state = "in_work"

    def _do_attend(self, move: Move, at: datetime) -> None:
        self._end(at, "attend")

    def _do_return_to_hub(self, move: Move, at: datetime) -> None:
        self.give(self.assigned_by, at)
        self.touch(self.assigned_by, "held")
        self.state, self.sender = "registered", move.who

    def _do_transfer(self, move: Move, at: datetime) -> None:
        assert move.to is not None
        self._sent(move.to, move, at)

    def _do_recuse(self, move: Move, at: datetime) -> None:
        self._do_transfer(move, at)
        self.recused.add(move.who)

    def _do_recategorise(self, move: Move, at: datetime) -> None:
        assert move.category is not None
        self._do_transfer(move, at)
        before, self.category = self.category, move.category
        if not self._running("level"):
            self._assigned(at)
            return
        for clock in self._running("level", "attend"):
            old = calendar_model.due(HISAR, clock.began, *self._limit(clock.sort, before, clock.level))
            count, clock.unit = self._limit(clock.sort, self.category, clock.level)
            fresh = calendar_model.due(HISAR, clock.began, count, clock.unit)
            clock.due = calendar_model.later(HISAR, clock.unit, fresh, old, clock.due)

    def _do_direct_down(self, move: Move, at: datetime) -> None:
        assert move.to is not None
        self.give(move.to, at)
        self.touch(move.to, "held")
        self.sender = move.who

    def _do_ask(self, move: Move, at: datetime) -> None:
        self.asked = True

    def _do_answer(self, move: Move, at: datetime) -> None:
        self.asked = False

    def _close(self, at: datetime) -> None:
        if self.holder is not None:
            self.give(None, at)
        self.state, self.sender, self.closed_at = "closed", None, at
        self._end(at, "citizen", "level", "attend")

    def _do_withdraw(self, move: Move, at: datetime) -> None:
        self._close(at)

    _do_satisfied = _do_approve_special_close = _do_close_unheard = _do_withdraw

    def _do_reply(self, move: Move, at: datetime) -> None:
        self.give(None, at)
        self.state, self.sender, self.replied_by, self.accepted = "replied", move.who, move.who, False
        self.attempts = []
        for clock in self._running("level"):
            clock.halted = at

    def _do_accept_reply(self, move: Move, at: datetime) -> None:
        self.accepted = True

    def _do_send_reply_back(self, move: Move, at: datetime) -> None:
        assert self.replied_by is not None
        self.give(self.replied_by, at)
        self.touch(self.replied_by, "held")
        self.state = "in_work"
        self._resume(at)

    def _do_not_satisfied(self, move: Move, at: datetime) -> None:
        assert self.replied_by is not None
        self.give(self.replied_by, at)
        self.touch(self.replied_by, "marked")
        self.state = "assigned"
        self._resume(at)

    def _do_record_attempt(self, move: Move, at: datetime) -> None:
        self.attempts.append(at)

    def _do_propose_special_close(self, move: Move, at: datetime) -> None:
        self.state, self.special = "special_close_proposed", (move.who, at)
        self.special_proposals += 1

    def _do_refuse_special_close(self, move: Move, at: datetime) -> None:
        self.state = "in_work"

    _do_lapse_special_close = _do_refuse_special_close

    def _do_reject(self, move: Move, at: datetime) -> None:
        self.proposal = (move.who, at + LAPSE)

    def _do_confirm(self, move: Move, at: datetime) -> None:
        assert self.proposal is not None
        self.touch(self.proposal[0], "held")
        self.proposal = None
        self._close(at)

    def _do_decline(self, move: Move, at: datetime) -> None:
        self.proposal = None

    def _do_remind_overdue(self, move: Move, at: datetime) -> None:
        self.reminded = at

    def _do_escalate(self, move: Move, at: datetime) -> None:
        to = move.to or self._above()
        assert to is not None
        self.level += 1
        self._sent(to, move, at)
        self._end(at, "level")
        self._start("level", at)

    def _do_reopen(self, move: Move, at: datetime) -> None:
        to = move.to or self._again()
        assert to is not None
        self._open_again(to, move, at)

    _do_reopen_by_superior = _do_reopen

    def _do_appeal(self, move: Move, at: datetime) -> None:
        to = move.to or self._above()
        assert to is not None
        self.level = max(self.level, min(self.level + 1, len(LEVELS[self.category])))
        self._open_again(to, move, at)

    def _open_again(self, to: str, move: Move, at: datetime) -> None:
        self._sent(to, move, at)
        self.hops, self.special_proposals, self.closed_at, self.evidence = 0, 0, None, set()
        self.reopenings += 1
        for sort in ("citizen", "level", "attend"):
            self._start(sort, at)

    def _do_split(self, move: Move, at: datetime) -> None:
        self.split_off += 1

    def _do_add_document(self, move: Move, at: datetime) -> None:
        self.documents += 1
        self.evidence.add(str(move.document))

    def snapshot(self) -> dict[str, Any]:
        """What the database must say."""
        clocks = sorted(self.clocks, key=lambda clock: (clock.began, clock.sort))
        return {
            **self.kept_beside(),
            "paragraphs": 0,
            "drafts": {},
            "fixed": [],
            "conditions": [],
            "proposer": self.open_proposal,
            "parked": False,
            "names": self.names,
            "clocks": [
                (clock.sort, clock.level, clock.began, clock.due, clock.halted, clock.ended) for clock in clocks
            ],
        }
