"""Which entry of a chain is named when one does not hold, and what may be replayed from entries."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from flows.rules.audit_chain import (
    BrokenChain,
    ChainEnd,
    Commitment,
    Entry,
    RowChange,
    build_entry,
    check_chain,
    genesis,
    parse_entry,
    replay,
    row_key,
)

DOCKET = "docket:018f0000-0000-7000-8000-000000000001"
OTHER = "docket:018f0000-0000-7000-8000-000000000002"
AT = datetime(2026, 4, 1, tzinfo=UTC)
VALUE = UUID(int=7)
Changes = Sequence[Sequence[RowChange]]


def _insert(row: int, **columns: object) -> RowChange:
    return RowChange("movement", "insert", {"id": UUID(int=row)}, columns)


def _set(table: str, row: int, **columns: object) -> RowChange:
    return RowChange(table, "set", {"id": UUID(int=row)}, columns)


def _chain(changes: Changes, chain: str = DOCKET, end: ChainEnd | None = None) -> list[Entry]:
    entries: list[Entry] = []
    end = end or ChainEnd(0, genesis(chain), 1)
    for step, rows in enumerate(changes, end.length + 1):
        previous = entries[-1].hash if entries else end.head
        at = AT + timedelta(seconds=step)
        entries.append(
            build_entry(
                chain=chain,
                epoch=end.epoch,
                sequence=step,
                previous=previous,
                at=at,
                what="movement:note",
                changes=rows,
            )
        )
    return entries


def _five(chain: str = DOCKET) -> list[bytes]:
    return [entry.data for entry in _chain([[_insert(step, text="a")] for step in range(5)], chain)]


def _first_fault(data: list[bytes], **more: dict[int, bytes]) -> int:
    with pytest.raises(BrokenChain) as caught:
        list(check_chain(data, DOCKET, **more))  # type: ignore[arg-type]
    assert caught.value.chain == DOCKET
    return caught.value.sequence


def test_a_sound_chain_passes_and_can_be_gone_on_with() -> None:
    entries = _chain([[_insert(step)] for step in range(5)])
    data = [entry.data for entry in entries]
    assert [entry.sequence for entry in check_chain(data, DOCKET)] == [1, 2, 3, 4, 5]
    start = ChainEnd(3, entries[2].hash, 1)
    assert [entry.sequence for entry in check_chain(data[3:], DOCKET, start)] == [4, 5]


def test_a_changed_entry_is_named_and_not_the_one_after_it() -> None:
    data = _five()
    data[2] = data[2].replace(b'"text":"a"', b'"text":"b"')
    assert _first_fault(data) == 3


def test_a_changed_link_is_named_and_not_the_one_before_it() -> None:
    data = _five()
    previous = parse_entry(data[2]).previous.hex().encode()
    data[2] = data[2].replace(previous, previous[:-1] + (b"0" if previous[-1:] != b"0" else b"1"))
    assert _first_fault(data) == 3


def test_a_signed_head_tells_which_of_the_last_two_was_changed() -> None:
    data = _five()
    head = parse_entry(data[4]).hash
    data[3] = data[3].replace(b'"text":"a"', b'"text":"b"')
    assert _first_fault(data) == 5
    assert _first_fault(data, vouched={5: head}) == 4


def test_dropped_swapped_and_doubled_entries_are_named() -> None:
    data = _five()
    assert _first_fault([data[0], *data[2:]]) == 2
    assert _first_fault([data[0], data[2], data[1], *data[3:]]) == 2
    assert _first_fault([*data[:3], data[2], *data[3:]]) == 4
    assert _first_fault([data[0], _five(OTHER)[1], *data[2:]]) == 2


def test_an_entry_of_another_chain_does_not_fit_even_where_its_link_does() -> None:
    data = _five()
    alien = _chain([[_insert(9)]], OTHER, ChainEnd(1, parse_entry(data[0]).hash, 1))
    assert _first_fault([data[0], alien[0].data]) == 2


def test_a_rebuilt_tail_is_found_by_the_signed_head() -> None:
    data = _five()
    head = parse_entry(data[4]).hash
    rebuilt = _chain([[_insert(9)]] * 2, end=ChainEnd(3, parse_entry(data[2]).hash, 1))
    forged = [*data[:3], *(entry.data for entry in rebuilt)]
    assert len(list(check_chain(forged, DOCKET))) == 5
    assert _first_fault(forged, vouched={5: head}) == 5


def test_an_epoch_never_falls() -> None:
    data = _five()[:3]
    end = ChainEnd(3, parse_entry(data[2]).hash, 0)
    assert _first_fault([*data, _chain([[]], end=end)[0].data]) == 4


def _replay(changes: Changes) -> dict[tuple[str, str], dict[str, object]]:
    return replay(parse_entry(entry.data) for entry in _chain(changes))  # type: ignore[return-value]


def test_rows_are_rebuilt_as_they_stand_at_the_end() -> None:
    rows = _replay([[_insert(1, state="in_hand", level=1)], [_set("movement", 1, state="closed")]])
    assert rows == {("movement", row_key({"id": str(UUID(int=1))})): {"state": "closed", "level": 1}}


@pytest.mark.parametrize(
    "changes",
    [
        [[_insert(1)], [_insert(1)]],
        [[_set("movement", 1, a=1)]],
        [[_insert(1, a=Commitment(VALUE, bytes(32)))], [_insert(2, a=Commitment(VALUE, b"1" * 32))]],
        [[_set("protected_value", 7, erased_by=UUID(int=1))]],
        [[_insert(1, a=Commitment(VALUE, bytes(32)))], [_set("protected_value", 7, salt="")]],
        [[_insert(1, a=Commitment(VALUE, bytes(32)))], [_set("protected_value", 7, erased_by=None)]],
        [[_insert(1, a=Commitment(VALUE, bytes(32)))], *[[_set("protected_value", 7, erased_by=VALUE)]] * 2],
    ],
)
def test_rows_that_cannot_have_been_are_refused(changes: Changes) -> None:
    with pytest.raises(BrokenChain) as caught:
        _replay(changes)
    assert caught.value.sequence == len(changes)


def test_an_erased_value_keeps_its_hash_and_names_its_order() -> None:
    change = _insert(1, a=Commitment(VALUE, bytes(32)))
    rows = _replay([[change], [_set("protected_value", 7, erased_by=UUID(int=9))]])
    place = ("protected_value", row_key({"id": str(VALUE)}))
    assert rows[place] == {"sha256": "00" * 32, "erased_by": str(UUID(int=9))}
