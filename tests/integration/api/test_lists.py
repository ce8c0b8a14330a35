"""Inbox, sent list, counts, the list of dockets, and what can be done now."""

from __future__ import annotations

from uuid import uuid4

from tests.factories.office_orders import in_days
from tests.fixtures.api import COMPLAINT, FILE, Api, Desk

EXPENDITURE = {**FILE, "subject_class": "expenditure"}


async def pages(desk: Desk, path: str) -> list[dict]:
    """All items of a list, page by page, two at a time."""
    found, cursor = [], None
    while True:
        more = f"&cursor={cursor}" if cursor else ""
        page = (await desk.get(f"{path}{'&' if '?' in path else '?'}limit=2{more}")).json()
        found += page["items"]
        cursor = page["next"]
        if cursor is None:
            return found


async def test_the_inbox_shows_what_came_from_whom_and_whether_it_was_read(api: Api) -> None:
    clerk, officer = await api.desk("engineer"), await api.desk("junior")
    file = await clerk.new_file()
    await clerk.moved(file, "forward", to="junior")
    item = next(i for i in await pages(officer, "/inbox") if i["id"] == file)
    assert (item["brought_name"], item["from_post"]["code"], item["unread"]) == ("mark", "engineer", True)
    assert item["from_person"]["name_hi"] == "श्री engineer"
    assert item["state_label"]["hi"] == "भेजी गई, अप्राप्त"
    before = (await officer.get("/inbox/counts")).json()
    assert (await officer.get(f"/dockets/{file}")).status_code == 200
    after = (await officer.get("/inbox/counts")).json()
    assert after["unread"] == before["unread"] - 1
    item = next(i for i in await pages(officer, "/inbox") if i["id"] == file)
    assert (item["unread"], item["first_read_at"] is None) == (False, False)


async def test_the_first_reading_is_kept_once_with_its_entry_and_is_no_movement(api: Api) -> None:
    clerk, officer = await api.desk("engineer"), await api.desk("junior")
    file = await clerk.new_file()
    await clerk.moved(file, "forward", to="junior")
    version = await officer.version(file)
    for _ in range(2):
        await officer.get(f"/dockets/{file}")
    assert await officer.version(file) == version
    rows = await api.office.rows(
        "select convert_from(data, 'UTF8') from audit_entry where chain = %(c)s order by sequence",
        c=f"docket:{file}",
    )
    assert ['"what":"reading:first"' in data for (data,) in rows] == [False, False, True]
    trail = (await officer.get(f"/dockets/{file}/trail")).json()["items"]
    assert [reading["post"] for reading in trail[-1]["first_read"]] == [str(api.office.post("junior"))]
    await officer.moved(file, "receive")  # the chain goes on behind the entry


async def test_the_senders_own_look_is_no_first_reading(api: Api) -> None:
    clerk = await api.desk("engineer")
    file = await clerk.new_file()
    await clerk.moved(file, "forward", to="junior")
    await clerk.get(f"/dockets/{file}")
    assert await api.office.one("select count(*) from first_read r join movement m on m.id = r.movement "
                                "where m.docket = %(d)s", d=file) == 0  # fmt: skip


async def test_pages_of_the_inbox_show_each_docket_once_newest_first(api: Api) -> None:
    desk = await api.desk("accountant")
    files = [await desk.new_file() for _ in range(5)]
    found = [item["id"] for item in await pages(desk, "/inbox")]
    assert len(found) == len(set(found))
    assert found[:5] == files[::-1]


async def test_the_inbox_can_be_narrowed(api: Api) -> None:
    desk = await api.desk("accountant")
    file = await desk.new_file(priority="urgent")
    await desk.moved(file, "park", until="2030-01-01", remark="कारण")
    assert [i["id"] for i in await pages(desk, "/inbox?state_class=waiting&priority=urgent")] == [file]
    assert file not in [i["id"] for i in await pages(desk, "/inbox?state_class=in_hand")]
    assert await pages(desk, "/inbox?kind=complaint") == []
    counted = (await desk.get("/inbox/counts")).json()
    assert counted["waiting"] == 1
    assert counted["all"] == counted["in_hand"] + counted["in_transit"] + counted["waiting"]


