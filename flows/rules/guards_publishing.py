"""What is needed before something is made public. These guards are registered with the others in ``guards``."""

from __future__ import annotations

from typing import Final

from flows.rules.cases import Case
from flows.rules.errors import Refusal
from flows.rules.parts import looks_at

_APPROVED: Final = frozenset({"approve", "approve_as_amended", "approve_with_conditions"})


@looks_at("decision")
def approved(case: Case) -> Refusal | None:
    """The last decision allowed it: what was rejected, or only discussed, is never published (SYSTEMS S3)."""
    return None if case.history.decision in _APPROVED else Refusal("needs-approval")
