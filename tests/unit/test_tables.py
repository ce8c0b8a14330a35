"""How a movement is named by where it goes, and what the shipped tables have."""

from __future__ import annotations

from uuid import UUID, uuid4

from flows.rules.cases import PostFacts
from flows.rules.known_schemes import shipped_schemes
from flows.rules.sending import relation


def test_a_table_has_the_words_of_its_movements_in_both_languages() -> None:
    for table in (table for scheme in shipped_schemes().values() for table in scheme.tables.values()):
        labels = [label for one in table.rows for label in (one.label, one.done)]
        labels += [one.label for one in table.states] + [label for pair in table.names.values() for label in pair]
        for english, hindi in labels:
            assert english.isascii()
            assert any("\u0900" <= letter <= "\u097f" for letter in hindi), hindi


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
