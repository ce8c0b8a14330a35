"""Kills the parts, in an order and at moments drawn from the seed, each time while instructions are in flight."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import psycopg

from infra.bench.practice_stack import PracticeStack
from infra.chaos.ledger import LedgerEntry
from infra.chaos.parts import PARTS, PartName, Parts
from infra.chaos.turnstile import Turnstile

COMMITTED: Final = (
    "select key from instruction where key = any(%s) and state = 'carried_out' and act <> 'register'"
)
FROZEN_FOR_S: Final = 1.5
CLIENTS_WANTED: Final = 4
# An answer that was already on its way when the API was frozen arrives within this time.
ON_ITS_WAY_S: Final = 0.05


@dataclass(frozen=True, slots=True)
class Kill:
    """One kill: what, when (seconds of the clock), how much was in flight; ``committed``: keys seen committed."""

    part: PartName
    at: float
    in_flight: int
    committed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """A kill to come; ``after_commit``: between an instruction's commit and its answer."""

    part: PartName
    after_commit: bool = False


def plan_of(kills: int, chance: random.Random) -> list[Target]:
    """So many kills of each part in a random order, and one more of the API between commit and answer."""
    plan = [Target(part) for part in PARTS for _ in range(kills)]
    plan.append(Target("api", after_commit=True))
    chance.shuffle(plan)
    return plan


class Killer:
    """Carries the plan out, letting the clients through bit by bit."""

    def __init__(self, stack: PracticeStack, parts: Parts, turnstile: Turnstile, chance: random.Random) -> None:
        self._stack, self._parts, self._turnstile, self._chance = stack, parts, turnstile, chance
        self.kills: list[Kill] = []

    async def run(self, plan: Sequence[Target], instructions: int) -> None:
        """One target after another; when the last is dead the rest of the instructions may be given.

        Raises StaysDown.
        """
        bit = instructions // (len(plan) + 1)
        for target in plan:
            pid = await self._parts.until_up(target.part)
            await self._let_through(bit)
            if target.after_commit:
                await self._kill_after_commit(pid)
            else:
                self._kill(target.part, pid)
        await self._turnstile.allow(max(0, instructions - self._turnstile.allowed))
        await self._turnstile.close()

    async def _let_through(self, bit: int) -> None:
        """Returns at a random moment of this bit, with at least one instruction in flight."""
        turnstile = self._turnstile
        mark = turnstile.allowed + self._chance.randint(1, max(1, bit - 1))
        await turnstile.allow(bit)
        await turnstile.until(lambda: turnstile.passed >= mark)
        await asyncio.sleep(self._chance.uniform(0, 0.02))
        await self._in_flight()

    async def _in_flight(self) -> None:
        """Returns when an instruction is in flight; one more is allowed where all that were have been answered."""
        turnstile = self._turnstile
        while not turnstile.outstanding:
            await turnstile.allow(int(turnstile.passed >= turnstile.allowed))
            await asyncio.sleep(0.002)

    def _kill(self, part: PartName, pid: int, committed: tuple[str, ...] = ()) -> None:
        in_flight = len(self._turnstile.outstanding)
        self._parts.kill(part, pid)
        self.kills.append(Kill(part, time.time(), in_flight, committed))

    async def _kill_after_commit(self, pid: int) -> None:
        """Freezes the API until the engine has committed what it has accepted, then kills it before it can answer.

        The freeze only makes certain what is otherwise a matter of microseconds.
        """
        for part in ("engine", "postgres"):
            await self._parts.until_up(part)
        while True:
            await self._turnstile.allow(CLIENTS_WANTED)  # they may all be waiting for leave to give one
            await self._in_flight()
            os.kill(pid, signal.SIGSTOP)
            committed = await self._committed_in_flight()
            if committed:
                self._kill("api", pid, committed)
                return
            os.kill(pid, signal.SIGCONT)
            await asyncio.sleep(self._chance.uniform(0, 0.05))

    async def _committed_in_flight(self) -> tuple[str, ...]:
        """Keys that are carried out and whose clients do not know it; looked for while the API is frozen."""
        deadline = time.monotonic() + FROZEN_FOR_S
        await asyncio.sleep(ON_ITS_WAY_S)
        while time.monotonic() < deadline:
            unknown = [key for key, entry in self._turnstile.outstanding.items() if entry.docket]
            found = await self._carried_out(unknown)
            if found:
                return found
            await asyncio.sleep(0.01)
        return ()

    async def _carried_out(self, keys: Sequence[str]) -> tuple[str, ...]:
        try:
            async with await psycopg.AsyncConnection.connect(self._stack.owner, connect_timeout=2) as connection:
                rows = await (await connection.execute(COMMITTED, (list(keys),))).fetchall()
        except psycopg.OperationalError:
            return ()
        return tuple(row[0] for row in rows)


def proven(kills: Sequence[Kill], ledger: Mapping[str, LedgerEntry]) -> int:
    """How many instructions were committed when the API was killed and answered only when sent again.

    The ledger proves it: an attempt that began before the kill ended after it without an answer, and the same
    key was then told of the movement.
    """
    return sum(_cut_off(kill, ledger[key]) for kill in kills for key in kill.committed)


def _cut_off(kill: Kill, entry: LedgerEntry) -> bool:
    broken = [a for a in entry.attempts if a.status is None and a.began < kill.at <= a.ended]
    return bool(broken) and entry.end == "carried_out"
