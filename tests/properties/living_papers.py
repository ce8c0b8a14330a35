"""The state machines of random lives: file, receipt and complaint, compared after each step with their models."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import psycopg
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from flows.instructions import Accepted
from flows.rules import decide
from flows.rules.cases import Case
from flows.rules.tables import StateClass
from flows.seen_cases import NoSuchDocket
from flows.seen_cases import read_standing as read_case
from tests.factories.clock_acts import clock_does
from tests.factories.lives import Life, new_complaint, new_file, new_receipt
from tests.factories.practice_office import PracticeOffice
from tests.factories.replayed import assert_rows_equal_their_replay
from tests.models import complaint_rules, office_file_model, receipt_model
from tests.models.complaint_model import ComplaintModel
from tests.models.office_file_model import FileModel
from tests.models.office_model import Move
from tests.models.receipt_model import ReceiptModel
from tests.properties.living_docket import carried_out, order_of, read_standing, try_accept

T = TypeVar("T")
BEGINNINGS = [
    datetime(2026, 8, 13, 4, 30, tzinfo=UTC),  # before Independence Day and a week-end
    datetime(2026, 10, 1, 11, 29, tzinfo=UTC),  # a minute before the close, a holiday and a week-end follow
    datetime(2026, 12, 23, 20, 0, tzinfo=UTC),  # at night, before Christmas
    datetime(2026, 11, 7, 6, 0, tzinfo=UTC),  # on a Saturday, Diwali follows
]
PAUSES = [timedelta(minutes=n) for n in (1, 1, 7, 60, 400, 1440, 2880)] + [timedelta(days=16)]
TWISTS = ["plain", "plain", "plain", "plain", "stale", "step again", "key again"]
SIDE = {"add_document", "split", "answer", "remind", "add", "withdraw"}
# How often an act is tried where it is possible; twice, if nothing else is said.
OFTEN = {
    "add_document": 1,
    "park": 1,
    "pull_up": 1,
    "receive": 4,
    "approve": 5,
    "settle_condition": 20,
    "confirm": 4,
    # Complaints: what is possible nearly always is tried less, what is possible seldom more.
    **dict.fromkeys(("remind", "add", "withdraw", "transfer", "recuse", "return_to_hub", "recategorise"), 1),
    **dict.fromkeys(("reply", "record_attempt", "assign_finally", "interim_reply", "attend"), 5),
    **dict.fromkeys(("satisfied", "not_satisfied", "accept_reply", "send_reply_back", "appeal"), 6),
    **dict.fromkeys(("answer", "decline", "approve_special_close", "refuse_special_close", "direct_down"), 20),
    **dict.fromkeys(("close_unheard", "lapse_special_close", "remind_overdue"), 20),
}


@dataclass
class World:
    """One office and one loop for all lives of a run; its clock is set by a connection that stays open."""

    loop: asyncio.AbstractEventLoop
    office: PracticeOffice
    clock: psycopg.Connection[Any]

    def run(self, act: Awaitable[T]) -> T:
        async def awaited() -> T:
            return await act

        return self.loop.run_until_complete(awaited())

    def set_clock(self, at: datetime) -> None:
        with self.clock.transaction():
            self.clock.execute("delete from test_clock")
            self.clock.execute("insert into test_clock values (%s)", (at,))


async def assert_replayed(office: PracticeOffice, docket: UUID) -> None:
    """The life's own rows, and those of whatever was born in it, are what their chains say."""
    ties = await office.rows("select docket from docket_tie where other = %(d)s", d=docket)
    for one in (docket, *(row[0] for row in ties)):
        await assert_rows_equal_their_replay(office, one)


async def assert_somebody_goes_on(office: PracticeOffice, docket: UUID) -> None:
    """Of what is open somebody in the office can do the next thing: a movement that is no side act, or a second
    person's word.
    """
    async with office.database.querying() as driver:
        for seat in office.seats.values():
            try:
                case = await read_case(driver, office.database.posts, seat.person, seat.post, docket)
            except NoSuchDocket:
                continue
            if case.table.sort_of(case.docket.state) is StateClass.CLOSED or _can_go_on(case):
                return
    raise AssertionError("it is open, and nobody in the office can take it on")


def _can_go_on(case: Case) -> bool:
    settles = any(decide.judge_settling(case, word) is None for word in decide.SETTLING)
    return settles or any(one.blocked is None and not one.row.side for one in decide.options(case))


