"""What Prefect lost, never had or was told wrongly is put right from the office's own rows; no step runs again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from uuid import UUID

import pytest

from flows.schedules.complete_prefect_record import PrefectRecord
from flows.schedules.prefect_events import events_of
from flows.schedules.prefect_sweep import sweep
from infra.local_stack.prefect_server import PrefectServer
from storage import prefect_debts
from tests.factories.engines import as_owner
from tests.factories.lives import PARKING, Life, closed_file, new_complaint, new_file
from tests.factories.practice_office import PracticeOffice, make_office
from tests.factories.prefect_records import Prefect, complete, movements, recording, the_same
from tests.factories.waiting import until
from tests.fixtures.postgres import Database


@pytest.fixture(scope="module")
def prefect(prefect_server: PrefectServer, tmp_path_factory: pytest.TempPathFactory) -> Prefect:
    return Prefect(prefect_server, tmp_path_factory.mktemp("prefect") / "unused.log")


@pytest.fixture(scope="module")
async def quiet(new_database: Callable[..., Database]) -> AsyncIterator[PracticeOffice]:
    """An office without an engine: its steps are run plainly by the tests, its record is completed by hand."""
    fresh = new_database()
    office = await make_office(fresh.app_url, fresh.owner_url)
    yield office
    await office.database.close()


async def moved_file(office: PracticeOffice, times: int = 2) -> Life:
    file = await new_file(office)
    for count in range(times):
        await (file.must("clerk", "bring_up") if count % 2 else file.must("clerk", "park", **PARKING))
    return file


async def test_what_is_recorded_later_has_the_movements_own_times(quiet: PracticeOffice, prefect: Prefect) -> None:
    files = [await moved_file(quiet, 7) for _ in range(5)]
    files.append(await closed_file(quiet))
    await complete(quiet, prefect, *files)
    for file in files:
        await the_same(prefect, file)
    assert [prefect.flow_run(file)["state_name"] for file in files] == ["Running"] * 5 + ["Completed"]


async def test_events_that_are_sent_twice_are_recorded_once(quiet: PracticeOffice, prefect: Prefect) -> None:
    file = await moved_file(quiet)
    await complete(quiet, prefect, file)
    async with recording(quiet, prefect) as record, quiet.database.querying() as driver:
        for row in await prefect_debts.records(driver, [movement for movement, _, _ in await movements(file)]):
            await record.link.api.post_events(events_of(row))
    # One more movement, told after them all: when it stands, they were dealt with.
    await file.must("clerk", "park", **PARKING)
    await complete(quiet, prefect, file)
    await the_same(prefect, file)


async def test_a_run_that_prefect_refuses_holds_no_other_up(quiet: PracticeOffice, prefect: Prefect) -> None:
    refused, file = await new_complaint(quiet), await moved_file(quiet)
    async with recording(quiet, prefect) as record:
        right = record.link.flow_ids["complaint"]
        record.link.flow_ids["complaint"] = UUID(int=0).hex + "?"  # pyright: ignore[reportArgumentType]
        await record.pay_runs()
        assert prefect.flow_runs(refused) == []
        assert len(prefect.flow_runs(file)) == 1
        record.link.flow_ids["complaint"] = right
    await complete(quiet, prefect, refused, file)
    await the_same(prefect, refused)


async def test_a_task_run_that_a_killed_server_left_unfinished_is_completed(
    quiet: PracticeOffice, prefect: Prefect
) -> None:
    file = await moved_file(quiet)
    async with recording(quiet, prefect) as record:
        await until(lambda: run_made(record, file), "the flow run stands")
        # Everything of its movements but the ends was told.
        await as_owner(quiet, "update prefect_owed set since = clock_timestamp() where docket = %s", file.docket)
        async with quiet.database.querying() as driver:
            rows = await prefect_debts.records(driver, [movement for movement, _, _ in await movements(file)])
        for row in rows:
            await record.link.api.post_events(events_of(row)[:1])
    await until(lambda: len(prefect.task_runs(file)) == len(rows), "what was told is recorded")
    await complete(quiet, prefect, file)
    await the_same(prefect, file)


async def test_a_run_whose_making_was_not_heard_of_is_not_made_twice(
    quiet: PracticeOffice, prefect: Prefect
) -> None:
    file = await moved_file(quiet)
    await complete(quiet, prefect, file)
    before = prefect.flow_run(file)["id"]
    await as_owner(quiet, "update docket set flow_run_id = null where id = %s", file.docket)
    await as_owner(quiet, "insert into prefect_run_owed values (%s, clock_timestamp(), 1)", file.docket)
    # It closes before the making is tried again: the run that comes back has yesterday's state.
    await file.must("clerk", "forward", to="superintendent", remark="कारण")
    await file.must("superintendent", "receive")
    await file.must("superintendent", "close")
    await complete(quiet, prefect, file)
    assert [(run["id"], run["state_name"]) for run in prefect.flow_runs(file)] == [(before, "Completed")]
    await the_same(prefect, file)


async def test_a_deleted_run_is_made_again_with_all_its_movements(quiet: PracticeOffice, prefect: Prefect) -> None:
    file = await moved_file(quiet, 4)
    await complete(quiet, prefect, file)
    before = prefect.flow_run(file)["id"]
    prefect.ask("DELETE", f"/flow_runs/{before}")
    assert await swept(quiet, prefect) == 1
    await complete(quiet, prefect, file)
    assert prefect.flow_run(file)["id"] != before
    await the_same(prefect, file)


async def test_a_movement_of_a_deleted_run_does_not_wait_for_the_sweep(
    quiet: PracticeOffice, prefect: Prefect
) -> None:
    file, other = await moved_file(quiet), await moved_file(quiet)
    await complete(quiet, prefect, file, other)
    prefect.ask("DELETE", f"/flow_runs/{prefect.flow_run(file)['id']}")
    for life in (file, other):
        await life.must("clerk", "park", **PARKING)
    await complete(quiet, prefect, file, other)
    for life in (file, other):
        await the_same(prefect, life)


async def test_more_debts_of_one_sweep_than_fit_in_a_call_are_all_paid(
    quiet: PracticeOffice, prefect: Prefect
) -> None:
    files = [await moved_file(quiet, 30) for _ in range(9)]
    await complete(quiet, prefect, *files)
    for file in files:
        prefect.ask("DELETE", f"/flow_runs/{prefect.flow_run(file)['id']}")
    assert await swept(quiet, prefect) == len(files)
    await complete(quiet, prefect, *files)
    for file in files:
        assert len(prefect.task_runs(file)) == 31


async def test_what_was_cancelled_by_hand_runs_again(quiet: PracticeOffice, prefect: Prefect) -> None:
    file = await moved_file(quiet)
    await complete(quiet, prefect, file)
    run = prefect.flow_run(file)["id"]
    prefect.ask("POST", f"/flow_runs/{run}/set_state", {"state": {"type": "CANCELLED"}, "force": True})
    assert prefect.flow_run(file)["state_name"] == "Cancelled"
    assert await swept(quiet, prefect) == 1
    await complete(quiet, prefect, file)
    assert (prefect.flow_run(file)["id"], prefect.flow_run(file)["state_name"]) == (run, "Running")


async def test_a_deleted_task_run_is_told_again(quiet: PracticeOffice, prefect: Prefect) -> None:
    file = await moved_file(quiet)
    await complete(quiet, prefect, file)
    movement = prefect.task_runs(file)[1]["id"]
    prefect.ask("DELETE", f"/task_runs/{movement}")
    assert await swept(quiet, prefect) == 1
    await complete(quiet, prefect, file)
    await the_same(prefect, file)


async def test_a_sweep_finds_nothing_wrong_where_nothing_is(quiet: PracticeOffice, prefect: Prefect) -> None:
    file = await moved_file(quiet)
    await complete(quiet, prefect, file)
    assert await swept(quiet, prefect) == 0


async def test_loaded_history_owes_nothing_until_it_moves_and_then_everything(
    quiet: PracticeOffice, prefect: Prefect
) -> None:
    file = await moved_file(quiet)
    for table in ("prefect_owed", "prefect_run_owed"):
        await as_owner(quiet, f"delete from {table} where docket = %s", file.docket)
    async with recording(quiet, prefect) as record:
        await record.round()
    assert prefect.flow_runs(file) == []
    await file.must("clerk", "park", **PARKING)
    await complete(quiet, prefect, file)
    await the_same(prefect, file)


async def run_made(record: PrefectRecord, life: Life) -> bool:
    await record.pay_runs()
    return (await life.row())["flow_run_id"] is not None


async def swept(office: PracticeOffice, prefect: Prefect) -> int:
    """How many dockets a sweep found not as they should be."""
    async with recording(office, prefect) as record:
        return await sweep(office.database, record.link.api)
