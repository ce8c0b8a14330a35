"""Drafting the grading of a month anew, and publishing it: frozen as it was seen, nothing later changes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Final
from uuid import UUID

from flows.grading.cases import MonthOfKind, asked_of, graded_in
from flows.grading.draft import fill_draft, is_over
from flows.grading.shown import shown
from flows.office.changes import OfficeTurn
from flows.rules.errors import Refusal, Refused
from flows.rules.months import Month
from storage import grading_reading, gradings

MOST_AT_ONCE: Final = 20_000
"""So many cases are graded while the office's chain is locked; the standing work takes any number."""


@dataclass(frozen=True, slots=True)
class DraftGrading:
    """The month of a kind graded anew as its draft, in place of an earlier one.

    For a post with the power to oversee complaints, as publishing is.
    """

    scheme: str
    kind: str
    month: Month
    what: ClassVar[str] = "grading.drafted"

    async def carry_out(self, turn: OfficeTurn) -> dict[str, Any]:
        await turn.needs_power("oversee")
        of = await self._graded(turn)
        await fill_draft(turn.driver, of)
        made = await shown(turn.driver, *of.named)
        assert made is not None
        return _outcome(of.named, made.row["cases"], made.row["cases_sha256"], len(made.units))

    async def _graded(self, turn: OfficeTurn) -> MonthOfKind:
        """The month where it can be drafted here. Raises Refused."""
        told, wanted = {"month": str(self.month)}, (self.scheme, self.kind, str(self.month))
        of = next((one for one in await graded_in(turn.driver, self.month) if one.named == wanted), None)
        if of is None:
            raise Refused(Refusal("month-not-graded", "month", told))
        if await gradings.published(turn.driver, *wanted) is not None:
            raise Refused(Refusal("grading-published", "month", told))
        if not await is_over(turn.driver, of):
            raise Refused(Refusal("month-not-over", "month", told))
        if await grading_reading.count(turn.driver, await asked_of(turn.driver, of)) > MOST_AT_ONCE:
            raise Refused(Refusal("too-many-cases", "month", told | {"limit": f"{MOST_AT_ONCE:,}"}))
        return of


def _outcome(named: tuple[str, str, str], cases: int, sha256: bytes, units: int) -> dict[str, Any]:
    scheme, kind, month = named
    told = {"scheme": scheme, "kind": kind, "month": month}
    return told | {"cases": cases, "cases_sha256": sha256.hex(), "units": units}


@dataclass(frozen=True, slots=True)
class PublishGrading:
    """The month of a kind, published with the draft whose list of cases has this SHA-256.

    A post with the power to oversee complaints publishes it (SYSTEMS S2: once, then it is frozen).
    """

    scheme: str
    kind: str
    month: str
    cases_sha256: bytes
    what: ClassVar[str] = "grading.published"

    async def carry_out(self, turn: OfficeTurn) -> dict[str, Any]:
        await turn.needs_power("oversee")
        draft = await self._draft(turn)
        named = {"scheme": self.scheme, "kind": self.kind, "month": self.month}
        computed = {name: draft[name] for name in ("scheme_version", "formula", "cases", "cases_sha256")}
        by = {"by_person": turn.by and turn.by.person, "by_post": turn.by and turn.by.post}
        row = named | {"draft": draft["id"], **computed, "published_at": turn.at, **by}
        turn.change.insert("grading_month", row)
        for unit in draft["units"]:
            turn.change.insert("grading_unit", named | unit)
        return _outcome(
            (self.scheme, self.kind, self.month), draft["cases"], self.cases_sha256, len(draft["units"])
        )

    async def _draft(self, turn: OfficeTurn) -> dict[str, Any]:
        """The draft that was seen; its own row goes. Raises Refused."""
        named, told = (self.scheme, self.kind, self.month), {"month": self.month}
        if await gradings.published(turn.driver, *named) is not None:
            raise Refused(Refusal("grading-published", "month", told))
        draft = await gradings.draft(turn.driver, *named)
        if draft is None:
            raise Refused(Refusal("no-such-grading", "month", told))
        draft_id: UUID = draft["id"]
        if draft["cases_sha256"] != self.cases_sha256 or not await gradings.take_draft(turn.driver, draft_id):
            raise Refused(Refusal("draft-changed", "cases_sha256"))
        return draft
