"""Acts that concern two dockets: both are locked, both move, and each tells of it in its own chain."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest

from infra.audit.verify_database import Trust, verify_database
from storage.checkpoint_copies import FolderCopies
from storage.snapshots import one_snapshot
from tests.factories.lives import REASON, Life, file_with, new_file
from tests.factories.practice_office import PracticeOffice
from tests.factories.replayed import assert_rows_equal_their_replay


@pytest.fixture
async def two(office: PracticeOffice) -> tuple[Life, Life]:
    """Two files in the clerk's hand."""
    return await new_file(office), await new_file(office)


async def _ties(office: PracticeOffice, docket: UUID) -> list[tuple[str, bool]]:
    sql = "select sort, ended_at is null from docket_tie where docket = %(d)s or other = %(d)s order by at"
    return [tuple(row) for row in await office.rows(sql, d=docket)]


async def _last(office: PracticeOffice, docket: UUID) -> dict[str, object]:
    sql = """select name, instruction, ordinal, by_post, details, at from movement where docket = %(d)s
        order by sequence desc limit 1"""
    names = ("name", "instruction", "ordinal", "by_post", "details", "at")
    return dict(zip(names, (await office.rows(sql, d=docket))[0], strict=True))


async def test_linking_is_a_movement_of_both(office: PracticeOffice, two: tuple[Life, Life]) -> None:
    one, other = two
    before = await other.row()
    done = await one.must("clerk", "link", other=other.number, remark="एक ही विषय")
    mine, theirs = await _last(office, one.docket), await _last(office, other.docket)
    assert (mine["name"], theirs["name"]) == ("link", "linked")
    assert mine["instruction"] == theirs["instruction"]
    assert mine["at"] == theirs["at"]
    assert (mine["ordinal"], theirs["ordinal"]) == (0, 1)
    assert mine["details"] == {"other": str(other.docket), "number": other.number}
    assert theirs["details"] == {"other": str(one.docket)}
    after = await other.row()
    assert (after["version"], after["chain_length"]) == (before["version"] + 1, before["chain_length"] + 1)
    assert after["last_change"] == before["last_change"], "whoever moves it meanwhile is not in the way"
    assert done.outcome is not None
    assert [one["number"] for one in done.outcome["others"]] == [other.number]
    for life in two:
        await assert_rows_equal_their_replay(office, life.docket)


async def test_prefect_is_owed_both_movements(office: PracticeOffice, two: tuple[Life, Life]) -> None:
    one, other = two
    await one.must("clerk", "link", other=other.number)
    sql = "select count(*) from prefect_owed p join movement m on m.id = p.movement where m.name = any(%(n)s)"
    dockets = "and p.docket = any(%(d)s)"
    found = await office.one(f"{sql} {dockets}", n=["link", "linked"], d=[one.docket, other.docket])
    assert found == 2


async def test_a_tie_is_ended_from_either_side(office: PracticeOffice, two: tuple[Life, Life]) -> None:
    one, other = two
    await one.must("clerk", "link", other=other.number)
    assert (await one.act("clerk", "link", other=other.number)).refused == "tied-already"
    other.version = (await other.row())["version"]
    assert (await other.act("clerk", "link", other=one.number)).refused == "tied-already"
    await other.must("clerk", "unlink", other=one.number, **REASON)
    assert await _ties(office, one.docket) == [("linked", False)]
    assert (await other.act("clerk", "unlink", other=one.number, **REASON)).refused == "not-tied"
    one.version = (await one.row())["version"]
    await one.must("clerk", "link", other=other.number)
    assert await _ties(office, other.docket) == [("linked", False), ("linked", True)]
    for life in two:
        await assert_rows_equal_their_replay(office, life.docket)


async def test_what_one_may_not_know_of_cannot_be_named(office: PracticeOffice, two: tuple[Life, Life]) -> None:
    one, _ = two
    hidden = await new_file(office, "engineer")
    for named in (hidden.number, str(hidden.docket), "N-0/0/0"):
        answer = await one.act("clerk", "link", other=named)
        assert (answer.refused, answer.field) == ("unknown-docket", "other")
    assert (await one.act("clerk", "link", other=one.number)).refused == "other-is-itself"
    assert (await one.act("clerk", "link")).refused == "needs-other"


async def test_what_only_follows_cannot_be_asked_for(office: PracticeOffice, two: tuple[Life, Life]) -> None:
    one, other = two
    for name in ("linked", "unlinked"):
        assert (await one.act("clerk", name, other=other.number)).refused == "unknown-action"


async def test_the_other_is_judged_again_under_its_lock(office: PracticeOffice, two: tuple[Life, Life]) -> None:
    one, other = two
    await one.must("clerk", "link", other=other.number)
    one.version = (await one.row())["version"]
    accepted = await one.accept("clerk", "unlink", other=other.number, **REASON)
    other.version = (await other.row())["version"]
    await other.must("clerk", "unlink", other=one.number, **REASON)
    assert (await one.step(accepted.instruction)).refused == "not-tied"
    assert await _ties(office, one.docket) == [("linked", False)]


async def test_two_steps_on_the_same_two_dockets_never_wait_for_one_another(office: PracticeOffice) -> None:
    for _ in range(5):
        one, other = await new_file(office), await new_file(office)
        first = await one.accept("clerk", "link", other=other.number)
        second = await other.accept("clerk", "link", other=one.number)
        answers = await asyncio.gather(one.step(first.instruction), other.step(second.instruction))
        assert sorted(str(answer.refused) for answer in answers) == ["None", "tied-already"]


async def test_a_part_begins_in_the_same_hand(office: PracticeOffice) -> None:
    life = await new_file(office)
    await life.must("clerk", "part", subject="केवल भुगतान का खंड")
    done = await life.must("clerk", "part", subject="दूसरा खंड")
    assert done.outcome is not None
    born = done.outcome["others"][0]
    assert born["number"] == f"{life.number}/P-2"
    part = Life(office, UUID(born["docket"]), born["number"])
    row = await part.row()
    assert (row["state"], str(row["holder"])) == ("in_hand", str(office.seats["clerk"].post))
    assert await _ties(office, part.docket) == [("part", True)]
    assert await _ties(office, life.docket) == [("part", True), ("part", True)]
    await part.must("clerk", "forward", to="superintendent", **REASON)
    await part.must("superintendent", "receive")
    for docket in (life.docket, part.docket):
        await assert_rows_equal_their_replay(office, docket)


async def test_the_audit_holds(office: PracticeOffice, two: tuple[Life, Life], tmp_path) -> None:  # pyright: ignore
    one, other = two
    await one.must("clerk", "link", other=other.number)
    await one.must("clerk", "part", subject="खंड")
    async with one_snapshot(office.database) as driver:
        report = await verify_database(driver, Trust({}, True, {}, FolderCopies(tmp_path)))
    assert report.faults == []


async def test_an_auditor_ties_nothing_that_he_only_audits(office: PracticeOffice) -> None:
    own, hidden = await new_file(office, who="accountant"), await file_with(office, "superintendent")
    await own.must("accountant", "forward", to="auditor", **REASON)
    await own.must("auditor", "receive")
    answer = await own.act("auditor", "link", other=hidden.number)
    assert (answer.refused, answer.field) == ("unknown-docket", "other")
