"""Random lives of files and complaints on real PostgreSQL, compared after every step with a model of the design.

Each life ends with its chain replayed: every audited row must be what its entries say. `make soak` lives more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from flows.instructions import Accepted
from tests.factories.clock_acts import clock_does
from tests.factories.lives import Life, new_complaint, new_file
from tests.factories.practice_office import PracticeOffice, make_office
from tests.factories.replayed import assert_rows_equal_their_replay
from tests.fixtures.office import OfficeClock
from tests.models import complaint_rules, office_file_model
from tests.models.complaint_model import ComplaintModel
from tests.models.office_file_model import FileModel
from tests.models.office_model import Move
from tests.properties.complaint_roads import ROADS
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


@pytest.fixture(scope="module")
def world(new_database: Callable[..., Any]) -> Iterator[World]:
    fresh = new_database()
    clock = OfficeClock(fresh.owner_url)
    clock.install()
    clock.set(min(BEGINNINGS))  # or the scheme would be in force from a later day than the first lives begin
    loop = asyncio.new_event_loop()
    office = loop.run_until_complete(make_office(fresh.app_url, fresh.owner_url, pool=2))
    with psycopg.connect(fresh.owner_url, autocommit=True) as setting:
        yield World(loop, office, setting)
    loop.run_until_complete(office.database.close())
    loop.close()


async def assert_replayed(office: PracticeOffice, docket: UUID) -> None:
    """The life's own rows, and those of whatever was born in it, are what their chains say."""
    ties = await office.rows("select docket from docket_tie where other = %(d)s", d=docket)
    for one in (docket, *(row[0] for row in ties)):
        await assert_rows_equal_their_replay(office, one)


class RandomLife(RuleBasedStateMachine):
    """What both families have in common: choose a move, ask the model, do it, compare."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world, self.office = world, world.office
        self.model: Any = None
        self.life: Any = None
        self.standing: Any = None

    def begin(self, at: datetime, model: FileModel | ComplaintModel, make: Awaitable[Life]) -> None:
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
        order = order_of(self.life, move, self.standing, version)
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


def lives(in_a_test_run: int, steps: int) -> settings:
    """How many lives: these, unless a profile such as `soak` says otherwise (it has 5,000 for both families)."""
    chosen = settings.default
    assert chosen is not None
    profile = settings.get_current_profile_name()
    share = in_a_test_run / 500
    count = in_a_test_run if profile == "default" else int(chosen.max_examples * share)
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    return settings(max_examples=count, stateful_step_count=steps, deadline=None, suppress_health_check=checks)


FILE_MOVEMENTS = """register receive put_up mark send forward return note approve settle_condition pull_back
    pull_up park bring_up close propose reopen decline add_document"""
COMPLAINT_MOVEMENTS = """register assign assign_finally receive attend return_to_hub transfer recategorise
    direct_down recuse ask answer remind add withdraw interim_reply reply accept_reply send_reply_back satisfied
    not_satisfied record_attempt close_unheard propose_special_close approve_special_close refuse_special_close
    lapse_special_close propose reject decline escalate remind_overdue reopen reopen_by_superior appeal
    add_document split"""


def lived(world: World, family: str) -> set[str]:
    """The movements that came about in all lives together."""
    sql = "select distinct m.name from movement m join docket d on d.id = m.docket where d.family = %(f)s"
    return {row[0] for row in world.run(world.office.rows(sql, f=family))}


@pytest.mark.timeout(7200)
def test_files_live_as_the_model_does(world: World) -> None:
    chosen = lives(320, steps=14)
    run_state_machine_as_test(lambda: FileLife(world), settings=chosen)
    if chosen.max_examples >= 320:
        assert lived(world, "office_file") == set(FILE_MOVEMENTS.split()), "some movement was never lived"


@pytest.mark.timeout(600)
@pytest.mark.parametrize("road", ROADS)
def test_every_movement_of_a_complaint_comes_to_what_the_model_says(world: World, road: list[Move | int]) -> None:
    life = ComplaintLife(world)
    model = ComplaintModel("registered", "hub")
    life.begin(BEGINNINGS[0], model, new_complaint(world.office))
    for step in road:
        if isinstance(step, int):
            life.let_pass(timedelta(hours=step))
            continue
        model.now = life.at + timedelta(minutes=1)
        assert model.refusals(step) == set(), step
        life.lives_through(step)
    life.teardown()


def test_the_roads_have_every_movement_of_a_complaint() -> None:
    gone = {step.action for road in ROADS for step in road if isinstance(step, Move)}
    assert gone | {"register", "propose"} == set(COMPLAINT_MOVEMENTS.split()) | {"confirm"}


@pytest.mark.timeout(7200)
def test_complaints_live_as_the_model_does(world: World) -> None:
    run_state_machine_as_test(lambda: ComplaintLife(world), settings=lives(180, steps=12))