async def test_what_is_overdue_is_found_and_counted(api: Api) -> None:
    clerk, officer = await api.desk("engineer"), await api.desk("superintending")
    file, this_morning = await clerk.new_file(), f"{in_days(0)}T00:00:00+05:30"
    await clerk.moved(file, "forward", to="superintending", agree=True, due=this_morning)
    assert file in [i["id"] for i in await pages(officer, "/inbox?overdue=true")]
    assert (await officer.get("/inbox/counts")).json()["overdue"] >= 1


async def test_the_sent_list_says_where_each_is_now(api: Api) -> None:
    clerk, officer = await api.desk("engineer"), await api.desk("junior")
    files = [await clerk.new_file() for _ in range(3)]
    for file in files:
        await clerk.moved(file, "forward", to="junior")
    await officer.moved(files[0], "receive")
    sent = [item for item in await pages(clerk, "/sent") if item["docket"] in files]
    assert [item["docket"] for item in sent] == files[::-1]
    assert [item["still_on_the_way"] for item in sent] == [True, True, False]
    assert {item["to_post"]["code"] for item in sent} == {"junior"}
    assert sent[0]["label"]["en"] == "marked"


async def test_a_docket_is_found_by_its_number_kind_and_state(api: Api) -> None:
    desk = await api.desk("clerk")
    file = await desk.new_file()
    number = (await desk.get(f"/dockets/{file}")).json()["number"]
    found = (await desk.get("/dockets", params={"number": number})).json()["items"]
    assert [item["id"] for item in found] == [file]
    assert (await desk.get("/dockets", params={"number": number, "state": "closed"})).json()["items"] == []
    stranger = await api.desk("stranger")
    assert (await stranger.get("/dockets", params={"number": number})).json()["items"] == []


async def test_options_say_what_can_be_done_what_it_asks_for_and_why_not_the_rest(api: Api) -> None:
    clerk, superintendent = await api.desk("clerk"), await api.desk("superintendent")
    file = await clerk.new_file()
    mine = {o["action"]: o for o in (await clerk.get(f"/dockets/{file}/options")).json()["items"]}
    assert mine["forward"]["possible"]
    assert mine["forward"]["asks"] == ["to"]
    assert mine["note"]["label"] == {"en": "Write a note", "hi": "टिप्पणी लिखें"}
    assert not mine["receive"]["possible"]
    theirs = {o["action"]: o for o in (await superintendent.get(f"/dockets/{file}/options")).json()["items"]}
    assert theirs["pull_up"]["possible"]
    assert theirs["note"]["why_not"]["code"] == "not-holder"
    assert theirs["note"]["why_not"]["hi"].startswith("यह आपके पास नहीं है")


async def options_of(desk: Desk, docket: str) -> dict[str, dict]:
    return {one["action"]: one for one in (await desk.get(f"/dockets/{docket}/options")).json()["items"]}


async def test_forward_says_that_putting_up_asks_for_a_note_and_nothing_else_does(api: Api) -> None:
    clerk = await api.desk("clerk")
    file = await clerk.new_file()
    (up,) = (await options_of(clerk, file))["forward"]["choices"]
    assert (up["parameter"], up["code"], up["label"]["hi"]) == ("to", "put_up", "प्रस्तुत करें")
    assert (up["possible"], up["asks"], up["why"]["code"]) == (True, ["remark"], "needs-note")
    refused = (await clerk.move(file, "forward", to="superintendent")).json()
    assert (refused["type"].rpartition(":")[2], refused["field"]) == (up["why"]["code"], *up["asks"])
    top = await api.desk("accountant")  # nobody is above him
    assert (await options_of(top, await top.new_file()))["forward"]["choices"] == []


