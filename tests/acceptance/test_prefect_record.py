"""What Prefect shows of the office's dockets, on a real server: whole, in order, with real times, once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable

import pytest

from infra.local_stack.prefect_server import PrefectServer
from tests.factories.engines import ended, engine_process, hanging, held, noted, settings_for, told
from tests.factories.lives import PARKING, REASON, Life, new_complaint, new_file
from tests.factories.practice_office import PracticeOffice, make_office
from tests.factories.prefect_records import Prefect, movements, run_of, the_same, whole
from tests.factories.waiting import until
from tests.fixtures.postgres import Database

LIVE_S = 5.0
"""By how much a live step's times may differ from its movement's on a busy machine; the order is looked at too."""


@pytest.fixture(scope="module")
def prefect(prefect_server: PrefectServer, tmp_path_factory: pytest.TempPathFactory) -> Prefect:
    return Prefect(prefect_server, tmp_path_factory.mktemp("prefect") / "unused.log")


@pytest.fixture(scope="module")
async def served(
    new_database: Callable[..., Database], prefect: Prefect, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[PracticeOffice]:
    """An office whose engine, a process, has a Prefect server."""
    fresh = new_database()
    office = await make_office(fresh.app_url, fresh.owner_url)
    settings = settings_for(
        fresh.app_url, tmp_path_factory.mktemp("served"), prefect.server.url, prefect.server.auth_string
    )
    with engine_process(settings) as engine:
        await engine.ready()
        yield office
    await office.database.close()


async def living_file(office: PracticeOffice) -> Life:
    """A new file whose flow run stands, so that its steps run as live tasks."""
    file = await new_file(office)
    await until(lambda: has_run(file), "its flow run is made")
    return file


async def has_run(life: Life) -> bool:
    return (await life.row())["flow_run_id"] is not None


async def steps(office: PracticeOffice) -> dict[str, int]:
    return await office.one("select to_jsonb(t) from engine_time t")


async def test_a_file_shows_as_one_run_with_its_movements_in_order(
    served: PracticeOffice, prefect: Prefect
) -> None:
    file = await living_file(served)
    await told(file, "clerk", "forward", to="superintendent", **REASON)
    await told(file, "superintendent", "receive")
    await told(file, "superintendent", "forward", to="clerk", **REASON)
    await told(file, "clerk", "receive")
    await whole(file)
    runs = await the_same(prefect, file, within_s=LIVE_S)
    assert [run["name"] for run in runs] == ["register", "put_up", "receive", "mark", "receive"]
    run = prefect.flow_run(file)
    assert (run["state_name"], run["parameters"]) == ("Running", {"docket_id": str(file.docket)})
    assert set(run["tags"]) == {"file", "REV", "haryana-eoffice"}


async def test_a_run_is_completed_when_the_docket_closes_and_runs_again_when_it_is_reopened(
    served: PracticeOffice, prefect: Prefect
) -> None:
    file = await living_file(served)
    await told(file, "clerk", "forward", to="superintendent", **REASON)
    await told(file, "superintendent", "receive")
    await told(file, "superintendent", "close")
    await whole(file)
    assert prefect.flow_run(file)["state_name"] == "Completed"
    await told(file, "superintendent", "reopen", **REASON)
    await told(file, "sanctioner", "confirm")
    await whole(file)
    assert prefect.flow_run(file)["state_name"] == "Running"
    await the_same(prefect, file, within_s=LIVE_S)
    assert [name for _, name, _ in await movements(file)][-2:] == ["propose", "reopen"]


async def test_a_refused_step_leaves_nothing_that_is_called_completed(
    served: PracticeOffice, prefect: Prefect
) -> None:
    file = await living_file(served)
    async with held(served, file) as other:
        accepted = await file.accept("clerk", "park", **PARKING)
        await until(lambda: hanging(served), "the step hangs")
        await other.execute("update docket set last_change = last_change + 1 where id = %s", (file.docket,))
    row = await ended(served, accepted.instruction)
    assert row["outcome"]["refusal"]["code"] == "changed-meanwhile"
    assert await file.count("prefect_owed") <= 1, "only the registration may be owed"
    await told(file, "clerk", "note", text="टिप्पणी")
    await whole(file)
    run = run_of(file, accepted.instruction)
    await until(lambda: prefect.states(run)[-1:] == ["Refused"], "the refused step shows")
    assert {r["state_name"] for r in prefect.task_runs(file) if r["id"] != run} == {"Completed"}


async def test_live_steps_and_plain_ones_give_the_same_record(served: PracticeOffice, prefect: Prefect) -> None:
    live = await living_file(served)
    before = await steps(served)
    await told(live, "clerk", "park", **PARKING)
    plain = await new_file(served)
    with_no_run = await plain.accept("clerk", "park", **PARKING)
    noted(plain, await ended(served, with_no_run.instruction))
    await told(live, "clerk", "bring_up")
    await told(plain, "clerk", "bring_up")
    for file in (live, plain):
        await whole(file)
    first, second = [await the_same(prefect, file, within_s=LIVE_S) for file in (live, plain)]
    assert [shape(run) for run in first] == [shape(run) for run in second]
    after = await until(lambda: counted(served, before, 4), "the engine's beat has counted them")
    assert after["steps_live"] > before["steps_live"]
    assert after["steps_plain"] > before["steps_plain"]


async def test_eight_at_once_stay_each_in_its_own_run(served: PracticeOffice, prefect: Prefect) -> None:
    files = [await living_file(served) for _ in range(8)]
    for action, more in (("park", PARKING), ("bring_up", {}), ("note", {"text": "टिप्पणी"})):
        accepted = await asyncio.gather(*(file.accept("clerk", action, **more) for file in files))
        for file, one in zip(files, accepted, strict=True):
            noted(file, await ended(served, one.instruction))
    for file in files:
        await whole(file)
        runs = await the_same(prefect, file, within_s=LIVE_S)
        assert [run["name"] for run in runs] == ["register", "park", "bring_up", "note"]


async def test_nothing_of_a_person_or_a_subject_reaches_prefect(served: PracticeOffice, prefect: Prefect) -> None:
    complaint = await new_complaint(served)
    await told(complaint, "hub", "assign", to="junior")
    await told(complaint, "junior", "receive")
    await told(complaint, "junior", "reply", remark="पाइप बदल दी गई।")
    await whole(complaint)
    kept = b"".join(path.read_bytes() for path in prefect.server.folder.glob("prefect.db*"))
    assert complaint.number.encode() in kept
    for told_by_people in ("कमला देवी", "9999900001", "पानी", "पाइप बदल", "फाइल का विषय", "कारण", "टिप्पणी"):
        for form in (told_by_people.encode(), json.dumps(told_by_people)[1:-1].encode()):
            assert form not in kept, told_by_people


def shape(run: dict[str, object]) -> dict[str, object]:
    """What a task run looks like in Prefect's pages, apart from whose it is and when."""
    return {
        name: run[name] for name in ("name", "task_key", "state_name", "run_count", "tags", "flow_run_run_count")
    }


async def counted(office: PracticeOffice, before: dict[str, int], more: int) -> dict[str, int] | None:
    now = await steps(office)
    done = sum(now[name] - before[name] for name in ("steps_live", "steps_plain"))
    return now if done >= more else None
