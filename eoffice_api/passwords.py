"""Passwords: Argon2id with the memory and time that OWASP's cheat sheet asks for at least (19 MiB, two passes)."""

from __future__ import annotations

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)

# What a log-in is compared with that nobody has, so that it takes as long as one that somebody has.
_NOBODY = _HASHER.hash("nobody's password")

# Two at a time: a storm of log-ins must not take the processor from those who work.
_AT_ONCE = asyncio.Semaphore(2)


def hash_password(password: str) -> str:
    """What is stored for a password."""
    return _HASHER.hash(password)


async def is_right(stored: str | None, password: str) -> bool:
    """Whether the password is the one that was stored; takes the same time where none is stored."""
    async with _AT_ONCE:
        matches = await asyncio.to_thread(_verify, stored or _NOBODY, password)
    return matches and stored is not None


def _verify(stored: str, password: str) -> bool:
    try:
        return _HASHER.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False
