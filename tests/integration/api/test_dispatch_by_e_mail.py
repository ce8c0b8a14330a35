"""Letters by e-mail over HTTP: what the office has a mail server for is accepted, from a desk and from a tray."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from tests.factories.assistants import assistant_at, login_of
from tests.factories.lives import LETTER
from tests.factories.practice_office import make_office
from tests.fixtures.api import Api, Desk, give_passwords, serve

WHO = "superintendent"
MAILED: dict[str, Any] = {**LETTER, "addressees": LETTER["addressees"][:1]}


@pytest.fixture
async def served(new_database: Callable[..., Any], tmp_path: Any) -> AsyncIterator[Api]:
    """The API over an office of its own, for a post of it gets an assistant; it is for practice, and tells all."""
    fresh = new_database()
    office = await make_office(fresh.app_url, fresh.owner_url)
    office = replace(office, identity=office.identity.telling_by(frozenset()))
    async with serve(office, fresh.app_url, tmp_path) as api:
        yield api
    await office.database.close()


async def signed_letter(api: Api, desk: Desk) -> tuple[str, dict[str, Any]]:
    """A file with a signed letter, and what names that to send it by e-mail."""
    clerk = await api.desk("clerk")
    file = await clerk.new_file()
    await clerk.moved(file, "forward", to=WHO, remark="हस्ताक्षर हेतु")
    await desk.moved(file, "receive")
    await desk.moved(file, "draft_letter", **MAILED)
    (letter,) = (await desk.get(f"/dockets/{file}/letters")).json()["items"]
    named = {"letter": letter["id"], "letter_sha256": letter["versions"][-1]["sha256"]}
    await desk.moved(file, "approve", outcome="approve", **named)
    await desk.moved(file, "sign_letter", **named)
    return file, {"letter": letter["id"], "mode": "email"}


async def test_it_is_accepted_where_the_office_has_a_mail_server(served: Api) -> None:
    desk = await served.desk(WHO)
    file, by_mail = await signed_letter(served, desk)
    assert (await desk.moved(file, "dispatch", **by_mail))["state"] == "in_hand"


async def test_it_is_accepted_from_the_tray_too(served: Api) -> None:
    desk = await served.desk(WHO)
    file, by_mail = await signed_letter(served, desk)
    seat = await assistant_at(served.office, WHO, "open", "prepare")
    give_passwords(served.office.owner_url)
    assistant = await served.desk(await login_of(served.office, seat.person))
    key = {"Idempotency-Key": str(uuid4())}
    version = {"If-Match": f'"{await desk.version(file)}"'}
    body = {"docket": file, "action": "dispatch", **by_mail}
    item = (await assistant.send("POST", "/tray", json=body, headers={**key, **version})).json()["id"]
    told = await desk.send("POST", "/tray/confirm", json={"items": [item]}, headers=key)
    (one,) = told.json()["items"]
    assert (one["state"], one["problem"]) == ("carried_out", None)
