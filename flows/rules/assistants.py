"""What an assistant of a post may do for its officer: the powers, and the few acts that he carries out himself.

Deciding, signing and closing need the officer's own log-in (DESIGN §2); so does whatever is not named here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from flows.rules.cases import PostFacts
from flows.rules.errors import Refusal
from flows.rules.labels import ASSISTANT_POWERS, SETTLING
from flows.rules.tables import Row

OWN_ACTS: Final[Mapping[str, str]] = {"receive": "open", "add_document": "diarise"}
"""The acts of movements that an assistant carries out under his own name, each with the power that it needs."""

REGISTERING: Final[Mapping[str, str]] = {"receipt": "diarise"}
"""The power for registering what is of a family; ``register`` where none is named."""


def assists(post: PostFacts, person: UUID) -> frozenset[str] | None:
    """The powers of a person who acts at the post for its officer; None: he is the officer, or nobody there.

    Whoever is both acts as the officer.
    """
    return None if person in post.people else post.assistants.get(person)


def may_act(post: PostFacts, person: UUID, power: str | None) -> Refusal | None:
    """May the person do at the post what an assistant needs a power for (None: only the officer may)?"""
    if person in post.people:
        return None
    powers = post.assistants.get(person)
    if powers is None:
        return Refusal("not-your-post")
    if power is None:
        return Refusal("powers-of-assistant", facts={"power": ASSISTANT_POWERS["prepare"]})
    return None if power in powers else Refusal("assistant-lacks-power", facts={"power": ASSISTANT_POWERS[power]})


def power_for(row: Row, action: str) -> str | None:
    """The power with which an assistant carries an action out himself; None: the officer does it."""
    if action in SETTLING or row.second is not None:
        return None
    return OWN_ACTS.get(row.act)


def registering_power(family: str) -> str:
    """The power with which an assistant registers for his officer's post, which must have its own."""
    return REGISTERING.get(family, "register")


def judged_as(post: PostFacts, person: UUID) -> tuple[UUID, ...]:
    """As whom what this person does at the post is judged: himself, or for an assistant each officer there."""
    return tuple(sorted(post.people)) if assists(post, person) is not None else (person,)
