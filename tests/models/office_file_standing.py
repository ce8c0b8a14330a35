"""How an office file stands in the model, and every rule against a move; it imports nothing of the program."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from tests.models.letter_model import LetterBook
from tests.models.office_file_rules import (
    BY_AMOUNT,
    BY_TWO,
    COMPETENCE,
    DECIDED_BEFORE_CLOSE,
    DECIDED_ON,
    DECIDING,
    HIGHEST,
    LAPSES,
    MEANS,
    NEEDS_REMARK,
    PARTICULARS,
    REGISTRARS,
    SIGNERS,
    WHERE,
)
from tests.models.office_model import CLOSERS, DocketModel, Move, above
from tests.models.paper_model import PaperModel


@dataclass
class Condition:
    """What was set with an approval, and by whom."""

    decider: str
    is_open: bool = True


@dataclass(eq=False)
class FileStanding(PaperModel):
    """A file, first of the subject class “general”, which may be closed without a decision."""

    where, means, needs_remark = WHERE, MEANS, NEEDS_REMARK
    paragraphs: int = 0
    drafts: dict[str, int] = field(default_factory=dict[str, int])
    fixed: set[int] = field(default_factory=set[int])
    noted: set[str] = field(default_factory=set[str])
    conditions: list[Condition] = field(default_factory=list[Condition])
    closed_by: str | None = None
    ending: str | None = None
    proposal: Move | None = None
    proposed_at: datetime | None = None
    parked: bool = False
    due: bool = False
    last_change: int = 1
    decision: str | None = None
    particulars: dict[str, object] = field(
        default_factory=lambda: {
            "subject_class": "general",
            "retention_class": "C",
            "medium": "electronic",
            "amount_paise": None,
        }
    )
    amended: bool = False
    route: list[str] = field(default_factory=list[str])
    route_before: list[str] | None = None
    """The stops before it was sent to one of them, as long as it is on its way there."""
    informed: list[str] = field(default_factory=list[str])
    withheld: list[bool] = field(default_factory=list[bool])
    book: LetterBook = field(default_factory=LetterBook)

    @property
    def proposer(self) -> str | None:
        """Who proposed, until it is settled or 15 days are over."""
        if self.proposal is None or self.proposed_at is None or self.now is None:
            return None
        return self.proposal.who if self.now < self.proposed_at + LAPSES else None

    def reads(self, who: str) -> bool:
        """Whoever is to confirm a proposal reads what it is about."""
        second = self.proposer is not None and (who in above(self.proposer) or who == "sanctioner")
        return second or super().reads(who)

    # --- what is against a move

    def refusals(self, move: Move) -> set[str]:
        """The same, and what is against the second person's word."""
        if move.action in ("confirm", "decline") and self.sees(move.who):
            return self._against_settling(move)
        return super().refusals(move)

    def _against_words(self, move: Move) -> set[str]:
        found = super()._against_words(move)
        return found | ({"proposal-open"} if move.action in BY_TWO and self.proposer else set())

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
        if action in ("cancel", "reassign"):
            powerful = REGISTRARS if action == "cancel" else {"administrator"}
            return set() if who in powerful else {"lacks-power"}
        if action == "detach":
            return set() if who == self._through else {"not-holder"}
        return set() if who == self.holder else {"not-holder"}

    def _against_forward(self, move: Move) -> set[str]:
        to = move.to or (self.route[0] if self.route else None)
        return self.against_target(to) | self._against_draft(move) | self._against_putting_up(move, to)

    def _against_putting_up(self, move: Move, to: str | None) -> set[str]:
        noted = move.who in self.noted or move.draft or move.agree or move.remark
        return {"needs-note"} if to in above(move.who) and not noted else set()

    def _against_route(self, move: Move) -> set[str]:
        found = self.against_target(move.to) | self._against_draft(move) | self._against_putting_up(move, move.to)
        before = move.to
        for post in move.posts:
            wrong = {"vacant": "nobody-there", "abolished": "unknown-post", before: "post-twice"}
            found |= {wrong[post]} if post in wrong else set()
            before = post
        return found if move.posts else found | {"needs-posts"}

    def _against_end_route(self, move: Move) -> set[str]:
        return set() if self.route else {"no-route"}

    def _against_return(self, move: Move) -> set[str]:
        to = move.to or self.sender
        found = self.against_target(to) | self._against_draft(move)
        if to is not None and self.roles.get(to) != "held":
            found.add("never-held")
        return found

    def _against_draft(self, move: Move) -> set[str]:
        own = self.drafts.get(move.who)
        if own is None:
            return set() if move.draft is None else {"draft-not-yours"}
        return {None: {"draft-left"}, own: set[str]()}.get(move.draft, {"draft-not-yours"})

    def _against_note(self, move: Move) -> set[str]:
        found = {"open-draft-exists"} if move.who in self.drafts else set[str]()
        return found if move.text else found | {"needs-text"}

    # --- deciding

    def beyond(self, who: str, particulars: dict[str, object]) -> set[str]:
        """Is a matter with these particulars more than a post may decide?"""
        subject_class, amount = str(particulars["subject_class"]), particulars["amount_paise"]
        limit = COMPETENCE.get(who, {}).get(subject_class)
        if limit is None:
            return {"beyond-competence"}
        if not isinstance(amount, int):
            return {"needs-amount"} if limit < HIGHEST and subject_class in BY_AMOUNT else set()
        return set() if amount <= limit else {"beyond-competence"}

    def _against_approve(self, move: Move) -> set[str]:
        found = self._against_draft(move) | self._against_outcome(move) | self.book.against_reading(move)
        if move.outcome in DECIDING:
            found |= self.beyond(move.who, self.particulars) | self._against_reversal(move)
            if self.out(move.who, "consultation") and not move.remark:
                found.add("consultation-out")
        if self.fixed and move.basis is None and move.draft is None and move.letter is None:
            found.add("needs-basis")
        if move.basis is not None and move.basis not in self.fixed and move.basis != move.draft:
            found.add("unknown-note")
        return found

    def _against_outcome(self, move: Move) -> set[str]:
        if move.outcome not in (*DECIDING, "discuss", "seen"):
            return {"needs-outcome"}
        if move.outcome == "approve_with_conditions":
            return set() if move.conditions else {"needs-conditions"}
        return {"not-taken"} if move.conditions else set()

    def _against_reversal(self, move: Move) -> set[str]:
        """What was told outside is reversed only by a post above the one that decided."""
        told = self.book.communicated
        if told is None or move.letter is not None or (told.outcome == "reject") == (move.outcome == "reject"):
            return set()
        return set() if move.who in above(told.post) else {"reverses-communicated"}

    def _against_settle_condition(self, move: Move) -> set[str]:
        condition = self._condition(move.condition)
        found = set[str]() if condition is not None and condition.is_open else {"unknown-condition"}
        if move.outcome not in ("met", "waived"):
            found.add("needs-outcome")
        decider = condition.decider if condition is not None and condition.is_open else None
        if move.outcome == "waived" and move.who != decider and move.who not in above(decider):
            found.add("not-to-waive")
        return found

    def _condition(self, place: int | None) -> Condition | None:
        known = place is not None and 1 <= place <= len(self.conditions)
        return self.conditions[place - 1] if known and place is not None else None

    def against_open_condition(self) -> set[str]:
        return {"open-condition"} if any(one.is_open for one in self.conditions) else set()

    # --- waiting and ending

    def _against_park(self, move: Move) -> set[str]:
        return set() if move.until else {"needs-day"}

    def _against_leaving(self, who: str) -> set[str]:
        """What belongs to it would be left behind by an end of it."""
        found = {"has-attached"} if self.below("attached") else set[str]()
        found |= {"part-out"} if self.out(who, "part", "volume", "consultation") else set()
        return found | ({"receipt-undisposed"} if self.below("in_file") else set())

    def _against_ending(self, move: Move) -> set[str]:
        found = self._against_draft(move) | self.against_open_condition() | self._against_leaving(move.who)
        return found | ({"letter-waits"} if any(one.waits for one in self.book.letters) else set())

    def _against_close(self, move: Move) -> set[str]:
        found = self._against_ending(move) | (set() if move.who in CLOSERS else {"lacks-power"})
        asked = self.particulars["subject_class"] in DECIDED_BEFORE_CLOSE and self.decision is None
        return found | ({"needs-decision"} if asked else set())

    def _against_merge(self, move: Move) -> set[str]:
        return self._against_close(move) | self.against_tying(move) | self.against_not_in_hand(move)

    def _against_cancel(self, move: Move) -> set[str]:
        found = self._against_leaving(move.who) | ({"left-already"} if self.left(move.who) else set())
        merged = any(tie.above is self for tie in self.lasting("merged"))
        return found | ({"merged-into-it"} if merged else set())

    def left(self, who: str) -> bool:
        """Had anybody else than ``who`` ever had it?"""
        return bool({post for post, role in self.roles.items() if role == "held"} - {who})

    # --- papers and ties

    def _against_add_document(self, move: Move) -> set[str]:
        return set() if move.document else {"missing"}

    def _against_paper(self, move: Move, *, withheld: bool) -> set[str]:
        if move.paper is None:
            return {"missing"}
        if move.paper > len(self.withheld):
            return {"unknown-document"}
        code = "not-withheld" if withheld else "withheld-already"
        return set() if self.withheld[move.paper - 1] == withheld else {code}

    def _against_withhold_document(self, move: Move) -> set[str]:
        return self._against_paper(move, withheld=False)

    def _against_release_document(self, move: Move) -> set[str]:
        return self._against_paper(move, withheld=True)

    def _against_link(self, move: Move) -> set[str]:
        return self.against_tying(move)

    def _against_unlink(self, move: Move) -> set[str]:
        return self.against_untying(move)

    _against_detach = _against_unlink

    def _against_attach(self, move: Move) -> set[str]:
        found = self.against_tying(move) | self.against_not_in_hand(move) | self._against_draft(move)
        return found | ({"has-attached"} if self.below("attached") else set())

    def _against_part(self, move: Move) -> set[str]:
        return set() if move.subject else {"missing"}

    def _against_mark_for_information(self, move: Move) -> set[str]:
        found = self.against_posts(move, {move.to, self.holder})
        return found if move.posts else found | {"needs-posts"}

    def _against_consult(self, move: Move) -> set[str]:
        found = self._against_mark_for_information(move) | self._against_part(move)
        return found if move.due else found | {"needs-due"}

    def _against_answer_consultation(self, move: Move) -> set[str]:
        found = self._against_ending(move)
        if self.other_of(move) not in self._asking():
            found.add("not-consulted")
        said = move.who in self.noted or move.draft or move.remark
        return found if said else found | {"needs-opinion"}

    def _asking(self) -> list[DocketModel]:
        """The files that ask by this one."""
        return [tie.above for tie in self.lasting("consultation") if tie.below is self]

    def other_of(self, move: Move) -> DocketModel | None:
        """Whoever answers need not name the file that asks, for he may not know of it."""
        asking = self._asking() if move.action == "answer_consultation" else []
        return asking[0] if asking and not move.other else super().other_of(move)

    # --- letters and particulars

    def _against_draft_letter(self, move: Move) -> set[str]:
        return self.book.against_words(move)

    def _against_revise_letter(self, move: Move) -> set[str]:
        return self.book.against_words(move) | self.book.against_unsigned(move)

    def _against_drop_letter(self, move: Move) -> set[str]:
        return self.book.against_unsigned(move)

    def _against_sign_letter(self, move: Move) -> set[str]:
        return self.book.against_signing(move) | (set() if move.who in SIGNERS else {"lacks-power"})

    def _against_dispatch(self, move: Move) -> set[str]:
        return self.book.against_dispatch(move) | self.against_open_condition()

    def _against_amend_particulars(self, move: Move) -> set[str]:
        given = dict(move.particulars)
        found = set[str]() if given or move.subject else {"missing"}
        for name, value in given.items():
            if name not in self.particulars:  # also of what the number is made
                found.add("not-taken")
            elif value not in PARTICULARS.get(name, (value,)):
                found.add("unknown-particular")
            if name in DECIDED_ON and self.decision is not None:
                found.add("decided-on")
        return found | self._against_amending(move.who, given)

    def _against_amending(self, who: str, given: dict[str, object]) -> set[str]:
        """By what is amended it is said who decides: he may decide the old and the new, or it never left."""
        changed = {name: to for name, to in given.items() if name in DECIDED_ON and to != self.particulars[name]}
        filled_in = changed.keys() == {"amount_paise"} and self.particulars["amount_paise"] is None
        if not changed or filled_in or not self.left(who):
            return set()
        beyond = self.beyond(who, self.particulars) | self.beyond(who, {**self.particulars, **changed})
        return {"beyond-amending"} if beyond else set()

    # --- two people

    def _against_reassign(self, move: Move) -> set[str]:
        return self.against_target(move.to)

    def _against_settling(self, move: Move) -> set[str]:
        proposal = self.proposal
        if self.proposer is None or proposal is None:
            return {"no-proposal"}
        found = {"same-person"} if move.who == self.proposer else set[str]()
        if not self._is_second(move.who, proposal):
            found.add("not-second")
        if move.action == "decline" and not move.remark:
            found.add("needs-reason")
        if move.given - MEANS[move.action]:
            found.add("not-taken")
        return found | self._against_proposed(proposal)

    def _is_second(self, who: str, proposal: Move) -> bool:
        over = above(proposal.who)
        if proposal.action == "reopen":
            return who in over or who == "sanctioner"
        if proposal.action == "reassign":
            return who == "administrator" or who in above(self.holder)
        # Above the top post there is nobody: whoever keeps the papers confirms it.
        return who in over or (not over and who == "record_room")

    def _against_proposed(self, proposal: Move) -> set[str]:
        """What was proposed must still be possible, and the proposer's to do."""
        return {"wrong-state"} if self.state not in WHERE[proposal.action] else self._against_giver(proposal)

    def refusals_at_step(self, move: Move) -> set[str]:
        """Only the step asks whether the post that was proposed may have it now."""
        proposal = self.proposal
        reassigns = move.action == "confirm" and proposal is not None and proposal.action == "reassign"
        return self.against_target(proposal.to) if reassigns and proposal is not None else set()
