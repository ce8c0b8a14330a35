"""Takes a step of a file through the API to its outcome, as a patient client does; the file is kept up to date."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from infra.bench.desk import Desk, Request, new_key, send
from infra.bench.http_client import Answer, HttpClient, NoAnswer
from infra.bench.lives import Body, File, Role, Step

ASK_AGAIN_S: Final = 0.02
TRIES: Final = 3
OUTCOME_WITHIN_S: Final = 60.0


class LoadFault(Exception):
    """A request of the load did not end as it should; the message is short, for faults are counted by it."""


class Caller:
    """The desks at which the load acts, over one client."""

    def __init__(self, client: HttpClient, desks: Mapping[str, Desk]) -> None:
        self.client, self.desks = client, desks

    async def register(self, posts: Mapping[Role, str], body: Body) -> File:
        """A new file. Raises LoadFault."""
        answer = await self._ask(self.desks[posts["clerk"]].register(new_key(), body))
        if answer.status != 201:
            raise LoadFault(_short("register", answer))
        born = answer.json()
        return File(born["id"], born["version"], posts)

    async def take(self, file: File, step: Step) -> None:
        """One step. Raises LoadFault."""
        desk, body = self.desks[file.posts[step.role]], step.body(file)
        answer = await self._ask(desk.move(file.id, file.version, new_key(), body))
        if answer.status == 202:
            answer = await self._ended(desk, answer)
        if answer.status != 200 or answer.json()["outcome"] is None:
            raise LoadFault(_short(str(body["action"]), answer))
        file.version = answer.json()["outcome"]["version"]
        if "draft" in body:
            file.draft, file.note = None, str(body["draft"])

    async def look_up_note(self, file: File) -> None:
        """Finds the draft that was just opened, as its author's page would."""
        answer = await self._ask(self.desks[file.posts["clerk"]].get(f"/dockets/{file.id}/notes"))
        if answer.status != 200:
            raise LoadFault(_short("notes", answer))
        for note in answer.json()["items"]:
            if not note["fixed"]:
                file.draft = note["id"], note["draft_sha256"]

    async def get(self, post: str, path: str) -> Any:
        """What a GET answers. Raises LoadFault."""
        answer = await self._ask(self.desks[post].get(path))
        if answer.status != 200:
            raise LoadFault(_short(path.partition("?")[0], answer))
        return answer.json()

    async def _ask(self, request: Request) -> Answer:
        """An answer; a connection that the server had closed meanwhile is tried again with the same key."""
        for _ in range(TRIES - 1):
            try:
                return await send(self.client, request)
            except NoAnswer:
                continue
        try:
            return await send(self.client, request)
        except NoAnswer as fault:
            raise LoadFault(f"no answer: {fault}") from fault

    async def _ended(self, desk: Desk, answer: Answer) -> Answer:
        """Asks for an accepted instruction until it has ended."""
        path = "/" + answer.headers["location"].split("/", 3)[3]
        deadline = asyncio.get_running_loop().time() + OUTCOME_WITHIN_S
        while answer.status in (200, 202) and answer.json()["state"] == "waiting":
            if asyncio.get_running_loop().time() > deadline:
                raise LoadFault("an accepted movement was not carried out within a minute")
            await asyncio.sleep(ASK_AGAIN_S)
            answer = await self._ask(desk.get(path))
        return answer


def _short(what: str, answer: Answer) -> str:
    try:
        sort = str(answer.json().get("type", "")).rsplit("/", 1)[-1].rsplit(":", 1)[-1]
    except (ValueError, AttributeError):
        sort = ""
    return f"{what}: {answer.status} {sort}".strip()
