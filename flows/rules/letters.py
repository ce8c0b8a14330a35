"""Letters of a file: what a version is made of, the sum by which it is named, and what is known of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from uuid import UUID

from flows.rules.audit_chain import Commitment
from flows.rules.canonical_json import Json, canonical

APPROVALS: Final = frozenset({"approve", "approve_as_amended", "approve_with_conditions"})
"""The decisions after which a version may be signed."""


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom a letter goes to; ``copy``: by endorsement only."""

    name: Commitment
    address: Commitment | None = None
    email: Commitment | None = None
    copy: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter of a file as its latest version stands, with that one's ``addressees``."""

    id: UUID
    ordinal: int
    version: int
    sha256: str
    addressees: tuple[UUID, ...]
    by_email: frozenset[UUID]
    approved: bool
    signed: bool
    dispatched: bool
    dropped: bool


@dataclass(frozen=True, slots=True)
class Communicated:
    """The decision on a file that a letter told of outside: what was decided, and at which post."""

    outcome: str
    post: UUID


def version_sha256(subject: str | None, text: str | None, addressees: Sequence[Mapping[str, Json]]) -> str:
    """The SHA-256 of all that a version says, as canonical JSON: who approves or signs it names what he read.

    It is compared and kept in no entry: of a text that may be erased one day, an entry holds salted sums alone.
    """
    members = ("name", "address", "email", "copy")
    said: list[Json] = [{member: one.get(member) for member in members} for one in addressees]
    return sha256(canonical({"subject": subject, "text": text, "addressees": said})).hexdigest()
