"""Copies for information: they carry no power, show the file as it stood, and their reading is recorded."""

from __future__ import annotations

from typing import Any

from infra.fsck.time_kept import check_time
from storage.snapshots import one_snapshot
from tests.factories.lives import HIDDEN, REASON, Life, file_with, new_file
from tests.factories.practice_office import PracticeOffice
from tests.factories.replayed import assert_rows_equal_their_replay
from tests.fixtures.api import Api


async def _differences(office: PracticeOffice, life: Life) -> list[str]:
    async with one_snapshot(office.database) as driver:
        return [str(one) for one in (await check_time(driver)).differences if one.docket == life.docket]


async def test_whoever_is_informed_may_know_of_it_and_do_nothing(office: PracticeOffice) -> None:
    life = await new_file(office)
    assert (await life.act("accountant", "forward", to="dc", **REASON)).refused == HIDDEN
    before = await life.row()
    await life.must("clerk", "mark_for_information", posts=("accountant", "engineer"), remark="सूचनार्थ")
    after = await life.row()
    assert (after["holder"], after["state"]) == (before["holder"], before["state"])
    assert after["last_change"] == before["last_change"], "whoever moves it meanwhile is not in the way"
    for action in ("forward", "receive", "close"):
        answer = await life.act("accountant", action, **({"to": "dc"} if action == "forward" else {}))
        assert answer.refused in ("not-holder", "wrong-state")
    assert await _differences(office, life) == []
    await assert_rows_equal_their_replay(office, life.docket)


async def test_posts_are_named_once_and_somebody_is_there(office: PracticeOffice) -> None:
    life = await file_with(office, "superintendent")
    refused = {
        (): "needs-posts",
        ("vacant",): "nobody-there",
        ("abolished",): "unknown-post",
        ("superintendent",): "own-post",
        ("dc", "dc"): "post-twice",
    }
    for posts, code in refused.items():
        answer = await life.act("superintendent", "mark_for_information", posts=posts)
        assert (answer.refused, answer.field) == (code, "posts")


async def _items(desk: Any, docket: str) -> list[dict[str, Any]]:
    return [one for one in (await desk.get("/information")).json()["items"] if one["docket"] == docket]


async def test_a_copy_shows_the_file_as_it_stood_and_its_reading_is_recorded(api: Api) -> None:
    clerk, engineer = await api.desk("clerk"), await api.desk("engineer")
    docket = await clerk.new_file(subject="पुल की मरम्मत")
    assert (await engineer.get(f"/dockets/{docket}")).status_code == 404
    await clerk.moved(docket, "note", text="पहली टिप्पणी")
    note = (await clerk.get(f"/dockets/{docket}/notes")).json()["items"][0]
    draft = {"draft": note["id"], "draft_sha256": note["draft_sha256"]}
    await clerk.moved(docket, "forward", to="superintendent", **draft)
    superintendent = await api.desk("superintendent")
    await superintendent.moved(docket, "receive")
    await superintendent.moved(docket, "mark_for_information", posts=["engineer"])
    await superintendent.upload(docket, b"%PDF-1.7\n later")
    (told,) = await _items(engineer, docket)
    assert (told["subject"], told["first_read_at"]) == ("पुल की मरम्मत", None)
    read = (await engineer.get(f"/dockets/{docket}")).json()
    assert (read["subject"], read["sight"]) == ("पुल की मरम्मत", "until")
    notes = (await engineer.get(f"/dockets/{docket}/notes")).json()["items"]
    assert [one["text"] for one in notes] == ["पहली टिप्पणी"]
    assert (await engineer.get(f"/dockets/{docket}/documents")).json()["items"] == []
    (told,) = await _items(engineer, docket)
    assert told["first_read_at"] is not None
    trail = (await clerk.get(f"/dockets/{docket}/trail")).json()["items"]
    marked = next(one for one in trail if one["name"] == "mark_for_information")
    assert [one["post"] for one in marked["first_read"]] == [str(api.office.post("engineer"))]
