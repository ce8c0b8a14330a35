"""A month's grading as it is shown: its formula, its cases' sum and the marks of its units, with their names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flows.rules.labels import Label
from flows.rules.schemes import Kind
from storage import gradings
from storage.database import Driver

Unit = tuple[str, str]
"""A unit's sort and code."""


@dataclass(frozen=True, slots=True)
class ShownMonth:
    """A month of a kind as it stands: its row (a draft's or a published one's) and the marks of its units."""

    row: Mapping[str, Any]
    units: list[Mapping[str, Any]]
    published: bool

    @property
    def draft(self) -> Any:
        """The id under which its cases are kept."""
        return self.row["draft"] if self.published else self.row["id"]

    def to_json(self) -> dict[str, Any]:
        """What an export of the month says of it."""
        row = self.row
        named = {name: row[name] for name in ("scheme", "kind", "month", "scheme_version", "formula", "cases")}
        return named | {
            "published": self.published,
            "cases_sha256": row["cases_sha256"].hex(),
            "units": [dict(unit) for unit in self.units],
        }


async def shown(driver: Driver, scheme: str, kind: str, month: str) -> ShownMonth | None:
    """A published month, or else its draft; None where there is neither."""
    published = await gradings.published(driver, scheme, kind, month)
    if published is not None:
        return ShownMonth(published, [dict(u) for u in await gradings.units(driver, scheme, kind, month)], True)
    draft = await gradings.draft(driver, scheme, kind, month)
    return None if draft is None else ShownMonth(draft, draft["units"], False)


async def unit_labels(driver: Driver, scheme: str, kind: Kind, units: Iterable[Unit]) -> dict[Unit, Label]:
    """What units are called: by the scheme, or by the office's own place or department; else by their code."""
    units = list(units)
    places = await gradings.place_labels(driver, scheme, [code for sort, code in units if sort == "district"])
    departments = await gradings.department_labels(driver, [code for sort, code in units if sort == "department"])
    own = {"district": places, "department": departments}
    return {(sort, code): _label(kind, sort, code) or own[sort].get(code) or (code, code) for sort, code in units}


def _label(kind: Kind, sort: str, code: str) -> Label | None:
    if sort == "department":
        return kind.departments.get(code)
    district = kind.districts.get(code)
    return kind.places.get(code) if district is None else district.label
