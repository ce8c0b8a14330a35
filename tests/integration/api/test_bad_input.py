"""Bad input is a clear 4xx that names the field or the rule, and never a fault of the system."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.fixtures.api import FILE, Api, Desk

BAD_MOVEMENTS: list[tuple[str, dict[str, Any], str, str]] = [
    ("an unknown action", {"action": "teleport"}, "unknown-action", "action"),
    ("no action", {}, "missing", "action"),
    ("an unknown member", {"action": "note", "text": "क", "colour": "red"}, "unknown-member", "colour"),
    ("a post that does not exist", {"action": "forward", "to": "moon"}, "unknown-post", "to"),
    ("a post that was abolished", {"action": "forward", "to": "abolished"}, "unknown-post", "to"),
    ("no post", {"action": "forward"}, "needs-post", "to"),
    ("a NUL", {"action": "park", "until": "2030-01-01", "remark": "a\0b"}, "bad-character", "remark"),
    ("an escape character", {"action": "note", "text": "a\x1bb"}, "bad-character", "text"),
    ("a megabyte of remark", {"action": "close", "remark": "a" * 1_000_000}, "too-long", "remark"),
    ("a post's code with a NUL", {"action": "forward", "to": "a\0"}, "bad-character", "to"),
    ("a day that is none", {"action": "park", "until": "2040-02-31", "remark": "r"}, "bad-value", "until"),
    ("a day long past", {"action": "park", "until": "2001-01-01", "remark": "r"}, "day-past", "until"),
    ("a day too far off", {"action": "park", "until": "2090-01-01", "remark": "r"}, "parked-too-long", "until"),
    ("a day beyond reason", {"action": "park", "until": "9999-12-31", "remark": "r"}, "bad-value", "until"),
    ("a time without zone", {"action": "forward", "to": "dc", "due": "2040-01-01T00:00:00"}, "bad-value", "due"),
    ("a parameter with no meaning", {"action": "note", "text": "क", "outcome": "reject"}, "not-taken", "outcome"),
    ("a number for a text", {"action": "note", "text": 5}, "bad-value", "text"),
    ("a text for yes or no", {"action": "forward", "to": "dc", "agree": "yes"}, "bad-value", "agree"),
    ("a draft that is no id", {"action": "forward", "to": "dc", "draft": "x"}, "bad-value", "draft"),
    ("an unknown priority", {"action": "forward", "to": "dc", "priority": "x"}, "unknown-priority", "priority"),
    ("a blank reason", {"action": "park", "until": "2030-01-01", "remark": " \n "}, "needs-reason", "remark"),
    ("a reason that nobody sees", {"action": "park", "until": "2030-01-01", "remark": "\u200b \u2060"},
     "needs-reason", "remark"),
    ("a note that nobody sees", {"action": "note", "text": "\ufeff"}, "needs-text", "text"),
    ("a remark that is turned", {"action": "close", "remark": "रु \u202e901"}, "turning-character", "remark"),
    ("a note with an isolate", {"action": "note", "text": "क\u2066ख\u2069"}, "turning-character", "text"),
]  # fmt: skip


def check(answer: httpx.Response, status: int, code: str, field: str | None) -> None:
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert body["type"] == f"urn:patravali:problem:{code}", body
    assert body.get("field") == field, body
    assert body["detail"]


@pytest.mark.parametrize(("what", "body", "code", "field"), BAD_MOVEMENTS, ids=[row[0] for row in BAD_MOVEMENTS])
async def test_a_movement_with(api: Api, what: str, body: dict[str, Any], code: str, field: str) -> None:
    clerk = await api.desk("clerk")
    file = await clerk.new_file()
    answer = await post(clerk, file, json.dumps(body).encode())
    check(answer, 422, code, field)


async def post(desk: Desk, docket: str, content: bytes) -> httpx.Response:
    headers = {"Idempotency-Key": str(uuid4()), "If-Match": '"1"', "Content-Type": "application/json"}
    return await desk.send("POST", f"/dockets/{docket}/movements", content=content, headers=headers)


async def test_a_lone_surrogate_in_a_text(api: Api) -> None:
    clerk = await api.desk("clerk")
    file = await clerk.new_file()
    check(await post(clerk, file, b'{"action": "note", "text": "\\ud800"}'), 422, "bad-character", "text")


async def test_a_surrogate_as_the_name_of_a_member(api: Api) -> None:
    clerk = await api.desk("clerk")
    answer = await post(clerk, await clerk.new_file(), b'{"action": "note", "\\ud800": 1}')
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:patravali:problem:bad-character")


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b"[" * 100_000, b'{"action": NaN'])
async def test_json_that_cannot_be_read(api: Api, content: bytes) -> None:
    clerk = await api.desk("clerk")
    answer = await post(clerk, await clerk.new_file(), content)
    assert answer.status_code == 400, answer.text


async def test_a_body_that_is_too_large_is_not_read(api: Api) -> None:
    clerk = await api.desk("clerk")
    answer = await post(clerk, await clerk.new_file(), b'{"action": "' + b"x" * 2_100_000 + b'"}')
    check(answer, 413, "body-too-large", None)


async def test_text_that_is_written_in_two_ways_is_kept_in_one(api: Api) -> None:
    clerk = await api.desk("clerk")
    file = await clerk.new_file(subject="cafe\u0301")
    assert (await clerk.get(f"/dockets/{file}")).json()["subject"] == "caf\u00e9"


async def test_joiners_inside_devanagari_stay(api: Api) -> None:
    clerk, subject = await api.desk("clerk"), "क्\u200dष और क्\u200cष में अंतर"
    file = await clerk.new_file(subject=subject)
    assert (await clerk.get(f"/dockets/{file}")).json()["subject"] == subject


async def test_a_closed_file_takes_no_note(api: Api) -> None:
    accountant = await api.desk("accountant")
    file = await accountant.new_file()
    await accountant.moved(file, "close")
    check(await accountant.move(file, "note", 2, text="क"), 422, "wrong-state", None)


async def test_adding_a_document_is_not_an_action_in_words(api: Api) -> None:
    clerk = await api.desk("clerk")
    check(await clerk.move(await clerk.new_file(), "add_document", 1), 422, "unknown-action", "action")


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"kind": "spaceship"}, "unknown-kind", "kind"),
        ({"subject": "  "}, "too-short", "subject"),
        ({"subject": "two\nlines"}, "bad-character", "subject"),
        ({"subject": "\u200b"}, "too-short", "subject"),
        ({"subject": "\u200c\u200d \u00a0\u3000\u2800"}, "too-short", "subject"),
        ({"subject": "सड़क \u202dabc"}, "turning-character", "subject"),
        ({"classification": "top secret"}, "unknown-classification", "classification"),
        ({"priority": "x"}, "unknown-priority", "priority"),
        ({"particulars": {**FILE, "head": "X-1"}}, "unknown-particular", "head"),
        ({"particulars": {**FILE, "retention_class": None}}, "missing", "retention_class"),
        ({"particulars": {**FILE, "amount_paise": -1}}, "bad-value", "particulars.amount_paise"),
        ({"particulars": {**FILE, "amount_paise": 1.5}}, "bad-value", "particulars.amount_paise"),
    ],
)
async def test_a_registration_with(api: Api, change: dict[str, Any], code: str, field: str) -> None:
    check(await (await api.desk("clerk")).register(**change), 422, code, field)


async def test_whatever_is_missing_of_a_registration_is_told_at_once(api: Api) -> None:
    hub, clerk = await api.desk("hub"), await api.desk("clerk")
    refused = await hub.register(kind="complaint", particulars={"place": "hansi"})
    check(refused, 422, "missing", "category")
    missing = ["category", "channel", "identity", "text"]
    assert refused.json()["errors"] == [{"field": name, "problem": "missing"} for name in missing]
    assert refused.json()["detail"] == "Missing: category, channel, identity, text."
    bare = await clerk.send("POST", "/dockets", json={}, headers={"Idempotency-Key": str(uuid4())})
    assert bare.json()["detail"] == "Missing: kind, subject, particulars."


async def test_a_list_of_values_names_them_as_they_are_given(api: Api) -> None:
    clerk = await api.desk("clerk")
    refused = await clerk.move(await clerk.new_file(), "approve", 1)
    check(refused, 422, "needs-outcome", "outcome")
    assert "approve_with_conditions (Approve with conditions), reject (Reject)" in refused.json()["detail"]


@pytest.mark.parametrize("cursor", ["x", "%00", "W10", "eyJhIjoxfQ", "WyIyMDI2LTAxLTAxIiwieCJd"])
async def test_a_cursor_that_was_never_given(api: Api, cursor: str) -> None:
    answer = await (await api.desk("clerk")).get(f"/inbox?cursor={cursor}")
    check(answer, 400, "bad-cursor", "cursor")


@pytest.mark.parametrize("path", ["/posts?q=%00", "/dockets?number=%00", "/dockets?kind=%ff", "/inbox?kind=a%0a"])
async def test_a_query_with_a_character_that_no_text_holds(api: Api, path: str) -> None:
    answer = await (await api.desk("clerk")).get(path)
    assert answer.status_code in (200, 422), answer.text


async def test_a_query_parameter_that_is_not_known_is_refused_and_nothing_is_done(api: Api) -> None:
    clerk, key = await api.desk("clerk"), str(uuid4())
    body = {"kind": "file", "subject": "विषय", "particulars": FILE}
    sent: dict[str, Any] = {"json": body, "headers": {"Idempotency-Key": key}}
    before = await api.office.one("select count(*) from docket")
    refused = await clerk.send("POST", "/dockets?dry_run=true", **sent)
    check(refused, 422, "unknown-parameter", "dry_run")
    assert (refused.json()["allowed"], "it takes: none" in refused.json()["detail"]) == ([], True)
    assert await api.office.one("select count(*) from docket") == before
    assert (await clerk.send("POST", "/dockets", **sent)).status_code == 201, "the key was not used up"


@pytest.mark.parametrize(
    ("path", "field", "allowed"),
    [
        ("/inbox?Limit=2", "Limit", "limit"),
        ("/dockets?kind=file&stat=parked", "stat", "state"),
        ("/inbox?=x", "", "cursor"),
        ("/posts?q=dc&%00=1", "\0", "q"),
    ],
)
async def test_a_misspelt_query_parameter_is_told_with_those_that_are_known(
    api: Api, path: str, field: str, allowed: str
) -> None:
    refused = await (await api.desk("clerk")).get(path, headers={"Accept-Language": "hi"})
    check(refused, 422, "unknown-parameter", field)
    assert allowed in refused.json()["allowed"]
    assert ", ".join(refused.json()["allowed"]) in refused.json()["detail"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/docs", "/openapi.json", "/api/v1/token"])
async def test_also_what_is_open_to_all_takes_no_query_that_it_does_not_know(api: Api, path: str) -> None:
    method = "POST" if path.endswith("token") else "GET"
    check(await api.client.request(method, f"{path}?verbose=1"), 422, "unknown-parameter", "verbose")


@pytest.mark.parametrize(
    ("path", "field", "allowed"),
    [
        ("/dockets?state=spaceship", "state", "in_work"),
        ("/dockets?kind=file&state=replied", "state", "in_hand"),
        ("/dockets?state_class=x", "state_class", "in_transit"),
        ("/dockets?kind=letter", "kind", "complaint"),
        ("/inbox?kind=letter", "kind", "file"),
        ("/inbox?priority=soon", "priority", "urgent"),
        ("/inbox?state_class=x", "state_class", "waiting"),
    ],
)
async def test_a_filter_with_a_value_that_is_not_known(api: Api, path: str, field: str, allowed: str) -> None:
    answer = await (await api.desk("clerk")).get(path, headers={"Accept-Language": "hi"})
    check(answer, 422, "unknown-value", field)
    assert allowed in answer.json()["allowed"]
    assert ", ".join(answer.json()["allowed"]) in answer.json()["detail"]


async def test_the_states_of_the_kind_are_those_that_are_allowed(api: Api) -> None:
    desk = await api.desk("clerk")
    refused = (await desk.get("/dockets?kind=file&state=replied")).json()
    assert set(refused["allowed"]) == {"in_hand", "in_transit", "parked", "attached", "closed", "cancelled"}
    for path in ("/dockets?kind=file&state=parked", "/dockets?kind=complaint&state=replied"):
        assert (await desk.get(path)).status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "spaceship"},
        {"classification": "secret"},
        {"priority": "x"},
        {"particulars": {**FILE, "head": "X"}},
    ],
)
async def test_a_value_that_is_not_known_is_refused_with_where_they_are_listed(
    api: Api, change: dict[str, Any]
) -> None:
    desk = await api.desk("clerk")
    refused = (await desk.register(**change)).json()
    assert (await api.client.get(refused["listed_at"], headers=desk.headers)).status_code == 200
    moved = await desk.move(await desk.new_file(), "forward", to="dc", priority="x")
    assert moved.json()["listed_at"] == refused["listed_at"]


@pytest.mark.parametrize(
    "path", ["/inbox?limit=0", "/inbox?limit=101", "/dockets/not-an-id", "/inbox?state_class=x"]
)
async def test_values_out_of_range(api: Api, path: str) -> None:
    answer = await (await api.desk("clerk")).get(path)
    assert answer.status_code == 422, answer.text
    assert answer.json()["field"]
