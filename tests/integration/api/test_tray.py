"""Assistants and the tray over HTTP: who acts as what, what is refused with the power named, one confirmation."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from eoffice_api import problems
from eoffice_api.deps import ActingDep
from flows.rules.labels import ASSISTANT_POWERS
from tests.factories.assistants import assert_verifies, assistant_at, login_of
from tests.factories.practice_office import PracticeOffice, make_office
from tests.fixtures.api import FILE, Api, Desk, give_passwords, serve

ALL = ("open", "sort", "diarise", "draft", "prepare", "register")


@pytest.fixture(scope="module")
async def desks(new_database: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Api]:
    """The API over an office of its own, for its posts get assistants."""
    fresh = new_database()
    office = await make_office(fresh.app_url, fresh.owner_url)
    async with serve(office, fresh.app_url, tmp_path_factory.mktemp("tray")) as served:
        yield served
    await office.database.close()


async def helper(desks: Api, post: str, *powers: str) -> Desk:
    """The desk of a new assistant of a post."""
    seat = await assistant_at(desks.office, post, *powers)
    give_passwords(desks.office.owner_url)
    return await desks.desk(await login_of(desks.office, seat.person))


async def in_hand(desks: Api, post: str = "officer", **body: Any) -> str:
    """A file that was put up to a post and received there."""
    clerk, officer = await desks.desk("clerk"), await desks.desk(post)
    file = await clerk.new_file(**body)
    await clerk.moved(file, "forward", to=post, remark="कारण")
    await officer.moved(file, "receive")
    return file


async def put(desk: Desk, docket: str, action: str, version: int = 3, key: str | None = None, **body: Any):
    headers = {"Idempotency-Key": key or str(uuid4()), "If-Match": f'"{version}"'}
    return await desk.send("POST", "/tray", json={"docket": docket, "action": action, **body}, headers=headers)


async def prepared(desk: Desk, docket: str, action: str, version: int = 3, **body: Any) -> str:
    answer = await put(desk, docket, action, version, **body)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def confirm(desk: Desk, *items: str, key: str | None = None, **headers: str) -> httpx.Response:
    sent = {"Idempotency-Key": key or str(uuid4()), **headers}
    return await desk.send("POST", "/tray/confirm", json={"items": list(items)}, headers=sent)


def code(answer: httpx.Response) -> str:
    return answer.json()["type"].removeprefix("urn:patravali:problem:")


async def test_me_says_at_which_posts_one_is_an_assistant_and_what_one_may_do_there(desks: Api) -> None:
    reader = await helper(desks, "dc", "open", "prepare")
    (post,) = (await reader.get("/me")).json()["posts"]
    assert (post["code"], post["acts_as"], post["charge"]) == ("dc", "assistant", None)
    assert [one["code"] for one in post["assistant_powers"]] == ["open", "prepare"]
    assert post["assistant_powers"][0]["label"] == {"en": "open and read", "hi": "खोलना और पढ़ना"}
    (mine,) = (await (await desks.desk("dc")).get("/me")).json()["posts"]
    assert (mine["acts_as"], mine["charge"], mine["assistant_powers"]) == ("officer", "substantive", [])


async def test_who_holds_a_post_and_assists_there_acts_as_its_officer(desks: Api) -> None:
    seat = await assistant_at(desks.office, "sanctioner", "open")
    await desks.office.seated(seat.person, seat.post, seat.code)
    give_passwords(desks.office.owner_url)
    both = await desks.desk(await login_of(desks.office, seat.person))
    (post,) = (await both.get("/me")).json()["posts"]
    assert (post["acts_as"], post["charge"]) == ("officer", "link")


async def test_an_assistant_who_is_no_administrator_administers_nothing(desks: Api) -> None:
    helping = await helper(desks, "administrator", *ALL)
    for path in ("/people", "/assistants", "/audit/movements"):
        answer = await helping.get(path, headers={"Accept-Language": "hi"})
        assert (answer.status_code, code(answer)) == (403, "powers-of-assistant")
        assert "सहायक" in answer.json()["detail"]


WITHOUT = {
    "reading": ("open", "GET", "/inbox", None),
    "the tray": ("prepare", "GET", "/tray", None),
    "sorting": ("sort", "PUT", "/tray/order", {"items": [str(uuid4())]}),
    "registering": ("register", "POST", "/dockets", {"kind": "file", "subject": "क", "particulars": FILE}),
    "typing": ("draft", "PUT", f"/dockets/{uuid4()}/notes/{uuid4()}/draft", {"text": "क"}),
}


@pytest.mark.parametrize("what", WITHOUT)
async def test_what_an_assistant_may_not_do_is_refused_with_the_power_named(desks: Api, what: str) -> None:
    power, method, path, body = WITHOUT[what]
    bare = await helper(desks, "clerk", *(one for one in ALL if one != power))
    headers = {"Idempotency-Key": str(uuid4())}
    said = {}
    for language in ("en", "hi"):
        answer = await bare.send(method, path, json=body, headers={**headers, "Accept-Language": language})
        assert (answer.status_code, code(answer)) == (403, "assistant-lacks-power"), answer.text
        said[language] = answer.json()["detail"]
    english, hindi = ASSISTANT_POWERS[power]
    assert f"“{english}”" in said["en"]
    assert f"“{hindi}”" in said["hi"]


async def test_a_route_that_writes_refuses_assistants_unless_it_names_a_power(desks: Api) -> None:
    """Whoever adds a route and thinks of no assistant has not let one in."""
    app = FastAPI()
    app.state.parts = desks.app.state.parts
    problems.install(app)

    @app.post("/api/v1/new")
    async def new(acting: ActingDep) -> dict[str, str]:
        return {"post": acting.post.code}

    helping, officer = await helper(desks, "officer", *ALL), await desks.desk("officer")
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        barred = await client.post("/api/v1/new", headers=helping.headers)
        assert (barred.status_code, code(barred)) == (403, "powers-of-assistant")
        assert (await client.post("/api/v1/new", headers=officer.headers)).json() == {"post": "officer"}


async def test_an_assistants_movement_is_refused_and_told_who_does_it(desks: Api) -> None:
    file, reader = await in_hand(desks), await helper(desks, "officer", *ALL)
    answer = await reader.move(file, "close")
    assert (answer.status_code, code(answer)) == (403, "powers-of-assistant")
    assert "“prepare movements in the tray”" in answer.json()["detail"]
    options = {one["action"]: one for one in (await reader.get(f"/dockets/{file}/options")).json()["items"]}
    assert options["close"]["possible"]
    assert (options["close"]["through_tray"], options["close"]["decides"]) == (True, True)
    assert (options["receive"]["through_tray"], options["park"]["decides"]) == (False, False)
    officers = (await (await desks.desk("officer")).get(f"/dockets/{file}/options")).json()["items"]
    assert not any(one["through_tray"] for one in officers)


async def test_a_whole_tray_is_confirmed_at_once_and_each_item_is_told(desks: Api) -> None:
    reader, officer = await helper(desks, "officer", "open", "prepare"), await desks.desk("officer")
    files = [await in_hand(desks) for _ in range(3)]
    items = [await prepared(reader, file, "close", remark="समाप्त") for file in files]
    await officer.moved(files[1], "park", until="2030-01-01", remark="कारण")
    shown = {one["id"]: one for one in (await officer.get("/tray")).json()["items"]}
    assert [shown[item]["stale"] for item in items] == [False, True, False]
    assert [one["name"] for one in shown[items[1]]["changed"]] == ["park"]
    assert shown[items[0]]["gives"]["remark"] == "समाप्त"
    assert shown[items[0]]["label"] == {"en": "Close", "hi": "बंद करें"}
    assert shown[items[0]]["docket"]["subject"] == "सड़क की मरम्मत"
    answer = await confirm(officer, *items)
    assert answer.status_code == 200, answer.text
    told = answer.json()["items"]
    assert [one["state"] for one in told] == ["carried_out", "refused", "carried_out"]
    assert told[0]["outcome"]["state"] == "closed"
    assert told[1]["problem"]["type"].endswith("stale-version")
    assert [one["name"] for one in told[1]["problem"]["changed"]] == ["park"]
    left = [one["id"] for one in (await officer.get("/tray")).json()["items"]]
    assert [item in left for item in items] == [False, True, False]
    trail = (await officer.get(f"/dockets/{files[0]}/trail")).json()["items"][-1]
    me = (await reader.get("/me")).json()["person"]["id"]
    assert trail["prepared_by"] == me
    assert trail["by_person"]["name_en"] == "Officer"


async def test_a_refused_item_is_told_in_hindi_too(desks: Api) -> None:
    reader, officer = await helper(desks, "officer", "prepare"), await desks.desk("officer")
    file = await in_hand(desks)
    item = await prepared(reader, file, "close")
    await officer.moved(file, "park", until="2030-01-01", remark="कारण")
    answer = await confirm(officer, item, **{"Accept-Language": "hi"})
    assert "फिर पढ़ें" in answer.json()["items"][0]["problem"]["detail"]


async def test_confirming_again_or_twice_at_once_gives_one_movement(desks: Api) -> None:
    reader, officer = await helper(desks, "officer", "prepare"), await desks.desk("officer")
    file, key = await in_hand(desks), str(uuid4())
    item = await prepared(reader, file, "close")
    answers = await asyncio.gather(confirm(officer, item, key=key), confirm(officer, item), confirm(officer, item))
    again = await confirm(officer, item, key=key)
    assert {answer.status_code for answer in (*answers, again)} == {200}
    assert len({answer.json()["items"][0]["instruction"] for answer in (*answers, again)}) == 1
    assert {answer.json()["items"][0]["state"] for answer in (*answers, again)} == {"carried_out"}
    names = [one["name"] for one in (await officer.get(f"/dockets/{file}/trail")).json()["items"]]
    assert names.count("close") == 1


async def test_a_key_is_not_taken_for_another_confirmation(desks: Api) -> None:
    reader, officer = await helper(desks, "officer", "prepare"), await desks.desk("officer")
    first, second = [await prepared(reader, await in_hand(desks), "close") for _ in range(2)]
    key = str(uuid4())
    assert (await confirm(officer, first, key=key)).status_code == 200
    other = await confirm(officer, first, second, key=key)
    assert (other.status_code, code(other)) == (409, "key-reused")
    assert second in [one["id"] for one in (await officer.get("/tray")).json()["items"]]


async def test_what_is_not_in_the_tray_is_told_for_itself(desks: Api) -> None:
    answer = await confirm(await desks.desk("officer"), str(uuid4()))
    (one,) = answer.json()["items"]
    assert (one["state"], one["problem"]["status"]) == ("refused", 404)
    assert one["problem"]["type"].endswith("not-in-tray")


async def test_an_assistant_confirms_nothing(desks: Api) -> None:
    reader = await helper(desks, "officer", *ALL)
    answer = await confirm(reader, await prepared(reader, await in_hand(desks), "close"))
    assert (answer.status_code, code(answer)) == (403, "powers-of-assistant")


async def test_an_item_is_prepared_once_under_its_key(desks: Api) -> None:
    reader, file, key = await helper(desks, "officer", "prepare"), await in_hand(desks), str(uuid4())
    first, again = await put(reader, file, "close", key=key), await put(reader, file, "close", key=key)
    assert first.json() == again.json()
    other = await put(reader, file, "park", key=key, until="2030-01-01", remark="कारण")
    assert (other.status_code, code(other)) == (409, "key-reused")


async def test_what_is_prepared_needs_the_version_that_was_seen(desks: Api) -> None:
    reader, file = await helper(desks, "officer", "prepare"), await in_hand(desks)
    headers = {"Idempotency-Key": str(uuid4())}
    without = await reader.send("POST", "/tray", json={"docket": file, "action": "close"}, headers=headers)
    assert (without.status_code, code(without)) == (428, "version-required")
    old = await put(reader, file, "close", 2)
    assert (old.status_code, code(old), old.json()["version"]) == (412, "stale-version", 3)
    hidden = await put(reader, str(uuid4()), "close")
    assert (hidden.status_code, code(hidden)) == (404, "no-such-docket")


async def test_it_is_withdrawn_by_who_prepared_it_and_not_by_another_assistant(desks: Api) -> None:
    reader, other = await helper(desks, "officer", "prepare"), await helper(desks, "officer", "prepare")
    item = await prepared(reader, await in_hand(desks), "close")
    barred = await other.send("DELETE", f"/tray/{item}", headers={"Accept-Language": "hi"})
    assert (barred.status_code, code(barred)) == (403, "anothers-tray-item")
    assert "दूसरे सहायक" in barred.json()["detail"]
    for _ in range(2):
        assert (await reader.send("DELETE", f"/tray/{item}")).status_code == 204
    assert (await (await desks.desk("dc")).send("DELETE", f"/tray/{item}")).status_code == 404


async def test_an_assistant_sorts_the_tray_as_the_officer_is_to_see_it(desks: Api) -> None:
    sorter, superintendent = await helper(desks, "superintendent", "sort", "prepare"), "superintendent"
    items = [await prepared(sorter, await in_hand(desks, superintendent), "close") for _ in range(3)]
    wanted = [items[2], items[0]]
    answer = await sorter.send("PUT", "/tray/order", json={"items": wanted})
    assert answer.status_code == 204, answer.text
    shown = [one["id"] for one in (await (await desks.desk(superintendent)).get("/tray")).json()["items"]]
    assert shown == [*wanted, items[1]]


async def test_an_assistant_types_the_officers_draft_and_nobody_elses(desks: Api) -> None:
    file, officer = await in_hand(desks), await desks.desk("officer")
    steno, mere = await helper(desks, "officer", "open", "draft"), await helper(desks, "officer", "open")
    await officer.moved(file, "note", text="आरंभ")
    note = (await steno.get(f"/dockets/{file}/notes")).json()["items"][-1]
    assert note["text"] == "आरंभ"
    saved = await steno.send("PUT", f"/dockets/{file}/notes/{note['id']}/draft", json={"text": "टाइप किया हुआ"})
    assert saved.status_code == 200, saved.text
    seen = (await officer.get(f"/dockets/{file}/notes")).json()["items"][-1]
    assert (seen["text"], seen["draft_sha256"]) == ("टाइप किया हुआ", saved.json()["sha256"])
    assert seen["saved_by"]["id"] == (await steno.get("/me")).json()["person"]["id"]
    assert seen["author_person"]["name_en"] == "Officer"
    assert (await mere.get(f"/dockets/{file}/notes")).json()["items"][-1]["text"] is None
    elsewhere = await helper(desks, "dc", "open", "draft")
    assert (await elsewhere.get(f"/dockets/{file}/notes")).json()["items"][-1]["text"] is None
    other = await elsewhere.send("PUT", f"/dockets/{file}/notes/{note['id']}/draft", json={"text": "क"})
    assert (other.status_code, code(other)) == (404, "no-such-note")


async def entries(desks: Api, what: str) -> str:
    parts = desks.app.state.parts
    assert await parts.access.flush(parts.identity.epoch)
    found = await desks.office.rows(
        "select convert_from(data, 'UTF8') from audit_entry where chain like 'access:%%'"
    )
    return "\n".join(data for (data,) in found if f'"what":"{what}"' in data)


async def test_reading_under_an_assistants_log_in_is_entered(desks: Api) -> None:
    file, reader = await in_hand(desks), await helper(desks, "officer", "open")
    me = (await reader.get("/me")).json()["person"]["id"]
    await (await desks.desk("officer")).get(f"/dockets/{file}")
    await reader.get(f"/dockets/{file}")
    await reader.get(f"/dockets/{file}/notes")
    for what in ("access:read.docket", "access:read.notes"):
        mine = [line for line in (await entries(desks, what)).splitlines() if me in line]
        assert len(mine) == 1
        assert file in mine[0]
        assert '"code":"assistant"' in mine[0]
    officer = str(desks.office.seats["officer"].person)
    ordinary = [line for line in (await entries(desks, "access:read.docket")).splitlines() if file in line]
    assert not [line for line in ordinary if officer in line]


async def test_a_confidential_tray_is_shown_after_its_entry_and_without_the_subject(desks: Api) -> None:
    accountant = await desks.desk("accountant")
    file = await accountant.new_file(classification="office-confidential")
    reader = await helper(desks, "accountant", "prepare")
    item = await prepared(reader, file, "close", 1, remark="समाप्त")
    (shown,) = [one for one in (await reader.get("/tray")).json()["items"] if one["id"] == item]
    assert shown["docket"]["subject"] is None
    me = (await reader.get("/me")).json()["person"]["id"]
    assert [
        line for line in (await entries(desks, "access:read.tray")).splitlines() if me in line and file in line
    ]


async def test_an_administrator_gives_and_ends_an_assistant(desks: Api) -> None:
    administrator, office = await desks.desk("administrator"), desks.office
    login = await login_of(office, await office.new_person())
    give_passwords(office.owner_url)
    person, key = await desks.desk(login), str(uuid4())
    assert (await person.get("/inbox", headers={"X-Acting-Post": "dc"})).status_code == 403
    body = {"login": login, "post": "dc", "powers": ["open", "prepare"]}
    first, again = [
        await administrator.send("POST", "/assistants", json=body, headers={"Idempotency-Key": key})
        for _ in range(2)
    ]
    assert (first.status_code, again.json()) == (201, first.json()), first.text
    reused = await administrator.send(
        "POST", "/assistants", json={**body, "powers": ["open"]}, headers={"Idempotency-Key": key}
    )
    assert (reused.status_code, code(reused)) == (409, "key-reused")
    other = await administrator.send("POST", "/assistants", json=body, headers={"Idempotency-Key": str(uuid4())})
    assert (other.status_code, code(other)) == (409, "assistant-already")
    assert (await person.get("/inbox", headers={"X-Acting-Post": "dc"})).status_code == 200
    listed = (await administrator.get("/assistants", params={"post": "dc"})).json()["items"]
    (mine,) = [one for one in listed if one["login"] == login]
    assert mine["given_by"]["name_en"] == "Administrator"
    for _ in range(2):
        assert (await administrator.send("DELETE", f"/assistants/{mine['id']}")).status_code == 204
    assert (await person.get("/inbox", headers={"X-Acting-Post": "dc"})).status_code == 403
    past = (await administrator.get("/assistants", params={"post": "dc", "past": "true"})).json()["items"]
    assert [one["ended_by"]["name_en"] for one in past if one["login"] == login] == ["Administrator"]
    assert (await administrator.send("DELETE", f"/assistants/{uuid4()}")).status_code == 404


WRONG = {
    "unknown-person": ({"login": "nobody-here"}, "login"),
    "unknown-post": ({"post": "nowhere"}, "post"),
    "unknown-assistant-power": ({"powers": ["open", "decide"]}, "powers"),
}


@pytest.mark.parametrize("what", WRONG)
async def test_what_cannot_be_given_is_named_in_both_languages(desks: Api, what: str) -> None:
    wrong, field = WRONG[what]
    body = {"login": "vacant", "post": "dc", "powers": ["open"], **wrong}
    administrator = await desks.desk("administrator")
    said = set()
    for language in ("en", "hi"):
        headers = {"Idempotency-Key": str(uuid4()), "Accept-Language": language}
        answer = await administrator.send("POST", "/assistants", json=body, headers=headers)
        assert (answer.status_code, code(answer), answer.json()["field"]) == (422, what, field)
        said.add(answer.json()["detail"])
    assert len(said) == 2


async def test_only_an_administrator_names_assistants(desks: Api) -> None:
    body = {"login": "vacant", "post": "dc", "powers": ["open"]}
    headers = {"Idempotency-Key": str(uuid4())}
    answer = await (await desks.desk("dc")).send("POST", "/assistants", json=body, headers=headers)
    assert (answer.status_code, code(answer)) == (403, "not-allowed")


async def test_the_whole_audit_holds_in_the_end(desks: Api) -> None:
    parts = desks.app.state.parts
    assert await parts.access.flush(parts.identity.epoch)
    await assert_verifies(desks.office)


async def test_an_assistant_who_was_shut_out_is_out_at_once(desks: Api) -> None:
    office: PracticeOffice = desks.office
    seat = await assistant_at(office, "officer", "open")
    give_passwords(office.owner_url)
    desk = await desks.desk(await login_of(office, seat.person))
    assert (await desk.get("/inbox")).status_code == 200
    async with office.database.writing() as driver:
        await driver.execute("update person set disabled = true where id = %s", (seat.person,))
        await driver.commit()
    assert (await desk.get("/inbox")).status_code == 401
