"""Numbers of dockets: made from a kind's pattern, each series counted on its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Numbered(Protocol):
    """What has a pattern of numbers, and says by which fields their series differ."""

    @property
    def number(self) -> str: ...
    @property
    def series(self) -> tuple[str, ...]: ...


def series_of(kind_name: str, kind: Numbered, fields: Mapping[str, object]) -> str:
    """The name of the series that a number is drawn from, such as ``file|N-11016|2026|ESTT``."""
    return "|".join([kind_name, *(str(fields[name]) for name in kind.series)])


def number_of(kind: Numbered, fields: Mapping[str, object], serial: int) -> str:
    """The number itself, such as ``N-11016/6/2026-ESTT``."""
    return kind.number.format(serial=serial, **fields)
