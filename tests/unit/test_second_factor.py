"""Codes and the seal of second factors, against the standard's own vector and by their limits."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pkgutil import iter_modules
from uuid import uuid4

import pytest

import flows.office
from flows.imports import carry_in
from flows.one_time_codes import WINDOW, Seal, UnfitKey, step_of
from flows.rules.second_factor import WEIGHTY
from storage.settings import SettingsFault, load

KEY = base64.b64encode(bytes(range(32))).decode()
STEP = timedelta(seconds=30)


def test_a_code_is_good_in_its_own_step_and_the_ones_beside_it() -> None:
    """RFC 6238, appendix B: the key 12345678901234567890 at 1111111109 seconds gives 07081804."""
    secret = base64.b32encode(b"12345678901234567890").decode()
    at = datetime.fromtimestamp(1111111109, UTC)
    step = 1111111109 // 30
    near = [step_of(secret, "081804", at + steps * STEP) for steps in range(-2, 3)]
    assert near == [None, step, step, step, None]
    assert WINDOW == 1


def test_a_secret_is_sealed_to_its_person_and_key() -> None:
    seal, person = Seal(KEY), uuid4()
    sealed = seal.close(person, "JBSWY3DPEHPK3PXP")
    assert b"JBSWY3DPEHPK3PXP" not in sealed
    assert seal.close(person, "JBSWY3DPEHPK3PXP") != sealed
    assert seal.open(person, sealed) == "JBSWY3DPEHPK3PXP"
    assert seal.open(uuid4(), sealed) is None
    assert Seal(base64.b64encode(bytes(32)).decode()).open(person, sealed) is None
    assert seal.open(person, sealed[:-1] + bytes([sealed[-1] ^ 1])) is None


@pytest.mark.parametrize("key", ["short", base64.b64encode(bytes(31)).decode(), "ö" * 32])
def test_an_unfit_key_stops_the_start_with_its_name(key: str) -> None:
    with pytest.raises(SettingsFault, match="PATRAVALI_SECOND_FACTOR_KEY"):
        load({"PATRAVALI_SECOND_FACTOR_KEY": key})
    with pytest.raises(UnfitKey):
        Seal(key)


def test_every_order_that_weighs_is_one_that_there_is() -> None:
    """A name misspelt in the table would ask for no code."""
    modules = [import_module(f"flows.office.{one.name}") for one in iter_modules(flows.office.__path__)]
    found = [thing for module in [*modules, carry_in] for thing in vars(module).values()]
    names = {order.what for order in found if isinstance(order, type) and isinstance(vars(order).get("what"), str)}
    assert names >= WEIGHTY.keys()
