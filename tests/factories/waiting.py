"""Waiting for something that happens elsewhere: a condition asked again and again, within a limit."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

Found = TypeVar("Found")


async def until(
    condition: Callable[[], Found | Awaitable[Found]], what: str, *, limit: float = 20.0, every: float = 0.02
) -> Found:
    """The first true answer of ``condition``; without one in ``limit`` seconds the test fails, saying ``what``."""
    deadline = time.monotonic() + limit
    while True:
        found = condition()
        answer: Found = await found if inspect.isawaitable(found) else found
        if answer:
            return answer
        assert time.monotonic() < deadline, f"never happened: {what}"
        await asyncio.sleep(every)
