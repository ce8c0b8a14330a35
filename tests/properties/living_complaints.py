"""The state machine of complaints' lives: two complaints beside each other, the clock, and declared days."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from hypothesis import strategies as st
from hypothesis.stateful import initialize

from flows.declarations import Declaration, declare
from flows.rules.declarations import NewDay
from tests.factories.clock_acts import clock_ticks
from tests.factories.lives import Life, new_complaint, receipt_with
from tests.models import complaint_rules
from tests.models.complaint_clocks import Shared
from tests.models.complaint_model import ComplaintModel
from tests.models.office_model import Move
from tests.properties.complaint_roads import declared
from tests.properties.living_docket import read_complaint_beside, read_standing
from tests.properties.living_papers import BEGINNINGS, RandomLife, World, assert_replayed, assert_somebody_goes_on

_KINDS = {category: kind for kind, found in complaint_rules.CATEGORIES.items() for category in found}
_COMPLAINED_OF = [*complaint_rules.CATEGORIES["complaint"] * 2, *complaint_rules.CATEGORIES["help"]]
_BEGUN = [
    *("registered", "in work", "above", "asked", "replied", "called", "waited", "special", "to reject", "clubbed"),
]


@dataclass
class Paper:
    """A complaint of the life: as it is, and as the model has it."""

    life: Life
    model: ComplaintModel


class ComplaintLife(RandomLife):
    """The life of a complaint, beside a second one and those that are split off from it."""

    _ACTORS = st.sampled_from(complaint_rules.ACTORS)
    _SENT = ("assign", "assign_finally", "transfer", "direct_down", "recuse", "escalate", "reopen_by_superior")
    _SAID = (
        *("return_to_hub", "attend", "ask", "answer", "remind", "add", "withdraw", "interim_reply", "reply"),
        *("satisfied", "not_satisfied", "approve_special_close", "refuse_special_close", "decline"),
        *("escalate", "reopen", "reopen_by_superior", "appeal", "close_clubbed", "dispose", "drop"),
    )
    _AROUND = (
        *(Move("clock", "tick"), Move("hub", "turn_over")),
        *(declared(-2, "holiday"), declared(0, "holiday"), declared(1, "holiday"), declared(3, "holiday")),
        *(declared(1, "half_day"), declared(2, "working")),
    )

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.papers: list[Paper] = []

    @initialize(
        at=st.sampled_from(BEGINNINGS),
        category=st.sampled_from(_COMPLAINED_OF),
        accused=st.sampled_from([None, None, None, "engineer"]),
        begun=st.sampled_from(_BEGUN),
    )
    def register(self, at: datetime, category: str, accused: str | None, begun: str) -> None:
        self.register_two(at, category, accused)
        if begun != "registered":
            officer = "engineer" if begun == "above" else "junior"
            self.go_on(officer if accused is None else "stranger", begun)

    def register_two(self, at: datetime, category: str, accused: str | None = None) -> None:
        """The complaint, and another of the same kind a minute after it."""
        self.world.forget_declared_days()
        shared, kind = Shared(), _KINDS[category]
        first, second = (
            ComplaintModel("registered", "hub", kind=kind, category=category, accused=against, shared=shared)
            for against in (accused, None)
        )
        self.begin(at, first, new_complaint(self.office, kind, category=category, accused=accused))
        self.papers = [Paper(self.life, first)]
        self.begin(at + timedelta(minutes=1), second, new_complaint(self.office, kind, category=category))
        self.papers.append(Paper(self.life, second))
        self._turn_to(self.papers[0])

    def go_on(self, officer: str, begun: str) -> None:
        """Some lives begin further on, or what comes late in a life would seldom be lived."""
        self.lives_through(Move("hub", "assign", to=officer))
        self.lives_through(Move(officer, "receive"))
        if begun == "clubbed":
            self.lives_through(Move("hub", "club", other=True, remark=True))
        if self.model.kind == "help":
            return
        self.lives_through(Move(officer, "add_document", document="payment_proof"))
        if begun == "special":
            self.lives_through(Move(officer, "propose_special_close", ground="court", remark=True))
        if begun == "to reject":
            self.lives_through(Move(officer, "reject", ground="untrue", remark=True))
        if begun == "asked":
            self.lives_through(Move(officer, "ask", remark=True))
        if begun in ("replied", "called", "waited"):
            self.lives_through(Move(officer, "reply", remark=True))
        if begun == "waited":
            self.let_pass(timedelta(days=31))
        for _ in range(3 if begun == "called" else 0):
            self.let_pass(timedelta(days=1, hours=1))
            self.lives_through(Move("calling", "record_attempt"))

    # --- several complaints

    def let_pass(self, pause: timedelta) -> None:
        super().let_pass(pause)
        for paper in self.papers:
            paper.model.now = self.at

    def lives_through(self, move: Move, twist: str = "plain") -> None:
        if move.action == "turn_over":
            place = next(place for place, paper in enumerate(self.papers) if paper.model is self.model)
            self._turn_to(self.papers[(place + 1) % len(self.papers)])
        else:
            super().lives_through(move, twist)

    def _turn_to(self, paper: Paper) -> None:
        """The life goes on with this complaint; beside it stands the first, or the second beside the first."""
        self.life, self.model = paper.life, paper.model
        beside = self.papers[1] if paper is self.papers[0] else self.papers[0]
        self.other, self.model.other = beside.life, beside.model
        self.standing = self.world.run(read_standing(self.office, self.life.docket))

    def compare(self) -> None:
        """All complaints of the life stand as the model says; and the clock is never late."""
        super().compare()
        for paper in self.papers:
            if paper.model is not self.model:
                standing = self.world.run(read_standing(self.office, paper.life.docket))
                assert standing.seen == paper.model.snapshot()
            self._compare_beside(paper)

    def _compare_beside(self, paper: Paper) -> None:
        beside, clock_at = self.world.run(read_complaint_beside(self.office, paper.life.docket))
        assert beside == paper.model.beside()
        owed = self._owed_by_the_clock(paper.model)
        assert not owed or (clock_at is not None and clock_at <= self.at), f"{clock_at} is too late for {owed}"

    def _owed_by_the_clock(self, model: ComplaintModel) -> list[str]:
        """What the clock must do at once; a warning brought forward by a declared day waits for its turn."""
        allowed = self._allowed_to_the_clock(model)
        return [name for name in allowed if name != "warn" or not model.shared.days]

    def _allowed_to_the_clock(self, model: ComplaintModel) -> list[str]:
        """What the clock may do by itself now; a job of its own gives time for declared days."""
        acts = [name for name in self._clock_of(model) if name != "extend"]
        return [name for name in acts if not model.refusals(Move("clock", name))]

    def _clock_of(self, model: ComplaintModel) -> list[str]:
        return [name for name in complaint_rules.BY_CLOCK if name not in complaint_rules.LACKS[model.kind]]

    # --- what is no order on the complaint

    async def do(self, move: Move, twist: str) -> None:
        apart: dict[str, Callable[[Move], Awaitable[None]]] = {
            "tick": self._tick,
            "declare": self._declare,
            "came_as_receipt": self._come_as_receipt,
        }
        if move.action in apart:
            await apart[move.action](move)
            return
        await super().do(move, twist)
        await self._meet_the_born()

    async def _tick(self, _: Move) -> None:
        """The clock ticks: it does one of the acts that the model allows it, if there is one."""
        allowed = {complaint_rules.ACT.get(name, name): name for name in self._allowed_to_the_clock(self.model)}
        done = await clock_ticks(self.life)
        if done is None:
            assert not self._owed_by_the_clock(self.model)
            return
        assert done in allowed, f"the clock did {done}, not one of {sorted(allowed)}"
        self.model.carry_out(Move("clock", allowed[done]), self.at)

    async def _declare(self, move: Move) -> None:
        assert move.day is not None
        assert move.outcome is not None
        seat = self.office.seats[move.who]
        day = (self.at + complaint_rules.INDIA).date() + timedelta(days=move.day)
        said = Declaration(
            "office", [NewDay(day, move.outcome, ("Curfew", "कर्फ़्यू"))], str(uuid4()), seat.person, seat.post
        )
        assert await declare(self.office.database, self.office.identity, said) == self.at
        self.model.shared.days.append((self.at, day, move.outcome))

    async def _come_as_receipt(self, move: Move) -> None:
        """A letter about it that somebody has in hand is made this complaint."""
        expected = self.model.refusals(move)
        self.world.set_clock(
            self.at - timedelta(seconds=30)
        )  # or what is done to both would come after the receipt
        receipt = await receipt_with(self.office, move.who)
        self.world.set_clock(self.at)
        answer = await receipt.act(move.who, "made_complaint", other=self.life.number)
        assert (answer.refused in expected) if expected else answer.refused is None, move
        if not expected:
            self.model.carry_out(move, self.at)

    async def _meet_the_born(self) -> None:
        """What was split off lives on beside the others."""
        known = {id(paper.model) for paper in self.papers}
        for born in (one for one in self.model.born if id(one) not in known):
            sql = """select jsonb_build_array(o.id, o.number) from docket_tie t join docket o on o.id = t.docket
                where t.other = %(d)s and t.sort = 'split' order by t.at desc limit 1"""
            docket, number = await self.office.one(sql, d=self.life.docket)
            self.papers.append(Paper(Life(self.office, UUID(docket), number), born))

    # --- moves

    def any_move(self) -> st.SearchStrategy[Move]:
        kind = self.model.kind
        by_people = st.builds(
            Move,
            who=self._ACTORS,
            action=st.sampled_from(sorted({*complaint_rules.MEANS} - {"came_as_receipt"})),
            to=st.sampled_from([None, *complaint_rules.ACTORS]),
            remark=st.booleans(),
            text=st.booleans(),
            document=st.sampled_from([None, None, "letter"]),
            ground=st.sampled_from([None, None, "court", "untrue"]),
            quality=st.sampled_from([None, None, "incomplete"]),
            category=st.sampled_from([None, None, *complaint_rules.CATEGORIES[kind]]),
        )
        between = st.builds(
            Move,
            who=self._ACTORS,
            action=st.sampled_from(["club", "unclub", "close_clubbed", "transfer", "add_reference"]),
            remark=st.booleans(),
            other=st.booleans(),
            reference=st.sampled_from([None, None, self._number(1)]),
        )
        by_clock = st.builds(Move, who=st.just("clock"), action=st.sampled_from(self._clock_of(self.model)))
        letter = st.builds(Move, who=self._ACTORS, action=st.just("came_as_receipt"))
        return by_people | by_people | by_people | between | by_clock | letter

    def _number(self, which: int) -> str:
        """A number in an outside system, of which no other life knows."""
        return f"{self.papers[0].life.number}/{which}"

    def sensible(self) -> list[Move]:
        kind: str = self.model.kind
        found = [*(Move("clock", name) for name in self._clock_of(self.model)), *self._AROUND]
        for who in complaint_rules.ACTORS:
            found += [one for one in self._of(who) if one.action not in complaint_rules.LACKS[kind]]
        return found

    def _of(self, who: str) -> list[Move]:
        """Moves of a good form that somebody may try."""
        kind: str = self.model.kind
        found = [Move(who, name, remark=True) for name in self._SAID]
        found += [Move(who, name, to=to, remark=True) for name in self._SENT for to in complaint_rules.ACTORS]
        found += [
            Move(who, "recategorise", to=to, category=category, remark=True)
            for to in (who, "junior", "stranger")
            for category in complaint_rules.CATEGORIES[kind]
        ]
        found += [
            Move(who, "split", to=to, text=True, category="street-light", remark=True)
            for to in ("junior", "stranger")
            if kind == "complaint"
        ]
        found += [Move(who, name) for name in ("receive", "confirm", "accept_reply", "record_attempt")]
        found += [Move(who, "add_document", document=sort) for sort in ("letter", "payment_proof")]
        found += [Move(who, name, other=True, remark=True) for name in ("club", "unclub")]
        found += [Move(who, "add_reference", reference=self._number(which)) for which in (1, 2)]
        found += [Move(who, "came_as_receipt")]
        found.append(Move(who, "propose_special_close", ground="court", remark=True))
        found.append(Move(who, "reject", ground="untrue", remark=True))
        found.append(Move(who, "send_reply_back", quality="incomplete", remark=True))
        return found

    def teardown(self) -> None:
        for paper in self.papers:
            self.world.run(assert_replayed(self.office, paper.life.docket))
            if paper.model.state != "special_close_proposed":  # which lapses where nobody is above who proposed it
                self.world.run(assert_somebody_goes_on(self.office, paper.life.docket))
