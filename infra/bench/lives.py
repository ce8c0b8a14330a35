"""The life of a file as the load lives it: what each step asks for, from what earlier answers said of the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final, Literal

Role = Literal["clerk", "middle", "officer"]
Body = Mapping[str, Any]

REMARK: Final = "कृपया अवलोकन कर आवश्यक कार्यवाही करें"
NOTE: Final = (
    "विषयांकित प्रकरण में प्राप्त पत्र का परीक्षण किया गया। नियमानुसार प्रस्ताव उचित प्रतीत होता है। "
    "अनुमोदनार्थ प्रस्तुत। Submitted for approval please."
)


@dataclass(slots=True)
class File:
    """A file as its clients know it; ``draft`` is the open note with the SHA-256 of its text."""

    id: str
    version: int
    posts: Mapping[Role, str]
    draft: tuple[str, str] | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step: who takes it, and the body of its request; ``opens_note``: the note must be looked up after it."""

    role: Role
    body: Callable[[File], Body]
    opens_note: bool = False


def registration(head: str, subject_class: str, serial: int) -> Body:
    """The body of a file's registration."""
    # Who may decide depends on the amount, so that it is said, also where it is nothing.
    particulars = {"head": head, "subject_class": subject_class, "retention_class": "C", "medium": "electronic"}
    particulars |= {"amount_paise": 0}
    subject = f"नगर की सड़क की मरम्मत के संबंध में ({serial})"
    return {"kind": "file", "subject": subject, "particulars": particulars}


def _to(role: Role, **more: Any) -> Callable[[File], Body]:
    return lambda file: {"action": "forward", "to": file.posts[role], **more}


def _plain(action: str, **more: Any) -> Callable[[File], Body]:
    return lambda _: {"action": action, **more}


def _put_up_note(file: File) -> Body:
    assert file.draft is not None
    note, sha256 = file.draft
    return {"action": "forward", "to": file.posts["middle"], "draft": note, "draft_sha256": sha256}


def _approve(file: File) -> Body:
    return {"action": "approve", "outcome": "approve", "basis": file.note}


def _park(_: File) -> Body:
    until = date.today() + timedelta(days=30)
    return {"action": "park", "until": until.isoformat(), "remark": REMARK}


LIFE: Final = (
    Step("clerk", _plain("note", text=NOTE), opens_note=True),
    Step("clerk", _put_up_note),
    Step("middle", _plain("receive")),
    Step("middle", _to("officer", agree=True, remark=REMARK)),
    Step("officer", _plain("receive")),
    Step("officer", _approve),
    Step("officer", _park),
    Step("officer", _plain("bring_up")),
    Step("officer", _plain("close")),
)
"""What follows a registration: eight movements, then the close."""

ROUND: Final = (
    Step("clerk", _to("middle", remark=REMARK)),
    Step("middle", _plain("receive")),
    Step("middle", _park),
    Step("middle", _plain("bring_up")),
    Step("middle", _to("clerk", remark=REMARK)),
    Step("clerk", _plain("receive")),
)
"""Movements that bring a file back to where it was, to be taken again and again."""


@dataclass(slots=True)
class Heads:
    """Deals out heads of files in turn, so that no one series of numbers is drawn from by all."""

    heads: tuple[str, ...]
    _dealt: int = field(default=0)

    def next(self) -> tuple[str, int]:
        """A head, and how many were dealt before."""
        self._dealt += 1
        return self.heads[self._dealt % len(self.heads)], self._dealt
