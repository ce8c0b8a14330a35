"""Who has yet to enrol a second factor reaches nothing, and what weighs is not ordered without one."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from tests.factories.assistants import assert_verifies, assistant_at, login_of
from tests.factories.factors import Factors
from tests.fixtures.api import Desk, give_passwords
from tests.integration.api.test_tray import code

OPEN_WITHOUT = {
    ("DELETE", "/api/v1/session"),
    ("GET", "/api/v1/me"),
    ("POST", "/api/v1/me/second-factor"),
    ("POST", "/api/v1/me/second-factor/confirm"),
}
OPEN_TO_ALL = {("POST", "/api/v1/token"), ("POST", "/api/v1/session"), ("GET", "/healthz"), ("GET", "/readyz"),
    ("GET", "/metrics"), ("GET", "/openapi.json"), ("GET", "/docs")}  # fmt: skip


async def test_no_other_route_is_open_to_who_has_yet_to_enrol(factors: Factors) -> None:
    """Every route of the program, also one that somebody adds and thinks of no second factor."""
    await factors.ask("log_in")
    desk = await factors.api.desk("clerk")
    for method, path in sorted(_routes(factors.api.app) - OPEN_WITHOUT - OPEN_TO_ALL):
        filled = re.sub(r"\{[^}]*\}", str(uuid4()), path)
        headers = {**desk.headers, "Idempotency-Key": str(uuid4())}
        answer = await factors.api.client.request(method, filled, headers=headers)
        assert (answer.status_code, code(answer)) == (403, "second-factor-to-enrol"), (method, path)
    assert (await desk.get("/me")).status_code == 200


def _routes(app: FastAPI) -> set[tuple[str, str]]:
    every = (route for route in app.routes if isinstance(route, APIRoute))
    return {(method, route.path) for route in every for method in route.methods}


async def test_a_charge_list_is_neither_read_nor_signed_without_it(factors: Factors) -> None:
    made, _, new = await _drawn(factors)
    await factors.ask("deciding", "log_in")
    path, sign = f"/charge-lists/{made['id']}", {"list_sha256": made["list_sha256"]}
    assert code(await new.get(path)) == "second-factor-to-enrol"
    assert code(await _signed(new, path, sign)) == "second-factor-to-enrol"
    login = (await new.get("/me")).json()["login"]
    await factors.enrolled(login)
    assert code(await _signed(new, path, sign)) == "second-factor-needed"
    assert (await _signed(new, path, sign, factors.shown(login))).status_code == 200
    await assert_verifies(factors.api.office)


async def _drawn(factors: Factors) -> tuple[dict[str, Any], Desk, Desk]:
    """A list of what the clerk holds, drawn up by him, with his desk and his successor's."""
    office, clerk = factors.api.office, await factors.api.desk("clerk")
    await clerk.new_file(subject="गुप्त विषय की फाइल")
    login = await login_of(office, await office.new_person())
    give_passwords(office.owner_url)
    body = {"post": "clerk", "relieving": login, "charge": "substantive", "posting_order": "No. 7"}
    made = await clerk.send("POST", "/charge-lists", json=body, headers={"Idempotency-Key": str(uuid4())})
    assert made.status_code == 201, made.text
    return made.json(), clerk, await factors.api.desk(login)


async def _signed(desk: Desk, path: str, body: dict[str, Any], shown: str | None = None) -> httpx.Response:
    headers = {"Idempotency-Key": str(uuid4())} | ({} if shown is None else {"X-Second-Factor": shown})
    return await desk.send("POST", f"{path}/sign", json=body, headers=headers)


async def test_an_assistant_reads_a_charge_list_only_with_the_power_to_open(factors: Factors) -> None:
    made, _, _ = await _drawn(factors)
    office, path = factors.api.office, f"/charge-lists/{made['id']}"
    for power, status, waiting in (("sort", 404, 0), ("open", 200, 1)):
        seat = await assistant_at(office, "superintendent", power)
        give_passwords(office.owner_url)
        desk = await factors.api.desk(await login_of(office, seat.person))
        assert ((await desk.get(path)).status_code, power) == (status, power)
        assert len((await desk.get("/charge-lists")).json()["items"]) == waiting
    seat = await assistant_at(office, "auditor", "open", "sort")
    give_passwords(office.owner_url)
    helping = await factors.api.desk(await login_of(office, seat.person))
    assert (await helping.get(path)).status_code == 404


WEIGHTY_REQUESTS: dict[str, tuple[str, str, dict[str, Any] | None]] = {
    "giving a power": ("POST", "/posts/vacant/powers", {"power": "close"}),
    "setting a superior": ("PUT", "/posts/vacant/superior", {"superior": "dc"}),
    "giving charge": ("POST", "/posts/vacant/charges", {"person": "clerk", "charge": "additional"}),
    "competence": ("PUT", "/posts/vacant/decides", {"subject_class": "general", "paise": 1}),
    "an assistant": ("POST", "/assistants", {"login": "clerk", "post": "dc", "powers": ["open"]}),
    "asking nowhere": ("PUT", "/office/second-factor", {"asked": []}),
}


@pytest.mark.parametrize("what", WEIGHTY_REQUESTS)
async def test_an_order_that_weighs_asks_for_it(factors: Factors, what: str) -> None:
    method, path, body = WEIGHTY_REQUESTS[what]
    await factors.ask("deciding")
    administrator = await factors.enrolled("administrator")
    headers = {"Idempotency-Key": str(uuid4())}
    without = await administrator.send(method, path, json=body, headers=headers)
    assert (without.status_code, code(without)) == (403, "second-factor-needed")
    headers["X-Second-Factor"] = factors.shown("administrator")
    for _ in range(2):
        answer = await administrator.send(method, path, json=body, headers=headers)
        assert answer.status_code in (200, 201), answer.text
    harmless = {"Idempotency-Key": str(uuid4())}
    renamed = await administrator.send("PATCH", "/posts/vacant", json={"name_en": what}, headers=harmless)
    assert renamed.status_code == 200, renamed.text


async def test_taking_a_second_factor_away_asks_for_it_also_where_only_logging_in_does(factors: Factors) -> None:
    await factors.enrolled("officer")
    administrator = await factors.enrolled("administrator")
    await factors.ask("log_in")
    path = f"/people/{factors.api.office.seats['officer'].person}/second-factor"
    assert code(await administrator.send("DELETE", path)) == "second-factor-needed"
    off = await administrator.send("PUT", "/office/second-factor", json={"asked": []})
    assert code(off) == "second-factor-needed"
    shown = {"X-Second-Factor": factors.shown("administrator")}
    assert (await administrator.send("DELETE", path, headers=shown)).status_code == 204
