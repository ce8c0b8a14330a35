"""How a complaint stands in the model, and every rule against a move; it imports nothing of the program."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from tests.models.complaint_rules import (
    BY_CLOCK,
    BY_DESK,
    BY_HOLDER,
    EVEN_BIASED,
    EVIDENCE,
    FOR_CITIZEN,
    HOP_LIMIT,
    HOPS,
    INDIA,
    JUDGED_APART,
    LACKS,
    LAPSE,
    MEANS,
    OF_SYSTEMS,
    REASONED,
    RECATEGORISED_WITHIN,
    REMARKED,
    SECONDED,
    TIMES,
    WATCHING,
    WHERE,
    WINDOW,
)
from tests.models.complaint_ties import ComplaintTies
from tests.models.office_model import Move, above

OF_THE_LIFE = frozenset({"tick", "declare", "turn_over"})
"""What happens around a complaint, at any time: nothing is asked of it."""


@dataclass
class ComplaintStanding(ComplaintTies):
    """A complaint of one category, perhaps against a post."""

    accused: str | None = None
    hops: int = 0
    reopenings: int = 0
    attempts: list[datetime] = field(default_factory=list[datetime])
    asked: bool = False
    replied_by: str | None = None
    accepted: bool = False
    evidence: set[str] = field(default_factory=set[str])
    references: int = 0
    special: tuple[str, datetime] | None = None
    special_proposals: int = 0
    proposal: tuple[str, datetime, str] | None = None
    closed_at: datetime | None = None
    ending: str | None = None

    # --- who and what

    @property
    def open_proposal(self) -> str | None:
        """The post whose proposal waits."""
        return self.proposal[0] if self.proposal is not None and self.present < self.proposal[1] else None

    def sees(self, who: str) -> bool:
        if who in self.roles:
            return True
        over = who in WATCHING or who in above(self.last_holder) or who in above(self.open_proposal)
        return over and self.accused not in (who, *above(who))

    def _against_post(self, to: str) -> set[str]:
        found = {"accused-post"} if self.accused is not None and self.accused in (to, *above(to)) else set[str]()
        return found | ({"recused-post"} if to in self.recused else set())

    def _above(self) -> str | None:
        """The nearest above whoever had it last that may have it."""
        line = above(self.last_holder)
        if self.accused in line:
            line = line[line.index(self.accused) + 1 :]
        return next((post for post in line if post not in self.recused), None)

    def _again(self) -> str | None:
        """Whoever had it last, if that post may have it, or else the nearest above."""
        last = self.last_holder
        return self._above() if last is None or self._against_post(last) else last

    def refusals(self, move: Move) -> set[str]:
        """Every rule against it; nothing: it is carried out."""
        if move.action in OF_THE_LIFE:
            return set()
        if move.who == "clock":
            return self._against_clock(move.action)
        if move.action == "came_as_receipt":
            return self._against_receipt(move.who)
        if not self.sees(move.who):
            return {"hidden"}
        if move.action in LACKS[self.kind]:
            return {"unknown-action"}
        if move.other and not (self.other is not None and self.other.sees(move.who)):
            return {"unknown-docket"}
        if move.action in ("confirm", "decline"):
            return self._against_settling(move)
        if self.state not in WHERE[move.action]:
            return {"wrong-state"}
        found = self._against_giver(move) | self._against_words(move) | self._against_target(move)
        return found | self._against_state(move) | self.against_tie(move)

    def _against_receipt(self, who: str) -> set[str]:
        """A letter in somebody's hand is made this complaint, which is open and known to him."""
        if not self.sees(who):
            return {"unknown-docket"}
        return set() if self.state in WHERE["came_as_receipt"] else {"other-wrong-state"}

    # --- the clock

    def _against_clock(self, action: str) -> set[str]:
        if self.state not in BY_CLOCK[action]:
            return {"wrong-state"}
        found: set[str] = getattr(self, f"_against_{action}")()
        return found

    def _against_close_unheard(self) -> set[str]:
        made = [at + INDIA for at in self.attempts]
        tried = len(made) >= 3 and len({at.date() for at in made}) >= 3 and len({at.hour for at in made}) >= 2
        return set() if tried else {"attempts-missing"}

    def _against_lapse_special_close(self) -> set[str]:
        assert self.special is not None
        return set() if self.present >= self.special[1] + LAPSE else {"not-lapsed"}

    def _against_warn(self) -> set[str]:
        return set() if self.to_be_warned_of() else {"no-warning-due"}

    def _against_extend(self) -> set[str]:
        return set() if self.late(self.present) else {"not-extended"}

    def _against_remind_overdue(self) -> set[str]:
        climbs = self.level < self.top and self._above() is not None
        return set() if self.overdue() and not climbs and self.reminder_due() else {"no-reminder-due"}

    def _against_remind_of_reply(self) -> set[str]:
        return set() if self.reply_waits_too_long() else {"no-reminder-due"}

    def _against_escalate(self) -> set[str]:
        return self._against_climbing(over=self.overdue())

    def _against_climb_unheard(self) -> set[str]:
        return self._against_climbing(over=self.unheard_too_long())

    def _against_climbing(self, *, over: bool) -> set[str]:
        found = set[str]() if over else {"not-overdue"}
        found |= {"top-level"} if self.level >= self.top else set()
        return found | (set() if self._above() else {"needs-post"})

    # --- people

    def _biased(self, who: str, *, apart: bool) -> bool:
        accused = self.accused is not None and self.accused in (who, *(above(who) if apart else ()))
        return accused or who in self.recused

    def _against_giver(self, move: Move) -> set[str]:
        apart = move.action in JUDGED_APART
        biased = move.action not in EVEN_BIASED and self._biased(move.who, apart=apart)
        return self._against_who(move.who, move.action) | ({"accused-acts"} if biased else set())

    def _against_who(self, who: str, action: str) -> set[str]:
        if action in ("assign", "assign_finally"):
            return set() if who == ("hub" if action == "assign" else "arbiter") else {"lacks-power"}
        if action == "receive":
            return set() if who == self.holder else {"not-addressed"}
        if action in BY_HOLDER:
            return set() if who == self.holder else {"not-holder"}
        if action in ("transfer", "recategorise", "split", "club", "unclub"):
            return set() if who in (self.holder, "hub") else {"not-holder"}
        if action in ("add_document", "add_reference"):
            had = who == "hub" and self.roles.get(who) == "held"
            return set() if who == self.holder or had else {"not-holder"}
        if action in ("accept_reply", "send_reply_back"):
            fit = who == "reviewing" or who in above(self.replied_by)
            return {"own-reply"} if who == self.replied_by else set() if fit else {"not-reviewer"}
        if action in ("escalate", "reopen_by_superior"):
            return set() if who == "arbiter" or who in above(self.last_holder) else {"not-overseer"}
        if action in ("approve_special_close", "refuse_special_close"):
            return self._against_decider(who)
        return self._against_desk(who, action)

    def _against_decider(self, who: str) -> set[str]:
        assert self.special is not None
        proposer, at = self.special
        found = {"proposal-lapsed"} if self.present >= at + LAPSE else set[str]()
        return found | (
            {"same-person"} if who == proposer else set() if who in above(proposer) else {"not-decider"}
        )

    def _against_desk(self, who: str, action: str) -> set[str]:
        assert action in BY_DESK | FOR_CITIZEN
        had = action in FOR_CITIZEN and who == self.last_holder and bool(self.running("level"))
        if had or who == self.replied_by:
            return {"officer-concerned"}
        return set() if who == "calling" else {"lacks-power"}

    def _against_words(self, move: Move) -> set[str]:
        found = {"not-taken"} if move.given - MEANS[move.action] else set[str]()
        if not move.remark:
            found |= {"needs-reason"} if move.action in REASONED else set()
            found |= {"needs-remark"} if move.action in REMARKED else set()
        asked = {"propose_special_close": "court", "reject": "untrue"}.get(move.action)
        if asked is not None and move.ground != asked:
            found.add("unknown-particular" if move.ground else "missing")
        if move.action == "escalate" and move.ground:
            found.add("not-taken")
        if move.action == "send_reply_back" and not move.quality:
            found.add("missing")
        if move.action == "add_document" and not move.document:
            found.add("missing")
        if move.action == "split" and not (move.text and move.category):
            found.add("missing")
        if move.action == "add_reference" and not (move.reference and self.kind in OF_SYSTEMS):
            found.add("unknown-particular" if move.reference else "missing")
        if move.action == "recategorise" and move.category in (None, self.category):
            found.add("missing" if move.category is None else "same-category")
        return found

    def _against_target(self, move: Move) -> set[str]:
        action, to = move.action, move.to
        if "to" not in MEANS[action]:
            return set()
        if action == "not_satisfied":
            return {"not-taken"} if to is not None else set()
        if to is None:
            return self._against_default(action)
        found = {"own-post"} if to == self.holder and action not in ("recategorise", "split") else set[str]()
        if action == "recuse" and move.who in above(to):
            found.add("under-the-conflict")
        if action == "direct_down" and move.who not in above(to):
            found.add("not-below")
        given = bool(self.running("level")) or self.state == "closed"
        if action in ("escalate", "appeal") and given and to not in above(self.last_holder):
            found.add("not-above")
        return found | self._against_post(to)

    def _against_default(self, action: str) -> set[str]:
        """Nobody was named: is there a post to which it goes by itself?"""
        if action in ("escalate", "appeal"):
            return set() if self._above() else {"needs-post"}
        if action in ("reopen", "reopen_by_superior"):
            return set() if self._again() else {"needs-post"}
        return {"needs-post"}

    def _against_state(self, move: Move) -> set[str]:
        action, found = move.action, set[str]()
        hopped = self.hops >= HOP_LIMIT
        if action in HOPS | {"assign"} and hopped:
            found.add("hop-limit")
        if action == "assign_finally" and not hopped:
            found.add("hops-left")
        if action == "return_to_hub" and (self.hub in self.recused or self.hub == self.accused):
            found.add("accused-post")
        if action == "recategorise" and move.who != "hub" and self.kind in RECATEGORISED_WITHIN:
            began = max((clock.began for clock in self.running("level")), default=self.present)
            if self.level > 1 or self.present > began + RECATEGORISED_WITHIN[self.kind]:
                found.add("recategorise-late")
        if action == "answer" and not self.asked:
            found.add("not-asked")
        if action == "reply" and EVIDENCE.get(self.category) not in (None, *self.evidence):
            found.add("lacks-evidence")
        if action in ("accept_reply", "send_reply_back") and self.accepted:
            found.add("reviewed-already")
        if action == "record_attempt" and not 8 <= (self.present + INDIA).hour < 20:
            found.add("outside-calling-hours")
        if action == "propose_special_close":
            found |= {"beyond-level"} if self.level > 2 else set()
            found |= {"proposed-too-often"} if self.special_proposals >= TIMES else set()
            found |= {"limit-over"} if self.overdue() else set()
        if action in SECONDED and self.open_proposal:
            found.add("proposal-open")
        if action == "dispose" and self.kind == "complaint":
            found.add("is-complaint")
        if action == "add_reference" and move.reference in self.shared.references:
            found.add("reference-known")
        if action == "escalate" and self.level >= self.top:
            found.add("top-level")
        if action in ("reopen", "appeal"):
            found |= self._against_reopening()
        return found

    def _against_reopening(self) -> set[str]:
        assert self.closed_at is not None
        found = {"reopening-late"} if self.present > self.closed_at + WINDOW else set[str]()
        return found | ({"reopened-too-often"} if self.reopenings >= TIMES else set())

    def _against_settling(self, move: Move) -> set[str]:
        proposer = self.open_proposal
        if proposer is None:
            return {"no-proposal"}
        found = {"not-taken"} if move.given - MEANS[move.action] else set[str]()
        if move.who == proposer:
            found.add("same-person")
        if move.who != "arbiter" and move.who not in above(proposer):
            found.add("not-second")
        if self._biased(move.who, apart=True):
            found.add("accused-acts")
        if move.action == "decline" and not move.remark:
            found.add("needs-reason")
        if self.state not in WHERE["reject"]:
            found.add("wrong-state")
        return found | ({"not-holder"} if proposer != self.holder else set())

    def refusals_at_step(self, move: Move) -> set[str]:
        """What is asked of a proposal only when it is carried out: is it still possible?"""
        if move.action != "confirm" or self.proposal is None:
            return set()
        proposer, _, name = self.proposal
        found = {"accused-acts"} if self._biased(proposer, apart=False) else set[str]()
        return found | (self.lead_open() if name == "close_clubbed" else set())
