"""The check of a rules table: what it refuses, by name; and how a movement is named by where it goes."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from flows.rules.cases import PostFacts, relation
from flows.rules.decide import TABLES
from flows.rules.effects import EFFECTS
from flows.rules.errors import TableFault
from flows.rules.guards import NEEDS, WHO
from flows.rules.tables import Row, State, StateClass, Table, check_table

LABEL = ("English", "हिन्दी")


def row(name: str, from_states: set[str], to_state: str | None, **more: object) -> Row:
    plain = {"who": ("holder",), "label": LABEL, "done": LABEL, **more}
    return Row(name, name, frozenset(from_states), to_state, **plain)  # pyright: ignore[reportArgumentType]


def state(name: str, sort: StateClass = StateClass.IN_HAND) -> State:
    return State(name, sort, LABEL)


SOUND = Table(
    "sound",
    "office_file",
    (state("open"), state("closed", StateClass.CLOSED)),
    (row("register", set(), "open"), row("close", {"open"}, "closed")),
)


def fault_of(table: Table) -> str:
    with pytest.raises(TableFault) as fault:
        check_table(table, who=WHO, needs=NEEDS, effects=EFFECTS)
    return str(fault.value)


def changed(**rows: Row) -> Table:
    """The sound table with further rows, or with a row of a name replaced."""
    kept = tuple(rows.pop(one.name, one) for one in SOUND.rows)
    return replace(SOUND, rows=(*kept, *rows.values()))


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_the_shipped_tables_are_sound(table: Table) -> None:
    check_table(table, who=WHO, needs=NEEDS, effects=EFFECTS)


def test_a_sound_table_passes() -> None:
    check_table(SOUND, who=WHO, needs=NEEDS, effects=EFFECTS)


def test_a_state_that_is_never_reached_is_named() -> None:
    table = replace(SOUND, states=(*SOUND.states, state("limbo")))
    assert fault_of(table) == "sound: state “limbo” is never reached"


def test_states_that_are_reached_only_from_one_another_are_not_reached() -> None:
    table = changed(there=row("there", {"near"}, "far"), back=row("back", {"far"}, "near"))
    table = replace(table, states=(*SOUND.states, state("near"), state("far")))
    assert "“near” is never reached" in fault_of(table)


def test_a_state_with_no_way_out_is_named() -> None:
    table = changed(park=row("park", {"open"}, "parked"))
    table = replace(table, states=(*SOUND.states, state("parked", StateClass.WAITING)))
    assert fault_of(table) == "sound: state “parked” has no way out"


def test_staying_is_no_way_out() -> None:
    table = changed(park=row("park", {"open"}, "parked"), stay=row("stay", {"parked"}, "parked"))
    table = replace(table, states=(*SOUND.states, state("parked")))
    assert "“parked” has no way out" in fault_of(table)


@pytest.mark.parametrize("column", ["who", "needs", "follows"])
def test_an_unknown_guard_or_effect_is_named_with_its_row(column: str) -> None:
    bad = row("close", {"open"}, "closed", **{column: ("nonsense",)})
    assert fault_of(changed(close=bad)) == "sound, close: unknown guard or effect “nonsense”"


def test_an_unknown_second_is_named() -> None:
    bad = row("close", {"open"}, "closed", second="nonsense")
    assert fault_of(changed(close=bad)) == "sound, close: unknown guard “nonsense”"


@pytest.mark.parametrize("bad", [row("close", {"opne"}, "closed"), row("close", {"open"}, "closd")])
def test_an_unknown_state_is_named_with_its_row(bad: Row) -> None:
    assert fault_of(changed(close=bad)).startswith("sound, close: unknown state “")


def test_two_rows_of_one_name_are_refused() -> None:
    assert fault_of(replace(SOUND, rows=(*SOUND.rows, SOUND.rows[1]))) == "sound: two rows of one name"


def test_a_table_has_the_words_of_its_movements_in_both_languages() -> None:
    for table in TABLES.values():
        labels = [label for one in table.rows for label in (one.label, one.done)]
        labels += [one.label for one in table.states] + [label for pair in table.names.values() for label in pair]
        for english, hindi in labels:
            assert english.isascii()
            assert any("\u0900" <= letter <= "\u097f" for letter in hindi), hindi


# --- names by where it goes -----------------------------------------------------------------------------------

OFFICE, OTHER = uuid4(), uuid4()


def post(office: UUID = OFFICE, above: tuple[UUID, ...] = ()) -> PostFacts:
    return PostFacts(uuid4(), "code", uuid4(), "E", office, False, True, True, frozenset(), above)


def test_above_is_put_up_below_is_marked() -> None:
    top = post()
    middle = post(above=(top.id,))
    bottom = post(above=(middle.id, top.id))
    assert relation(bottom, top) == relation(bottom, middle) == "put_up"
    assert relation(top, bottom) == relation(top, middle) == "mark"


def test_beside_is_sent_and_another_office_is_forwarded_to() -> None:
    assert relation(post(), post()) == "send"
    assert relation(post(), post(OTHER)) == "forward"


def test_the_chain_of_superiors_counts_before_the_office() -> None:
    head = post(OTHER)
    assert relation(post(above=(head.id,)), head) == "put_up"
