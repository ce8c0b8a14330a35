"""One-time codes (TOTP, RFC 6238): the seal of the secrets behind them, and a code used up where one is asked for.

A secret stands encrypted, bound to its person; a code is good for its time step and the ones beside it, once.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pyotp.totp import TOTP

from flows.rules.errors import Refusal, Refused
from storage import second_factors
from storage.database import Driver

WINDOW: Final = 1
"""Time steps (30 s) before and after the present one whose codes are good too (RFC 6238 §5.2: at most one)."""

_NONCE: Final = 12


class UnfitKey(ValueError):
    """The key is not 32 bytes in base64."""


class Seal:
    """Encrypts secrets (AES-256-GCM). The person's id is bound to each, so that none can be moved to another."""

    def __init__(self, key: str) -> None:
        """Raises UnfitKey."""
        try:
            raw = base64.urlsafe_b64decode(key.encode())
        except (binascii.Error, ValueError):
            raise UnfitKey(UnfitKey.__doc__) from None
        if len(raw) != 32:
            raise UnfitKey(UnfitKey.__doc__)
        self._cipher = AESGCM(raw)

    def close(self, person: UUID, secret: str) -> bytes:
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._cipher.encrypt(nonce, secret.encode(), person.bytes)

    def open(self, person: UUID, sealed: bytes) -> str | None:
        """The secret; None where it was sealed for another person or under another key."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], person.bytes).decode()
        except InvalidTag:
            return None


@dataclass(frozen=True, slots=True)
class Proof:
    """What a person shows: a code, with the seal of his secret; ``shown``: one was right already."""

    code: str | None = None
    seal: Seal | None = None
    shown: bool = False


NO_PROOF: Final = Proof()


async def show_proof(driver: Driver, person: UUID, proof: Proof, occasions: Collection[str]) -> None:
    """Uses a code up where the office asks for one on any of these occasions, in the caller's transaction.

    So a code is spent only with what it was shown for. Raises Refused.
    """
    if proof.shown:
        return
    factor = await second_factors.standing(driver, person, occasions)
    if factor["asked"]:
        await _use(driver, person, factor, proof)


async def _use(driver: Driver, person: UUID, factor: dict[str, Any], proof: Proof) -> None:
    if not factor["active"]:
        raise Refused(Refusal("second-factor-not-enrolled"))
    step = right_step(person, factor, proof)
    if not await second_factors.take_step(driver, factor["id"], step):
        raise Refused(Refusal("second-factor-used", "X-Second-Factor"))


def right_step(person: UUID, factor: dict[str, Any], proof: Proof) -> int:
    """The time step of the code that is shown, for a factor that stands. Raises Refused."""
    if proof.code is None:
        raise Refused(Refusal("second-factor-needed", "X-Second-Factor"))
    if proof.seal is None:
        raise Refused(Refusal("second-factor-off"))
    secret = proof.seal.open(person, factor["sealed"])
    step = None if secret is None else step_of(secret, proof.code, factor["now"])
    if step is None:
        raise Refused(Refusal("second-factor-wrong", "X-Second-Factor"))
    return step


def step_of(secret: str, code: str, at: datetime) -> int | None:
    """The time step, near that of an instant, whose code this is; None where it is none of theirs."""
    totp = TOTP(secret)
    present = totp.timecode(at)
    found = None
    for step in range(present - WINDOW, present + WINDOW + 1):
        if hmac.compare_digest(totp.generate_otp(step), code):
            found = step
    return found
