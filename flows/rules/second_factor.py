"""For which acts an office may ask the second factor, and which movements those are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flows.rules.labels import Label
from flows.rules.tables import Row, StateClass, Table

DECIDING: Final = "deciding"
LOG_IN: Final = "log_in"
OCCASIONS: Final[Mapping[str, Label]] = {
    DECIDING: ("deciding, signing, confirming and closing", "निर्णय, हस्ताक्षर, पुष्टि और बंद करना"),
    LOG_IN: ("logging in", "लॉग-इन"),
}


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
