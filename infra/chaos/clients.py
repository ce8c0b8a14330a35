"""Clients that keep a ledger, move files, and send again with the same key until they know what came of it."""

from __future__ import annotations

import asyncio
import random
import time
from typing import Any, Final

from infra.bench.closed_loop import posts_of
from infra.bench.desk import Desk, Request, new_key, send
from infra.bench.http_client import Answer, HttpClient, NoAnswer
from infra.bench.lives import LIFE, File, Heads, registration
from infra.bench.roads import Road
from infra.chaos.ledger import Attempt, LedgerEntry
from infra.chaos.turnstile import Turnstile

FILES_AT_HAND: Final = 3
GIVES_UP_AFTER_S: Final = 180.0
FIRST_PAUSE_S: Final = 0.05
LONGEST_PAUSE_S: Final = 1.0
WRONG_SHARE: Final = 0.05
"""How many instructions besides are such as the rules refuse."""


class GaveUp(Exception):
    """A client does not know what became of an instruction, and asks no longer."""


class Client:
    """One client with several files at hand, so that files of every age are moved."""

    def __init__(
        self, number: int, http: HttpClient, desks: dict[str, Desk], road: Road, turnstile: Turnstile, seed: int
    ) -> None:
        self.number, self._http, self._desks = number, http, desks
        self._road, self._turnstile = road, turnstile
        self._chance = random.Random(f"{seed}/{number}")  # noqa: S311 - to be repeated, no secret
        self._heads = Heads(("N-11016", "E-21011", "A-31012", "R-41013"))
        self._files: list[tuple[File, int]] = []
        self.ledger: list[LedgerEntry] = []

    async def run(self) -> None:
        """Gives instructions for as long as it is let through."""
        while await self._turnstile.pass_through():
            try:
                if self._files and self._chance.random() < WRONG_SHARE:
                    await self._give_a_wrong_one()
                await self._give_the_next()
            except GaveUp:
                continue

    async def _give_the_next(self) -> None:
        if len(self._files) < FILES_AT_HAND:
            await self._register()
            return
        file, step = self._files.pop(self._chance.randrange(len(self._files)))
        if await self._take(file, step) and step + 1 < len(LIFE):
            self._files.append((file, step + 1))

    async def _register(self) -> None:
        head, serial = self._heads.next()
        body = registration(head, self._road.subject_class, serial)
        entry = self._entry("register", "", body)
        answer = await self._give(entry, self._desks[self._road.clerk.post].register(entry.key, body))
        if answer.status == 201:
            born = answer.json()
            self._files.append((File(born["id"], born["version"], posts_of(self._road)), 0))

    async def _take(self, file: File, number: int) -> bool:
        """Takes a file's next step; whether it went well."""
        step = LIFE[number]
        if number and LIFE[number - 1].opens_note:
            await self._look_up_note(file)
            if file.draft is None:  # the office no longer knows of it: the judge will see that
                return False
        body = step.body(file)
        entry = self._entry(str(body["action"]), file.id, body)
        desk = self._desks[file.posts[step.role]]
        answer = await self._give(entry, desk.move(file.id, file.version, entry.key, body))
        if answer.status != 200:
            return False
        file.version = answer.json()["outcome"]["version"]
        if "draft" in body:
            file.draft, file.note = None, str(body["draft"])
        return True

    async def _give_a_wrong_one(self) -> None:
        """One that the rules refuse: a version long past, or a receipt of what nobody sent."""
        file, number = self._chance.choice(self._files)
        stale = self._chance.random() < 0.5
        action = "park" if stale else "reopen"
        body: dict[str, Any] = {"action": action, "remark": "परीक्षण"}
        body |= {"until": "2100-01-01"} if stale else {}
        entry = self._entry(action, file.id, body)
        entry.expects = "refused"
        desk = self._desks[file.posts[LIFE[number].role]]
        await self._give(entry, desk.move(file.id, 0 if stale else file.version, entry.key, body))

    async def _look_up_note(self, file: File) -> None:
        request = self._desks[file.posts["clerk"]].get(f"/dockets/{file.id}/notes")
        asked = self._entry("notes", file.id, {}, kept=False)
        answer = await self._until_told(asked, request)
        for note in answer.json().get("items", ()):
            if not note["fixed"]:
                file.draft = note["id"], note["draft_sha256"]

    def _entry(self, action: str, docket: str, body: Any, *, kept: bool = True) -> LedgerEntry:
        entry = LedgerEntry(self.number, new_key(), action, docket, body)
        if kept:
            self.ledger.append(entry)
        return entry

    async def _give(self, entry: LedgerEntry, request: Request) -> Answer:
        """Gives an instruction and writes down what came of it."""
        with self._turnstile.inside(entry):
            answer = await self._until_told(entry, request)
        said = answer.json()
        if answer.status in (200, 201):
            entry.end = "carried_out"
            entry.movement = said["movement"] if answer.status == 201 else said["outcome"]["movement"]
        else:
            entry.end = "failed" if said.get("state") == "failed" else "refused"
            entry.why = f"{answer.status} {said.get('type', '')}: {said.get('detail', '')}"
        return answer

    async def _until_told(self, entry: LedgerEntry, request: Request) -> Answer:
        """Sends the same request with the same key until the answer tells what came of it. Raises GaveUp."""
        deadline, pause = time.monotonic() + GIVES_UP_AFTER_S, FIRST_PAUSE_S
        while time.monotonic() < deadline:
            answer = await self._attempt(entry, request)
            if answer is not None and _tells(answer):
                return answer
            await asyncio.sleep(pause * self._chance.uniform(0.5, 1.0))
            pause = min(2 * pause, LONGEST_PAUSE_S)
        raise GaveUp

    async def _attempt(self, entry: LedgerEntry, request: Request) -> Answer | None:
        began = time.time()
        try:
            answer = await send(self._http, request)
        except NoAnswer as broken:
            entry.attempts.append(Attempt(began, time.time(), None, str(broken)))
            return None
        entry.attempts.append(Attempt(began, time.time(), answer.status))
        entry.acknowledged = entry.acknowledged or answer.status in (200, 201, 202)
        return answer


def _tells(answer: Answer) -> bool:
    """Whether this is what came of it: not 202, not a fault of the server that may pass."""
    if answer.status >= 500:
        return answer.json().get("state") == "failed" if _is_json(answer) else False
    return answer.status not in (202, 408, 429)


def _is_json(answer: Answer) -> bool:
    return "json" in answer.headers.get("content-type", "")
