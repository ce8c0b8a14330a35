"""What waits for a power and for no post is found by who has it, as the options of each paper say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from eoffice_api.cursors import give
from flows.rules.cases import nowhere
from flows.rules.visibility import visibility_of
from storage.awaited import AWAITED
from storage.pages import Page
from storage.sight import bound
from tests.factories.practice_office import POSTS
from tests.fixtures.api import COMPLAINT, Api, Desk

BODY = {"kind": "complaint", "subject": "पानी", "particulars": COMPLAINT, "text": "नहीं आया"}
SAID = {"remark": "मौके पर देखा गया"}
# Written from the design: what nobody's desk has, by the state in which it waits.
AWAITED_IN = {
    "registered": {"assign", "assign_finally"},
    "replied": {"satisfied", "not_satisfied", "record_attempt"},
    "special_close_proposed": {"approve_special_close", "refuse_special_close"},
}
REVIEW, SETTLING = {"accept_reply", "send_reply_back"}, {"confirm", "decline"}


async def all_of(desk: Desk, limit: int = 2) -> list[dict]:
    """All that waits, page by page."""
    found, cursor = [], None
    while True:
        more = {"cursor": cursor} if cursor else {}
        answer = await desk.get("/inbox/waiting", params={"limit": limit, **more})
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        cursor = answer.json()["next"]
        if cursor is None:
            return found


async def made_up(api: Api) -> dict[str, str]:
    """A paper in each state in which it lies on nobody's desk, and some that lie on one."""
    hub, junior = await api.desk("hub"), await api.desk("junior")
    made: dict[str, str] = {}

    async def worked_on(name: str, **more: object) -> str:
        made[name] = (await hub.register(**{**BODY, **more})).json()["id"]
        await hub.moved(made[name], "assign", to="junior")
        await junior.moved(made[name], "receive")
        return made[name]

    made["registered"] = (await hub.register(**BODY)).json()["id"]
    accused = {**COMPLAINT, "accused": str(api.office.post("engineer"))}
    made["accused"] = (await hub.register(**{**BODY, "particulars": accused})).json()["id"]
    made["confidential"] = (await hub.register(**BODY, classification="office-confidential")).json()["id"]
    await worked_on("in work")
    await junior.moved(await worked_on("replied"), "reply", **SAID)
    await junior.moved(await worked_on("replied in confidence", classification="office-confidential"),
                       "reply", **SAID)  # fmt: skip
    await junior.moved(await worked_on("special"), "propose_special_close", ground="court", **SAID)
    await junior.moved(await worked_on("to reject"), "reject", ground="untrue", **SAID)
    clerk = await api.desk("clerk")
    superintendent = await api.desk("superintendent")
    made["to reopen"] = await clerk.new_file()
    await superintendent.moved(made["to reopen"], "pull_up", **SAID)
    await superintendent.moved(made["to reopen"], "close")
    await superintendent.moved(made["to reopen"], "reopen", **SAID)
    return made


async def options_of(desk: Desk, docket: str) -> tuple[str, set[str]]:
    """The state of a docket, and what may be done with it; nothing where it is hidden."""
    answer = await desk.get(f"/dockets/{docket}")
    if answer.status_code == 404:
        return "", set()
    items = (await desk.get(f"/dockets/{docket}/options")).json()["items"]
    return answer.json()["state"], {item["action"] for item in items if item["possible"]}


def at_post(desk: Desk, post: str) -> Desk:
    """At this of his posts: other tests may have given him more."""
    return Desk(desk.client, {**desk.headers, "X-Acting-Post": post})


def wanted(state: str, possible: set[str]) -> set[str]:
    awaited = AWAITED_IN.get(state, set()) | SETTLING | (REVIEW if state == "replied" else set())
    return awaited & possible


@pytest.mark.timeout(300)
async def test_for_every_post_it_is_what_the_options_of_each_paper_say(api: Api) -> None:
    made = await made_up(api)
    seen = dict[str, dict[str, set[str]]]()
    for who in POSTS:
        if who in ("vacant", "abolished"):
            continue  # nobody sits there
        desk = at_post(await api.desk(who), who)
        listed = {item["id"]: {one["action"] for one in item["awaits"]} for item in await all_of(desk, 100)}
        expected = {name: wanted(*await options_of(desk, docket)) for name, docket in made.items()}
        seen[who] = {name: actions for name, actions in expected.items() if actions}
        assert {name: listed[docket] for name, docket in made.items() if docket in listed} == seen[who], who
    assert "confidential" in seen["hub"], "the hub took it in, so it holds it"
    # Citizens are called by day, and the tests run at any hour.
    assert seen["calling"].keys() == {"replied"}
    assert AWAITED_IN["replied"] - {"record_attempt"} <= seen["calling"]["replied"] <= AWAITED_IN["replied"]
    assert seen["reviewing"]["replied"] == REVIEW
    assert seen["engineer"]["replied"] == seen["superintending"]["replied"] == REVIEW, "who replied is under them"
    assert "special" in seen["engineer"], "the post above decides"
    assert "accused" not in seen["engineer"]
    assert "to reject" in seen["engineer"]
    assert "to reopen" in seen["officer"]
    assert seen["stranger"] == {}


async def test_pages_hold_each_paper_once_newest_first(api: Api) -> None:
    hub = await api.desk("hub")
    made = [(await hub.register(**BODY)).json()["id"] for _ in range(5)]
    found = [item["id"] for item in await all_of(hub)]
    assert found[:5] == made[::-1]
    assert len(found) == len(set(found))
    await hub.moved(made[2], "assign", to="junior")
    assert made[2] not in [item["id"] for item in await all_of(hub)]


async def test_an_item_says_in_both_languages_for_what_it_waits(api: Api) -> None:
    hub = await api.desk("hub")
    made = (await hub.register(**BODY)).json()["id"]
    item = next(one for one in await all_of(hub) if one["id"] == made)
    assert item["awaits"] == [{"action": "assign", "label": {"en": "Assign", "hi": "आवंटित करें"}}]
    assert (item["state"], item["subject"]) == ("registered", "पानी")


async def test_behind_the_last_there_is_nothing(api: Api) -> None:
    hub = await api.desk("hub")
    cursor = give(datetime(2000, 1, 1, tzinfo=UTC), UUID(int=0))
    assert (await hub.get("/inbox/waiting", params={"cursor": cursor})).json() == {"items": [], "next": None}


async def test_the_list_is_read_from_its_index(api: Api) -> None:
    page = Page(51)
    seen = visibility_of(UUID(int=1), replace(nowhere(UUID(int=2)), powers=frozenset({"hub"})))
    given = {**bound(seen), **page.bound(), "states": ["registered"], "states_under": ["replied"]}
    sql = "explain " + AWAITED.format(conditions="", length=page.length())
    async with api.office.database.writing() as driver:
        await driver.execute("set local enable_seqscan = off; set local enable_bitmapscan = off; "
                             "set local enable_sort = off")  # fmt: skip
        plan = await (await driver.execute(sql.encode(), given)).fetchall()
    assert any("using docket_awaited_idx" in line for (line,) in plan), plan
