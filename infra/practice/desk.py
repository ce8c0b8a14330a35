"""A person at a desk, as the demonstration needs one: logged in over HTTP, acting at one post."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

WITHIN_S = 60.0
_ASK_AGAIN_S = 0.05


class StoryFault(Exception):
    """What happened is not what should have; the message says what was done and what was answered."""


@dataclass(frozen=True, slots=True)
class Done:
    """A movement that was carried out, as its giver was told it, and how long that took."""

    docket: str
    name: str
    sequence: int
    state: str
    version: int
    at: str
    holder: str | None
    took_ms: float


@dataclass(slots=True)
class Paper:
    """A docket that the demonstration moves: its id and number, and the movements made so far, in order."""

    id: str
    number: str
    movements: list[Done] = field(default_factory=list[Done])

    @property
    def version(self) -> int:
        return self.movements[-1].version


class Desk:
    """One person at one post. Every method raises StoryFault where the office answers otherwise than it should."""

    def __init__(self, api_url: str, post: str, login: str, password: str) -> None:
        self.post = post
        self._http = httpx.Client(base_url=f"{api_url}/api/v1", timeout=30.0, trust_env=False)
        form = {"username": login, "password": password}
        answer = self._http.post("/token", data=form)
        token = self._checked(answer, "log in", 200)["access_token"]
        self._http.headers.update({"Authorization": f"Bearer {token}", "X-Acting-Post": post})

    def close(self) -> None:
        """Logs out, unless the office cannot be reached any more."""
        with contextlib.suppress(httpx.TransportError):
            self._http.delete("/session")
        self._http.close()

    def get(self, path: str) -> dict[str, Any]:
        return self._checked(self._http.get(path), f"read {path}", 200)

    def content(self, document: str) -> bytes:
        """The bytes of a document, also from where the API sends us for them."""
        answer = self._http.get(f"/documents/{document}/content", follow_redirects=True)
        if answer.status_code != httpx.codes.OK:
            self._refused(answer, "fetch the document")
        return answer.content

    def sees(self, paper: Paper) -> bool:
        """Whether the paper exists for this desk: another's is not found."""
        answer = self._http.get(f"/dockets/{paper.id}")
        if answer.status_code == httpx.codes.NOT_FOUND:
            return False
        self._checked(answer, "read the docket", 200)
        return True

    def register(self, body: Mapping[str, Any]) -> Paper:
        began = time.monotonic()
        answer = self._http.post("/dockets", json=body, headers={"Idempotency-Key": str(uuid4())})
        made = self._checked(answer, "register", 201)
        took = _since(began)
        paper = Paper(made["id"], made["number"])
        trail = self.get(f"/dockets/{paper.id}/trail")["items"]
        done = Done(paper.id, "register", 1, made["state"], made["version"], trail[0]["at"], None, took)
        paper.movements.append(done)
        return paper

    def move(self, paper: Paper, action: str, **what: Any) -> Done:
        """Does something with a paper, and waits for what comes of it."""
        headers = {"Idempotency-Key": str(uuid4()), "If-Match": f'"{paper.version}"'}
        began = time.monotonic()
        answer = self._http.post(
            f"/dockets/{paper.id}/movements", json={"action": action, **what}, headers=headers
        )
        return self._carried_out(paper, answer, action, began)

    def add_document(self, paper: Paper, name: str, content: bytes, media_type: str) -> Done:
        headers = {"Idempotency-Key": str(uuid4())}
        began = time.monotonic()
        answer = self._http.post(
            f"/dockets/{paper.id}/documents",
            files={"file": (name, content, media_type)},
            data={"class": "letter"},
            headers=headers,
        )
        return self._carried_out(paper, answer, "add_document", began)

    def write_note(self, paper: Paper, first: str, text: str) -> tuple[Done, dict[str, str]]:
        """Opens a note, goes on writing its draft; answers what names the draft when the paper is sent on."""
        done = self.move(paper, "note", text=first)
        note = self.get(f"/dockets/{paper.id}/notes")["items"][-1]["id"]
        answer = self._http.put(f"/dockets/{paper.id}/notes/{note}/draft", json={"text": text})
        saved = self._checked(answer, "save the draft", 200)
        return done, {"draft": note, "draft_sha256": saved["sha256"]}

    def _carried_out(self, paper: Paper, answer: httpx.Response, action: str, began: float) -> Done:
        told = self._checked(answer, action, 200, 202)
        while told["state"] == "waiting":
            if _since(began) > WITHIN_S * 1000:
                raise StoryFault(f"{self.post}, {action}: not carried out within {WITHIN_S:.0f} seconds")
            time.sleep(_ASK_AGAIN_S)
            told = self.get(f"/instructions/{answer.json()['instruction']}")
        if told["state"] != "carried_out":
            raise StoryFault(f"{self.post}, {action}: the instruction is {told['state']}: {told.get('problem')}")
        outcome = {k: v for k, v in told["outcome"].items() if k in Done.__dataclass_fields__}
        done = Done(docket=paper.id, took_ms=_since(began), **outcome)
        paper.movements.append(done)
        return done

    def _checked(self, answer: httpx.Response, what: str, *expected: int) -> dict[str, Any]:
        if answer.status_code not in expected:
            self._refused(answer, what)
        if answer.headers.get("Patravali-Practice") != "true":
            raise StoryFault(f"{self.post}, {what}: the answer does not say that this is a practice office")
        return answer.json()

    def _refused(self, answer: httpx.Response, what: str) -> None:
        try:
            reason = answer.json().get("detail", answer.text)
        except ValueError:
            reason = answer.text[:200]
        raise StoryFault(f"{self.post}, {what}: answered {answer.status_code}: {reason}")


def _since(began: float) -> float:
    return (time.monotonic() - began) * 1000
