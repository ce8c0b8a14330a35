"""Acts of the clock (DESIGN §5.8): what is due of many dockets at once, without an instruction.

A batch is one transaction: at most 500 dockets locked in the order of their ids, each judged by its table's row as
a person's movement is, planned by the same effects and stated by the same entry, and written by statements over
all of them. A movement's id follows from its docket, the act and what it is about, so that nothing is done twice.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Final
from uuid import UUID, uuid5

import structlog

from flows import facts
from flows.carry_out import row_of
from flows.loops import cancel
from flows.rules import decide
from flows.rules.cases import CLOCK, NOBODY, Case, Parameters, PostFacts
from flows.rules.errors import Refusal
from flows.rules.known_schemes import KNOWN
from flows.rules.plan import Plan
from flows.rules.tables import Row
from flows.schemes_in_force import in_force, know
from flows.writing import write_movement
from storage import cases, clock_batches
from storage.cases import Found
from storage.database import Database, DatabaseAway, Driver, Statement, TryAgain, write
from storage.identity import OfficeIdentity
from storage.set_based import folded

BATCH: Final = 500
LANES: Final = 2
"""Batches under way at once: while the database writes one, the next is judged."""
_TRIES: Final = 3
"""How often a batch is tried that a deadlock or a time-out broke; after that it waits for the next tick."""

log = structlog.get_logger()


class ClockAct(ABC):
    """One act: which dockets are due, and how one of them is judged and planned."""

    name: ClassVar[str]

    def parts(self) -> frozenset[str]:
        """What of a docket's past the rules look at, as far as schemes are known."""
        return KNOWN.parts_for(self.name)

    @abstractmethod
    async def lock_due(self, driver: Driver, after: UUID) -> list[UUID]:
        """Locks the next dockets that are due, at most BATCH, whose ids come after one."""

    @abstractmethod
    def row(self, found: Found) -> Row | None:
        """The row of the docket's table that says what may be done; None: its table leaves it to people."""

    @abstractmethod
    def about(self, found: Found) -> str:
        """What tells this time from every other time that the clock does it with the docket."""

    def judge(self, case: Case) -> Refusal | None:
        """May the clock do it now?"""
        return decide.judge(case)

    def plan(self, case: Case, movement: UUID) -> Plan:
        """What it writes."""
        return decide.plan(case, movement)

    def put_off(self, found: Found, case: Case | None) -> Statement | None:
        """What is kept of one with which nothing can be done now; ``case`` is None where there is no row."""
        return None


class BringUp(ClockAct):
    """A parked file comes back into its holder's hand on its day, in the zone of its scheme."""

    name = "bring_up"

    async def lock_due(self, driver: Driver, after: UUID) -> list[UUID]:
        # Every scheme that a docket can have was in force once, and holds in some version today.
        zones = {name: scheme.form.zone for name, scheme in (await in_force(driver)).items()}
        return await clock_batches.lock_parked(driver, zones, after, BATCH)

    def row(self, found: Found) -> Row:
        return row_of(found.docket, self.name)

    def about(self, found: Found) -> str:
        return str(found.docket["parked_until"])


class Lapse(ClockAct):
    """A proposal that no second person confirmed in time is over, and the post that made it is told."""

    name = "lapse"

    async def lock_due(self, driver: Driver, after: UUID) -> list[UUID]:
        return await clock_batches.lock_lapsed(driver, after, BATCH)

    def row(self, found: Found) -> Row:
        return row_of(found.docket, "confirm")

    def about(self, found: Found) -> str:
        return str(found.docket["proposal"]["id"])

    def judge(self, case: Case) -> Refusal | None:
        return decide.judge_lapse(case)

    def plan(self, case: Case, movement: UUID) -> Plan:
        return decide.plan_lapse(case, movement)


@dataclass(slots=True)
class Tally:
    """What a tick did: dockets moved, those that the rules refused, those that broke, and those put off.

    Put off is one at which the clock only looked: nothing is due of it yet, and it is known when to look again.
    """

    done: int = 0
    refused: int = 0
    broken: int = 0
    put_off: int = 0

    def to_json(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in ("done", "refused", "broken", "put_off")}


async def tick(database: Database, identity: OfficeIdentity, act: ClockAct) -> Tally:
    """Does the act with every docket that is due and free, batch by batch.

    Raises DatabaseAway, TryAgain; what was committed before stays.
    """
    under_way = _Tick(database, identity, act)
    lanes = [asyncio.create_task(under_way.lane()) for _ in range(LANES)]
    try:
        await asyncio.gather(*lanes)
    finally:
        await cancel(lanes)
    return under_way.tally