async def test_a_note_that_must_be_fixed_is_asked_for_with_its_sum(api: Api) -> None:
    clerk = await api.desk("clerk")
    file = await clerk.new_file()
    await clerk.moved(file, "note", text="प्रस्ताव")
    note = (await clerk.get(f"/dockets/{file}/notes")).json()["items"][0]
    found = await options_of(clerk, file)
    assert found["forward"]["asks"] == ["to", "draft", "draft_sha256"]
    assert found["forward"]["draft"] == {"id": note["id"], "paragraph": 1}
    assert found["forward"]["choices"] == [], "the draft is the note that putting up asks for"
    assert (found["note"]["draft"], found["park"]["draft"]) == (None, None)
    # It is the basis of a decision, too, which therefore asks for no other.
    assert found["approve"]["asks"] == ["outcome", "draft", "draft_sha256"]


async def test_each_outcome_says_what_it_asks_for_and_whether_it_is_the_post_s_to_choose(api: Api) -> None:
    superintendent, clerk = await api.desk("superintendent"), await api.desk("clerk")
    small = await clerk.new_file()
    large = await clerk.new_file(particulars={**EXPENDITURE, "amount_paise": 10**12})
    for file in (small, large):
        await clerk.moved(file, "forward", to="superintendent", remark="कृपया देखें")
        await superintendent.moved(file, "receive")
    (conditional,) = (await options_of(superintendent, small))["approve"]["choices"]
    assert (conditional["code"], conditional["asks"]) == ("approve_with_conditions", ["conditions"])
    beyond = {one["code"]: one for one in (await options_of(superintendent, large))["approve"]["choices"]}
    assert beyond.keys() == {"approve", "approve_as_amended", "approve_with_conditions", "reject"}
    for code, one in beyond.items():
        assert (one["possible"], one["why"]["code"]) == (False, "beyond-competence"), code
        given = {"conditions": ["क"]} if one["asks"] else {}
        refused = (await superintendent.move(large, "approve", outcome=code, **given)).json()
        assert refused["type"].endswith("beyond-competence")
    assert (await superintendent.move(large, "approve", outcome="discuss")).status_code == 200


async def test_the_second_person_is_offered_what_waits_for_him(api: Api) -> None:
    desk, second = await api.desk("officer"), await api.desk("dc")
    clerk = await api.desk("clerk")
    file = await clerk.new_file()
    await desk.moved(file, "pull_up", remark="कारण")
    await desk.moved(file, "close")
    await desk.moved(file, "reopen", remark="कारण")
    offered = {o["action"]: o for o in (await second.get(f"/dockets/{file}/options")).json()["items"]}
    assert offered["confirm"]["possible"]
    own = {o["action"]: o for o in (await desk.get(f"/dockets/{file}/options")).json()["items"]}
    assert own["confirm"]["why_not"]["code"] == "same-person"
    assert (await second.moved(file, "confirm"))["state"] == "in_hand"


async def test_posts_are_found_by_part_of_a_name_with_who_holds_them(api: Api) -> None:
    desk = await api.desk("clerk")
    found = (await desk.get("/posts?q=SUPERINT")).json()["items"]
    assert [post["code"] for post in found] == ["superintendent", "superintending"]
    assert found[0]["held_by"][0]["name_en"] == "Superintendent"
    everyone = {post["code"] for post in await pages(desk, "/posts")}
    assert {"clerk", "dc"} <= everyone
    assert "abolished" not in everyone


async def test_people_are_for_administrators(api: Api) -> None:
    assert (await (await api.desk("clerk")).get("/people")).status_code == 403
    people = await pages(await api.desk("administrator"), "/people")
    assert {"clerk", "dc"} <= {person["login"] for person in people}
    assert not any("password" in key for person in people for key in person)


async def test_a_hub_sees_complaints_and_no_files(api: Api) -> None:
    clerk, hub = await api.desk("clerk"), await api.desk("hub")
    file = await clerk.new_file()
    body = {"kind": "complaint", "subject": "पानी", "particulars": COMPLAINT, "text": "नहीं"}
    complaint = (await hub.register(str(uuid4()), **body)).json()["id"]
    seen = {item["id"] for item in await pages(hub, "/dockets")}
    assert complaint in seen
    assert file not in seen
