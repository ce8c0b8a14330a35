"""What the state machines of random lives have in common, whichever family lives: a step, and the comparison."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import psycopg
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from flows.instructions import Accepted
from flows.orders import Order
from flows.rules import decide
from flows.rules.cases import Case
from flows.rules.tables import StateClass
from flows.seen_cases import NoSuchDocket
from flows.seen_cases import read_standing as read_case
from tests.factories.clock_acts import clock_does
from tests.factories.lives import Answer, Life
from tests.factories.practice_office import PracticeOffice, make_office
from tests.factories.replayed import assert_rows_equal_their_replay
from tests.fixtures.office import OfficeClock
from tests.models.office_file_rules import SIDE as SIDE_OF_FILES
from tests.models.office_model import DocketModel, Move
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
SIDE = SIDE_OF_FILES | {"split", "answer", "remind", "add", "withdraw", "club", "unclub", "add_reference"}
# How often an act is tried where it is possible; twice, if nothing else is said. What is possible nearly always is
# tried less, what is possible seldom more.
OFTEN = {
    "add_document": 1,
    "receive": 4,
    "confirm": 4,
    **dict.fromkeys(("remind", "add", "withdraw", "transfer", "recuse", "return_to_hub", "recategorise"), 1),
    **dict.fromkeys(("reply", "record_attempt", "assign_finally", "interim_reply", "attend"), 5),
    **dict.fromkeys(("satisfied", "not_satisfied", "accept_reply", "send_reply_back", "appeal"), 6),
    **dict.fromkeys(("answer", "decline", "approve_special_close", "refuse_special_close", "direct_down"), 20),
    **dict.fromkeys(("close_unheard", "lapse_special_close", "remind_overdue", "extend"), 20),
    **dict.fromkeys(("remind_of_reply", "climb_unheard", "warn", "close_clubbed", "unclub"), 10),
    **dict.fromkeys(("tick", "dispose"), 4),
    **dict.fromkeys(("declare", "turn_over", "add_reference", "came_as_receipt", "drop", "split"), 1),
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

    def forget_declared_days(self) -> None:
        """Each life begins in an office that has declared nothing: lives do not come in order."""
        with self.clock.transaction():
            if self.clock.execute("select 1 from calendar_day limit 1").fetchone():
                self.clock.execute("alter table calendar_day disable trigger written_once")
                self.clock.execute("delete from calendar_day")
                self.clock.execute("alter table calendar_day enable trigger written_once")


@contextmanager
def a_world(
    new_database: Callable[..., Any], prepare: Callable[[PracticeOffice], Awaitable[None]] | None = None
) -> Iterator[World]:
    """The practice office in a database of its own; ``prepare``: what else it has when the first life begins."""
    fresh = new_database()
    clock = OfficeClock(fresh.owner_url)
    clock.install()
    clock.set(min(BEGINNINGS) - timedelta(days=1))  # or its scheme would be in force from too late a day
    loop = asyncio.new_event_loop()
    office = loop.run_until_complete(make_office(fresh.app_url, fresh.owner_url, pool=2))
    office = replace(office, identity=office.identity.telling_by(frozenset({"email"})))
    with psycopg.connect(fresh.owner_url, autocommit=True) as setting:
        made = World(loop, office, setting)
        made.set_clock(min(BEGINNINGS))
        if prepare is not None:
            made.run(prepare(office))
        yield made
    loop.run_until_complete(office.database.close())
    loop.close()


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
    """What all families have in common: choose a move, ask the model, do it, compare."""

    often: Mapping[str, int] = OFTEN

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world, self.office = world, world.office
        self.model: Any = None
        self.life: Any = None
        self.standing: Any = None
        self.other: Life | None = None
        self.expected = set[str]()

    def begin(self, at: datetime, model: DocketModel, make: Awaitable[Life]) -> None:
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
        self.tell_time()

    def tell_time(self) -> None:
        self.model.now = self.at

    def lives_through(self, move: Move, twist: str = "plain") -> None:
        self.let_pass(timedelta(minutes=1))
        self.world.run(self.do(move, twist))
        self.compare()

    def some_allowed_move(self) -> st.SearchStrategy[Move | None]:
        """An act that is possible now, however many ways there are to do it; what others wait for comes first."""
        allowed: dict[str, list[Move]] = {}
        for one in self.sensible():
            if not self.refusals(one):
                allowed.setdefault(one.action, []).append(one)
        if not allowed:
            return st.none()
        likely = [action for action in sorted(allowed) for _ in range(self.often.get(action, 2))]
        return st.sampled_from(likely).flatmap(lambda action: st.sampled_from(allowed[action]))

    def refusals(self, move: Move) -> set[str]:
        return self.model.refusals(move)

    def turn_to(self, move: Move) -> None:
        """The docket on which a move is tried is the one in question."""

    async def order(self, move: Move, version: int) -> Order:
        return order_of(self.life, move, self.standing, version, self.other and self.other.number)

    async def do(self, move: Move, twist: str) -> None:
        self.turn_to(move)
        self.expected = expected = self.refusals(move)
        if move.who == "clock":
            await self.do_by_the_clock(move, expected)
            return
        version = self.model.version - (twist == "stale")
        stale = twist == "stale" and move.action not in SIDE and not expected & {"hidden", "unknown-docket"}
        giver = self.office.giver(move.who)
        order = await self.order(move, version)
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
        self.carried_out(move, answer)
        if twist == "step again":
            assert await carried_out(self.office, accepted) == answer

    def carried_out(self, move: Move, answer: Answer) -> None:
        """The model does what the step did; a few things only the step refuses."""
        late = self.model.refusals_at_step(move)
        if late:
            assert answer.refused in late, move
            self.model.refused()
            return
        assert answer.refused is None, (move, answer)
        self.model.carry_out(move, self.at)

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
