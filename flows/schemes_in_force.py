"""Sees to it that the schemes of dockets are known to this process, and knows which are in force today."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flows.rules.errors import Refusal, Refused
from flows.rules.known_schemes import BEFORE_VERSIONS, KNOWN, from_text, keep_shipped
from flows.rules.schemes import Scheme
from storage import numbers, schemes
from storage.database import Driver

# A version holds from a day on, as the day is in India; schemes have zones of their own for limits.
_INDIA = ZoneInfo("Asia/Kolkata")


class NoSuchScheme(Exception):
    """A docket names a scheme that neither was put in force here nor ships with the program."""


async def know(driver: Driver, dockets: Iterable[Mapping[str, Any]]) -> bool:
    """Loads the schemes that these rows name and that are not known yet; answers whether any was loaded.

    Raises NoSuchScheme, Faults.
    """
    named = {(row["scheme"], row["scheme_version"]) for row in dockets}
    missing = [one for one in named if not KNOWN.has(*one)]
    for name, version in missing:
        await _load(driver, name, version)
    return bool(missing)


async def know_all(driver: Driver) -> None:
    """Loads every version that a docket of this office can name. Raises Faults."""
    await in_force(driver)
    await know(driver, await schemes.versions(driver))


async def _load(driver: Driver, name: str, version: int) -> None:
    text = await schemes.text_of(driver, name, version)
    if text is not None:
        KNOWN.keep(from_text(text, f"{name}.{version}", standing=True))
    elif not keep_shipped(name, version):
        raise NoSuchScheme(f"{name} {version}")


async def in_force(driver: Driver, at: datetime | None = None) -> Mapping[str, Scheme]:
    """The schemes that hold at an instant (now), by name; none where the office put none in force. Raises Faults.

    An office of the first release, which has papers from before there were versions, goes on by that one's.
    """
    day = day_of(at or await numbers.now(driver))
    versions = await schemes.in_force(driver, day) or await _before_versions(driver)
    await know(driver, [{"scheme": name, "scheme_version": version} for name, version in versions.items()])
    return {name: KNOWN.of(name, version) for name, version in versions.items()}


async def some_in_force(driver: Driver, at: datetime | None = None) -> Mapping[str, Scheme]:
    """The same, for what cannot be done without one. Raises Refused, saying what the operator is to do; Faults."""
    holding = await in_force(driver, at)
    if not holding:
        raise Refused(Refusal("no-scheme-in-force"))
    return holding


async def _before_versions(driver: Driver) -> Mapping[str, int]:
    """The schemes of the first release that papers of this office name. No version is put in force backwards, so
    that no office made since has such papers."""
    found = {one: await schemes.is_named(driver, *one) for one in BEFORE_VERSIONS.items()}
    return dict(one for one, named in found.items() if named)


async def were_put_in_force(driver: Driver) -> bool:
    """Was any scheme ever put in force here, for today or for a day to come?"""
    return bool(await schemes.versions(driver))


def day_of(at: datetime) -> date:
    """The day by which versions hold, at an instant."""
    return at.astimezone(_INDIA).date()
