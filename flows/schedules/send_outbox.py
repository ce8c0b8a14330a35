"""Sends what waits in the outbox, and never sends a message twice.

A message is claimed and the claim committed, then handed to its gateway outside any transaction, then its
outcome is written. Whatever may have been handed over and was not seen to end (no answer in time, a connection
that broke, a sender that was killed) is ``uncertain`` and waits for a person. Only what surely was not taken is
tried again, ever later, and at last given up.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid4

import structlog

from flows.gateways.breaker import Breaker
from flows.gateways.protocol import Answer, Gateway, Letter, Unfit
from flows.outbox import Result, settle
from flows.rules.audit_chain import Commitment, commit_text
from flows.rules.messages import LETTER_VALUES, Content, NoText
from storage import letters, outbox
from storage.database import Database, DatabaseAway, TryAgain, write

AT_ONCE: Final = 4
"""Messages of a channel that one sender hands over at the same time; it claims no more than that."""
POLL_S: Final = 1.0
MOST_TRIES: Final = 10
FIRST_PAUSE_S: Final = 30.0
CLAIM_LASTS_S: Final = 600.0
"""After this a claim is a dead sender's, seconds: ten times what a gateway may take (``GatewayFile.limit_s``)."""
WRITTEN_WITHIN_S: Final = 60.0
"""How long an outcome is tried to be written, while the database is away, before it is left to the claim's end."""

log = structlog.get_logger()


def pause_s(tries: int, asked_s: float | None = None) -> float:
    """How long a message waits after so many tries: twice as long each time, a quarter more or less by chance.

    Never less than the gateway asked for, as far as the longest pause goes.
    """
    grown = min(FIRST_PAUSE_S * 2 ** (tries - 1), outbox.LONGEST_PAUSE_S)
    spread = grown * random.SystemRandom().uniform(0.75, 1.25)
    return max(spread, min(asked_s or 0.0, outbox.LONGEST_PAUSE_S))


@dataclass(slots=True)
class Channel:
    """A gateway with what is known of how it has answered."""

    name: str
    gateway: Gateway
    breaker: Breaker

    def lane(self, message: Mapping[str, Any]) -> UUID | None:
        """What fails by itself: of webhooks each target, elsewhere the one gateway."""
        return message["recipient_id"] if self.name == "webhook" else None


def channels_of(gateways: Mapping[str, Gateway]) -> list[Channel]:
    return [Channel(name, gateway, Breaker()) for name, gateway in gateways.items()]


async def bury_claims(database: Database, limit_s: float = CLAIM_LASTS_S) -> int:
    """Messages whose sender is gone become uncertain: it may have sent them."""
    async with database.querying() as driver:
        left = await outbox.left_sending(driver, limit_s)
    return sum([await settle(database, message, Result("uncertain", "sender-gone")) for message in left])


async def send_channel(database: Database, channel: Channel) -> Counter[str]:
    """Hands over what is due of one channel, a few at once, and writes what came of each."""
    resting = channel.breaker.resting()
    if None in resting:
        return Counter()
    limit = 1 if channel.breaker.doubtful(None) else AT_ONCE
    passed_over = [lane for lane in resting if isinstance(lane, UUID)]
    async with database.querying() as driver:
        claimed = await outbox.claim(driver, channel.name, uuid4(), limit, passed_over)
    return Counter(await asyncio.gather(*(_send(database, channel, message) for message in claimed)))


async def _send(database: Database, channel: Channel, message: Mapping[str, Any]) -> str:
    """One message, from its claim to its outcome, which is answered."""
    try:
        made = await _made(database, channel, message)
    except (DatabaseAway, TryAgain):
        return await _put_off(database, message, Answer("not_taken", "fault"))
    except Exception:
        # Nothing was handed over: it must neither pass for sent one day nor hold up the others of its round.
        log.exception("a message could not be made", channel=channel.name, message=str(message["id"]))
        made = Result("failed", "fault")
    if isinstance(made, Result):
        return await _settled(database, message, made)
    letter, content, addressee = made
    answer = await _handed_over(channel, message, letter, content)
    if answer.verdict == "not_taken" and message["attempts"] < MOST_TRIES:
        return await _put_off(database, message, answer)
    outcome = "failed" if answer.verdict == "not_taken" else answer.verdict
    result = Result(outcome, answer.reason, addressee, content.whole, answer.gateway_id)
    return await _settled(database, message, result)


