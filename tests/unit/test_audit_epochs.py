"""An epoch rises only where the office's own chain tells of a restore, and none goes on after it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from flows.rules.audit_chain import RowChange, build_entry, genesis, parse_entry
from flows.rules.audit_checkpoint import BrokenCheckpoint, next_checkpoint
from flows.rules.audit_epochs import Epochs
from flows.rules.audit_reach import Reach, parse_reach
from flows.rules.audit_tree import GrowingTree, Leaf
from infra.audit.verify_export import verify_export
from tests.factories.synthetic_audit import BEGAN, KEY, OFFICE, SyntheticOffice, small_office

RESTORED = f"office:{OFFICE}"
DOCKET = f"docket:{OFFICE}"


def entry(chain: str, epoch: int, at: timedelta, *changes: RowChange):
    return parse_entry(
        build_entry(
            chain=chain,
            epoch=epoch,
            sequence=1,
            previous=genesis(chain),
            at=BEGAN + at,
            what="a:b",
            changes=changes,
        ).data
    )


def told(epoch: int) -> RowChange:
    return RowChange("restored", "insert", {"epoch": epoch}, {"gap": 5})


def meanings(*entries: object) -> list[str]:
    epochs = Epochs()
    for one in entries:
        epochs.take(one)  # type: ignore[arg-type]
    return [fault.meaning for fault in epochs.faults()]


def test_an_epoch_that_no_restore_began_is_a_fault() -> None:
    (meaning,) = meanings(entry(DOCKET, 1, timedelta()))
    assert "no restore that began it" in meaning


@pytest.mark.parametrize("chain", [DOCKET, f"access:{OFFICE}:2026-04-01"])
def test_only_the_offices_own_chain_tells_of_one(chain: str) -> None:
    assert len(meanings(entry(chain, 1, timedelta(), told(1)))) == 1


def test_an_epoch_that_a_restore_began_holds_in_any_order() -> None:
    began, after = entry(RESTORED, 2, timedelta(), told(2)), entry(DOCKET, 2, timedelta(hours=1))
    assert meanings(after, began) == meanings(began, after) == []
    assert len(meanings(entry(RESTORED, 2, timedelta(), told(1)))) == 1


def test_whoever_goes_on_in_an_epoch_that_was_ended_is_named() -> None:
    began = entry(RESTORED, 1, timedelta(hours=1), told(1))
    assert meanings(began, entry(DOCKET, 0, timedelta(hours=1, minutes=9))) == []
    (meaning,) = meanings(began, entry(DOCKET, 0, timedelta(hours=1, minutes=11)))
    assert "which a restore had ended by then" in meaning


def risen(*, told_of: bool) -> SyntheticOffice:
    office = small_office()
    for chain, end in office.ends.items():
        office.ends[chain] = type(end)(end.length, end.head, 1)
    office.append(RESTORED, "office:restored", *([told(1)] if told_of else []))
    office.append(next(chain for chain in office.ends if chain.startswith("docket:")), "refusal:late")
    return office


@pytest.mark.parametrize("told_of", [True, False])
async def test_a_verifier_of_an_export_wants_the_restore_told(told_of: bool, tmp_path: Path) -> None:
    folder = await risen(told_of=told_of).export(tmp_path / "export")
    report = verify_export(folder, KEY.public_key())
    assert report.ok is told_of, report.faults
    assert any("restored from a backup" in remark for remark in report.remarks) is told_of


def test_the_record_of_leaves_is_that_of_its_checkpoint_or_none() -> None:
    leaves, tree = (Leaf(DOCKET, 3, bytes(32)), Leaf(RESTORED, 2, bytes(32))), GrowingTree()
    for leaf in leaves:
        tree.add(leaf.hash())
    signed = next_checkpoint(
        None, office=OFFICE, epoch=0, at=BEGAN, size=tree.size, root=tree.root(), key=bytes(32)
    )
    reach = Reach(leaves, {DOCKET: "N-1/1/2026-A"}, {"file|N-1|2026|A": 7})
    assert parse_reach(reach.data(), signed) == reach
    for other in (
        Reach(leaves[:1]).data(),
        Reach((Leaf(DOCKET, 4, bytes(32)), leaves[1])).data(),
        Reach(leaves, series={"s": 2**31}).data(),
        b"",
        b'{"series":{}}\n{}',
    ):
        with pytest.raises(BrokenCheckpoint):
            parse_reach(other, signed)