class RandomLife(RuleBasedStateMachine):
    """What both families have in common: choose a move, ask the model, do it, compare."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world, self.office = world, world.office
        self.model: Any = None
        self.life: Any = None
        self.standing: Any = None
        self.other: Life | None = None

    def begin(self, at: datetime, model: FileModel | ComplaintModel | ReceiptModel, make: Awaitable[Life]) -> None:
        self.at = at
        self.world.set_clock(at)
        self.model, self.life = model, self.world.run(make)
        model.begin(at)
        self.compare()

    def compare(self) -> None:
        self.standing = self.world.run(read_standing(self.office, self.life.docket))
        assert self.standing.seen == self.model.snapshot()

    @rule(data=st.data(), pause=st.sampled_from(PAUSES), twist=st.sampled_from(TWISTS))
    def move(self, data: st.DataObject, pause: timedelta, twist: str) -> None:
        self.let_pass(pause)
        move = data.draw(self.any_move())
        if data.draw(st.integers(0, 4)):
            # Mostly something that the model allows, or the lives would stay short.
            move = data.draw(self.some_allowed_move()) or move
        self.lives_through(move, twist)

    def let_pass(self, pause: timedelta) -> None:
        self.at += pause
        self.world.set_clock(self.at)
        self.model.now = self.at

    def lives_through(self, move: Move, twist: str = "plain") -> None:
        self.let_pass(timedelta(minutes=1))
        self.world.run(self.do(move, twist))
        self.compare()

    def some_allowed_move(self) -> st.SearchStrategy[Move | None]:
        """An act that is possible now, however many ways there are to do it; what others wait for comes first."""
        allowed: dict[str, list[Move]] = {}
        for one in self.sensible():
            if not self.model.refusals(one):
                allowed.setdefault(one.action, []).append(one)
        if not allowed:
            return st.none()
        likely = [action for action in sorted(allowed) for _ in range(OFTEN.get(action, 2))]
        return st.sampled_from(likely).flatmap(lambda action: st.sampled_from(allowed[action]))

    async def do(self, move: Move, twist: str) -> None:
        expected = self.model.refusals(move)
        if move.who == "clock":
            await self.do_by_the_clock(move, expected)
            return
        version = self.model.version - (twist == "stale")
        stale = twist == "stale" and move.action not in SIDE and expected != {"hidden"}
        giver = self.office.giver(move.who)
        order = order_of(self.life, move, self.standing, version, self.other and self.other.number)
        accepted = await try_accept(self.office, giver, order)
        if not isinstance(accepted, Accepted):
            assert accepted.refused in ({"stale-version"} if stale else expected), move
            return
        assert not expected, f"{move} should be refused: {expected}"
        assert not stale, f"{move} was accepted on an old version"
        if twist == "key again":
            again = await try_accept(self.office, giver, order)
            assert again == replace(accepted, again=True)
        answer = await carried_out(self.office, accepted)
        assert answer.refused is None, move
        self.model.carry_out(move, self.at)
        if twist == "step again":
            assert await carried_out(self.office, accepted) == answer

    async def do_by_the_clock(self, move: Move, expected: set[str]) -> None:
        answer = await clock_does(self.life, move.action)
        if answer.refused is not None:
            assert answer.refused in expected, move
            return
        assert not expected, f"{move} should be refused: {expected}"
        self.model.carry_out(move, self.at)

    def any_move(self) -> st.SearchStrategy[Move]:
        """Anything that somebody might try."""
        raise NotImplementedError

    def sensible(self) -> list[Move]:
        """Moves of a good form, of which the model allows some."""
        raise NotImplementedError

    def teardown(self) -> None:
        if self.life is not None:
            self.world.run(assert_replayed(self.office, self.life.docket))
            self.world.run(assert_somebody_goes_on(self.office, self.life.docket))


class FileLife(RandomLife):
    """The life of an office file."""

    _ACTORS, _PARAGRAPH = st.sampled_from(office_file_model.ACTORS), st.sampled_from([None, None, 1, 2, 9])
    _SENT = st.builds(
        Move,
        who=_ACTORS,
        action=st.sampled_from([*office_file_model.MEANS, "forward", "return"]),
        to=st.sampled_from([None, *office_file_model.TARGETS]),
        remark=st.booleans(),
        text=st.booleans(),
        agree=st.booleans(),
        draft=_PARAGRAPH,
        until=st.booleans(),
    )
    _DECIDED = st.builds(
        Move,
        who=_ACTORS,
        action=st.sampled_from(["approve", "settle_condition"]),
        remark=st.booleans(),
        draft=_PARAGRAPH,
        basis=_PARAGRAPH,
        outcome=st.sampled_from([None, "approve", "reject", "discuss", "met", "waived", "perhaps"]),
        conditions=st.integers(0, 1),
        condition=st.sampled_from([None, None, 1, 2]),
    )

    @initialize(at=st.sampled_from(BEGINNINGS), put_up=st.booleans())
    def register(self, at: datetime, put_up: bool) -> None:
        self.begin(at, FileModel("in_hand", "clerk"), new_file(self.office))
        if put_up:
            self.lives_through(Move("clerk", "forward", to="superintendent", remark=True))
            self.lives_through(Move("superintendent", "receive"))

    def any_move(self) -> st.SearchStrategy[Move]:
        return self._SENT | self._DECIDED

    def sensible(self) -> list[Move]:
        model: FileModel = self.model
        found: list[Move] = []
        for who in office_file_model.ACTORS:
            draft = model.drafts.get(who)
            basis = max(model.fixed, default=None) if draft is None else draft
            signed = {"who": who, "draft": draft}
            found += [
                Move(who, name, remark=True) for name in ("pull_back", "pull_up", "bring_up", "reopen", "decline")
            ]
            found += [Move(who, name) for name in ("receive", "confirm")]
            found += [Move(action="forward", to=to, remark=True, **signed) for to in office_file_model.ACTORS]
            found += [Move(action="return", to=to, remark=True, **signed) for to in (None, *model.roles)]
            found += [Move(who, "note", text=True)] * 2
            decided = {"action": "approve", "basis": basis, **signed}
            found.append(Move(outcome="approve", **decided))
            found += [Move(outcome="approve_with_conditions", conditions=n, **decided) for n in (1, 2)]
            found += [
                Move(who, "settle_condition", condition=n, outcome="met", remark=True)
                for n, is_open in enumerate(model.conditions, 1)
                if is_open
            ]
            found += [Move(who, "park", until=True, remark=True), Move(who, "add_document", document="letter")]
            found += [Move(action="close", **signed)] * 2
        return found


class ComplaintLife(RandomLife):
    """The life of a complaint."""

    _ACTORS = st.sampled_from(complaint_rules.ACTORS)
    _CLOCK = ("close_unheard", "lapse_special_close", "escalate", "remind_overdue")
    _SENT = ("assign", "assign_finally", "transfer", "direct_down", "recuse", "escalate", "reopen_by_superior")
    _SAID = (
        *("return_to_hub", "attend", "ask", "answer", "remind", "add", "withdraw", "interim_reply", "reply"),
        *("satisfied", "not_satisfied", "approve_special_close", "refuse_special_close", "decline"),
        *("escalate", "reopen", "reopen_by_superior", "appeal"),
    )

    @initialize(
        at=st.sampled_from(BEGINNINGS),
        category=st.sampled_from(sorted(complaint_rules.LIMITS)),
        accused=st.sampled_from([None, None, None, "engineer"]),
        begun=st.sampled_from(
            ["registered", "in work", "above", "asked", "replied", "called", "special", "to reject"]
        ),
    )
    def register(self, at: datetime, category: str, accused: str | None, begun: str) -> None:
        model = ComplaintModel("registered", "hub", category=category, accused=accused)
        self.begin(at, model, new_complaint(self.office, category=category, accused=accused))
        if begun != "registered":
            officer = "engineer" if begun == "above" else "junior"
            self.go_on(officer if accused is None else "stranger", begun)

    def go_on(self, officer: str, begun: str) -> None:
        """Some lives begin further on, or what comes late in a life would seldom be lived."""
        self.lives_through(Move("hub", "assign", to=officer))
        self.lives_through(Move(officer, "receive"))
        self.lives_through(Move(officer, "add_document", document="payment_proof"))
        if begun == "special":
            self.lives_through(Move(officer, "propose_special_close", ground="court", remark=True))
        if begun == "to reject":
            self.lives_through(Move(officer, "reject", ground="untrue", remark=True))
        if begun == "asked":
            self.lives_through(Move(officer, "ask", remark=True))
        if begun in ("replied", "called"):
            self.lives_through(Move(officer, "reply", remark=True))
        for _ in range(3 if begun == "called" else 0):
            self.let_pass(timedelta(days=1, hours=1))
            self.lives_through(Move("calling", "record_attempt"))

    def any_move(self) -> st.SearchStrategy[Move]:
        by_people = st.builds(
            Move,
            who=self._ACTORS,
            action=st.sampled_from(sorted(complaint_rules.MEANS)),
            to=st.sampled_from([None, *complaint_rules.ACTORS]),
            remark=st.booleans(),
            text=st.booleans(),
            document=st.sampled_from([None, None, "letter"]),
            ground=st.sampled_from([None, None, "court", "untrue"]),
            quality=st.sampled_from([None, None, "incomplete"]),
            category=st.sampled_from([None, None, *complaint_rules.LIMITS]),
        )
        return by_people | st.builds(Move, who=st.just("clock"), action=st.sampled_from(self._CLOCK))

    def sensible(self) -> list[Move]:
        found: list[Move] = [Move("clock", action) for action in self._CLOCK]
        for who in complaint_rules.ACTORS:
            found += [Move(who, name, remark=True) for name in self._SAID]
            found += [Move(who, name, to=to, remark=True) for name in self._SENT for to in complaint_rules.ACTORS]
            found += [
                Move(who, "recategorise", to=to, category=category, remark=True)
                for to in (who, "junior", "stranger")
                for category in complaint_rules.LIMITS
            ]
            found += [
                Move(who, "split", to=to, text=True, category="street-light", remark=True)
                for to in ("junior", "stranger")
            ]
            found += [Move(who, name) for name in ("receive", "confirm", "accept_reply", "record_attempt")]
            found += [Move(who, "add_document", document=sort) for sort in ("letter", "payment_proof")]
            found.append(Move(who, "propose_special_close", ground="court", remark=True))
            found.append(Move(who, "reject", ground="untrue", remark=True))
            found.append(Move(who, "send_reply_back", quality="incomplete", remark=True))
        return found


class ReceiptLife(RandomLife):
    """The life of a receipt, beside a file that the clerk keeps in his hand."""

    _ANY = st.builds(
        Move,
        who=st.sampled_from(receipt_model.ACTORS),
        action=st.sampled_from(sorted(receipt_model.MEANS)),
        to=st.sampled_from([None, *receipt_model.TARGETS]),
        remark=st.booleans(),
        document=st.sampled_from([None, None, "letter"]),
    )
    _OF_THE_FILE = st.builds(
        Move,
        who=st.sampled_from(receipt_model.SEE_THE_FILE),
        action=st.sampled_from(["put_in_file", "send_after", "take_out"]),
        remark=st.booleans(),
        other=st.just(True),
    )

    @initialize(at=st.sampled_from(BEGINNINGS), begun=st.sampled_from(["diarised", "marked", "in file"]))
    def diarise(self, at: datetime, begun: str) -> None:
        self.world.set_clock(at)
        self.other = self.world.run(new_file(self.office))
        self.begin(at, ReceiptModel("in_hand", "clerk"), new_receipt(self.office))
        if begun == "marked":
            self.lives_through(Move("clerk", "mark", to="superintendent"))
            self.lives_through(Move("superintendent", "receive"))
        if begun == "in file":
            self.lives_through(Move("clerk", "put_in_file", other=True))

    def any_move(self) -> st.SearchStrategy[Move]:
        return self._ANY | self._OF_THE_FILE

    def sensible(self) -> list[Move]:
        found: list[Move] = []
        for who in receipt_model.ACTORS:
            found += [Move(who, "mark", to=to, remark=True) for to in receipt_model.ACTORS]
            found += [Move(who, name, remark=True) for name in ("pull_back", "cancel", *receipt_model.DISPOSALS)]
            found += [Move(who, "return", to=to, remark=True) for to in (None, *self.model.roles)]
            found += [Move(who, "receive"), Move(who, "add_document", document="letter")]
        for who in receipt_model.SEE_THE_FILE:
            names = ("put_in_file", "send_after", "take_out")
            found += [Move(who, name, other=True, remark=True) for name in names]
        return found

    def teardown(self) -> None:
        super().teardown()
        if self.other is not None:
            self.world.run(assert_rows_equal_their_replay(self.office, self.other.docket))
