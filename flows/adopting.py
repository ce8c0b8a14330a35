"""Moves papers of the first release's scheme to the version in force, each by a movement of its own.

``patravali fsck`` finds them and, told to repair, has them moved here (infra/adr/0015).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from flows import facts
from flows.clock_acts import BATCH, ClockAct, Tally, tick
from flows.rules import adopting
from flows.rules.acts import ADOPTING
from flows.rules.cases import Case, DocketFacts
from flows.rules.decide import wrong_state
from flows.rules.errors import Refusal
from flows.rules.known_schemes import BEFORE_VERSIONS
from flows.rules.plan import Plan
from flows.rules.schemes import Scheme
from flows.rules.tables import Row
from flows.schemes_in_force import in_force, know
from storage import clock_batches, time_check
from storage.cases import Found
from storage.database import Database, Driver
from storage.identity import OfficeIdentity


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """A paper that the clock does not know; ``version`` it can be moved to, None where none in force fits."""

    docket: UUID
    number: str
    version: int | None


async def left_behind(driver: Driver) -> list[LeftBehind]:
    """The open papers of the first release's scheme."""
    schemes, found = await in_force(driver), list[LeftBehind]()
    for name, version in BEFORE_VERSIONS.items():
        rows = await time_check.open_dockets(driver, name, version)
        await know(driver, rows)
        for row in rows:
            docket, scheme = facts.docket_of(row), facts.scheme_of(row)
            if adopting.is_left_behind(docket, scheme):
                after = _that_fits(schemes, docket, scheme)
                to = None if after is None else after.version
                found.append(LeftBehind(docket.id, docket.number, to))
    return found


def _that_fits(schemes: Mapping[str, Scheme], docket: DocketFacts, before: Scheme) -> Scheme | None:
    """The version in force of a paper's scheme, if the paper can go by it."""
    after = schemes.get(before.name)
    return after if after is not None and adopting.fits(docket, before, after) else None


async def adopt(database: Database, identity: OfficeIdentity, found: Sequence[LeftBehind]) -> Tally:
    """Moves those that can be. Who is at work on one is not waited for: the next run finds it again.

    Raises DatabaseAway, TryAgain; what was committed before stays.
    """
    async with database.querying() as driver:
        schemes = await in_force(driver)
    movable = [one.docket for one in found if one.version is not None]
    return await tick(database, identity, AdoptVersion(movable, schemes))


class AdoptVersion(ClockAct):
    """These dockets go by the version of their scheme that is in force, if it still fits under the lock."""

    name: ClassVar[str] = ADOPTING

    def __init__(self, dockets: Sequence[UUID], schemes: Mapping[str, Scheme]) -> None:
        self.dockets, self.schemes = dockets, schemes

    def parts(self) -> frozenset[str]:
        return frozenset()

    async def lock_due(self, driver: Driver, after: UUID) -> list[UUID]:
        return await clock_batches.lock_free(driver, self.dockets, after, BATCH)

    def row(self, found: Found) -> Row:
        return adopting.adopting_row()

    def about(self, found: Found) -> str:
        return str(self.schemes[found.docket["scheme"]].version)

    def judge(self, case: Case) -> Refusal | None:
        fits = _that_fits(self.schemes, case.docket, case.scheme) is not None
        return None if fits and adopting.is_left_behind(case.docket, case.scheme) else wrong_state(case)

    def plan(self, case: Case, movement: UUID) -> Plan:
        return adopting.plan_adopting(case, self.schemes[case.scheme.name])
