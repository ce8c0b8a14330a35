"""Categories and places of an office beside those that its scheme's text has.

A word of the scheme's text goes before the office's own of the same code: it is the government's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from flows.rules.labels import Label
from flows.rules.schemes import Category, Scheme


@dataclass(frozen=True, slots=True)
class OwnCategory:
    """A category of the office that holds now; ``parents`` from the nearest up, of the office or the scheme."""

    row: UUID
    category: Category
    department: UUID | None
    parents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OwnPlace:
    """A place of the office that holds now."""

    label: Label
    parents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OwnValues:
    """What an office has of its own of the codes that a registration names."""

    categories: Mapping[str, OwnCategory]
    places: Mapping[str, OwnPlace]


def with_own(scheme: Scheme, kind: str, own: OwnValues) -> Scheme:
    """The scheme as a registration of this office meets it; it is never kept among those that are known."""
    if not own.categories and not own.places:
        return scheme
    form = scheme.kinds[kind]
    known = {
        "categories": {code: found.category for code, found in own.categories.items()} | dict(form.categories),
        "places": {code: found.label for code, found in own.places.items()} | dict(form.places),
    }
    return replace(scheme, kinds={**scheme.kinds, kind: form.model_copy(update=known)})
