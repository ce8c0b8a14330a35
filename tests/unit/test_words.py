"""Every word of the tables and registrations is explained in both languages, and what asks for a field does."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from flows.rules.cases import Parameters
from flows.rules.decide import SETTLING_TAKES
from flows.rules.guards import NEEDS as GUARDS
from flows.rules.guards import WHO
from flows.rules.known_schemes import shipped_schemes
from flows.rules.labels import OUTCOMES, SETTLED
from flows.rules.particulars import CLASSIFICATIONS, IDENTITIES, MEDIA, particulars_of
from flows.rules.words import NEEDS, PARAMETERS, REGISTRATION
from flows.rules.words import WHO as WHO_LABELS

TABLES = [table for scheme in shipped_schemes().values() for table in scheme.tables.values()]
LABELS = [
    *WHO_LABELS.values(),
    *(need.label for need in NEEDS.values()),
    *(text for field in (*PARAMETERS.values(), *REGISTRATION.values()) for text in (field.label, field.meaning)),
    *(label for values in (OUTCOMES, SETTLED, CLASSIFICATIONS, IDENTITIES, MEDIA) for label in values.values()),
]


def test_every_guard_is_explained_and_nothing_else() -> None:
    assert WHO_LABELS.keys() == WHO.keys()
    assert NEEDS.keys() == GUARDS.keys()


def test_every_parameter_that_a_row_takes_is_explained_and_no_other() -> None:
    taken = {name for table in TABLES for row in table.rows for name in row.takes}
    assert PARAMETERS.keys() == taken.union(*SETTLING_TAKES.values())


def test_every_particular_of_every_kind_is_explained() -> None:
    for scheme in shipped_schemes().values():
        for name, kind in scheme.kinds.items():
            assert particulars_of(scheme.table_of(name).family, kind).keys() <= REGISTRATION.keys()


@pytest.mark.parametrize("label", LABELS, ids=[label[0] for label in LABELS])
def test_it_is_said_in_both_languages(label: tuple[str, str]) -> None:
    english, hindi = label
    assert english.isascii() or "“" in english
    assert any("\u0900" <= letter <= "\u097f" for letter in hindi)


@pytest.mark.parametrize("name", [name for name, need in NEEDS.items() if need.asks])
def test_what_always_asks_for_a_parameter_refuses_without_it(name: str) -> None:
    history, kind = (
        SimpleNamespace(open_conditions={"one": 1}),
        shipped_schemes()["haryana-eoffice"].kinds["complaint"],
    )
    case = SimpleNamespace(parameters=Parameters(), target=None, history=history, today=None, kind=kind)
    refusal = GUARDS[name](case)
    assert refusal is not None
    assert refusal.field == NEEDS[name].asks


def test_a_row_takes_what_its_needs_ask_for() -> None:
    for table in TABLES:
        for row in table.rows:
            assert {NEEDS[name].asks for name in row.needs} - {None} <= row.takes
