"""One run of chaos: clients and killer side by side, then the judgement, and what is told of it."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Any, Final

from infra.bench.desk import Desk, log_in
from infra.bench.http_client import HttpClient
from infra.bench.practice_stack import PracticeStack
from infra.bench.prefect_watch import PrefectWatch
from infra.bench.roads import Road, roads_of
from infra.chaos.clients import Client
from infra.chaos.evidence import read_evidence, read_runs
from infra.chaos.judge import Evidence, Fault, judge, judge_record
from infra.chaos.killer import Kill, Killer, plan_of, proven
from infra.chaos.ledger import LedgerEntry
from infra.chaos.operator_checks import operator_faults
from infra.chaos.parts import PARTS, Parts, StaysDown
from infra.chaos.turnstile import Turnstile
from infra.practice.plan import load_plan

ANSWER_WITHIN_S: Final = 8.0
RECORD_WITHIN_S: Final = 120.0


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for; ``kills`` is the number of each part's."""

    instructions: int
    clients: int
    kills: int
    seed: int


@dataclass(frozen=True, slots=True)
class Report:
    """What came of it. ``record_after_s``: Prefect's record was whole so long after the last restart."""

    wish: Wish
    ledger: Sequence[LedgerEntry]
    kills: Sequence[Kill]
    found: Evidence
    faults: Sequence[Fault]
    record_after_s: float | None
    took_s: float

    @property
    def between_commit_and_answer(self) -> int:
        return proven(self.kills, {entry.key: entry for entry in self.ledger})

    @property
    def shortcomings(self) -> list[str]:
        """What the run did not do as it should have, so that nothing is proved by it."""
        killed = Counter(kill.part for kill in self.kills)
        short = [f"{part} was killed {killed[part]} times" for part in PARTS if killed[part] < self.wish.kills]
        idle = sum(kill.in_flight == 0 for kill in self.kills)
        short += [f"{idle} kills fell while nothing was in flight"] if idle else []
        if not self.between_commit_and_answer:
            short.append("no kill fell between a commit and its answer")
        return short

    @property
    def held(self) -> bool:
        return not self.faults and not self.shortcomings

    def to_json(self) -> dict[str, Any]:
        """The counts and the faults."""
        ends = Counter(entry.end for entry in self.ledger)
        return {
            "held": self.held,
            "seed": self.wish.seed,
            "instructions": len(self.ledger),
            "acknowledged": sum(entry.acknowledged for entry in self.ledger),
            **{end: ends[end] for end in ("carried_out", "refused", "failed", "open")},
            "sent": sum(len(entry.attempts) for entry in self.ledger),
            "without_answer": sum(entry.without_answer for entry in self.ledger),
            "kills": dict(Counter(kill.part for kill in self.kills)),
            "least_in_flight_at_a_kill": min((kill.in_flight for kill in self.kills), default=0),
            "between_commit_and_answer": self.between_commit_and_answer,
            "movements": len(self.found.movements),
            "chains": len(self.found.dockets),
            "record_after_s": self.record_after_s,
            "took_s": round(self.took_s, 1),
            "shortcomings": self.shortcomings,
            "faults": [f"{fault.kind}: {fault.what}" for fault in self.faults],
        }


async def run_chaos(stack: PracticeStack, wish: Wish) -> Report:
    """Lets clients and killer loose, waits until all is over, and judges. Raises StaysDown."""
    began, turnstile, parts = time.monotonic(), Turnstile(), Parts(stack)
    clients = await _clients(stack, wish, turnstile)
    chance = random.Random(wish.seed)  # noqa: S311 - to be repeated, no secret
    killer = Killer(stack, parts, turnstile, chance)
    try:
        async with asyncio.TaskGroup() as group:
            for client in clients:
                group.create_task(client.run())
            group.create_task(killer.run(plan_of(wish.kills, chance), wish.instructions))
    except* StaysDown as fault:
        raise fault.exceptions[0] from None
    for part in PARTS:
        await parts.until_up(part)
    whole = await _record_whole(stack, parts.last_start())
    await parts.close()
    ledger = [entry for client in clients for entry in client.ledger]
    found = read_evidence(stack)
    faults = [*judge(ledger, found), *_record_faults(stack, found, whole), *operator_faults(stack)]
    return Report(wish, ledger, killer.kills, found, faults, whole, time.monotonic() - began)


async def _clients(stack: PracticeStack, wish: Wish, turnstile: Turnstile) -> list[Client]:
    roads = roads_of(load_plan())
    desks = await _desks(stack, roads)
    return [
        Client(number, HttpClient(stack.api, ANSWER_WITHIN_S), dict(desks), road, turnstile, wish.seed)
        for number, road in zip(range(1, wish.clients + 1), cycle(roads), strict=False)
    ]


async def _desks(stack: PracticeStack, roads: Sequence[Road]) -> Mapping[str, Desk]:
    http = HttpClient(stack.api)
    seats = {seat for road in roads for seat in (road.clerk, road.middle, road.officer)}
    tokens = {login: await log_in(http, login, stack.passwords[login]) for login in {seat.login for seat in seats}}
    http.close()
    return {seat.post: Desk(seat.login, seat.post, tokens[seat.login]) for seat in seats}


async def _record_whole(stack: PracticeStack, last_start: float) -> float | None:
    """Seconds from the last restart until Prefect's record was whole; None where it was not in time."""
    watch = PrefectWatch(stack)
    try:
        waited = await watch.until_whole(last_start + RECORD_WITHIN_S - time.time())
    finally:
        await watch.close()
    return None if waited is None else round(time.time() - last_start, 1)


def _record_faults(stack: PracticeStack, found: Evidence, whole: float | None) -> list[Fault]:
    late = (
        [] if whole is not None else [Fault("record", f"not whole {RECORD_WITHIN_S:.0f} s after the last restart")]
    )
    runs = read_runs(stack, [docket.flow_run for docket in found.dockets if docket.flow_run is not None])
    return [*late, *judge_record(found, runs)]
