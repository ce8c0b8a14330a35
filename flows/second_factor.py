"""Second factors (TOTP, RFC 6238): enrolled by a person, reset by an administrator, shown where the office asks.

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
from uuid import UUID, uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pyotp import random_base32
from pyotp.totp import TOTP

from flows.office import OfficeChange, change_office
from flows.rules.errors import Refusal, Refused
from flows.rules.second_factor import OCCASIONS
from storage import second_factors
from storage.database import AlreadyThere, Database, Driver, Statement, TryAgain
from storage.identity import OfficeIdentity

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


async def show_proof(driver: Driver, person: UUID, proof: Proof, occasion: str) -> None:
    """Uses a code up where the office asks for one on this occasion, in the caller's transaction.

    So a code is spent only with what it was shown for. Raises Refused.
    """
    if proof.shown:
        return
    factor = await second_factors.standing(driver, person, occasion)
    if factor["asked"]:
        await _use(driver, person, factor, proof)


async def _use(driver: Driver, person: UUID, factor: dict[str, Any], proof: Proof) -> None:
    if not factor["active"]:
        raise Refused(Refusal("second-factor-not-enrolled"))
    step = _right_step(person, factor, proof)
    if not await second_factors.take_step(driver, factor["id"], step):
        raise Refused(Refusal("second-factor-used", "X-Second-Factor"))


def _right_step(person: UUID, factor: dict[str, Any], proof: Proof) -> int:
    """The time step of the code that is shown. Raises Refused."""
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


async def enrol(database: Database, identity: OfficeIdentity, person: UUID, login: str, seal: Seal | None) -> str:
    """Begins a second factor and answers its otpauth address, which nobody is ever shown again.

    One that was begun and never confirmed gives way to it. Raises Refused, TryAgain (begun twice at once).
    """
    if seal is None:
        raise Refused(Refusal("second-factor-off"))
    async with database.querying() as driver:
        present = await second_factors.standing(driver, person)
    if present["active"]:
        raise Refused(Refusal("second-factor-there"))
    secret, change = random_base32(), OfficeChange("second-factor.begun")
    if present["id"] is not None:
        _end(change, present["id"], present["now"], None)
    row = {"id": uuid4(), "person": person, "begun_at": present["now"]}
    row |= {"active_at": None, "ended_at": None, "ended_by": None}
    change.insert("second_factor", row, sealed=seal.close(person, secret))
    try:
        await change_office(database, identity, change)
    except AlreadyThere as twice:
        raise TryAgain(str(twice)) from twice
    return TOTP(secret).provisioning_uri(name=login, issuer_name=identity.name_en)


async def activate(database: Database, identity: OfficeIdentity, person: UUID, proof: Proof) -> None:
    """Makes a second factor that was begun the person's own, by its first code; done already, it does nothing.

    Raises Refused.
    """
    async with database.querying() as driver:
        factor = await second_factors.standing(driver, person)
    if factor["id"] is None:
        raise Refused(Refusal("second-factor-not-begun"))
    if factor["active"]:
        return
    step, change = _right_step(person, factor, proof), OfficeChange("second-factor.confirmed")
    change.set("second_factor", {"id": factor["id"]}, {"active_at": factor["now"]}, last_step=step)
    await change_office(database, identity, change)


async def reset(database: Database, identity: OfficeIdentity, person: UUID, by: UUID | None) -> None:
    """Ends a person's second factor and every session of his; where he has none it does nothing.

    ``by`` is the administrator; None: an operator's command.
    """
    async with database.querying() as driver:
        factor = await second_factors.standing(driver, person)
    if factor["id"] is None:
        return
    change = OfficeChange("second-factor.reset")
    _end(change, factor["id"], factor["now"], by)
    ended: Statement = ("delete from login_session where person = %(person)s", {"person": person})
    change.statements.append(ended)
    await change_office(database, identity, change)


def _end(change: OfficeChange, factor: UUID, at: datetime, by: UUID | None) -> None:
    change.set("second_factor", {"id": factor}, {"ended_at": at, "ended_by": by}, sealed=None)


async def ask_on(
    database: Database, identity: OfficeIdentity, occasions: Collection[str], by: UUID | None
) -> None:
    """The office asks for the second factor on just these occasions; where it does so already nothing is written.

    ``by`` is the administrator; None: an operator's command.
    """
    async with database.querying() as driver:
        before = await second_factors.asked(driver)
    change = OfficeChange("second-factor.asked")
    for occasion in OCCASIONS:
        row = {"asked": occasion in occasions, "set_by": by}
        if occasion not in before:
            change.insert("second_factor_asked", {"occasion": occasion, **row})
        elif before[occasion] != row["asked"]:
            change.set("second_factor_asked", {"occasion": occasion}, row)
    if change.stated:
        await _asked(database, identity, change)


async def _asked(database: Database, identity: OfficeIdentity, change: OfficeChange) -> None:
    try:
        await change_office(database, identity, change)
    except AlreadyThere as twice:  # somebody else said it for the first time at this very moment
        raise TryAgain(str(twice)) from twice
