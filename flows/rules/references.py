"""References in outside systems: the number under which another system keeps a docket's matter (DESIGN §7)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from uuid import UUID

from flows.rules.plan import NewRow

NAMES: Final = ("system", "reference", "reference_day")
"""What is said of one, as particulars of a registration and as parameters of a movement."""

_NUMBER: Final = re.compile("[0-9A-Za-z][0-9A-Za-z/_.:()-]{0,99}")


def is_number(value: object) -> bool:
    """Is it a number as systems give them? It stands in clear, so that words about people have no place in it."""
    return isinstance(value, str) and _NUMBER.fullmatch(value) is not None


def reference_row(docket: UUID, given: Mapping[str, object]) -> NewRow:
    """The row of a reference, from what was said of it under ``NAMES``."""
    said = {"system": given["system"], "number": given["reference"], "day": given.get("reference_day")}
    return NewRow("docket_reference", {"docket": docket, **said})
