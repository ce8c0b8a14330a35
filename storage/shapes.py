"""What storage reads of the rules' values: their shapes only, for neither side imports the other."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID


class EntryShape(Protocol):
    """An audit entry ready to store."""

    @property
    def chain(self) -> str: ...
    @property
    def sequence(self) -> int: ...
    @property
    def previous(self) -> bytes: ...
    @property
    def hash(self) -> bytes: ...
    @property
    def data(self) -> bytes: ...


class VisibilityShape(Protocol):
    """Who reads: every read of dockets takes one."""

    @property
    def person(self) -> UUID: ...
    @property
    def post(self) -> UUID: ...
    @property
    def office(self) -> UUID: ...
    @property
    def record_room(self) -> bool: ...
    @property
    def hub(self) -> bool: ...
    @property
    def audits(self) -> bool: ...
    @property
    def allows_reopening(self) -> bool: ...
