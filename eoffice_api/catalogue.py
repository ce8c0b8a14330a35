"""What the schemes that are loaded know, as answers: kinds, what a registration of each takes, and the rules.

All of it is read from the schemes, the tables and the words that explain them; nothing is said here by hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from eoffice_api import labels
from eoffice_api.problems import LISTS
from eoffice_api.schemas.requests import Complainant, Registration
from flows.rules.known_schemes import KNOWN
from flows.rules.particulars import CLASSIFICATIONS, OF_A_CALLER, PEOPLE, Values, particulars_of, texts_of
from flows.rules.schemes import Kind, Scheme
from flows.rules.words import REGISTRATION, WHO

Answer = dict[str, Any]
_MORE_AT: Final = {"category": "/api/v1/categories", "place": "/api/v1/places"}


@cache  # a version never changes
def scheme(name: str, version: int) -> Answer:
    """A known scheme with its kinds."""
    scheme = KNOWN.of(name, version)
    return {
        "name": scheme.name,
        "version": scheme.version,
        "label": labels.both(scheme.label),
        "kinds": [_kind(scheme, name, kind) for name, kind in scheme.kinds.items()],
    }


def _kind(scheme: Scheme, name: str, kind: Kind) -> Answer:
    table = scheme.table_of(name)
    return {
        "name": name,
        "label": labels.both(kind.label),
        "family": table.family,
        "registered_by": [labels.coded(guard, WHO[guard]) for guard in table.beginning.who],
        "fields": list(_fields(scheme, table.family, kind)),
        "rules": f"{LISTS}/{scheme.name}/kinds/{name}",
    }


def _fields(scheme: Scheme, family: str, kind: Kind) -> Iterator[Answer]:
    """What a registration takes, in the order of its body."""
    yield _field("subject", needed=True)
    yield _field("classification", values=CLASSIFICATIONS)
    yield _field("priority", values=scheme.priorities)
    for one in particulars_of(family, kind).values():
        yield _field(one.name, "particulars", needed=one.needed, values=one.values)
    for name in texts_of(family):
        if name in PEOPLE:
            yield from (_field(one, name, callers=_callers(kind, one)) for one in Complainant.model_fields)
        else:
            yield _field(name, needed=name == "text")


def _callers(kind: Kind, name: str) -> tuple[str, ...]:
    """The channels by which nobody complains without it, but anonymously."""
    return kind.handling.callers if name in OF_A_CALLER else ()


def _field(
    name: str,
    within: str | None = None,
    *,
    needed: bool = False,
    values: Values | None = None,
    callers: tuple[str, ...] = (),
) -> Answer:
    words = REGISTRATION[name]
    return {
        "name": name,
        "in": within,
        "label": labels.both(words.label),
        "meaning": labels.both(words.meaning),
        "needed": needed,
        "needed_by": list(callers),
        "default": None if within or needed else Registration.model_fields[name].default,
        "values": None if values is None else listed(values),
        "more_at": _MORE_AT.get(name),
    }


def listed(values: Values) -> list[Answer]:
    """Values with their labels."""
    return [labels.coded(value, label) for value, label in values.items()]
