"""The office through the API: read as a tree and post by post, changed by administrators, charge taken by two."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.fixtures.api import PASSWORD, Api, Desk, give_passwords

NAMES = {"name_en": "Roads", "name_hi": "सड़क"}


async def order(
    desk: Desk, method: str, path: str, body: Any, key: str | None = None, **headers: str
) -> httpx.Response:
    return await desk.send(method, path, json=body, headers={"Idempotency-Key": key or str(uuid4()), **headers})


async def done(desk: Desk, method: str, path: str, body: Any) -> dict[str, Any]:
    answer = await order(desk, method, path, body)
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


@pytest.fixture
async def admin(api: Api) -> Desk:
    return await api.desk("administrator")


async def new_post(admin: Desk, **more: Any) -> str:
    code = f"P-{uuid4().hex[:8]}"
    body = {"office": "ph", "section": "PH-WORKS", "code": code, "abbreviation": "P", **NAMES, **more}
    answer = await order(admin, "POST", "/posts", body)
    assert answer.status_code == 201, answer.text
    return code


async def newcomer(api: Api) -> tuple[str, Desk]:
    person = await api.office.new_person()
    login = await api.office.one("select login from person where id = %(p)s", p=person)
    give_passwords(api.office.owner_url)
    return login, await api.desk(login)


async def test_a_department_an_office_a_section_and_a_post_are_added_renamed_and_read(
    api: Api, admin: Desk
) -> None:
    d, f = f"D{uuid4().hex[:6]}", f"F{uuid4().hex[:6]}"
    await done(admin, "POST", "/departments", {"code": d, **NAMES})
    await done(admin, "POST", "/offices", {"department": d, "code": f, "place": "hisar", **NAMES})
    await done(admin, "POST", f"/offices/{f}/sections", {"code": "S", "record_room": True, **NAMES})
    code = await new_post(admin, office=f, section="S", superior="dc")
    await done(admin, "PATCH", f"/departments/{d}", {"name_en": "Works"})
    await done(admin, "PATCH", f"/offices/{f}", {"name_hi": "कार्य"})
    await done(admin, "PATCH", f"/offices/{f}/sections/S", {"name_en": "Bridges"})
    await done(admin, "PATCH", f"/posts/{code}", {"abbreviation": "XEN"})
    tree = (await (await api.desk("clerk")).get("/offices")).json()["items"]
    department = next(one for one in tree if one["code"] == d)
    (office,) = department["offices"]
    (section,) = office["sections"]
    assert (department["name_en"], office["name_hi"], section["name_en"]) == ("Works", "कार्य", "Bridges")
    assert (section["record_room"], section["posts"][0]["abbreviation"]) == (True, "XEN")


async def test_a_post_is_read_with_its_holders_superiors_powers_and_competence(api: Api, admin: Desk) -> None:
    code = await new_post(admin, superior="engineer")
    login, _ = await newcomer(api)
    await done(admin, "POST", f"/posts/{code}/charges", {"person": login, "charge": "substantive"})
    await done(admin, "POST", f"/posts/{code}/powers", {"power": "close"})
    await done(admin, "POST", f"/posts/{code}/powers/end", {"power": "close", "from_day": "2099-01-01"})
    await done(admin, "PUT", f"/posts/{code}/decides", {"subject_class": "general", "paise": 5})
    await done(admin, "PUT", f"/posts/{code}/superior", {"superior": "superintending"})
    await done(admin, "POST", f"/posts/{code}/charges/end", {"person": login})
    read = (await (await api.desk("clerk")).get(f"/posts/{code}")).json()
    (holder,) = read["holders"]
    assert (holder["charge"], holder["until"] is None) == ("substantive", False)
    assert read["superiors"][0]["post"]["code"] == "superintending"
    assert [(one["power"], one["to_day"]) for one in read["powers"]] == [("close", "2099-01-01")]
    assert [(one["subject_class"], one["paise"]) for one in read["decides"]] == [("general", 5)]
    await done(admin, "POST", f"/posts/{code}/decides/end", {"subject_class": "general"})
    await done(admin, "POST", f"/posts/{code}/close", {})
    closed = (await admin.get(f"/posts/{code}")).json()
    assert closed["closed_on"] is not None
    assert closed["decides"][0]["to_day"] is not None
    missing = await admin.get("/posts/nowhere")
    assert (missing.status_code, missing.json()["type"]) == (404, "urn:patravali:problem:no-such-post")


async def test_an_order_sent_again_answers_the_same_and_another_under_its_key_is_refused(admin: Desk) -> None:
    key, body = str(uuid4()), {"code": f"D{uuid4().hex[:6]}", **NAMES}
    first = await order(admin, "POST", "/departments", body, key)
    again = await order(admin, "POST", "/departments", body, key)
    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    other = await order(admin, "POST", "/departments", {**body, "code": "other"}, key)
    assert (other.status_code, other.json()["type"]) == (409, "urn:patravali:problem:key-reused")
    none = await admin.send("POST", "/departments", json=body)
    assert (none.status_code, none.json()["type"]) == (400, "urn:patravali:problem:key-required")


CHANGES = (
    ("POST", "/departments", {"code": "x", **NAMES}),
    ("PATCH", "/departments/REV", {"name_en": "x"}),
    ("POST", "/offices", {"department": "REV", "code": "x", "place": "hisar", **NAMES}),
    ("PATCH", "/offices/dc", {"name_en": "x"}),
    ("PUT", "/offices/dc/withheld-from-link-officers", {"powers": ["close"]}),
    ("POST", "/offices/dc/sections", {"code": "x", **NAMES}),
    ("PATCH", "/offices/dc/sections/DC-ESTT", {"name_en": "x"}),
    ("POST", "/posts", {"office": "dc", "section": "DC-ESTT", "code": "x", "abbreviation": "x", **NAMES}),
    ("PATCH", "/posts/vacant", {"name_en": "x"}),
    ("POST", "/posts/vacant/close", {}),
    ("PUT", "/posts/vacant/superior", {"superior": None}),
    ("POST", "/posts/vacant/powers", {"power": "close"}),
    ("POST", "/posts/clerk/powers/end", {"power": "register"}),
    ("POST", "/posts/vacant/charges", {"person": "clerk", "charge": "additional"}),
    ("POST", "/posts/clerk/charges/end", {"person": "clerk"}),
    ("PUT", "/posts/vacant/decides", {"subject_class": "general", "paise": 1}),
    ("POST", "/posts/officer/decides/end", {"subject_class": "general"}),
    ("POST", "/people/clerk/disable", {}),
    ("POST", "/people/clerk/enable", {}),
)


@pytest.mark.parametrize(("method", "path", "body"), CHANGES, ids=lambda value: str(value)[:40])
async def test_only_administrators_change_the_office(api: Api, method: str, path: str, body: Any) -> None:
    for login in ("dc", "auditor"):
        answer = await order(await api.desk(login), method, path, body)
        assert (answer.status_code, answer.json()["type"]) == (403, "urn:patravali:problem:not-allowed")


async def test_a_refusal_is_told_in_the_language_asked_for_and_entered(api: Api, admin: Desk) -> None:
    body = {"superior": "clerk"}
    english = await order(admin, "PUT", "/posts/dc/superior", body, **{"Accept-Language": "en"})
    hindi = await order(admin, "PUT", "/posts/dc/superior", body, **{"Accept-Language": "hi"})
    assert (english.status_code, hindi.status_code) == (422, 422)
    assert "in a circle: dc → clerk" in english.json()["detail"]
    assert "चक्र" in hindi.json()["detail"]
    await api.app.state.parts.access.flush(api.office.identity.epoch)
    entered = "select count(*) from audit_entry where convert_from(data, 'UTF8') like '%%superiors-in-a-circle%%'"
    assert await api.office.one(entered) >= 2


async def test_who_is_shut_out_is_logged_out_and_may_come_back(api: Api, admin: Desk) -> None:
    login, desk = await newcomer(api)
    assert (await desk.get("/me")).status_code == 200
    await done(admin, "POST", f"/people/{login}/disable", {})
    assert (await desk.get("/me")).status_code == 401
    assert (await api.log_in(login)).status_code == 401
    await done(admin, "POST", f"/people/{login}/enable", {})
    assert (await api.log_in(login, PASSWORD)).status_code == 200


async def test_the_inbox_says_who_is_on_leave_and_who_stands_in(api: Api, admin: Desk) -> None:
    code = await new_post(admin, superior="engineer")
    holder, holders = await newcomer(api)
    link, links = await newcomer(api)
    await done(admin, "POST", f"/posts/{code}/charges", {"person": holder, "charge": "substantive"})
    await done(admin, "POST", f"/posts/{code}/powers", {"power": "close"})
    assert (await holders.get("/inbox")).json()["absence"] is None
    leave = {"person": holder, "link_officer": link, "ends": "2099-01-01T00:00:00Z"}
    made = await done(await api.desk("engineer"), "POST", f"/posts/{code}/absences", leave)
    for desk in (holders, links):
        absence = (await desk.get("/inbox")).json()["absence"]
        assert (absence["person"]["name_en"], absence["link_officer"]["name_en"]) == (holder, link)
    assert [(one["code"], one["charge"], one["powers"]) for one in (await links.get("/me")).json()["posts"]] == [
        (code, "link", ["close"])
    ]
    await done(admin, "PUT", "/offices/ph/withheld-from-link-officers", {"powers": ["close"]})
    assert (await links.get("/me")).json()["posts"][0]["powers"] == []
    assert (await holders.get("/me")).json()["posts"][0]["powers"] == ["close"]
    await done(admin, "POST", f"/posts/{code}/absences/{made['id']}/end", {})
    assert (await holders.get("/inbox")).json()["absence"] is None
    assert (await links.get("/inbox")).status_code == 403
    await done(admin, "PUT", "/offices/ph/withheld-from-link-officers", {"powers": []})


async def test_charge_is_taken_from_two_log_ins_by_one_who_holds_no_post_yet(api: Api, admin: Desk) -> None:
    code = await new_post(admin, superior="engineer")
    old, olds = await newcomer(api)
    new, news = await newcomer(api)
    await done(admin, "POST", f"/posts/{code}/charges", {"person": old, "charge": "substantive"})
    file = await (await api.desk("engineer")).new_file()
    await (await api.desk("engineer")).moved(file, "forward", to=code)
    body = {"post": code, "relieving": new, "charge": "substantive", "posting_order": "No. 7 of 1.11.2026"}
    made = await done(olds, "POST", "/charge-lists", body)
    assert made["entries"] == 1
    (waits,) = (await news.get("/charge-lists")).json()["items"]
    assert (waits["id"], waits["state"], waits["proposed_as"]) == (made["id"], "open", "relieved")
    path = f"/charge-lists/{made['id']}"
    read = (await news.get(path)).json()
    assert read["posting_order"] == "No. 7 of 1.11.2026"
    assert [(line["subject"], line["state_label"]["hi"]) for line in read["lines"]] == [
        ("सड़क की मरम्मत", "भेजी गई, अप्राप्त")
    ]
    audited = (await admin.get(path)).json()
    assert (audited["lines"][0]["subject"], audited["posting_order"]) == (None, None)
    assert (await (await api.desk("clerk")).get(path)).status_code == 404
    assert (
        await order(await api.desk("clerk"), "POST", f"{path}/sign", {"list_sha256": "0" * 64})
    ).status_code == 403
    sign = {"list_sha256": read["list_sha256"]}
    await done(news, "POST", f"{path}/sign", sign)
    late = await order(news, "POST", f"{path}/sign", sign)
    assert (late.status_code, late.json()["type"]) == (409, "urn:patravali:problem:taking-settled")
    assert [one["id"] for one in (await news.get("/inbox")).json()["items"]] == [file]
    assert (await olds.get("/inbox")).status_code == 403
    assert (await news.get("/charge-lists")).json()["items"] == []
    assert (await olds.get(path)).json()["settled_by"]["name_en"] == new


async def test_the_lines_of_a_list_come_page_by_page(api: Api, admin: Desk) -> None:
    code = await new_post(admin, superior="engineer")
    login, desk = await newcomer(api)
    engineer = await api.desk("engineer")
    await done(admin, "POST", f"/posts/{code}/charges", {"person": login, "charge": "substantive"})
    for _ in range(3):
        await engineer.moved(await engineer.new_file(), "forward", to=code)
    new, _ = await newcomer(api)
    body = {"post": code, "relieving": new, "charge": "additional", "posting_order": "No. 8"}
    path = f"/charge-lists/{(await done(desk, 'POST', '/charge-lists', body))['id']}"
    first = (await desk.get(f"{path}?limit=2")).json()
    second = (await desk.get(f"{path}?limit=2&after={first['next']}")).json()
    assert [line["ordinal"] for line in first["lines"] + second["lines"]] == [1, 2, 3]
    assert second["next"] is None
    refusal = await order(await api.desk(new), "POST", f"{path}/refuse", {"reason": "एक फाइल नहीं मिली"})
    assert refusal.status_code == 200, refusal.text
    assert (await desk.get(path)).json()["state"] == "declined"
