"""What an operator does with the outbox: look, settle what is uncertain, say where webhooks and e-mails go.

Each change is one of the office's or a docket's chain; a secret stands in none, and in no table.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from flows.gateways.email import check_address
from flows.gateways.protocol import Unfit
from flows.gateways.webhook import BadTarget, check_url, secret_of
from flows.office import OfficeChange, change_office
from flows.outbox import NoSuchMessage, Word, resolve
from flows.rules.errors import Refused
from flows.rules.messages import CHANNELS, EVENTS, STATES
from storage import outbox
from storage.database import Database
from storage.identity import OfficeIdentity, read_identity
from storage.pages import Page


class OutboxFault(Exception):
    """There is no such message, target or post, or what was given cannot be; the message says which."""


@asynccontextmanager
async def _office(url: str) -> AsyncIterator[tuple[Database, OfficeIdentity]]:
    database = Database(url, pool=2)
    try:
        async with database.querying() as driver:
            identity = await read_identity(driver)
        yield database, identity
    finally:
        await database.close()


async def listed(url: str, *, state: str | None, channel: str | None, limit: int) -> list[dict[str, Any]]:
    """Messages, newest first. Raises OutboxFault for a state or channel that there is not."""
    for given, known in ((state, STATES), (channel, CHANNELS)):
        if given is not None and given not in known:
            raise OutboxFault(f"“{given}” is none of {', '.join(known)}")
    async with _office(url) as (database, _), database.querying() as driver:
        return await outbox.listing(driver, Page(limit, filters={"state": state, "channel": channel}))


async def settle_by_word(url: str, message: UUID, resolution: str) -> str:
    """Takes the operator's word on a message; answers its new state. Raises OutboxFault."""
    async with _office(url) as (database, _):
        async with database.querying() as driver:
            seen = await outbox.outcomes_of(driver, message)
        try:
            return await resolve(database, message, Word(resolution, seen))
        except NoSuchMessage:
            raise OutboxFault(f"there is no message {message}") from None
        except Refused as refused:
            raise OutboxFault(str(refused)) from None


@dataclass(frozen=True, slots=True)
class Target:
    """A target of webhooks with its secret, which is shown once; none where the office's key is not given."""

    id: UUID
    secret: str | None


async def add_target(url: str, key: str, address: str, events: list[str]) -> Target:
    """Registers where webhooks go. Raises OutboxFault."""
    unknown = sorted(set(events) - EVENTS.keys())
    if unknown or not events:
        named = f"“{unknown[0]}” is no event; " if unknown else ""
        raise OutboxFault(f"{named}there are {', '.join(EVENTS)}")
    async with _office(url) as (database, identity):
        _check_target(address, key, practice=identity.practice)
        change, target = OfficeChange("webhook.added"), uuid4()
        row = {"url": address, "events": sorted(set(events)), "generation": 1, "disabled": False}
        change.insert("webhook_target", {"id": target, **row})
        await change_office(database, identity, change)
    return Target(target, secret_of(key, target, 1) if key else None)


def _check_target(address: str, key: str, *, practice: bool) -> None:
    try:
        check_url(address, practice=practice)
    except BadTarget as fault:
        raise OutboxFault(f"{address}: {fault}") from None
    if not key and not practice:
        raise OutboxFault("PATRAVALI_WEBHOOK_KEY is not set: without it no webhook is signed, and none is sent")


async def renew_target(url: str, key: str, target: UUID) -> Target:
    """Gives a target a new secret; the old one signs nothing more. Raises OutboxFault."""
    if not key:
        raise OutboxFault("PATRAVALI_WEBHOOK_KEY is not set: a secret follows from it")
    generation = (await _target(url, target))["generation"] + 1
    await _set_target(url, target, "webhook.renewed", {"generation": generation})
    return Target(target, secret_of(key, target, generation))


async def shut_target(url: str, target: UUID) -> None:
    """Sends a target nothing more; what waits for it is cancelled. Raises OutboxFault."""
    await _target(url, target)
    await _set_target(url, target, "webhook.disabled", {"disabled": True})


async def targets(url: str) -> list[dict[str, Any]]:
    """Every target of webhooks."""
    async with _office(url) as (database, _), database.querying() as driver:
        return await outbox.targets(driver)


async def _target(url: str, target: UUID) -> dict[str, Any]:
    found = next((row for row in await targets(url) if row["id"] == target), None)
    if found is None:
        raise OutboxFault(f"there is no target {target}")
    return found


async def _set_target(url: str, target: UUID, what: str, row: dict[str, Any]) -> None:
    async with _office(url) as (database, identity):
        change = OfficeChange(what)
        change.set("webhook_target", {"id": target}, row)
        await change_office(database, identity, change)


async def set_address(url: str, code: str, email: str | None) -> None:
    """Says at which e-mail address a post is told; None: at none. Raises OutboxFault."""
    try:
        given = None if email is None else check_address(email)
    except Unfit:
        raise OutboxFault(f"“{email}” is no e-mail address") from None
    async with _office(url) as (database, identity):
        async with database.querying() as driver:
            post, known = await outbox.post_with_address(driver, code)
        if post is None:
            raise OutboxFault(f"there is no post {code}")
        change = OfficeChange("post.address")
        row = {"email": change.protect(f"{post} email", given)}
        if known:
            change.set("post_address", {"post": post}, row)
        else:
            change.insert("post_address", {"post": post, **row})
        await change_office(database, identity, change)
