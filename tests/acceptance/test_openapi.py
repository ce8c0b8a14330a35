"""The API's description is honest: whatever a machine makes of it meets no 5xx and no undocumented answer."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import booleans, one_of
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from eoffice_api import openapi
from eoffice_api.app import create_app
from eoffice_api.schemas.requests import Complainant, Movement, Particulars, Registration
from flows.rules.decide import SETTLING
from flows.rules.known_schemes import from_text, shipped_schemes
from storage.settings import Settings
from tests.factories.graded_scheme import graded_text
from tests.factories.practice_office import make_office
from tests.fixtures.api import COMPLAINT, FILE, PASSWORD, Carrier, give_passwords

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


SETTINGS = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


class Served:
    """The API behind real HTTP in a thread of its own, with an office in which somebody carries out."""

    def __init__(self, app_url: str, owner_url: str, data: Path) -> None:
        self._app_url, self._owner_url = app_url, owner_url
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        app = create_app(Settings.model_validate({"database_url": app_url, "data": data}))
        self._server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=2))
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()))

    async def _run(self) -> None:
        office = await make_office(self._app_url, self._owner_url)
        give_passwords(self._owner_url)
        work = asyncio.create_task(Carrier(office, self._app_url).run())
        await self._server.serve([self._socket])
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        await office.database.close()

    def __enter__(self) -> Served:
        self._thread.start()
        with httpx.Client(transport=httpx.HTTPTransport(retries=20)) as client:
            _until_ready(client, self.url)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(20)


def _until_ready(client: httpx.Client, url: str) -> None:
    for _ in range(200):
        try:
            if client.get(f"{url}/readyz", timeout=1).status_code == 200:
                return
        except httpx.TransportError:
            continue
    pytest.fail("the API did not get ready")


@pytest.fixture(scope="module")
def served(new_database: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    fresh = new_database()
    with Served(fresh.app_url, fresh.owner_url, tmp_path_factory.mktemp("openapi")) as running:
        yield running


@pytest.fixture(scope="module")
def clerk(served: Served) -> dict[str, str]:
    """Headers of a clerk who also audits and administers, so that nothing is closed to what is tried."""
    with psycopg.connect(served._owner_url, autocommit=True) as connection:
        connection.execute(
            "insert into post_power (post, power, from_day) select id, unnest(%s::text[]), '2020-01-01'"
            " from post where code = 'clerk'",
            [["audit", "administer", "intake", "weed", "oversee"]],
        )
    form = {"username": "clerk", "password": PASSWORD}
    token = httpx.post(f"{served.url}/api/v1/token", data=form).json()["access_token"]
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture(scope="module")
def published(served: Served) -> None:
    """A month with a district and one case; how a month really comes to be published is tried elsewhere."""
    formula = from_text(graded_text(), "graded").kinds["complaint"].grading["2026-04"].model_dump_json()
    parts = {name: {"cases": 1, "well": 1, "marks": 1000} for name in json.loads(formula)["parts"]}
    named, draft = ("haryana-eoffice", "complaint", "2026-04"), uuid4()
    case = "values (%s, 'Z-1', 'jal', 'hansi', '2026-04-01', 'satisfied', null, true, false, null)"
    month = "values (%s, %s, %s, %s, 2, %s, 1, %s, '2026-05-02T00:00:00Z')"
    unit = "values (%s, %s, %s, 'district', 'hansi', 1, %s, 'small', 10000, 'A', 1)"
    columns = 'scheme, kind, month, sort, unit, cases, parts, "group", marks, grade, rank'
    # In one transaction, as a month is published: none takes a unit in later.
    with psycopg.connect(served._owner_url) as connection:
        connection.execute(f"insert into grading_case {case}".encode(), [draft])
        listed = "scheme, kind, month, draft, scheme_version, formula, cases, cases_sha256, published_at"
        values = [*named, draft, formula, bytes(32)]
        connection.execute(f"insert into grading_month ({listed}) {month}".encode(), values)
        connection.execute(f"insert into grading_unit ({columns}) {unit}".encode(), [*named, json.dumps(parts)])


@pytest.fixture(scope="module")
def known(served: Served, clerk: dict[str, str], published: None) -> dict[str, str]:
    """A file with a note, a document and something in the tray, and an assistant: so paths lead somewhere."""
    with httpx.Client(base_url=f"{served.url}/api/v1", headers=clerk) as client:
        body = {"kind": "file", "subject": "विषय", "particulars": FILE}
        born = client.post("/dockets", json=body, headers={"Idempotency-Key": "born"}).json()
        path = f"/dockets/{born['id']}"
        headers = {"Idempotency-Key": "note", "If-Match": '"1"'}
        done = client.post(f"{path}/movements", json={"action": "note", "text": "क"}, headers=headers).json()
        files = {"file": ("a.txt", "पाठ".encode(), "text/plain")}
        client.post(f"{path}/documents", files=files, headers={"Idempotency-Key": "document"})
        told = {"text": "पानी नहीं", "particulars": COMPLAINT, "complainant": {"telephone": "9999900001"}}
        complaint = {"kind": "complaint", "subject": "पानी", **told}
        client.post("/dockets", json=complaint, headers={"Idempotency-Key": "complaint"})
        message = client.get("/outbox").json()["items"][0]["id"]
        note = client.get(f"{path}/notes").json()["items"][0]["id"]
        document = client.get(f"{path}/documents").json()["items"][0]["id"]
        taking = {"post": "clerk", "relieving": "stranger", "charge": "additional", "posting_order": "No. 1"}
        charge_list = client.post("/charge-lists", json=taking, headers={"Idempotency-Key": "list"}).json()["id"]
        headers = {"Idempotency-Key": "item", "If-Match": '"3"'}
        parking = {"docket": born["id"], "action": "park", "until": "2030-01-01", "remark": "क"}
        item = client.post("/tray", json=parking, headers=headers).json()["id"]
        helping = {"login": "vacant", "post": "clerk", "powers": ["open"]}
        assistant = client.post("/assistants", json=helping, headers={"Idempotency-Key": "help"}).json()["id"]
        person = client.get("/me").json()["person"]["id"]
    return {
        "docket": born["id"],
        "note": note,
        "document": document,
        "message": message,
        "instruction": done["instruction"],
        "item": item,
        "assistant": assistant,
        "person": person,
        "number": born["number"],
        "scheme": "haryana-eoffice",
        "kind": "complaint",
        "department": "REV",
        "office": "dc",
        "section": "DC-ESTT",
        "post": "vacant",
        "login": "stranger",
        "absence": str(uuid4()),
        "charge_list": charge_list,
        "sort": "list",
        "what": "categories",
        "month": "2026-04",
        "file": "cases.jsonl",
    }


def _operations() -> list[Any]:
    """What the description names, read without serving it."""
    app = create_app(Settings.model_validate({"database_url": "postgresql://nobody@127.0.0.1:9/none"}))
    schema = schemathesis.openapi.from_dict(openapi.describe(app))
    return [found.ok() for found in schema.get_all_operations()]


OPERATIONS = _operations()


@pytest.mark.parametrize("operation", OPERATIONS, ids=[operation.label for operation in OPERATIONS])
def test_no_fault_and_no_undocumented_answer(
    operation: Any, served: Served, clerk: dict[str, str], known: dict[str, str]
) -> None:
    # Ending the session that the other operations use would try nothing but the log-in.
    headers = {} if operation.label == "DELETE /api/v1/session" else clerk

    fitting = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    wrong = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)

    @given(case=one_of(fitting, wrong), there=booleans())
    @SETTINGS
    def judge(case: Any, there: bool) -> None:
        if there:
            _lead_somewhere(case, known)
        case.call_and_validate(
            base_url=served.url, headers=headers, checks=CHECKS, timeout=20, allow_redirects=False
        )

    judge()


def _lead_somewhere(case: Any, known: dict[str, str]) -> None:
    """Paths of what is there, and headers that let a request through to what its body or query is judged by."""
    if case.path_parameters:
        case.path_parameters = {name: known[name] for name in case.path_parameters}
    right = {"X-Acting-Post": "clerk", "Idempotency-Key": str(uuid4()), "If-Match": '"3"'}
    right["X-Second-Factor"] = "123456"
    case.headers.update({name: value for name, value in right.items() if name.lower() in case.headers})


def test_every_operation_is_described_with_its_problems(served: Served) -> None:
    described = httpx.get(f"{served.url}/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    for path, operations in described["paths"].items():
        for operation in operations.values():
            assert operation.get("description"), path
            for status, response in operation["responses"].items():
                if int(status) >= 400:
                    assert list(response["content"]) == ["application/problem+json"], (path, status)


def test_the_actions_that_are_described_are_those_of_the_rules_with_what_they_take(served: Served) -> None:
    described = httpx.get(f"{served.url}/openapi.json").json()
    text = described["paths"]["/api/v1/dockets/{docket}/movements"]["post"]["description"]
    lines: dict[str, list[str]] = {}
    for line in (line for line in text.splitlines() if line.startswith("- `")):
        lines.setdefault(line.split("`")[1], []).append(line)
    tables = [table for scheme in shipped_schemes().values() for table in scheme.tables.values()]
    rows = [row for table in tables for row in table.rows if row.is_action]
    named = {row.name for row in rows} - {"add_document"} | SETTLING
    assert lines.keys() == named
    assert set(described["components"]["schemas"]["Movement"]["properties"]["action"]["enum"]) == named
    for row in rows:
        if row.name in named:  # several tables may have one of that name
            described_so = [all(f"`{name}`" in line for name in row.takes) for line in lines[row.name]]
            assert any(described_so), row.name
    assert "`until` (always)" in lines["park"][0]


def test_every_member_of_every_body_is_described(served: Served) -> None:
    schemas = httpx.get(f"{served.url}/openapi.json").json()["components"]["schemas"]
    bodies = ("Registration", "Particulars", "Complainant", "Movement", "DraftSaving", "Prepared", "NewAssistant")
    for body in (*bodies, "TrayConfirmation", "TrayOrder", "Password", "FactorCode", "FactorsAsked", "Resolution"):
        for name, member in schemas[body]["properties"].items():
            assert len(member["description"]) > 10, (body, name)


def test_what_writes_says_which_headers_it_takes(served: Served) -> None:
    paths = httpx.get(f"{served.url}/openapi.json").json()["paths"]
    taken = {
        path: {
            one["name"] for one in paths[f"/api/v1/dockets{path}"]["post"]["parameters"] if one["in"] == "header"
        }
        for path in ("", "/{docket}/movements", "/{docket}/documents")
    }
    always = {"idempotency-key", "x-acting-post", "x-csrf-token"}
    assert taken == {
        "": always,
        "/{docket}/movements": always | {"if-match", "x-second-factor"},
        "/{docket}/documents": always,
    }


def test_the_page_of_the_description_asks_nobody_else_for_anything(served: Served) -> None:
    page = httpx.get(f"{served.url}/docs").text
    assert "http://" not in page
    assert "https://" not in page
    assert "/api/v1/dockets/{docket}/movements" in page


def test_the_page_shows_each_body_s_fields_with_limits_meanings_and_examples(served: Served) -> None:
    text = unescape(re.sub(r"<[^>]+>", " ", httpx.get(f"{served.url}/docs").text))
    for shown in (
        "Body (application/json)",
        "particulars.amount_paise",
        "a whole number, from 0, up to 1000000000000000",
        "at most 4000 long",
        "Body (multipart/form-data)",
        "The day on which it is to come up again.",
        "Idempotency-Key (header)  needed",
        '"subject": "पुस्तकालय के पंखों की मरम्मत"',
        "unknown-particular",
        "मान्य {field} नहीं है।",
    ):
        assert shown in text, shown
    for schema in (Movement, Registration, Particulars, Complainant):
        assert all(name in text for name in schema.model_fields)
