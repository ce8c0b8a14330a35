"""Loops of a process that never end: what breaks one is logged, and it begins again."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Coroutine
from typing import Any, Protocol

import psycopg
import structlog

from storage.database import DatabaseAway, TryAgain

log = structlog.get_logger()


class Loop(Protocol):
    """A loop's function."""

    __qualname__: str

    def __call__(self) -> Coroutine[Any, Any, None]: ...


async def endless(loop: Loop) -> None:
    """Runs a loop for ever."""
    name = loop.__qualname__
    while True:
        try:
            await loop()
        except asyncio.CancelledError:
            raise
        except (DatabaseAway, TryAgain, TimeoutError, psycopg.OperationalError) as hindrance:
            log.warning("loop put off", loop=name, why=str(hindrance))
        except Exception:
            log.exception("loop broke", loop=name)
        await asyncio.sleep(0.5)


async def cancel(tasks: Collection[asyncio.Task[Any]]) -> None:
    """Cancels tasks and waits until they have ended."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
