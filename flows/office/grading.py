"""Publishing the grading of a month: its draft is frozen as it was seen, and nothing later changes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from flows.office.changes import OfficeTurn
from flows.rules.errors import Refusal, Refused
from storage import gradings


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
        return named | {
            "cases": draft["cases"],
            "cases_sha256": self.cases_sha256.hex(),
            "units": len(draft["units"]),
        }

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
