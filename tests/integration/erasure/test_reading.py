"""What the API tells of lists, of what is kept back, and of an erased text: under which list, never a fault."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import psycopg

from flows.office.erasure import Sort
from storage.documents.local_directory import LocalDirectory
from tests.factories.erasures import FIRST, LATER, SECOND, weeding
from tests.factories.practice_office import PracticeOffice
from tests.fixtures.api import serve

ERASED = "erased under list 1 / सूची 1 के अधीन मिटाया गया"
KEY = {"Idempotency-Key": "sign"}


async def test_a_list_goes_its_whole_way_through_the_api_and_what_is_left_is_read(
    database: Any, office_in: Callable[[Any], Awaitable[PracticeOffice]], tmp_path: Path
) -> None:
    office = await office_in(database)
    store = LocalDirectory(tmp_path / "documents")
    sort: Sort = "list"
    async with (
        weeding(office, database, store, tmp_path) as made,
        serve(office, database.app_url, tmp_path) as api,
    ):
        life = await made.closed(b"%PDF-1.7 x\n")
        made.clock.set(LATER)
        keeper, commissioner = await api.desk(FIRST), await api.desk(SECOND)
        (paper,) = (await keeper.get("/retention/due")).json()["items"]
        assert (paper["number"], paper["then_label"]) == (life.number, {"en": "Destroy", "hi": "विनष्ट करें"})
        assert (
            await keeper.send("POST", "/retention/lists", json={}, headers={"Idempotency-Key": "list"})
        ).json()["number"] == 1
        assert (await keeper.send("POST", "/retention/list/1/sign", headers=KEY)).json()["state"] == "signed"
        assert (await commissioner.send("POST", "/retention/list/1/sign", headers=KEY)).json()[
            "state"
        ] == "ordered"
        await made.erase(sort, 1)
        (line,) = (await commissioner.get("/retention/list/1")).json()["lines"]
        assert (line["destroyed"], line["subject"]) == (True, ERASED)

        path = f"/dockets/{life.docket}"
        docket = (await commissioner.get(path)).json()
        assert docket["subject"] == ERASED
        (note,) = (await commissioner.get(f"{path}/notes")).json()["items"]
        assert note["text"] == ERASED
        trail = (await commissioner.get(f"{path}/trail")).json()["items"]
        assert {step["remark"] for step in trail if step["has_remark"]} == {ERASED}
        assert trail[-1]["name"] == "destroy"
        (document,) = (await commissioner.get(f"{path}/documents")).json()["items"]
        assert (document["name"], document["erased"]) == (ERASED, ERASED)
        content = await commissioner.get(f"/documents/{document['id']}/content")
        assert (content.status_code, content.json()["type"].rpartition(":")[2]) == (410, "document-erased")
        assert (await commissioner.get(f"{path}/options")).status_code == 200
        clerk = await api.desk("clerk")
        refused = await clerk.get("/retention/due")
        assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (403, "not-allowed")


async def test_the_lines_of_a_long_list_are_read_in_pages(
    database: Any, office_in: Callable[[Any], Awaitable[PracticeOffice]], tmp_path: Path
) -> None:
    office = await office_in(database)
    store = LocalDirectory(tmp_path / "documents")
    async with (
        weeding(office, database, store, tmp_path) as made,
        serve(office, database.app_url, tmp_path) as api,
    ):
        papers = [await made.closed(), await made.closed()]
        made.clock.set(LATER)
        keeper = await api.desk(FIRST)
        assert len((await keeper.get("/retention/due?limit=1")).json()["items"]) == 1
        await keeper.send("POST", "/retention/lists", json={}, headers=KEY)
        first = (await keeper.get("/retention/list/1?limit=1")).json()
        rest = (await keeper.get(f"/retention/list/1?limit=1&after={first['next_after']}")).json()
        assert (first["next_after"], rest["next_after"], first["items"]) == (1, None, 2)
        read = [line["number"] for line in (*first["lines"], *rest["lines"])]
        assert sorted(read) == sorted(paper.number for paper in papers)


async def test_what_keeps_a_paper_back_is_read_and_one_of_them_is_lifted(
    database: Any, office_in: Callable[[Any], Awaitable[PracticeOffice]], tmp_path: Path
) -> None:
    office = await office_in(database)
    store = LocalDirectory(tmp_path / "documents")
    async with (
        weeding(office, database, store, tmp_path) as made,
        serve(office, database.app_url, tmp_path) as api,
    ):
        paper, secret = (await made.closed()).number, await made.closed()
        commissioner, clerk = await api.desk(SECOND), await api.desk("clerk")

        async def answered(path: str, **body: Any) -> dict[str, Any]:
            key = {"Idempotency-Key": str(uuid4())}
            return (await commissioner.send("POST", f"/retention/holds{path}", json=body, headers=key)).json()

        first, second = [await answered("", paper=paper, reason=reason) for reason in ("न्यायालय", "लेखा परीक्षा")]
        asked = f"/retention/holds?paper={quote(paper, safe='')}"
        told = (await commissioner.get(asked)).json()["items"]
        # The office's clock stands still here, so that neither is the older one.
        assert sorted((one["reason"], one["id"], one["until"]) for one in told) == sorted([
            ("न्यायालय", first["id"], None), ("लेखा परीक्षा", second["id"], None)])  # fmt: skip
        unclear = await answered("/end", paper=paper)
        assert (unclear["status"], unclear["field"]) == (409, "hold")
        assert (await answered("/end", paper=paper, hold=first["id"]))["id"] == first["id"]
        (left,) = (await commissioner.get(asked)).json()["items"]
        assert left["id"] == second["id"]
        assert (await clerk.get(asked)).status_code == 403
        assert (await commissioner.get("/retention/holds?paper=none")).status_code == 404

        # A reason may tell what a confidential paper is about.
        await answered("", paper=secret.number, reason="सतर्कता जाँच")
        with psycopg.connect(office.owner_url) as owner:
            owner.execute(
                "update docket set classification = 'office-confidential' where id = %s", (secret.docket,)
            )
        (hidden,) = (await commissioner.get(f"/retention/holds?paper={quote(secret.number, safe='')}")).json()[
            "items"
        ]
        assert hidden["reason"] is None
