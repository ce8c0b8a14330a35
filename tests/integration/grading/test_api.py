"""Gradings through the API: who is shown which months, marks and cases, and what drafting and publishing do."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from flows.office import grading
from infra.audit.verify_database import Trust, verify_database
from infra.grading_export import check_folder
from storage.snapshots import one_snapshot
from tests.factories.engines import as_owner
from tests.factories.lives import Life
from tests.factories.practice_office import PracticeOffice
from tests.fixtures.api import Api, Desk, serve
from tests.fixtures.office import OfficeClock
from tests.fixtures.postgres import Database

APRIL = "/gradings/haryana-eoffice/complaint/2026-04"


@pytest.fixture
async def api(office: PracticeOffice, lives: list[Life], database: Database, tmp_path: Path) -> AsyncIterator[Api]:
    async with serve(office, database.app_url, tmp_path / "api") as served:
        yield served


async def post(desk: Desk, path: str, key: str | None = None, **body: Any) -> Any:
    more = {"json": body} if body else {}
    return await desk.send("POST", APRIL + path, headers={"Idempotency-Key": key or str(uuid4())}, **more)


async def published(api: Api) -> dict[str, Any]:
    """April, drafted and published by the arbiter."""
    desk = await api.desk("arbiter")
    drafted = await post(desk, "/draft")
    assert drafted.status_code == 201, drafted.text
    done = await post(desk, "/publish", cases_sha256=drafted.json()["cases_sha256"])
    assert done.status_code == 201, done.text
    return done.json()


def problem(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].rpartition(":")[2]


async def test_a_draft_is_shown_to_few_and_a_published_month_to_every_post(api: Api) -> None:
    arbiter, clerk = await api.desk("arbiter"), await api.desk("clerk")
    assert problem(await arbiter.get(APRIL)) == (404, "no-grading")
    assert (await post(arbiter, "/draft")).json()["cases"] == 4
    for login, seen in (("arbiter", 1), ("auditor", 1), ("administrator", 1), ("clerk", 0), ("hub", 0)):
        desk = await api.desk(login)
        assert len((await desk.get("/gradings")).json()["items"]) == seen, login
        assert (await desk.get(APRIL)).status_code == (200 if seen else 404), login
    assert problem(await clerk.get(f"{APRIL}/cases?sort=district&unit=hansi")) == (404, "no-grading")
    assert problem(await arbiter.get(f"{APRIL}/export/cases.jsonl")) == (404, "no-grading")
    await published(api)
    (listed,) = (await clerk.get("/gradings")).json()["items"]
    assert (listed["month"], listed["published"], listed["cases"]) == ("2026-04", True, 4)
    assert [one["code"] for one in listed["groups"]] == ["large", "small"]
    assert [one["label"]["hi"] for one in listed["sorts"]] == ["विभाग", "जिले"]


async def test_the_marks_of_a_group_stand_by_rank_with_their_parts_and_names(api: Api) -> None:
    await published(api)
    desk = await api.desk("clerk")
    shown = (await desk.get(f"{APRIL}?sort=district&group=small")).json()
    told = [(u["unit"], u["rank"], u["marks"], u["grade"], u["label"]["hi"]) for u in shown["units"]]
    assert told == [("hansi", 1, 9333, "A", "हांसी"), ("barwala", 2, 6667, "B", "बरवाला")]
    quality = next(part for part in shown["units"][0]["parts"] if part["part"] == "poor_quality")
    assert (quality["cases"], quality["well"], quality["marks"]) == (3, 2, 667)
    weights = {part["code"]: (part["weight"], part["days"]) for part in shown["parts"]}
    assert (weights["satisfied_closure"], weights["over_days"]) == ((60, None), (20, 50))
    (jal,) = (await desk.get(f"{APRIL}?unit=jal")).json()["units"]
    assert (jal["sort"], jal["label"]["en"]) == ("department", "Public Health Engineering")
    assert (await desk.get(f"{APRIL}?group=large")).json()["units"] == []


async def test_each_mark_opens_to_its_cases_as_far_as_one_may_know_of_them(api: Api, lives: list[Life]) -> None:
    await published(api)
    hansi, numbers = f"{APRIL}/cases?sort=district&unit=hansi", sorted(life.number for life in lives[:3])
    arbiter = await api.desk("arbiter")
    first = (await arbiter.get(f"{hansi}&limit=2")).json()
    rest = (await arbiter.get(f"{hansi}&limit=2&cursor={first['next']}")).json()
    assert [case["number"] for case in first["items"] + rest["items"]] == numbers
    assert (rest["next"], first["counted"]) == (None, 3)
    (back,) = (await arbiter.get(f"{hansi}&part=poor_quality&well=false")).json()["items"]
    assert (back["number"], back["docket"]) == (lives[2].number, str(lives[2].docket))
    assert (back["counts"]["poor_quality"], back["ending"], back["sent_back"]) == (False, None, True)
    closed = (await arbiter.get(f"{hansi}&part=satisfied_closure")).json()
    assert ([case["ending_label"]["hi"] for case in closed["items"]], closed["counted"]) == (["संतुष्ट"] * 2, 2)
    auditor = (await (await api.desk("auditor")).get(hansi)).json()["items"]
    junior = (await (await api.desk("junior")).get(hansi)).json()
    clerk = (await (await api.desk("clerk")).get(hansi)).json()
    assert [len(found) for found in (auditor, junior["items"], clerk["items"])] == [3, 3, 0]
    assert (junior["counted"], clerk["counted"], clerk["next"]) == (3, 3, None)
    assert problem(await arbiter.get(f"{APRIL}/cases?sort=district&unit=mars")) == (404, "no-such-mark")


async def test_who_oversees_sees_the_number_of_a_confidential_case_and_not_its_paper(
    api: Api, lives: list[Life]
) -> None:
    await published(api)
    as_confidential = "update docket set classification = 'confidential' where number = %s"
    await as_owner(api.office, as_confidential, lives[0].number)
    found = (await (await api.desk("arbiter")).get(f"{APRIL}/cases?sort=district&unit=hansi")).json()["items"]
    shown = {case["number"]: case["docket"] for case in found}
    assert (len(shown), shown[lives[0].number], shown[lives[1].number]) == (3, None, str(lives[1].docket))
    assert (await (await api.desk("arbiter")).get(f"/dockets/{lives[0].docket}")).status_code == 404


async def test_only_who_oversees_drafts_and_publishes_and_each_is_in_the_chain(api: Api) -> None:
    for login in ("clerk", "hub", "administrator", "auditor"):
        desk = await api.desk(login)
        assert problem(await post(desk, "/draft")) == (403, "not-allowed")
        assert problem(await post(desk, "/publish", cases_sha256="0" * 64)) == (403, "not-allowed")
    arbiter = await api.desk("arbiter")
    first, again = await post(arbiter, "/draft", "one"), await post(arbiter, "/draft", "one")
    assert (first.status_code, again.json()) == (201, first.json())
    assert problem(await post(arbiter, "/publish", cases_sha256="0" * 64)) == (409, "draft-changed")
    await published(api)
    assert problem(await post(arbiter, "/draft")) == (409, "grading-published")
    assert problem(await post(arbiter, "/publish", cases_sha256="0" * 64)) == (409, "grading-published")
    asked = "select what from office_change where what like %(like)s order by at, id"
    done = [row[0] for row in await api.office.rows(asked, like="grading.%")]
    assert sorted(done) == ["grading.drafted", "grading.drafted", "grading.published"]
    async with one_snapshot(api.office.database) as driver:
        assert (await verify_database(driver, Trust({}, independent=False))).faults == []


async def test_what_cannot_be_drafted_says_why_in_both_languages(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, key = await api.desk("arbiter"), {"Idempotency-Key": "k", "Accept-Language": "hi"}
    for month, status, code in (("2026-05", 409, "month-not-over"), ("2026-03", 404, "month-not-graded")):
        path = f"/gradings/haryana-eoffice/complaint/{month}/draft"
        answer = await desk.send("POST", path, headers={"Idempotency-Key": "k"})
        assert (problem(answer), month in answer.json()["detail"]) == ((status, code), True)
        told = (await desk.send("POST", path, headers=key)).json()["detail"]
        assert (month in told, any("ऀ" <= letter <= "ॿ" for letter in told)) == (True, True)
    assert (await desk.send("POST", "/gradings/a/b/2026-13/draft", headers=key)).status_code == 422
    monkeypatch.setattr(grading, "MOST_AT_ONCE", 3)
    assert problem(await post(desk, "/draft")) == (409, "too-many-cases")


async def test_the_export_is_computed_again_and_its_fetching_is_entered(api: Api, tmp_path: Path) -> None:
    done = await published(api)
    for login in ("clerk", "hub", "junior"):
        desk = await api.desk(login)
        assert problem(await desk.get(f"{APRIL}/export/cases.jsonl")) == (403, "not-allowed")
    desk = await api.desk("auditor")
    for name in ("grading.json", "cases.jsonl"):
        answer = await desk.get(f"{APRIL}/export/{name}")
        assert (answer.status_code, name in answer.headers["content-disposition"]) == (200, True)
        (tmp_path / name).write_bytes(answer.content)
    assert sha256((tmp_path / "cases.jsonl").read_bytes()).hexdigest() == done["cases_sha256"]
    assert check_folder(tmp_path)["cases"] == 4
    parts = api.app.state.parts
    await parts.access.flush(parts.identity.epoch)
    entries = await api.office.rows("select data from audit_entry where chain like 'access:%%'")
    told = [json.loads(row[0]) for row in entries]
    codes = [e["rows"][0]["row"].get("code") for e in told if e["what"] == "access:grading.export"]
    assert codes == ["haryana-eoffice/complaint/2026-04"] * 2


async def test_months_are_listed_newest_first_in_pages(api: Api, office_clock: OfficeClock) -> None:
    await published(api)
    desk = await api.desk("arbiter")
    office_clock.set(datetime(2026, 6, 1, 4, tzinfo=UTC))
    api.desks.clear()
    desk = await api.desk("arbiter")
    path = APRIL.replace("2026-04", "2026-05")
    assert (await desk.send("POST", f"{path}/draft", headers={"Idempotency-Key": "may"})).status_code == 201
    first = (await desk.get("/gradings?limit=1")).json()
    second = (await desk.get("/gradings", params={"limit": 1, "cursor": first["next"]})).json()
    told = [(one["month"], one["published"]) for one in first["items"] + second["items"]]
    assert (told, second["next"]) == ([("2026-05", False), ("2026-04", True)], None)
    for asked, months in (("published=false", ["2026-05"]), ("month=2026-04", ["2026-04"]), ("scheme=none", [])):
        assert [one["month"] for one in (await desk.get(f"/gradings?{asked}")).json()["items"]] == months
    assert problem(await desk.get("/gradings?cursor=nonsense")) == (400, "bad-cursor")
