"""For which acts an office may ask the second factor, and which movements those are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flows.rules.labels import Label
from flows.rules.tables import Row, StateClass, Table

DECIDING: Final = "deciding"
LOG_IN: Final = "log_in"
OCCASIONS: Final[Mapping[str, Label]] = {
    DECIDING: (
        "deciding, signing, confirming, closing, and orders that give powers",
        "निर्णय, हस्ताक्षर, पुष्टि, बंद करना और अधिकार देने के आदेश",
    ),
    LOG_IN: ("logging in", "लॉग-इन"),
}

_BOTH: Final = frozenset({DECIDING, LOG_IN})
_DECIDES: Final = frozenset({DECIDING})
WEIGHTY: Final[Mapping[str, frozenset[str]]] = {
    "destruction.signed": _DECIDES,
    "retention.hold-lifted": _DECIDES,
    "charge.list-drawn-up": _DECIDES,
    "charge.taken": _DECIDES,
    "charge.given": _DECIDES,
    "leave.recorded": _DECIDES,
    "assistant.given": _DECIDES,
    "post.power-given": _DECIDES,
    "post.superior-set": _DECIDES,
    "competence.set": _DECIDES,
    "office.withheld-from-link-officers": _DECIDES,
    "person.enabled": _DECIDES,
    "sheet.imported": _DECIDES,
    "grading.published": _DECIDES,
    "second-factor.reset": _BOTH,
    "second-factor.asked": _BOTH,
}
"""The orders that weigh, by what the audit calls them: signatures, what gives sight or powers, what is published,
and what takes a second factor away. Each with the occasions on which an office that asks asks here too."""


def is_deciding(table: Table, row: Row, action: str) -> bool:
    """Whether an action decides: it approves, signs, confirms what another proposed, or closes.

    A proposal decides nothing yet: whoever confirms it is asked.
    """
    if action == "confirm":
        return True
    if action == "decline" or row.second is not None:
        return False
    closes = row.to_state is not None and table.sort_of(row.to_state) is StateClass.CLOSED
    return closes or row.act in ("approve", "sign_letter")
