"""How a word of the tables is explained to people: a field of a form, or what a movement needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flows.rules.labels import POWERS, Label
from flows.rules.schemes import Kind


@dataclass(frozen=True, slots=True)
class Field:
    """Something that is given with an action or a registration: its name on a form, and what it means."""

    label: Label
    meaning: Label


@dataclass(frozen=True, slots=True)
class Need:
    """What a movement needs. ``asks``: the parameter that it always asks for, ``values`` what that may be.

    ``of_kind``: the values where each kind has its own list.
    """

    label: Label
    asks: str | None = None
    values: Mapping[str, Label] | None = None
    of_kind: Callable[[Kind], Mapping[str, Label]] | None = None


def with_power(name: str) -> Label:
    """Who may, where a power is what counts."""
    english, hindi = POWERS[name]
    return f"a post with the power “{english}”", f"“{hindi}” अधिकार वाला पद"
