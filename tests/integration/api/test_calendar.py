"""The office's calendar through the API: administrators see a year, and declare days once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from flows.rules.labels import DAY_SORTS
from tests.fixtures.api import Api, Desk

# Days are declared from a year ago to three years ahead of today.
YEAR = datetime.now(UTC).year + 1


def day(date: str, sort: str = "holiday", **more: Any) -> dict[str, Any]:
    return {"day": f"{YEAR}-{date}", "sort": sort, "label_en": "Holi", "label_hi": "होली", **more}


async def declared(desk: Desk, key: str, *days: dict[str, Any], **more: Any) -> Any:
    body = {"days": list(days), **more}
    return await desk.send("POST", "/calendar", json=body, headers={"Idempotency-Key": key})


async def said(desk: Desk, date: str) -> list[tuple[Any, ...]]:
    items = (await desk.get(f"/calendar?year={YEAR}")).json()["days"]
    return [(i["sort"], i["in_force"], i["by_post"]) for i in items if i["day"] == f"{YEAR}-{date}"]


async def test_an_administrator_declares_days_and_sees_them(api: Api) -> None:
    desk = await api.desk("administrator")
    answer = await declared(desk, "declare-1", day("03-22"), day("03-23", "half_day"))
    assert answer.status_code == 201, answer.text
    assert await said(desk, "03-22") == [("holiday", True, "administrator")]
    assert await said(desk, "03-23") == [("half_day", True, "administrator")]
    (shown,) = [
        one for one in (await desk.get(f"/calendar?year={YEAR}")).json()["days"] if one["day"] == f"{YEAR}-03-22"
    ]
    assert (shown["label"]["hi"], shown["sort_label"]["hi"]) == ("होली", DAY_SORTS["holiday"][1])
    assert shown["declared_at"] == answer.json()["declared_at"]


async def test_the_last_declaration_holds_and_the_others_stay_on_record(api: Api) -> None:
    desk = await api.desk("administrator")
    assert (await declared(desk, "declare-2", day("04-01"))).status_code == 201
    assert (await declared(desk, "declare-3", day("04-01", "working"))).status_code == 201
    assert await said(desk, "04-01") == [
        ("holiday", False, "administrator"),
        ("working", True, "administrator"),
    ]


async def test_the_same_request_again_gives_the_same_answer_and_another_body_is_refused(api: Api) -> None:
    desk = await api.desk("administrator")
    first = await declared(desk, "declare-4", day("05-01"), day("05-02"))
    again = await declared(desk, "declare-4", day("05-01"), day("05-02"))
    assert (again.status_code, again.json()) == (201, first.json())
    for body in (
        [day("05-01")],
        [day("05-01"), day("05-02"), day("05-03")],
        [day("05-01"), day("05-02", "working")],
    ):
        other = await declared(desk, "declare-4", *body)
        assert (other.status_code, other.json()["type"]) == (409, "urn:patravali:problem:key-reused")
    assert len(await said(desk, "05-01")) == 1
    assert await said(desk, "05-03") == []


async def test_what_schemes_say_stands_beside_it(api: Api) -> None:
    desk = await api.desk("administrator")
    found = (await desk.get("/calendar?year=2026")).json()
    assert found["schemes"] == ["haryana-eoffice"]
    republic = next(one for one in found["days"] if one["day"] == "2026-01-26")
    assert (republic["scheme"], republic["in_force"], republic["declared_at"]) == ("haryana-eoffice", True, None)
    assert (await desk.get("/calendar?year=2026&calendar=none")).status_code == 404


WRONG = [
    ([], {}, "too-short|bad-value|days-count", 422),
    ([day("06-01", "feast")], {}, "unknown-day-sort", 422),
    ([day("06-01"), day("06-01")], {}, "day-twice", 422),
    ([day("06-01", label_hi=" ")], {}, "too-short", 422),
    ([{**day("06-01"), "day": "2199-01-01"}], {}, "day-too-far", 422),
    ([day("06-01")], {"calendar": "none"}, "unknown-calendar", 422),
    ([day("06-01", by="me")], {}, "unknown-member", 422),
]


@pytest.mark.parametrize(("days", "more", "code", "status"), WRONG)
async def test_what_cannot_be_is_refused_with_the_reason(
    api: Api, days: list[dict[str, Any]], more: dict[str, Any], code: str, status: int
) -> None:
    answer = await declared(await api.desk("administrator"), "declare-wrong", *days, **more)
    assert answer.status_code == status, answer.text
    assert answer.json()["type"].rpartition(":")[2] in code.split("|")
    assert await said(await api.desk("administrator"), "06-01") == []


async def test_nobody_else_declares_or_looks(api: Api) -> None:
    for login in ("clerk", "hub", "auditor"):
        desk = await api.desk(login)
        answer = await declared(desk, "declare-5", day("07-01"))
        assert (answer.status_code, answer.json()["type"]) == (403, "urn:patravali:problem:not-allowed")
        assert (await desk.get(f"/calendar?year={YEAR}")).status_code == 403
    assert await said(await api.desk("administrator"), "07-01") == []
