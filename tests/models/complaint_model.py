"""What follows from each move on a complaint, from the design's table; it imports nothing of the program."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.models.complaint_rules import ENDS, HOPS, LAPSE, SECONDED
from tests.models.complaint_standing import ComplaintStanding
from tests.models.office_model import Held, Move


@dataclass
class ComplaintModel(ComplaintStanding):
    """A complaint of one category, perhaps against a post; ``born``: those that were split off from it."""

    born: list[ComplaintModel] = field(default_factory=list["ComplaintModel"], repr=False)

    def carry_out(self, move: Move, at: datetime) -> None:
        """Does a move that nothing is against."""
        name = "propose" if move.action in SECONDED else move.action
        if move.action == "confirm":
            assert self.proposal is not None
            name = self.proposal[2]
        self.stand(name, move.who)
        self.hops += move.action in HOPS
        getattr(self, f"_do_{move.action}", self._do_nothing)(move, at)
        if name in ENDS:
            self._close(ENDS[name], at)

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
        self.give(self.hub, at)
        self.touch(self.hub, "held")
        self.state, self.sender = "registered", move.who

    def _do_transfer(self, move: Move, at: datetime) -> None:
        assert move.to is not None
        self._sent(move.to, move, at)

    def _do_recuse(self, move: Move, at: datetime) -> None:
        self._do_transfer(move, at)
        self.recused_itself.add(move.who)

    def _do_recategorise(self, move: Move, at: datetime) -> None:
        assert move.category is not None
        self._do_transfer(move, at)
        self.category = move.category
        if not self.running("level"):
            self._assigned(at)
            return
        for clock in self.running("level", "attend"):
            clock.recount(self.week(at), self._limit(clock.sort, clock.level))

    def _do_direct_down(self, move: Move, at: datetime) -> None:
        assert move.to is not None
        self.give(move.to, at)
        self.touch(move.to, "held")
        self.sender = move.who

    def _do_ask(self, move: Move, at: datetime) -> None:
        self.asked = True

    def _do_answer(self, move: Move, at: datetime) -> None:
        self.asked = False

    def _close(self, ending: str, at: datetime) -> None:
        if self.holder is not None:
            self.give(None, at)
        self.state, self.sender, self.closed_at, self.ending = "closed", None, at, ending
        self._end(at, "citizen", "level", "attend")

    def _do_reply(self, move: Move, at: datetime) -> None:
        self.give(None, at)
        self.state, self.sender, self.replied_by, self.accepted = "replied", move.who, move.who, False
        self.attempts = []
        for clock in self.running("level"):
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
        self.proposal = (move.who, at + LAPSE, move.action)

    _do_close_clubbed = _do_reject

    def _do_confirm(self, move: Move, at: datetime) -> None:
        assert self.proposal is not None
        self.touch(self.proposal[0], "held")
        self.proposal = None

    def _do_decline(self, move: Move, at: datetime) -> None:
        self.proposal = None

    def _do_warn(self, move: Move, at: datetime) -> None:
        for sort in self.to_be_warned_of():
            if sort == "level":
                self.told = at
            else:
                self.warned[sort] = at

    def _do_remind_overdue(self, move: Move, at: datetime) -> None:
        self.told = at

    _do_remind_of_reply = _do_remind_overdue

    def _do_extend(self, move: Move, at: datetime) -> None:
        for clock in self.late(at):
            clock.due = clock.extended(self.week(at))

    def _do_escalate(self, move: Move, at: datetime) -> None:
        to = move.to or self._above()
        assert to is not None
        self.level += 1
        self._sent(to, move, at)
        self._end(at, "level")
        self._start("level", at)

    _do_climb_unheard = _do_escalate

    def _do_reopen(self, move: Move, at: datetime) -> None:
        to = move.to or self._again()
        assert to is not None
        self._open_again(to, move, at)

    _do_reopen_by_superior = _do_reopen

    def _do_appeal(self, move: Move, at: datetime) -> None:
        to = move.to or self._above()
        assert to is not None
        self.level = max(self.level, min(self.level + 1, self.top))
        self._open_again(to, move, at)

    def _open_again(self, to: str, move: Move, at: datetime) -> None:
        self._sent(to, move, at)
        self.hops, self.special_proposals, self.closed_at, self.evidence = 0, 0, None, set()
        self.ending = None
        self.reopenings += 1
        for sort in ("citizen", "level", "attend"):
            self._start(sort, at)

    def _do_split(self, move: Move, at: datetime) -> None:
        assert move.to is not None
        assert move.category is not None
        self.split_off += 1
        born = ComplaintModel("assigned", move.to, kind=self.kind, category=move.category, accused=self.accused)
        born.parent, born.shared, born.other = self, self.shared, self
        born.begin_split(move.who, at, since=self.running("citizen")[0].began)
        self.born.append(born)

    def begin_split(self, who: str, at: datetime, *, since: datetime) -> None:
        """It is with an officer at once; the citizen waits for it since he first complained."""
        assert self.holder is not None
        self.names, self.now, self.sender = ["begin_split"], at, who
        self.holdings = [Held(self.holder, at)]
        self.touch(self.holder, "marked")
        self.touch(who, "held")
        self._start("citizen", at, since)
        self._start("level", at)
        self._start("attend", at)

    def _do_club(self, move: Move, at: datetime) -> None:
        assert self.other is not None
        self.lead = self.other
        self.other.led.append(self)
        self.other.stand("clubbed_with", move.who)

    def _do_unclub(self, move: Move, at: datetime) -> None:
        assert self.other is not None
        under, lead = (self, self.other) if self.lead is self.other else (self.other, self)
        under.lead, lead.led = None, [one for one in lead.led if one is not under]
        self.other.stand("unclubbed", move.who)

    def _do_add_reference(self, move: Move, at: datetime) -> None:
        assert move.reference is not None
        self.references += 1
        self.shared.references.add(move.reference)

    def _do_add_document(self, move: Move, at: datetime) -> None:
        self.documents += 1
        self.evidence.add(str(move.document))

    def beside(self) -> dict[str, Any]:
        """What must stand beside it: level, category, what is due, how it ended, what it is tied to."""
        level = next((clock for clock in self.running("level") if clock.halted is None), None)
        return {
            "level": self.level,
            "category": self.category,
            "due": level and level.due,
            "ending": self.ending,
            "references": self.references,
            "clubbed": self.lead is not None,
            "leads": len(self.led),
            "split off": self.split_off,
        }

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
