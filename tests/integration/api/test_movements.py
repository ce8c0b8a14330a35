"""Movements over HTTP: done once whatever is repeated, refused with a reason, awaited for two seconds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from uuid import uuid4

import httpx
import pytest

from tests.fixtures.api import COMPLAINT, FILE, Api


def code(answer: httpx.Response) -> str:
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(answer.json()) >= {"type", "title", "status", "detail"}
    return answer.json()["type"].removeprefix("urn:patravali:problem:")


async def test_a_file_goes_from_desk_to_desk_and_is_closed(api: Api) -> None:
    clerk, superintendent = await api.desk("clerk"), await api.desk("superintendent")
    file = await clerk.new_file()
    note = await clerk.moved(file, "note", text="कृपया अवलोकन करें।")
    assert (note["name"], note["version"], note["state"]) == ("note", 2, "in_hand")
    written = (await clerk.get(f"/dockets/{file}/notes")).json()["items"][0]
    put_up = await clerk.moved(
        file, "forward", to="superintendent", draft=written["id"], draft_sha256=written["draft_sha256"]
    )
    assert (put_up["name"], put_up["state"]) == ("put_up", "in_transit")
    assert (await superintendent.moved(file, "receive"))["state"] == "in_hand"
    await superintendent.moved(file, "approve", outcome="approve", basis=written["id"])
    closed = await superintendent.moved(file, "close")
    assert (closed["state"], closed["holder"]) == ("closed", None)


async def test_an_answer_names_the_new_version(api: Api) -> None:
    clerk = await api.desk("clerk")
    file = await clerk.new_file()
    answer = await clerk.move(file, "park", 1, until="2030-01-01", remark="कारण")
    assert answer.status_code == 200
    assert answer.headers["etag"] == '"2"'
    assert (await clerk.get(f"/dockets/{file}")).headers["etag"] == '"2"'


async def test_the_same_key_again_gives_the_same_answer_and_no_second_movement(api: Api) -> None:
    clerk = await api.desk("clerk")
    file, key = await clerk.new_file(), str(uuid4())
    first = await clerk.move(file, "note", 1, key=key, text="एक")
    again = await clerk.move(file, "note", 1, key=key, text="एक")
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert len((await clerk.get(f"/dockets/{file}/trail")).json()["items"]) == 2


async def test_a_key_is_not_taken_for_another_request(api: Api) -> None:
    clerk = await api.desk("clerk")
    file, key = await clerk.new_file(), str(uuid4())
    assert (await clerk.move(file, "note", 1, key=key, text="एक")).status_code == 200
    other = await clerk.move(file, "note", 1, key=key, text="दो")
    assert (other.status_code, code(other)) == (409, "key-reused")


async def test_one_key_sent_twice_at_once_has_one_answer(api: Api) -> None:
    clerk = await api.desk("clerk")
    file, key = await clerk.new_file(), str(uuid4())
    answers = await asyncio.gather(*(clerk.move(file, "note", 1, key=key, text="एक") for _ in range(4)))
    assert [answer.status_code for answer in answers] == [200] * 4
    assert len({answer.text for answer in answers}) == 1


async def test_registering_under_one_key_twice_at_once_makes_one_docket(api: Api) -> None:
    clerk, key = await api.desk("clerk"), str(uuid4())
    answers = await asyncio.gather(*(clerk.register(key) for _ in range(4)))
    assert [answer.status_code for answer in answers] == [201] * 4
    assert len({answer.json()["number"] for answer in answers}) == 1


async def test_a_refusal_binds_no_key(api: Api) -> None:
    clerk = await api.desk("clerk")
    file, key = await clerk.new_file(), str(uuid4())
    refused = await clerk.move(file, "park", 1, key=key, until="2030-01-01")
    assert (refused.status_code, code(refused), refused.json()["field"]) == (422, "needs-reason", "remark")
    assert (await clerk.move(file, "park", 1, key=key, until="2030-01-01", remark="अब")).status_code == 200


async def test_a_stale_version_is_told_what_changed_since(api: Api) -> None:
    clerk = await api.desk("clerk")
    file = await clerk.new_file()
    await clerk.moved(file, "note", text="एक")
    stale = await clerk.move(file, "park", 1, until="2030-01-01", remark="कारण")
    assert (stale.status_code, code(stale)) == (412, "stale-version")
    assert stale.headers["etag"] == '"2"'
    assert [change["name"] for change in stale.json()["changed"]] == ["note"]


async def test_a_movement_needs_the_version_that_was_seen(api: Api) -> None:
    clerk = await api.desk("clerk")
    file = await clerk.new_file()
    for given, status, expected in (
        (None, 428, "version-required"),
        ("1", 400, "bad-version"),
        ("*", 400, "bad-version"),
    ):
        headers = {"Idempotency-Key": str(uuid4())} | ({} if given is None else {"If-Match": given})
        answer = await clerk.send(
            "POST", f"/dockets/{file}/movements", json={"action": "note", "text": "क"}, headers=headers
        )
        assert (answer.status_code, code(answer)) == (status, expected)


async def test_a_movement_needs_a_key(api: Api) -> None:
    clerk = await api.desk("clerk")
    file = await clerk.new_file()
    path, body = f"/dockets/{file}/movements", {"action": "note", "text": "क"}
    for key, expected in ((None, "key-required"), ("two words", "bad-key"), ("k" * 201, "bad-key")):
        headers = {"If-Match": '"1"'} | ({} if key is None else {"Idempotency-Key": key})
        answer = await clerk.send("POST", path, json=body, headers=headers)
        assert (answer.status_code, code(answer)) == (400, expected)


async def test_what_takes_longer_is_accepted_and_found_again(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api.app.state.parts.outcomes, "patience_s", 0.05)
    clerk, other = await api.desk("clerk"), await api.desk("superintendent")
    file, key = await clerk.new_file(), str(uuid4())
    with api.carrier.paused():
        late = await clerk.move(file, "note", 1, key=key, text="एक")
        assert (late.status_code, late.json()["state"]) == (202, "waiting")
        second = await clerk.move(file, "park", 1, until="2030-01-01", remark="कारण")
        assert (second.status_code, code(second)) == (409, "movement-waiting")
        assert second.json()["instruction"] == late.json()["instruction"]
        where = late.headers["location"].removeprefix("/api/v1")
        assert (await clerk.get(where)).json()["state"] == "waiting"
        assert (await other.get(where)).status_code == 404
    monkeypatch.setattr(api.app.state.parts.outcomes, "patience_s", 5.0)
    again = await clerk.move(file, "note", 1, key=key, text="एक")
    assert (again.status_code, again.json()["state"]) == (200, "carried_out")
    found = (await clerk.get(where)).json()
    assert found["outcome"] == again.json()["outcome"]


async def test_a_refusal_at_the_step_names_the_instruction(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """The post falls vacant between acceptance and step."""
    monkeypatch.setattr(api.app.state.parts.outcomes, "patience_s", 0.05)
    clerk = await api.desk("clerk")
    file, key = await clerk.new_file(), str(uuid4())
    async with api.office.database.writing() as driver:
        tenure = "update tenure set to_at = %(to)s where post = %(post)s"
        post = api.office.post("accountant")
        with api.carrier.paused():
            late = await clerk.move(file, "forward", 1, key=key, to="accountant")
            assert late.status_code == 202
            await driver.execute(tenure, {"to": "2021-01-01", "post": post})
            await driver.commit()
        monkeypatch.setattr(api.app.state.parts.outcomes, "patience_s", 5.0)
        refused = await clerk.move(file, "forward", 1, key=key, to="accountant")
        await driver.execute(tenure, {"to": None, "post": post})
        await driver.commit()
    assert (refused.status_code, code(refused)) == (422, "nobody-there")
    instruction = refused.json()["instruction"]
    told = (await clerk.get(f"/instructions/{instruction}")).json()
    assert (told["state"], told["problem"]["field"]) == ("refused", "to")


async def test_a_waiter_reads_again_when_its_connection_stands_again(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hint is lost with the connection; the answer is not, and comes long before patience ends."""
    clerk, listener = await api.desk("clerk"), api.app.state.parts.outcomes
    monkeypatch.setattr(listener, "patience_s", 60.0)
    file = await clerk.new_file()
    with api.carrier.paused():
        moving = asyncio.create_task(clerk.move(file, "note", 1, text="एक"))
        await _until(lambda: bool(listener._waiting))
        await api.office.one(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity "
            "where query like 'listen patravali_done' and usename = current_user"
        )
        await _until(lambda: not listener.listening.is_set())
        await api.carrier.carry_all()
    answer = await asyncio.wait_for(moving, 20)
    assert answer.status_code == 200


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110 - the condition is somebody else's
            await asyncio.sleep(0.005)


