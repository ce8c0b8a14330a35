"""How a complaint stands in the model, and every rule against a move; it imports nothing of the program."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.models import calendar_model
from tests.models.complaint_rules import (
    BY_CLOCK,
    BY_DESK,
    BY_HOLDER,
    EVEN_BIASED,
    EVIDENCE,
    FOR_CITIZEN,
    HISAR,
    HOP_LIMIT,
    HOPS,
    INDIA,
    JUDGED_APART,
    LAPSE,
    LEVELS,
    LIMITS,
    MEANS,
    REASONED,
    REMARKED,
    REMINDS,
    SPLIT_INTO,
    TIMES,
    WATCHING,
    WHERE,
    WINDOW,
    Limit,
)
from tests.models.office_model import DocketModel, Move, above


@dataclass
class ClockModel:
    """A clock that was started."""

    sort: str
    level: int
    unit: str
    began: datetime
    due: datetime
    halted: datetime | None = None
    ended: datetime | None = None


@dataclass
class ComplaintStanding(DocketModel):
    """A complaint of one category, perhaps against a post."""

    category: str = "drinking-water"
    accused: str | None = None
    now: datetime | None = None
    level: int = 1
    hops: int = 0
    split_off: int = 0
    reopenings: int = 0
    recused: set[str] = field(default_factory=set[str])
    assigned_by: str = "hub"
    attempts: list[datetime] = field(default_factory=list[datetime])
    asked: bool = False
    replied_by: str | None = None
    accepted: bool = False
    evidence: set[str] = field(default_factory=set[str])
    special: tuple[str, datetime] | None = None
    special_proposals: int = 0
    proposal: tuple[str, datetime] | None = None
    closed_at: datetime | None = None
    reminded: datetime | None = None
    clocks: list[ClockModel] = field(default_factory=list[ClockModel])
    names: list[str] = field(default_factory=lambda: ["register"])

    # --- time

    def begin(self, at: datetime) -> None:
        super().begin(at)
        self.now = at
        self._start("citizen", at)

    def _limit(self, sort: str, category: str, level: int) -> Limit:
        levels = LEVELS[category]
        return levels[min(level, len(levels)) - 1] if sort == "level" else LIMITS[category][sort]

    def _start(self, sort: str, at: datetime) -> None:
        level = 0 if sort == "citizen" else self.level
        count, unit = self._limit(sort, self.category, level)
        self.clocks.append(ClockModel(sort, level, unit, at, calendar_model.due(HISAR, at, count, unit)))

    def _running(self, *sorts: str) -> list[ClockModel]:
        return [clock for clock in self.clocks if clock.ended is None and clock.sort in sorts]

    def _end(self, at: datetime, *sorts: str) -> None:
        for clock in self._running(*sorts):
            clock.ended = at

    def _assigned(self, at: datetime) -> None:
        """An officer's clocks begin, unless they run already."""
        if not self._running("level"):
            self._start("level", at)
            if not self._running("attend"):
                self._start("attend", at)

    def _resume(self, at: datetime) -> None:
        for clock in self._running("level"):
            if clock.halted is not None:
                clock.due = calendar_model.resumed(HISAR, clock.unit, clock.due, clock.halted, at)
                clock.halted = None

    # --- who and what

    @property
    def _present(self) -> datetime:
        assert self.now is not None
        return self.now

    @property
    def open_proposal(self) -> str | None:
        """The post whose proposal to reject it waits."""
        return self.proposal[0] if self.proposal is not None and self._present < self.proposal[1] else None

    def sees(self, who: str) -> bool:
        if who in self.roles:
            return True
        over = who in WATCHING or who in above(self.last_holder) or who in above(self.open_proposal)
        return over and who != self.accused

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
        if move.who == "clock":
            return self._against_clock(move.action)
        if not self.sees(move.who):
            return {"hidden"}
        if move.action in ("confirm", "decline"):
            return self._against_settling(move)
        if self.state not in WHERE[move.action]:
            return {"wrong-state"}
        found = self._against_giver(move) | self._against_words(move) | self._against_target(move)
        return found | self._against_state(move)

    def _against_clock(self, action: str) -> set[str]:
        if self.state not in {**WHERE, **BY_CLOCK}[action]:
            return {"wrong-state"}
        if action == "close_unheard":
            made = [at + INDIA for at in self.attempts]
            tried = len(made) >= 3 and len({at.date() for at in made}) >= 3 and len({at.hour for at in made}) >= 2
            return set() if tried else {"attempts-missing"}
        if action == "lapse_special_close":
            assert self.special is not None
            return set() if self._present >= self.special[1] + LAPSE else {"not-lapsed"}
        climbs = self.level < len(LEVELS[self.category]) and self._above() is not None
        if action == "remind_overdue":
            return set() if self._overdue() and not climbs and self._reminder_due() else {"no-reminder-due"}
        at_top = {"top-level"} if self.level >= len(LEVELS[self.category]) else set[str]()
        over = set[str]() if self._overdue() else {"not-overdue"}
        return at_top | over | (set() if self._above() else {"needs-post"})

    def _limit_over(self) -> tuple[datetime, datetime]:
        """When the clock of its level began and when it is over; given to nobody it counts from registration."""
        running = self._running("level")
        if running:
            return running[0].began, running[0].due
        began = self._running("citizen")[0].began
        return began, calendar_model.due(HISAR, began, *self._limit("level", self.category, self.level))

    def _overdue(self) -> bool:
        return self._present > self._limit_over()[1]

    def _reminder_due(self) -> bool:
        """One at its due and one every seven days after it; those that passed together are one."""
        began, due = self._limit_over()
        latest = due + (self._present - due) // REMINDS * REMINDS
        return self.reminded is None or self.reminded <= began or self.reminded < latest

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
        if action in ("transfer", "recategorise", "add_document", "split"):
            return set() if who in (self.holder, "hub") else {"not-holder"}
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
        found = {"proposal-lapsed"} if self._present >= at + LAPSE else set[str]()
        return found | (
            {"same-person"} if who == proposer else set() if who in above(proposer) else {"not-decider"}
        )

    def _against_desk(self, who: str, action: str) -> set[str]:
        assert action in BY_DESK | FOR_CITIZEN
        had = action in FOR_CITIZEN and who == self.last_holder and bool(self._running("level"))
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
        given = bool(self._running("level")) or self.state == "closed"
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
        if action == "return_to_hub" and (self.assigned_by in self.recused or self.assigned_by == self.accused):
            found.add("accused-post")
        if action == "recategorise" and move.who != "hub":
            began = max((clock.began for clock in self._running("level")), default=self._present)
            if self.level > 1 or self._present > began + timedelta(days=3):
                found.add("recategorise-late")
        if action == "split" and self.split_off + 1 >= SPLIT_INTO:
            found.add("split-too-often")
        if action == "answer" and not self.asked:
            found.add("not-asked")
        if action == "reply" and EVIDENCE.get(self.category) not in (None, *self.evidence):
            found.add("lacks-evidence")
        if action in ("accept_reply", "send_reply_back") and self.accepted:
            found.add("reviewed-already")
        if action == "record_attempt" and not 8 <= (self._present + INDIA).hour < 20:
            found.add("outside-calling-hours")
        if action == "propose_special_close":
            found |= {"beyond-level"} if self.level > 2 else set()
            found |= {"proposed-too-often"} if self.special_proposals >= TIMES else set()
            found |= {"limit-over"} if self._overdue() else set()
        if action == "reject" and self.open_proposal:
            found.add("proposal-open")
        if action == "escalate" and self.level >= len(LEVELS[self.category]):
            found.add("top-level")
        if action in ("reopen", "appeal"):
            found |= self._against_reopening()
        return found

    def _against_reopening(self) -> set[str]:
        assert self.closed_at is not None
        found = {"reopening-late"} if self._present > self.closed_at + WINDOW else set[str]()
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
