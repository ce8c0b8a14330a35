"""Acts of the clock on complaints (DESIGN §4, Time): each takes those at which its turn has come.

A turn that came too early, or that the table does not allow, is put off to the next one, which costs no movement.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final
from uuid import UUID

from flows.clock_acts import BATCH, ClockAct
from flows.facts import table_of
from flows.rules import clock_turns
from flows.rules.cases import Case
from flows.rules.tables import Row
from storage import clock_batches
from storage.cases import Found
from storage.database import Driver, Statement
from storage.rows import update

# What the next turn is told by, whichever act the table refused.
_FOR_TURNS: Final = frozenset({"clocks", "had_by", "recused", "routing", "told_at", "warned", "special_close"})

# Whom a reply waits for: its rows have other names than the act, by which a scheme's rows are known.
_OF_REPLIES: Final = frozenset({"reply", "desks"})


class OnComplaints(ClockAct):
    """An act that is done when the clock's turn at a complaint has come."""

    def parts(self) -> frozenset[str]:
        return super().parts() | _FOR_TURNS

    async def lock_due(self, driver: Driver, after: UUID) -> list[UUID]:
        return await clock_batches.lock_turns(driver, self.name, after, BATCH)

    def row(self, found: Found) -> Row | None:
        return clock_turns.row_for(table_of(found.docket), self.name, found.docket["state"])

    def about(self, found: Found) -> str:
        """Each movement is another time: it moves the turn on in its own transaction, under the docket's lock."""
        return f"after {found.docket['movements']}"

    def put_off(self, found: Found, case: Case | None) -> Statement | None:
        if case is not None:
            turn = clock_turns.as_it_stands(case)
        else:
            # Its table has no row for this act any more; whether one for escalating, the next look tells.
            last = self.name == clock_turns.ESCALATE
            turn = None if last else clock_turns.Turn(clock_turns.ESCALATE, found.docket["at"])
        return update("docket", {"id": found.docket["id"]}, clock_turns.columns_of(turn))


class EscalateOverdue(OnComplaints):
    """What is overdue goes to the next level; one that nobody was given too, counted from its registration."""

    name: ClassVar[str] = clock_turns.ESCALATE


class RemindOverdue(OnComplaints):
    """What is overdue and climbs no further reminds its holder and the post above, once in a period; what was
    replied to, those whom it waits for.
    """

    name: ClassVar[str] = clock_turns.REMIND

    def parts(self) -> frozenset[str]:
        return super().parts() | _OF_REPLIES


class WarnBeforeLimit(OnComplaints):
    """The holder is told before a limit is over (of level, attending, citizen), when the scheme says so."""

    name: ClassVar[str] = clock_turns.WARN


class CloseUnheard(OnComplaints):
    """What was replied to is closed when the citizen could not be reached as often as the scheme asks."""

    name: ClassVar[str] = clock_turns.CLOSE_UNHEARD


class LapseSpecialClose(OnComplaints):
    """A proposal to close specially that nobody decided in time is over; the officer works on."""

    name: ClassVar[str] = clock_turns.LAPSE_SPECIAL


OVERDUE: Final = (WarnBeforeLimit(), EscalateOverdue(), RemindOverdue())
"""In this order: what can go no higher is put off by the second act for the third, in the same minute."""

WAITING: Final = (CloseUnheard(), LapseSpecialClose())


class ExtendClocks(ClockAct):
    """Running clocks of these complaints get the time of days that were declared since they began."""

    name: ClassVar[str] = "extend"

    def __init__(self, dockets: Sequence[UUID]) -> None:
        self.dockets = dockets

    async def lock_due(self, driver: Driver, after: UUID) -> list[UUID]:
        return await clock_batches.lock_free(driver, self.dockets, after, BATCH)

    def row(self, found: Found) -> Row | None:
        return clock_turns.row_for(table_of(found.docket), self.name)

    def about(self, found: Found) -> str:
        return f"after {found.docket['movements']}"