async def test_another_persons_docket_is_not_found_at_all(api: Api) -> None:
    clerk, stranger = await api.desk("clerk"), await api.desk("stranger")
    file = await clerk.new_file()
    unknown = await stranger.get(f"/dockets/{uuid4()}")
    for path in ("", "/options", "/trail", "/notes", "/documents", "/complainant"):
        answer = await stranger.get(f"/dockets/{file}{path}")
        assert (answer.status_code, answer.json()) == (404, unknown.json()), path
    moved = await stranger.move(file, "note", 1, text="क")
    assert (moved.status_code, code(moved)) == (404, "no-such-docket")
    assert (await stranger.upload(file, b"%PDF-1.4\n")).status_code == 404


async def test_a_docket_that_is_not_in_ones_hand_is_refused_with_the_rule(api: Api) -> None:
    clerk, superintendent = await api.desk("clerk"), await api.desk("superintendent")
    file = await clerk.new_file()
    answer = await superintendent.move(file, "note", 1, text="क")
    assert (answer.status_code, code(answer)) == (422, "not-holder")


async def test_a_complaint_shows_its_secret_once(api: Api) -> None:
    hub, key = await api.desk("hub"), str(uuid4())
    body = {
        "kind": "complaint",
        "subject": "पानी नहीं",
        "particulars": COMPLAINT,
        "text": "तीन दिन से पानी नहीं आया।",
        "complainant": {"name": "सीता देवी", "telephone": "9876543210"},
    }
    first, again = await hub.register(key, **body), await hub.register(key, **body)
    assert (first.status_code, again.status_code) == (201, 201)
    assert len(first.json()["secret"]) == 14
    assert "secret" not in again.json()
    assert first.headers["location"] == f"/api/v1/dockets/{first.json()['id']}"
    shown = (await hub.get(f"/dockets/{first.json()['id']}")).json()["complainant"]
    assert shown["telephone"] == "••••210"
    assert shown["name"] == "••••"
    open_one = (await hub.get(f"/dockets/{first.json()['id']}/complainant")).json()["items"][0]
    assert (open_one["name"], open_one["telephone"]) == ("सीता देवी", "9876543210")


@pytest.mark.parametrize(
    ("wanted", "word"),
    [
        ("hi-IN,hi;q=0.9,en;q=0.5", "प्रकरण"),
        ("en;q=0.1, hi", "प्रकरण"),
        ("hi, en", "प्रकरण"),
        ("en-IN,en;q=0.9,hi;q=0.5", "paper"),
        ("hi;q=0", "paper"),
        ("fr, *", "paper"),
        (";;q=,hi;q=x;q", "प्रकरण"),
        ("", "paper"),
    ],
)
async def test_sentences_come_in_the_language_that_is_asked_for(api: Api, wanted: str, word: str) -> None:
    clerk = await api.desk("clerk")
    answer = await clerk.get(f"/dockets/{uuid4()}", headers={"Accept-Language": wanted})
    assert word in answer.json()["detail"]
    assert answer.json()["type"].endswith("no-such-docket")


async def test_registration_without_the_power_is_refused(api: Api) -> None:
    answer = await (await api.desk("junior")).register(particulars=FILE)
    assert (answer.status_code, code(answer)) == (422, "lacks-power")
