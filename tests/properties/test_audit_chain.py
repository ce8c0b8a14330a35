"""Our chain check accepts what a plain model accepts, and a replay rebuilds what a plain model rebuilds."""

import json
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from flows.rules.audit_chain import BrokenChain, RowChange, build_entry, check_chain, genesis, replay, row_key
from tests.models.audit_model import model_chain_holds

CHAIN = "docket:018f0000-0000-7000-8000-000000000001"
OTHER = "docket:018f0000-0000-7000-8000-000000000002"
AT = datetime(2026, 4, 1, tzinfo=UTC)

_columns = st.dictionaries(st.sampled_from(["a", "b", "c"]), st.none() | st.integers() | st.text(max_size=3))
_steps = st.lists(st.tuples(st.integers(0, 3), _columns), max_size=12)


def _entries(steps: list[tuple[int, dict[str, object]]]) -> list[bytes]:
    """A sound chain: the first change to each row inserts it, later ones set."""
    made: list[bytes] = []
    seen: set[int] = set()
    previous = genesis(CHAIN)
    for sequence, (row, columns) in enumerate(steps, 1):
        change = RowChange("post", "set" if row in seen else "insert", {"id": UUID(int=row)}, columns)
        seen.add(row)
        entry = build_entry(
            chain=CHAIN, epoch=1, sequence=sequence, previous=previous, at=AT, what="post:set", changes=[change]
        )
        made.append(entry.data)
        previous = entry.hash
    return made


@given(_steps)
def test_a_replay_is_what_applying_the_changes_by_hand_gives(steps: list[tuple[int, dict[str, object]]]) -> None:
    expected: dict[tuple[str, str], dict[str, object]] = {}
    for row, columns in steps:
        place = ("post", row_key({"id": str(UUID(int=row))}))
        encoded = {
            name: str(value) if isinstance(value, int) and abs(value) >= 2**53 else value
            for name, value in columns.items()
        }
        expected.setdefault(place, {}).update(encoded)
    assert replay(check_chain(_entries(steps), CHAIN)) == expected


_members: st.SearchStrategy[tuple[str, Any]] = (
    st.tuples(st.just("sequence"), st.integers(1, 14))
    | st.tuples(st.just("epoch"), st.integers(0, 3))
    | st.tuples(st.just("chain"), st.sampled_from([CHAIN, OTHER]))
    | st.tuples(st.just("what"), st.sampled_from(["post:set", "post:open"]))
    | st.tuples(st.just("previous"), st.binary(min_size=32, max_size=32).map(bytes.hex))
)


@given(_steps.filter(bool), st.data(), st.booleans())
def test_our_check_accepts_what_the_model_accepts(
    steps: list[tuple[int, dict[str, object]]], data: st.DataObject, rehashed: bool
) -> None:
    entries = _entries(steps)
    places = st.integers(0, len(entries) - 1)
    match data.draw(st.sampled_from(["keep", "drop", "double", "swap", "change"])):
        case "drop":
            entries.pop(data.draw(places))
        case "double":
            entries.insert(data.draw(places), entries[data.draw(places)])
        case "swap":
            first, second = data.draw(places), data.draw(places)
            entries[first], entries[second] = entries[second], entries[first]
        case "change":
            place = data.draw(places)
            entries[place] = _changed(entries[place], data.draw(st.lists(_members, max_size=3)))
            if rehashed:
                _rehash(entries, place + 1)
        case _:
            pass
    assert _holds(entries) == model_chain_holds(entries, CHAIN)


def _changed(data: bytes, members: list[tuple[str, Any]]) -> bytes:
    return rfc8785.dumps({**json.loads(data), **dict(members)})


def _rehash(entries: list[bytes], begin: int) -> None:
    for place in range(begin, len(entries)):
        entries[place] = _changed(entries[place], [("previous", sha256(entries[place - 1]).hexdigest())])


def _holds(entries: list[bytes]) -> bool:
    try:
        list(check_chain(entries, CHAIN))
    except BrokenChain:
        return False
    return True