async def _made(
    database: Database, channel: Channel, message: Mapping[str, Any]
) -> Result | tuple[Letter, Content, Commitment | None]:
    """The letter, its content and to whom it goes; or why it never will."""
    async with database.querying() as driver:
        place, told = await outbox.reached_at(driver, message), await outbox.told_of(driver, message)
        told |= await letters.told_to(driver, message)
    if place is None:
        return Result("cancelled", "no-address")
    if place["value"] is None:
        return Result("cancelled", "erased")
    if None in {told.get(name, "") for name in LETTER_VALUES}:
        return Result("cancelled", "text-erased")
    addressee = Commitment(place["id"], commit_text(place["salt"], place["value"])) if place["id"] else None
    letter = Letter(
        key=message["id"],
        purpose=message["purpose"],
        to=place["value"],
        told={**told, **message["parameters"]},
        target=message["recipient_id"],
        generation=place.get("generation", 0),
    )
    try:
        return letter, channel.gateway.content(letter), addressee
    except Unfit as fault:
        return Result("failed", fault.reason, addressee)
    except NoText as fault:
        log.error("no text for a message", why=str(fault), message=str(message["id"]))
        return Result("failed", "no-text", addressee)


async def _handed_over(channel: Channel, message: Mapping[str, Any], letter: Letter, content: Content) -> Answer:
    try:
        answer = await channel.gateway.send(letter, content)
    except Exception:
        # Nobody knows how far it came: it is not tried again by itself.
        log.exception("a gateway broke", channel=channel.name, message=str(letter.key))
        answer = Answer("uncertain", "fault")
    channel.breaker.note(channel.lane(message), well=answer.verdict in ("sent", "recorded", "failed"))
    return answer


async def _put_off(database: Database, message: Mapping[str, Any], answer: Answer) -> str:
    """It was not taken: it waits for its next try."""
    pause = pause_s(message["attempts"], answer.again_after_s)
    statement = outbox.put_off(message["id"], message["claim"], pause, answer.reason or "fault")

    async def once() -> bool:
        async with database.writing() as driver:
            await write(driver, [statement], commit=True)
        return True

    return "put_off" if await _surely(once) else "lost"


async def _settled(database: Database, message: Mapping[str, Any], result: Result) -> str:
    if await _surely(lambda: settle(database, message, result)):
        return result.outcome
    log.warning("an outcome was not written", message=str(message["id"]), outcome=result.outcome)
    return "lost"


async def _surely(once: Any) -> bool:
    """Tries to write again while the database is away or busy; at the limit the claim's end tells the rest."""
    loop = asyncio.get_running_loop()
    until = loop.time() + WRITTEN_WITHIN_S
    while True:
        try:
            return await once()
        except (DatabaseAway, TryAgain) as hindrance:
            if loop.time() > until:
                return False
            log.warning("outcome put off", why=str(hindrance))
            await asyncio.sleep(0.5)


class OutboxSender:
    """The engine's loop: each channel goes at its own pace, so that a dead gateway holds up no other."""

    def __init__(self, database: Database, gateways: Mapping[str, Gateway]) -> None:
        self._database, self._channels = database, channels_of(gateways)
        self._stopping = asyncio.Event()
        self._rounds: set[asyncio.Task[Counter[str]]] = set()

    async def run(self) -> None:
        """Works until it is cancelled; rounds under way are left to ``finish``."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._bury())
            for channel in self._channels:
                group.create_task(self._serve(channel))

    async def finish(self, within_s: float) -> None:
        """Claims nothing more, and waits a while for what is being handed over."""
        self._stopping.set()
        if self._rounds:
            await asyncio.wait(self._rounds, timeout=within_s)

    async def _serve(self, channel: Channel) -> None:
        while not self._stopping.is_set():
            counts: Counter[str] = Counter()
            try:
                counts = await self._round(channel)
            except (DatabaseAway, TryAgain, TimeoutError) as hindrance:
                log.warning("outbox put off", channel=channel.name, why=str(hindrance))
            if not counts:
                await asyncio.sleep(POLL_S)

    async def _round(self, channel: Channel) -> Counter[str]:
        """Shielded: a round that has claimed goes on when the loop is cancelled, until ``finish`` gives up."""
        task = asyncio.create_task(send_channel(self._database, channel))
        self._rounds.add(task)
        task.add_done_callback(self._rounds.discard)
        return await asyncio.shield(task)

    async def _bury(self) -> None:
        while not self._stopping.is_set():
            try:
                await bury_claims(self._database)
            except (DatabaseAway, TryAgain, TimeoutError) as hindrance:
                log.warning("outbox put off", why=str(hindrance))
            await asyncio.sleep(30 * POLL_S)
