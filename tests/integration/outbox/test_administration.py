"""The outbox as an administrator sees it, by the API and the command: no telephone, each word taken once."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from flows.gateways.webhook import secret_of
from storage.settings import SHORTEST_KEY
from tests.factories.outside import HttpPlace, answering
from tests.factories.told_office import ToldOffice, sms_gateway
from tests.fixtures.api import COMPLAINT, Api, Desk, serve
from tests.fixtures.postgres import Database

CITIZEN = {"name": "कमला देवी", "telephone": "9999900001"}


@pytest.fixture
async def api(told: ToldOffice, database: Database, tmp_path: Path) -> AsyncIterator[Api]:
    async with serve(told.office, database.app_url, tmp_path / "documents") as served:
        yield served


async def uncertain(told: ToldOffice, place: HttpPlace, folder: Path, api: Api) -> str:
    """A complaint through the API whose SMS the gateway answers with 500; answers its number."""
    given = {"text": "पानी नहीं", "particulars": COMPLAINT, "complainant": CITIZEN}
    number = (await (await api.desk("hub")).register(kind="complaint", **given)).json()["number"]
    place.behave = answering(500)
    await told.round(told.channel("sms", sms_gateway(folder, place.url)))
    return number


async def word(desk: Desk, message: str, said: str, version: int | None) -> httpx.Response:
    headers = {} if version is None else {"If-Match": f'"{version}"'}
    return await desk.send("POST", f"/outbox/{message}/resolution", json={"resolution": said}, headers=headers)


async def test_an_administrator_finds_what_is_uncertain_and_settles_it(
    told: ToldOffice, place: HttpPlace, tmp_path: Path, api: Api
) -> None:
    number = await uncertain(told, place, tmp_path, api)
    desk = await api.desk("administrator")
    answer = await desk.get(f"/outbox?state=uncertain&channel=sms&number={number}")
    [item] = answer.json()["items"]
    assert (item["number"], item["recipient"], item["reason"], item["version"]) == (
        number, "complainant", "unclear:500", 1,
    )  # fmt: skip
    assert item["state_label"] == {"en": "uncertain", "hi": "अनिश्चित"}
    assert "500" in item["reason_label"]["hi"]
    assert CITIZEN["telephone"] not in answer.text
    assert (await word(desk, item["id"], "sent", None)).status_code == 428
    done = await word(desk, item["id"], "sent", 1)
    assert (done.status_code, done.json()["state"], done.headers["ETag"]) == (200, "sent", '"2"')
    assert (await word(desk, item["id"], "sent", 1)).status_code == 412
    again = await word(desk, item["id"], "send_again", 2)
    assert (again.status_code, again.json()["type"]) == (409, "urn:patravali:problem:message-not-open")
    assert (await word(desk, str(uuid4()), "sent", 1)).status_code == 404
    administrator = told.office.seats["administrator"]
    said = await told.office.rows("select by_post, by_person from outbox_outcome where outcome = 'said_sent'")
    assert said == [(administrator.post, administrator.person)]


async def test_nobody_else_sees_or_settles_anything(
    told: ToldOffice, place: HttpPlace, tmp_path: Path, api: Api
) -> None:
    await uncertain(told, place, tmp_path, api)
    for login in ("hub", "auditor", "dc"):
        desk = await api.desk(login)
        assert (await desk.get("/outbox")).status_code == 403
        assert (await word(desk, str(await told.message()), "sent", 1)).status_code == 403
    assert await told.outcomes() == ["uncertain"]


async def test_an_unknown_word_or_state_is_refused_with_what_is_taken(api: Api) -> None:
    desk = await api.desk("administrator")
    assert (await word(desk, str(uuid4()), "perhaps", 1)).status_code == 422
    answer = await desk.get("/outbox?state=lost")
    assert answer.status_code == 422
    assert "uncertain" in answer.json()["allowed"]


async def run(database: Database, *words: str, key: str = "") -> tuple[int, dict[str, Any]]:
    environment = {
        "PATH": "/usr/bin",
        "PATRAVALI_DATABASE_URL": database.app_url,
        "PATRAVALI_DATA": "/nonexistent",
    }
    environment |= {"PATRAVALI_WEBHOOK_KEY": key} if key else {}
    command = [sys.executable, "-m", "infra.cli", "outbox", *words, "--json"]
    ended = await asyncio.to_thread(
        lambda: subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    )
    return ended.returncode, json.loads(ended.stdout)


async def test_the_command_lists_and_settles(
    told: ToldOffice, place: HttpPlace, tmp_path: Path, database: Database
) -> None:
    await told.complaint()
    place.behave = answering(500)
    await told.round(told.channel("sms", sms_gateway(tmp_path, place.url)))
    status, listed = await run(database, "list", "--state", "uncertain")
    assert (status, [row["recipient"] for row in listed["messages"]]) == (0, ["complainant"])
    assert CITIZEN["telephone"] not in json.dumps(listed)
    message = listed["messages"][0]["id"]
    assert await run(database, "resolve", message, "send_again") == (
        0, {"ok": True, "message": message, "state": "waiting"},
    )  # fmt: skip
    status, refused = await run(database, "resolve", message, "sent")
    assert (status, "The message is “waiting”" in refused["reason"]) == (1, True)
    assert await told.outcomes() == ["uncertain", "send_again"]


async def test_the_command_registers_targets_and_addresses(told: ToldOffice, database: Database) -> None:
    key = "k" * SHORTEST_KEY
    status, made = await run(
        database, "target", "add", "https://example.org/hook", "--event", "docket.registered", key=key
    )
    assert status == 0
    assert made["secret"] == secret_of(key, made["target"], 1)
    _, renewed = await run(database, "target", "renew", made["target"], key=key)
    assert renewed["secret"] == secret_of(key, made["target"], 2)
    await run(database, "target", "disable", made["target"])
    _, listed = await run(database, "target", "list")
    assert [(row["generation"], row["disabled"]) for row in listed["targets"]] == [(2, True)]
    for email in ("dc@example.org", "office-of-dc@example.org"):
        assert (await run(database, "address", "dc", email))[0] == 0
    assert await told.office.one(
        "select value from protected_value where id = (select email from post_address)"
    ) == ("office-of-dc@example.org")
    chain = "select convert_from(data, 'UTF8') from audit_entry where chain like 'office:%%' order by sequence"
    said = "".join(row[0] for row in await told.office.rows(chain))
    assert made["secret"] not in said
    assert "example.org/hook" in said
    assert "dc@example.org" not in said


@pytest.mark.parametrize(
    "words",
    [
        ("target", "add", "ftp://example.org/", "--event", "docket.registered"),
        ("target", "add", "https://example.org/", "--event", "docket.burnt"),
        ("target", "disable", str(uuid4())),
        ("address", "dc", "a@b.org, c@d.org"),
        ("address", "nobody", "a@b.org"),
        ("resolve", str(uuid4()), "sent"),
        ("resolve", str(uuid4()), "perhaps"),
        ("list", "--state", "lost"),
    ],
)
async def test_what_the_command_cannot_do_it_says(
    told: ToldOffice, database: Database, words: tuple[str, ...]
) -> None:
    status, refused = await run(database, *words, key="k" * SHORTEST_KEY)
    assert (status, refused["ok"]) == (1, False)
    assert refused["reason"]
