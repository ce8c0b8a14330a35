"""The life of an office file as a plain model, written from the design's table; it imports nothing of the program.

``refusals`` answers every rule that is against a move (any of them may be the one that is told), ``carry_out``
does it, on this file and on the other that the move names or brings into being.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from tests.models.office_file_rules import BESIDE, BY_TWO, DECIDING, SIDE, TIES
from tests.models.office_file_standing import Condition, FileStanding
from tests.models.office_model import Move, above, same_office


@dataclass(eq=False)
class FileModel(FileStanding):
    """A file among the others of its life, and what follows from each move on it."""

    family: ClassVar[str] = "office_file"
    names: list[str] = field(default_factory=lambda: ["register"])

    def carry_out(self, move: Move, at: datetime) -> None:
        """Does a move that nothing is against."""
        self.names.append(self._name(move))
        self.moved()
        if move.action not in SIDE:
            self.last_change = self.version
        self.touch(move.who, "held" if self.has(move.who) else "named")
        if move.action in BY_TWO:
            self.proposal, self.proposed_at = move, at
            return
        if move.draft is not None:
            self.fixed.add(self.drafts.pop(move.who))
        getattr(self, f"_do_{move.action}", lambda *_: None)(move, at)

    def _name(self, move: Move) -> str:
        if move.action in BY_TWO:
            return "propose"
        if move.action == "confirm":
            assert self.proposal is not None
            return self.proposal.action
        return self._way(move) if move.action == "forward" else move.action

    def _way(self, move: Move) -> str:
        to = self._sent_to(move)
        if to in above(move.who):
            return "put_up"
        if move.who in above(to):
            return "mark"
        return "send" if same_office(move.who, to) else "forward"

    # --- between desks

    def _sent_to(self, move: Move) -> str:
        """The next post of its route, where none is named."""
        return move.to or self.route[0]

    def _send(self, move: Move, to: str | None, at: datetime) -> None:
        assert to is not None
        self.give(to, at)
        self.touch(to, "marked")
        self.state, self.sender, self.noted = "in_transit", move.who, set()
        self.due, self.route_before = self.due or move.due, None

    def _do_forward(self, move: Move, at: datetime) -> None:
        to = self._sent_to(move)
        self._send(move, to, at)
        if to in self.route:
            self.route_before = self.route
            self.route = self.route[self.route.index(to) + 1 :]

    def _do_route(self, move: Move, at: datetime) -> None:
        self._send(move, move.to, at)
        self.route, self.route_before = list(move.posts), [str(move.to), *move.posts]

    def _do_end_route(self, move: Move, at: datetime) -> None:
        self.route = []

    def _do_return(self, move: Move, at: datetime) -> None:
        self._send(move, move.to or self.sender, at)

    def _do_receive(self, move: Move, at: datetime) -> None:
        self.touch(move.who, "held")
        self.state = "in_hand"

    def _take(self, who: str, at: datetime) -> None:
        self.give(who, at)
        self.touch(who, "held")
        self.state, self.sender, self.noted = "in_hand", None, set()

    def _stop_again(self) -> None:
        """The stop to which it was on its way never had it."""
        if self.state == "in_transit" and self.route_before is not None:
            self.route = self.route_before

    def _do_pull_back(self, move: Move, at: datetime) -> None:
        self._stop_again()
        self._take(move.who, at)

    def _do_pull_up(self, move: Move, at: datetime) -> None:
        self._stop_again()
        self._take(move.who, at)
        self.parked = False

    def _do_park(self, move: Move, at: datetime) -> None:
        self.state, self.parked = "parked", True

    def _do_bring_up(self, move: Move, at: datetime) -> None:
        self.state, self.parked = "in_hand", False

    # --- notes, decisions, particulars

    def _do_note(self, move: Move, at: datetime) -> None:
        self.paragraphs += 1
        self.drafts[move.who] = self.paragraphs
        self.noted.add(move.who)

    def _do_approve(self, move: Move, at: datetime) -> None:
        if move.outcome in DECIDING:
            self.decision = move.outcome
            self.book.decide(move)
        self.conditions += [Condition(move.who) for _ in range(move.conditions)]

    def _do_settle_condition(self, move: Move, at: datetime) -> None:
        assert move.condition is not None
        self.conditions[move.condition - 1].is_open = False

    def _do_amend_particulars(self, move: Move, at: datetime) -> None:
        self.particulars |= dict(move.particulars)
        self.amended = self.amended or move.subject

    # --- the end, and what takes two people

    def _end(self, state: str, ending: str, at: datetime) -> None:
        if self.holder is not None:
            self.give(None, at)
        self.state, self.ending, self.sender = state, ending, None

    def _do_close(self, move: Move, at: datetime) -> None:
        self._end("closed", "closed", at)
        self.route, self.closed_by = [], move.who

    def _do_cancel(self, move: Move, at: datetime) -> None:
        self._end("cancelled", "cancelled", at)
        self.route = []

    def _do_confirm(self, move: Move, at: datetime) -> None:
        proposal = self.proposal
        assert proposal is not None
        self.touch(proposal.who, "held" if self.has(proposal.who) else "named")
        self.proposal = None
        getattr(self, f"_do_{proposal.action}")(proposal, at)

    def _do_decline(self, move: Move, at: datetime) -> None:
        self.proposal = None

    def _do_reopen(self, move: Move, at: datetime) -> None:
        """It stands for itself again: what it was merged into has it no more."""
        self._take(move.who, at)
        self.ending = None
        for tie in self.lasting("merged"):
            tie.lasts = tie.below is not self

    def _do_reassign(self, move: Move, at: datetime) -> None:
        """It goes where the order says: nobody sent it who might pull it back."""
        self._send(move, move.to, at)
        self.parked, self.sender = False, None

    # --- papers

    def _do_add_document(self, move: Move, at: datetime) -> None:
        self.documents += 1
        self.withheld.append(False)

    def _do_withhold_document(self, move: Move, at: datetime) -> None:
        assert move.paper is not None
        self.withheld[move.paper - 1] = move.action == "withhold_document"

    _do_release_document = _do_withhold_document

    def _do_draft_letter(self, move: Move, at: datetime) -> None:
        self.book.write(move)

    _do_revise_letter = _do_draft_letter

    def _do_drop_letter(self, move: Move, at: datetime) -> None:
        letter = self.book.named(move)
        assert letter is not None
        letter.dropped = True

    def _do_sign_letter(self, move: Move, at: datetime) -> None:
        letter = self.book.named(move)
        assert letter is not None
        letter.signed = True

    def _do_dispatch(self, move: Move, at: datetime) -> None:
        self.book.dispatch(move)

    # --- other posts and other files

    def _do_mark_for_information(self, move: Move, at: datetime) -> None:
        for post in move.posts:
            self.touch(post, "marked")
        self.informed += move.posts

    def _begun(self, part: str, move: Move, **more: Any) -> FileModel:
        """A file that begins below this one, with its particulars."""
        given: dict[str, Any] = {"state": "in_hand", "holder": move.who, "amended": True, **more}
        return FileModel(number=f"{self.number}/{part}", particulars=dict(self.particulars), **given)

    def _do_consult(self, move: Move, at: datetime) -> None:
        sent: dict[str, Any] = {"state": "in_transit", "sender": move.who, "due": True}
        for post in move.posts:
            part = f"C-{self.born('consultation') + 1}"
            child = self._begun(part, move, holder=post, names=["begin_consultation"], **sent)
            self.bear(child, "consultation", move.who, at)

    def _do_part(self, move: Move, at: datetime) -> None:
        child = self._begun(f"P-{self.born('part') + 1}", move, names=["begin_part"])
        self.bear(child, "part", move.who, at)

    def _do_volume(self, move: Move, at: datetime) -> None:
        """The first volume is the file itself."""
        part = f"V-{self.born('volume') + 2}"
        self.bear(self._begun(part, move, amended=self.amended, names=["begin_volume"]), "volume", move.who, at)

    def _with_other(self, move: Move, who: str | None) -> Any:
        """The other moves too; answers it."""
        other = self.other_of(move)
        assert other is not None
        other.moved_beside(BESIDE[move.action][0], who)
        return other

    def _do_link(self, move: Move, at: datetime) -> None:
        self.tie(self._with_other(move, move.who), TIES["link"])

    def _do_unlink(self, move: Move, at: datetime) -> None:
        self.untie(self._with_other(move, move.who), TIES["unlink"])

    def _do_attach(self, move: Move, at: datetime) -> None:
        self.tie(self._with_other(move, move.who), TIES["attach"])
        self.give(None, at)
        self.state, self.sender = "attached", None

    def _do_detach(self, move: Move, at: datetime) -> None:
        self.untie(self._with_other(move, move.who), TIES["detach"])
        self._take(move.who, at)

    def _do_merge(self, move: Move, at: datetime) -> None:
        self.tie(self._with_other(move, move.who), TIES["merge"])
        self._do_close(move, at)
        self.ending = "merged"

    def _do_answer_consultation(self, move: Move, at: datetime) -> None:
        """It goes back to the file that asked, which opens to nobody by that."""
        other = self._with_other(move, None)
        self.untie(other, "consultation")
        self.tie(other, "attached")
        self._end("closed", "answered", at)
        self.route, self.closed_by = [], None

    def snapshot(self) -> dict[str, Any]:
        """What the database must say."""
        return {
            **self.kept_beside(),
            **self._told_beside(),
            "paragraphs": self.paragraphs,
            "drafts": dict(self.drafts),
            "fixed": sorted(self.fixed),
            "conditions": [one.is_open for one in self.conditions],
            "proposer": self.proposer,
            "parked": self.parked,
            "names": self.names,
            "clocks": [],
        }

    def _told_beside(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "last_change": self.last_change,
            "due": self.due,
            "ending": self.ending,
            "amended": self.amended,
            "particulars": self.particulars,
            "route": self.route,
            "informed": sorted(self.informed),
            "withheld": self.withheld,
            "letters": [letter.snapshot() for letter in self.book.letters],
            "dispatches": [f"{self.number}/{n}" for n in range(1, self.book.numbers + 1)],
            "ties": self.told_ties(),
        }
