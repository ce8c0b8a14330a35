"""Of several engines one looks for a docket at once; the others look only if they have not looked meanwhile."""

from __future__ import annotations

import asyncio
from collections import Counter
from uuid import UUID, uuid4

from flows.hints import OTHERS_LOOK_S, Hints, docket_of

NUMBERS = (11, 5, 8)


def office() -> list[Hints]:
    """Engines that know of each other and have looked."""
    engines = [Hints(number) for number in NUMBERS]
    for engine in engines:
        engine.these_live(NUMBERS)
        engine.answer()
    return engines


def not_ours(hints: Hints) -> UUID:
    """A docket that falls to another engine."""
    while True:
        docket = uuid4()
        hints.hear(docket)
        if not hints.wake.is_set():
            hints.answer()
            return docket
        hints.answer()


async def test_each_docket_falls_to_one_engine_and_to_each_its_share() -> None:
    engines, woken = office(), Counter[int]()
    for docket in (uuid4() for _ in range(600)):
        for number, engine in enumerate(engines):
            engine.hear(docket)
            woken[number] += engine.wake.is_set()
            engine.answer()
    assert sum(woken.values()) == 600
    assert min(woken.values()) > 100


async def test_one_alone_looks_for_all_at_once() -> None:
    alone = Hints(5)
    for docket in (uuid4() for _ in range(20)):
        alone.hear(docket)
        assert alone.wake.is_set()
        alone.answer()


async def test_what_is_left_to_another_is_looked_for_a_moment_later() -> None:
    hints = office()[0]
    hints.hear(not_ours(hints))
    assert not hints.wake.is_set()
    async with asyncio.timeout(100 * OTHERS_LOOK_S):
        await hints.wake.wait()


async def test_a_look_meanwhile_answers_what_was_left_to_another() -> None:
    hints, loop = office()[0], asyncio.get_running_loop()
    hints.hear(not_ours(hints))
    hints.answer()
    over: asyncio.Future[None] = loop.create_future()
    loop.call_later(2 * OTHERS_LOOK_S, over.set_result, None)
    await over
    assert not hints.wake.is_set()


async def test_a_docket_that_no_other_can_claim_is_looked_for_at_once() -> None:
    hints = office()[0]
    hints.hear(not_ours(hints), is_ours=True)
    assert hints.wake.is_set()


async def test_who_lives_is_news_once() -> None:
    hints = office()[0]
    hints.these_live(NUMBERS)
    assert not hints.wake.is_set()
    hints.these_live([8])
    assert hints.wake.is_set()
    assert list(hints.living) == [8, 11], "it lives itself, though it may be about to get its lock back"


def test_a_hint_may_be_anything() -> None:
    docket = uuid4()
    assert docket_of(str(docket)) == docket
    assert [docket_of(hint) for hint in ("", "कुछ भी", "1" * 33, "'; drop table claim")] == [None] * 4
