"""The examples of the API's description really work, one after the other, on the practice office of Hisar."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from eoffice_api.schemas.examples import DRAFTS, MOVEMENTS, REGISTRATIONS
from infra.practice.plan import load_plan
from infra.practice.seed import seed
from storage.database import Database
from tests.factories.practice_office import PracticeOffice
from tests.fixtures import postgres as fixture
from tests.fixtures.api import Api, Desk, serve

FILE = (
    ("CLK-GEN", "put_up"),
    ("AST-GEN", "receive"),
    ("AST-GEN", "agree"),
    ("SUP-GEN", "receive"),
    ("SUP-GEN", "approve"),
    ("SUP-GEN", "note"),
    ("SUP-GEN", "park"),
)
COMPLAINT = (
    ("HUB", "assign"),
    ("XEN-PHE", "receive"),
    ("XEN-PHE", "attend"),
    ("XEN-PHE", "reply"),
    ("CALL-2", "satisfied"),
)


@pytest.fixture
async def hisar(database: fixture.Database, tmp_path: Path) -> AsyncIterator[Api]:
    app = Database(database.app_url, pool=2)
    seeded = await seed(database.owner_url, app, tmp_path)
    office = PracticeOffice(app, seeded.identity, database.owner_url, {})
    async with serve(office, database.app_url, tmp_path / "documents") as served:
        yield served
    await app.close()


async def at(api: Api, post: str) -> Desk:
    """The desk of whoever holds a post of the practice office."""
    login = next(charge.person.login for charge in load_plan().charges if charge.post == post)
    desk = await api.desk(login)
    return Desk(desk.client, {**desk.headers, "X-Acting-Post": post})


async def test_the_examples_of_a_file(hisar: Api) -> None:
    file = await (await at(hisar, "CLK-GEN")).new_file(**REGISTRATIONS["file"].body)
    for post, name in FILE:
        await (await at(hisar, post)).moved(file, **MOVEMENTS[name].body)
        if name == "note":
            await saved(await at(hisar, post), file)
    assert (await (await at(hisar, "SUP-GEN")).get(f"/dockets/{file}")).json()["state"] == "parked"


async def saved(desk: Desk, file: str) -> None:
    note = (await desk.get(f"/dockets/{file}/notes")).json()["items"][-1]["id"]
    answer = await desk.send("PUT", f"/dockets/{file}/notes/{note}/draft", json=DRAFTS["draft"].body)
    assert answer.status_code == 200, answer.text


async def test_the_examples_of_a_complaint(hisar: Api) -> None:
    complaint = await (await at(hisar, "CALL-1")).new_file(**REGISTRATIONS["complaint"].body)
    for post, name in COMPLAINT:
        await (await at(hisar, post)).moved(complaint, **MOVEMENTS[name].body)
    assert (await (await at(hisar, "HUB")).get(f"/dockets/{complaint}")).json()["state"] == "closed"


def test_no_example_is_left_out() -> None:
    assert {name for _, name in FILE + COMPLAINT} == MOVEMENTS.keys()
