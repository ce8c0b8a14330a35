"""The loaded history: its chains hold, and what its entries say of each row is what the rows are."""

from __future__ import annotations

from uuid import uuid4

import pytest

from flows.rules.audit_chain import ChainCheck, encode_value, replay, row_key
from infra.bench.past_life import MOVEMENTS, PastSeat, past_of
from storage.models import AUDITED_TABLES
from storage.models.columns import audited_columns, protected_columns
from storage.rows import primary_key


def seat(code: str) -> PastSeat:
    return PastSeat(code, uuid4(), uuid4(), uuid4(), "EST", uuid4())


ROAD = {"clerk": seat("CLK"), "middle": seat("AST"), "officer": seat("SUP")}


@pytest.mark.parametrize("serial", [1, 5, 10, 15])
def test_its_chain_holds_and_ends_where_the_docket_says(serial: int) -> None:
    past = past_of(serial, ROAD, "general")  # type: ignore[arg-type]
    docket = past.rows["docket"][0]
    check = ChainCheck(f"docket:{docket['id']}")
    for entry in past.rows["audit_entry"]:
        check.take(entry["data"])
    assert (check.end.length, check.end.head) == (docket["chain_length"], docket["chain_head"])
    assert check.end.length == len(past.rows["movement"]) == MOVEMENTS


@pytest.mark.parametrize("table", ["docket", "office_file", "movement"])
@pytest.mark.parametrize("serial", [1, 5, 10, 15])
def test_its_entries_state_its_rows(serial: int, table: str) -> None:
    past = past_of(serial, ROAD, "general")  # type: ignore[arg-type]
    check = ChainCheck(f"docket:{past.rows['docket'][0]['id']}")
    stated = replay([check.take(entry["data"]) for entry in past.rows["audit_entry"]])
    hidden = protected_columns(AUDITED_TABLES[table])
    for row in past.rows[table]:
        key = {name: encode_value(row[name], name) for name in primary_key(table)}
        columns = set(audited_columns(AUDITED_TABLES[table])) - set(key) - hidden
        found = stated[(table, row_key(key))]
        assert {name: found[name] for name in columns} == {
            name: encode_value(row.get(name), name) for name in columns
        }


def test_every_fifth_is_open_in_somebodys_hand_and_the_rest_are_closed() -> None:
    pasts = [past_of(serial, ROAD, "general") for serial in range(1, 61)]  # type: ignore[arg-type]
    open_ones = [past for past in pasts if past.holder is not None]
    assert len(open_ones) == 12
    assert {past.rows["docket"][0]["holder"] for past in open_ones} == {one.post for one in ROAD.values()}
    assert all(past.rows["docket"][0]["state"] == "closed" for past in pasts if past.holder is None)
