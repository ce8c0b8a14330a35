"""Who is told which post held what how long, and what of a month."""

from __future__ import annotations

import pytest

from tests.factories.lives import new_complaint, new_file
from tests.fixtures.api import Api


async def test_one_s_own_post_and_those_under_it(api: Api) -> None:
    async def codes(login: str) -> list[str]:
        desk, found, cursor = await api.desk(login), list[str](), ""
        while True:
            answer = await desk.get(f"/delays?month=2026-04&limit=3{cursor}")
            assert answer.status_code == 200
            found += [one["post"]["code"] for one in answer.json()["items"]]
            if answer.json()["next"] is None:
                return found
            cursor = f"&cursor={answer.json()['next']}"

    assert await codes("clerk") == ["clerk"]
    below = await codes("officer")
    assert {"clerk", "officer", "superintendent"} <= set(below)
    assert "administrator" not in below
    everybody = await codes("auditor")
    assert set(below) < set(everybody)
    assert everybody == await codes("administrator") == sorted(everybody)


async def test_a_docket_s_delay_is_told_to_whoever_may_know_of_it(api: Api) -> None:
    life = await new_complaint(api.office)
    await life.must("hub", "assign", to="junior")
    (citizen, level) = (await (await api.desk("junior")).get(f"/dockets/{life.docket}/delay")).json()["items"]
    assert (citizen["sort"], level["sort"], level["level"], level["ended"]) == ("citizen", "level", 1, None)
    assert [one["post"]["code"] for one in level["posts"]] in ([], ["junior"])
    assert all(one["late_days"] == 0 for one in citizen["posts"])
    other = await new_file(api.office)
    assert (await (await api.desk("junior")).get(f"/dockets/{other.docket}/delay")).status_code == 404


async def test_a_month_is_written_as_one(api: Api) -> None:
    desk = await api.desk("clerk")
    for month in ("2026-13", "April", ""):
        answer = await desk.get(f"/delays?month={month}")
        assert (answer.status_code, answer.json()["field"]) == (422, "month")


async def test_a_month_to_come_is_empty_and_no_working_time_is_measured_until_then(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That took a second for each version of a scheme, in which nobody else was answered."""

    def never(*_: object) -> None:
        raise AssertionError("a ruler as far as 2199 was made")

    monkeypatch.setattr("flows.delays._rulers", never)
    life = await new_complaint(api.office)
    await life.must("hub", "assign", to="junior")
    answer = await (await api.desk("junior")).get("/delays?month=2199-12")
    assert answer.status_code == 200
    assert [one["figures"] for one in answer.json()["items"]] == [[]]
