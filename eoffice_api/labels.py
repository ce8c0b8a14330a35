"""What the rules' tables and schemes call things, in both languages, as answers show it."""

from __future__ import annotations

from typing import Final

from flows import facts
from flows.rules.tables import Table

Label = dict[str, str]

_SETTLING: Final = {"decline": ("declined", "अस्वीकृत प्रस्ताव")}


def both(label: tuple[str, str]) -> Label:
    return {"en": label[0], "hi": label[1]}


def of_state(scheme: str, kind: str, state: str) -> Label:
    return both(facts.table_of(scheme, kind).by_state[state].label)


def of_movement(table: Table, name: str) -> Label:
    """What a register calls a movement by its name."""
    return both(_SETTLING.get(name) or table.done_label(name))
