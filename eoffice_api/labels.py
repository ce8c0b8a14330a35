"""What the rules' tables and schemes call things, in both languages, as answers show it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flows import facts
from flows.rules.acts import ADOPTING
from flows.rules.errors import Refusal
from flows.rules.labels import ADOPTED, ERASING, SETTLING
from flows.rules.tables import Table

Label = dict[str, str]

_SETTLED: Final = {
    "decline": ("declined", "अस्वीकृत प्रस्ताव"),
    "lapse": ("lapsed, not confirmed in time", "व्यपगत, समय पर पुष्टि नहीं हुई"),
    ADOPTING: ADOPTED,
    **ERASING,
}


def both(label: tuple[str, str]) -> Label:
    return {"en": label[0], "hi": label[1]}


def coded(code: str, label: tuple[str, str]) -> dict[str, Any]:
    """A code word with what it is called."""
    return {"code": code, "label": both(label)}


def of_state(docket: Mapping[str, Any]) -> Label:
    """What its kind calls the state in which a docket's row is; its scheme is known."""
    return both(facts.table_of(docket).by_state[docket["state"]].label)


def of_settling(action: str) -> Label:
    """What a second person's action is called on a button."""
    return both(SETTLING[action])


def of_action(table: Table, action: str) -> Label:
    """What an action is called on a button."""
    return of_settling(action) if action in SETTLING else both(table.by_name[action].label)


def of_refusal(refusal: Refusal) -> dict[str, str]:
    """Why something may not be done, in both languages."""
    return {"code": refusal.code, "en": refusal.sentence("en"), "hi": refusal.sentence("hi")}


def of_movement(table: Table, name: str) -> Label:
    """What a register calls a movement by its name."""
    return both(_SETTLED.get(name) or table.done_label(name))