@dataclass(slots=True)
class _Batch:
    """Dockets that were locked at once, and after which one they were looked for."""

    after: UUID = NOBODY
    dockets: list[UUID] = field(default_factory=list[UUID])


class _Tick:
    """One tick of one act, and what it came to so far."""

    def __init__(self, database: Database, identity: OfficeIdentity, act: ClockAct) -> None:
        self.database, self.identity, self.act = database, identity, act
        self.tally = Tally()
        self._looking = asyncio.Lock()
        self._after, self._whole = NOBODY, False

    async def lane(self) -> None:
        """Takes one batch after another until a look finds no full one."""
        tries = 0
        while not self._whole:
            batch = _Batch()
            try:
                await self._try(batch)
                tries = 0
            except TryAgain as hindrance:
                tries += 1
                if tries == _TRIES:
                    raise
                log.info("a batch of the clock is tried again", act=self.act.name, why=str(hindrance))
                self._look_again_after(batch.after)
            except DatabaseAway:
                raise
            except Exception:
                if not batch.dockets:
                    raise
                # One by one, so that one that breaks holds up no other.
                log.exception("a batch of the clock broke; its dockets are taken one by one", act=self.act.name)
                await self._each(batch.dockets)

    async def _try(self, batch: _Batch) -> None:
        async with self.database.writing() as driver:
            async with self._looking:
                if self._whole:
                    return
                batch.after = self._after
                batch.dockets = await self.act.lock_due(driver, batch.after)
                self._after = batch.dockets[-1] if batch.dockets else batch.after
                self._whole = len(batch.dockets) < BATCH
            await self._carry(driver, batch.dockets)

    def _look_again_after(self, docket: UUID) -> None:
        """What a broken batch had locked is looked for anew: meanwhile it may be due no more."""
        self._after, self._whole = min(self._after, docket), False

    async def _each(self, dockets: Sequence[UUID]) -> None:
        for docket in dockets:
            try:
                async with self.database.writing() as driver:
                    await self._carry(driver, await clock_batches.lock_these(driver, [docket]))
            except (DatabaseAway, TryAgain):
                raise
            except Exception:
                self.tally.broken += 1
                log.exception("an act of the clock broke", act=self.act.name, docket=str(docket))

    async def _carry(self, driver: Driver, dockets: Sequence[UUID]) -> None:
        """Carries the act out on locked dockets and commits."""
        if not dockets:
            return
        found = await self._found(driver, dockets)
        posts = facts.posts_of(found[0].posts)
        judged: list[tuple[list[Statement], Statement | None]] = []
        for one in found:
            judged.append(self._judged(one, posts))
            await asyncio.sleep(0)  # people's movements on this engine come in between
        moved = [statements for statements, _ in judged if statements]
        later = [[statement] for _, statement in judged if statement is not None]
        await write(driver, [*folded(moved), *folded(later)], commit=True)
        self.tally.done += len(moved)
        self.tally.put_off += len(later)
        self.tally.refused += len(found) - len(moved) - len(later)

    async def _found(self, driver: Driver, dockets: Sequence[UUID]) -> list[Found]:
        """The dockets' facts; read again where they name schemes not known here, whose rules may look at more."""
        while True:
            found = await cases.read_many(driver, self.database.posts, dockets, self.act.parts())
            if not await know(driver, [one.docket for one in found]):
                return found

    def _judged(self, found: Found, posts: Mapping[UUID, PostFacts]) -> tuple[list[Statement], Statement | None]:
        """The statements of one docket's movement; where the rules refuse it, the one that puts it off."""
        row = self.act.row(found)
        case = None if row is None else facts.case_of(found, posts, CLOCK, row, Parameters())
        refusal = None if case is None else self.act.judge(case)
        if case is not None and refusal is None:
            return self._moved(case, found), None
        later = self.act.put_off(found, case)
        if later is None:
            why = None if refusal is None else refusal.code
            log.warning("the clock may not", act=self.act.name, docket=str(found.docket["id"]), why=why)
        return [], later

    def _moved(self, case: Case, found: Found) -> list[Statement]:
        movement = uuid5(case.docket.id, f"{self.act.name} {self.act.about(found)}")
        made = self.act.plan(case, movement)
        made.messages = [message for message in made.messages if message.channel in self.identity.channels]
        return write_movement(case, made, None, self.identity.epoch)[0]
