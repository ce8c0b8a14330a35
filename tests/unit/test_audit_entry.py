"""What may stand in an audit entry, in which form, and that nothing else is read back as one."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from enum import IntEnum, StrEnum
from hashlib import sha256
from uuid import UUID

import pytest

from flows.rules.audit_chain import (
    BrokenEntry,
    Commitment,
    RowChange,
    UnfitForAudit,
    build_entry,
    commit_document,
    commit_text,
    encode_value,
    genesis,
    new_salt,
    parse_entry,
)
from flows.rules.canonical_json import Json, canonical

DOCKET = "docket:018f0000-0000-7000-8000-000000000001"
VALUE = UUID("018f0000-0000-7000-8000-0000000000aa")
AT = datetime(2026, 4, 1, 9, 30, tzinfo=timezone(timedelta(hours=5, minutes=30)))


class _State(StrEnum):
    IN_HAND = "in_hand"


class _Level(IntEnum):
    TOP = 3


def _entry(**more: object) -> bytes:
    known: dict[str, object] = {
        "chain": DOCKET,
        "epoch": 1,
        "sequence": 1,
        "previous": genesis(DOCKET),
        "at": AT,
        "what": "movement:forward",
        "changes": [RowChange("movement", "insert", {"id": VALUE}, {"state": "in_hand"})],
    }
    return build_entry(**(known | more)).data  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        (2**53 - 1, 2**53 - 1),
        (2**53, "9007199254740992"),
        (-(2**60), "-1152921504606846976"),
        (_Level.TOP, 3),
        (_State.IN_HAND, "in_hand"),
        ("फ़ाइल", "फ़ाइल"),
        (VALUE, "018f0000-0000-7000-8000-0000000000aa"),
        (AT, "2026-04-01T04:00:00.000000Z"),
        (datetime(1, 1, 1, tzinfo=UTC), "0001-01-01T00:00:00.000000Z"),
        (date(2026, 4, 1), "2026-04-01"),
        (b"\x00\xff", "00ff"),
        (Commitment(VALUE, bytes(32)), {"sha256": "00" * 32, "value": str(VALUE)}),
        ({"a": [1, (None, "x")]}, {"a": [1, [None, "x"]]}),
    ],
)
def test_a_value_has_one_form(value: object, expected: Json) -> None:
    encoded = encode_value(value)
    assert encoded == expected
    assert type(encoded) is type(expected)


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (1.5, "value"),
        ({"a": [0, 0.0]}, "value.a[1]"),
        ("\ud800", "value"),
        ({"a": "\udfff"}, "value.a"),
        (datetime(2026, 4, 1), "value"),
        (datetime.max.replace(tzinfo=timezone(timedelta(hours=-5))), "value"),
        ([2**53], "value[0]"),
        ({"\ue000": 1}, "value"),
        ({1: 1}, "value"),
        ({"sha256": "x", "value": "y"}, "value"),
        (Commitment(VALUE, b"short"), "value"),
        (object(), "value"),
    ],
)
def test_what_has_no_clear_form_is_refused_by_its_place(value: object, path: str) -> None:
    with pytest.raises(UnfitForAudit) as caught:
        encode_value(value)
    assert caught.value.path == path


def test_nesting_without_end_is_refused() -> None:
    endless: list[object] = []
    endless.append(endless)
    with pytest.raises(UnfitForAudit, match="deep"):
        encode_value(endless)


def test_a_text_is_committed_in_its_composed_form() -> None:
    salt = new_salt()
    assert commit_text(salt, "\u0928\u093c") == commit_text(salt, "\u0929")
    assert commit_text(salt, "\u0929") == sha256(salt + "\u0929".encode()).digest()
    assert commit_text(salt, "") != commit_text(salt, " ")


def test_a_salt_has_one_length_so_that_no_letter_passes_as_salt() -> None:
    with pytest.raises(UnfitForAudit):
        commit_text(b"123456789012345", "a")
    with pytest.raises(UnfitForAudit):
        commit_document(new_salt() + b"x", bytes(32))
    with pytest.raises(UnfitForAudit):
        commit_document(new_salt(), b"not a hash")


@pytest.mark.parametrize(
    "more",
    [
        {"chain": "docket:nobody"},
        {"chain": "docket:018F0000-0000-7000-8000-000000000001"},
        {"chain": "access:018f0000-0000-7000-8000-000000000001:2026-02-30"},
        {"epoch": -1},
        {"sequence": 0},
        {"sequence": 2, "previous": b"short"},
        {"previous": bytes(32)},
        {"at": datetime(2026, 4, 1)},
        {"what": "forward"},
        {"what": "movement:forward\n"},
        {"changes": [RowChange("Movement", "insert", {"id": 1}, {})]},
        {"changes": [RowChange("movement", "insert", {}, {"a": 1})]},
        {"changes": [RowChange("movement", "insert", {"id": 1}, {"a b": 1})]},
        {"changes": [RowChange("movement", "insert", {"id": 1}, {"a": 1.5})]},
    ],
)
def test_an_entry_that_could_not_be_read_back_is_not_built(more: dict[str, object]) -> None:
    with pytest.raises(UnfitForAudit):
        _entry(**more)


def test_an_entry_reads_back_as_it_was_built() -> None:
    row = {"remark": Commitment(VALUE, bytes(32)), "details": {"copies": [VALUE]}}
    entry = parse_entry(_entry(changes=[RowChange("movement", "insert", {"id": VALUE}, row)]))
    assert (entry.chain, entry.sequence, entry.what, entry.at) == (DOCKET, 1, "movement:forward", AT)
    assert list(entry.values) == [Commitment(VALUE, bytes(32))]
    assert entry.changes[0].row["details"] == {"copies": [str(VALUE)]}
    assert entry.hash == sha256(entry.data).digest()


def test_a_document_is_found_by_its_row() -> None:
    change = RowChange("document", "insert", {"id": VALUE}, {"commitment": bytes(32), "size": 1})
    assert list(parse_entry(_entry(changes=[change])).documents()) == [Commitment(VALUE, bytes(32))]


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("at", "2026-04-01T04:00:00Z"),
        ("at", "2026-13-01T04:00:00.000000Z"),
        ("chain", "docket:x"),
        ("epoch", True),
        ("epoch", "1"),
        ("format", 2),
        ("format", True),
        ("previous", "AB" * 32),
        ("previous", "00" * 32),
        ("rows", {}),
        ("rows", [{"do": "delete", "key": {"id": 1}, "row": {}, "table": "movement"}]),
        ("rows", [{"do": "set", "key": {"id": 1}, "row": {}, "table": "movement", "more": 1}]),
        ("rows", [{"do": "set", "key": {}, "row": {}, "table": "movement"}]),
        ("rows", [{"do": "set", "key": {"id": 1}, "row": {"a": {"sha256": "", "value": ""}}, "table": "m"}]),
        ("sequence", 0),
        ("what", "Movement"),
        ("extra", 1),
    ],
)
def test_a_faulty_member_is_refused(member: str, value: Json) -> None:
    body = json.loads(_entry())
    body[member] = value
    with pytest.raises(BrokenEntry):
        parse_entry(canonical(body))


def test_every_other_byte_makes_another_entry_or_none() -> None:
    data = _entry()
    for place in range(len(data)):
        changed = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        try:
            assert parse_entry(changed).hash != sha256(data).digest()
        except BrokenEntry:
            continue
