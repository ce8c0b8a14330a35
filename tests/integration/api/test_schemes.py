"""What the API tells of schemes and rules is what registrations and movements then meet."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest

from eoffice_api.schemas.requests import Particulars
from flows.rules.known_schemes import shipped_schemes
from tests.fixtures.api import COMPLAINT, Api, give_passwords

REGISTRARS = {"file": "clerk", "complaint": "hub"}
WORDS = {"subject": "विषय", "text": "पाठ", "name": "सीता देवी", "telephone": "9876543210", "address": "हांसी"}
WORDS |= {"accused": "engineer", "reference_day": "2026-01-05"}
NUMBERS = (f"CM/{serial}" for serial in count(1))
"""Numbers in an outside system: each stands on one docket only."""
TOGETHER = {"system", "reference", "reference_day"}
"""Only all of them, or none."""


async def told(api: Api, kind: str) -> dict[str, Any]:
    """What is told of a kind."""
    answer = await (await api.desk("stranger")).get("/schemes")
    assert answer.status_code == 200, answer.text
    (scheme,) = answer.json()["items"]
    return next(found for found in scheme["kinds"] if found["name"] == kind)


def body_of(kind: dict[str, Any], *, only_needed: bool = False) -> dict[str, Any]:
    """A registration made of nothing but what is told."""
    body: dict[str, Any] = {"kind": kind["name"], "particulars": {}}
    for field in kind["fields"]:
        if not only_needed or field["needed"]:
            put(body, field, field["values"][0]["code"] if field["values"] else word(field["name"]))
    return body


def word(field: str) -> Any:
    return next(NUMBERS) if field == "reference" else WORDS.get(field, 100_00)


def put(body: dict[str, Any], field: dict[str, Any], value: Any) -> None:
    within = body if field["in"] is None else body.setdefault(field["in"], {})
    within[field["name"]] = value


@pytest.mark.parametrize("kind", ["file", "complaint"])
@pytest.mark.parametrize("only_needed", [True, False])
async def test_what_is_told_of_a_kind_is_enough_to_register_it(api: Api, kind: str, only_needed: bool) -> None:
    body = body_of(await told(api, kind), only_needed=only_needed)
    answer = await (await api.desk(REGISTRARS[kind])).register(**body)
    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize("kind", ["file", "complaint"])
async def test_every_value_that_is_told_is_taken(api: Api, kind: str) -> None:
    found, desk = await told(api, kind), await api.desk(REGISTRARS[kind])
    for field in found["fields"]:
        for value in field["values"] or []:
            body = body_of(found)
            put(body, field, value["code"])
            if value["code"] == "anonymous":
                del body["complainant"]
            assert (await desk.register(**body)).status_code == 201, (field["name"], value)


@pytest.mark.parametrize("kind", ["file", "complaint"])
async def test_what_is_told_to_be_needed_is_asked_for_and_nothing_else_is(api: Api, kind: str) -> None:
    found, desk = await told(api, kind), await api.desk(REGISTRARS[kind])
    for field in found["fields"]:
        body = body_of(found)
        for name in TOGETHER if field["name"] in TOGETHER else [field["name"]]:
            (body if field["in"] is None else body[field["in"]]).pop(name)
        if field["name"] == "subject":
            body["subject"] = ""
        answer = await desk.register(**body)
        assert (answer.status_code == 422) is field["needed"], (field["name"], answer.text)
        if field["needed"]:
            assert answer.json()["field"] == field["name"]


async def test_labels_stand_in_both_languages(api: Api) -> None:
    pension = next(f for f in (await told(api, "complaint"))["fields"] if f["name"] == "category")["values"][2]
    assert pension == {"code": "pension", "label": {"en": "Pension not paid", "hi": "पेंशन नहीं मिली"}}


@pytest.mark.parametrize("kind", ["file", "complaint"])
async def test_the_rules_are_the_table_of_the_kind(api: Api, kind: str) -> None:
    desk = await api.desk("stranger")
    rules = (await desk.get((await told(api, kind))["rules"].removeprefix("/api/v1"))).json()
    table = shipped_schemes()["haryana-eoffice"].table_of(kind)
    assert [state["code"] for state in rules["states"]] == [state.name for state in table.states]
    for action, row in zip(rules["actions"], table.rows, strict=True):
        assert (action["action"], action["to_state"], action["side"]) == (row.name, row.to_state, row.side)
        assert set(action["from_states"]) == row.from_states
        assert tuple(who["code"] for who in action["who"]) == row.who
        assert {parameter["name"] for parameter in action["takes"]} == row.takes
        assert action["label"] == dict(zip(("en", "hi"), row.label, strict=True))


async def test_what_an_action_is_told_to_need_is_what_it_asks_for(api: Api) -> None:
    clerk, file_rules = await api.desk("clerk"), await rules_of(api, "file")
    file = await clerk.new_file()
    options = {
        option["action"]: option for option in (await clerk.get(f"/dockets/{file}/options")).json()["items"]
    }
    needed = {a["action"]: {p["name"] for p in a["takes"] if p["needed"]} for a in file_rules["actions"]}
    for action in ("forward", "return", "note", "approve", "park", "pull_back", "add_document"):
        assert needed[action] <= set(options[action]["asks"]), action
    outcomes = next(a for a in file_rules["actions"] if a["action"] == "approve")["takes"]
    listed = next(p for p in outcomes if p["name"] == "outcome")["values"]
    assert "approve_with_conditions" in [value["code"] for value in listed]
    met = next(a for a in file_rules["actions"] if a["action"] == "settle_condition")["takes"]
    assert [v["code"] for v in next(p for p in met if p["name"] == "outcome")["values"]] == ["met", "waived"]


async def test_the_second_person_s_actions_stand_where_an_action_needs_one(api: Api) -> None:
    file, complaint = await rules_of(api, "file"), await rules_of(api, "complaint")
    assert [action["action"] for action in file["second_person"]] == ["confirm", "decline"]
    assert [action["action"] for action in complaint["second_person"]] == ["confirm", "decline"]
    reject = next(action for action in complaint["actions"] if action["action"] == "reject")
    assert reject["needs_second_person"]["code"] == "second_to_reject"
    grounds = next(parameter for parameter in reject["takes"] if parameter["name"] == "ground")["values"]
    assert "untrue" in [ground["code"] for ground in grounds]
    reopen = next(action for action in file["actions"] if action["action"] == "reopen")
    assert reopen["needs_second_person"]["code"] == "second_above_proposer"


async def test_a_document_and_a_registration_name_the_request_of_their_own(api: Api) -> None:
    requests = {a["action"]: a["request"] for a in (await rules_of(api, "complaint"))["actions"]}
    assert requests["register"] == "POST /api/v1/dockets"
    assert requests["add_document"] == "POST /api/v1/dockets/{docket}/documents"
    assert requests["assign"] == "POST /api/v1/dockets/{docket}/movements"


async def rules_of(api: Api, kind: str) -> dict[str, Any]:
    answer = await (await api.desk("stranger")).get(f"/schemes/haryana-eoffice/kinds/{kind}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_whoever_is_logged_in_reads_them_also_without_a_post(api: Api) -> None:
    person = await api.office.new_person()
    give_passwords(api.office.owner_url)
    nobody = await api.desk(await api.office.one("select login from person where id = %(p)s", p=person))
    assert (await nobody.get("/inbox")).json()["type"].endswith("no-post")
    assert (await nobody.get("/schemes")).status_code == 200
    assert (await api.client.get("/api/v1/schemes")).status_code == 401


@pytest.mark.parametrize("path", ["/no-scheme/kinds/file", "/haryana-eoffice/kinds/letter"])
async def test_a_kind_that_is_not_there(api: Api, path: str) -> None:
    assert (await (await api.desk("stranger")).get(f"/schemes{path}")).status_code == 404


async def test_all_that_a_body_may_say_of_its_kind_is_told(api: Api) -> None:
    fields = [field for kind in ("file", "receipt", "complaint") for field in (await told(api, kind))["fields"]]
    assert {one["name"] for one in fields if one["in"] == "particulars"} == Particulars.model_fields.keys()


async def test_the_post_complained_against_is_named_by_its_code_and_never_gets_it(api: Api) -> None:
    hub = await api.desk("hub")
    accused = COMPLAINT | {"accused": "engineer"}
    born = await hub.register(kind="complaint", particulars=accused, text="रिश्वत माँगी गई।")
    answer = await hub.move(born.json()["id"], "assign", to="engineer")
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:patravali:problem:accused-post")
