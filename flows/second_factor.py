"""A person's own second factor: begun with a secret that is shown once, and made his by its first code.

Resetting one, and where the office asks for it, are orders: ``flows.office.second_factors``.
"""

from __future__ import annotations

from uuid import UUID, uuid4

from pyotp import random_base32
from pyotp.totp import TOTP

from flows.office import OfficeChange, change_office
from flows.office.second_factors import end_factor
from flows.one_time_codes import Proof, Seal, right_step
from flows.rules.errors import Refusal, Refused
from storage import second_factors
from storage.database import AlreadyThere, Database, TryAgain
from storage.identity import OfficeIdentity


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
        end_factor(change, present["id"], present["now"], None)
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
    step, change = right_step(person, factor, proof), OfficeChange("second-factor.confirmed")
    change.set("second_factor", {"id": factor["id"]}, {"active_at": factor["now"]}, last_step=step)
    await change_office(database, identity, change)
