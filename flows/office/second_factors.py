"""Second factors by order: one is reset whose device is lost, and where the office asks for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from flows.office.changes import OfficeChange, OfficeTurn
from flows.rules.second_factor import OCCASIONS
from storage import second_factors


@dataclass(frozen=True, slots=True)
class ResetFactor:
    """Ends a person's second factor and every session of his; where he has none it does nothing."""

    person: UUID
    what: ClassVar[str] = "second-factor.reset"

    async def carry_out(self, turn: OfficeTurn) -> dict[str, Any]:
        await turn.needs_power("administer")
        factor = await second_factors.standing(turn.driver, self.person)
        if factor["id"] is not None:
            end_factor(turn.change, factor["id"], turn.at, turn.by and turn.by.person)
            gone = "delete from login_session where person = %(person)s"
            turn.change.statements.append((gone, {"person": self.person}))
        turn.change.idle = factor["id"] is None
        return {"person": str(self.person)}


@dataclass(frozen=True, slots=True)
class AskFor:
    """The office asks for the second factor on just these occasions; where it does already, nothing is written."""

    occasions: frozenset[str]
    what: ClassVar[str] = "second-factor.asked"

    async def carry_out(self, turn: OfficeTurn) -> dict[str, Any]:
        await turn.needs_power("administer")
        before = await second_factors.asked(turn.driver)
        for occasion in OCCASIONS:
            row = {"asked": occasion in self.occasions, "set_by": turn.by and turn.by.person}
            if occasion not in before:
                turn.change.insert("second_factor_asked", {"occasion": occasion, **row})
            elif before[occasion] != row["asked"]:
                turn.change.set("second_factor_asked", {"occasion": occasion}, row)
        turn.change.idle = not turn.change.stated
        return {"asked": sorted(self.occasions)}


def end_factor(change: OfficeChange, factor: UUID, at: datetime, by: UUID | None) -> None:
    """A factor ends, and its secret with it; ``by`` None: its own person, or an operator."""
    change.set("second_factor", {"id": factor}, {"ended_at": at, "ended_by": by}, sealed=None)
