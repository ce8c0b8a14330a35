"""What a process that carries steps out has at hand: its database and the office that it serves.

A step's task has only an instruction's id as its parameter, so that nothing of a docket ever reaches Prefect;
what else it needs it finds here.
"""

from __future__ import annotations

from dataclasses import dataclass

from storage.database import Database
from storage.identity import OfficeIdentity


@dataclass(frozen=True, slots=True)
class Runtime:
    """The process's database and office."""

    database: Database
    identity: OfficeIdentity


_current: list[Runtime] = []


def install(runtime: Runtime) -> None:
    """Makes this the process's runtime; the engine does it once, tests may do it again."""
    _current[:] = [runtime]


def current() -> Runtime:
    """The process's runtime."""
    assert _current, "no runtime was installed in this process"
    return _current[0]
