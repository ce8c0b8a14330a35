"""A practice office whose complaints go to a post by routes: a scheme for it, and what leads them there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from flows.office import OfficeChange, change_office
from flows.putting_in_force import put_in_force
from flows.register import Wish, register
from flows.rules.known_schemes import resolved_text, shipped_source
from tests.factories.lives import COMPLAINT, Life
from tests.factories.practice_office import LONG_AGO, LONG_AGO_AT, PracticeOffice, Seat

EMPTIED_AT = LONG_AGO_AT + timedelta(days=1)
_SITTING = "select id, person, post, charge from tenure where post = %(post)s and to_at is null"
LIMITS = {
    "levels": [{"count": 2, "unit": "days"}, {"count": 4, "unit": "days"}],
    "citizen": {"count": 9, "unit": "days"},
    "attend": {"count": 1, "unit": "days"},
}


def scheme_text(name: str, at_once: bool, level_after: str) -> str:
    """The shipped scheme, which assigns complaints at once, under another name."""
    shipped = shipped_source("haryana-eoffice")
    assert shipped is not None
    text = resolved_text(*shipped)
    said = {
        "haryana-eoffice": name,
        "assign_at_once: true": f"assign_at_once: {str(at_once).lower()}",
        "level_after: same": f"level_after: {level_after}",
    }
    for old, new in said.items():
        assert old in text
        text = text.replace(old, new, 1)
    return text


@dataclass
class RoutedOffice:
    """An office with a scheme of its own."""

    office: PracticeOffice
    scheme: str

    async def change(self, table: str, **row: Any) -> UUID:
        change, new = OfficeChange("routing.changed"), uuid4()
        change.insert(table, {"id": new, "scheme": self.scheme, **row})
        await change_office(self.office.database, self.office.identity, change)
        return new

    async def route(self, post: str, level: int = 1, **of: Any) -> UUID:
        row = {"kind": "complaint", "department": None, "category": None, "place": None, **of}
        to = {"level": level, "post": self.office.post(post), "from_day": LONG_AGO, "to_day": None}
        return await self.change("route", **row, **to)

    async def end_route(self, route: UUID) -> None:
        """It does not hold any more."""
        change = OfficeChange("routing.changed")
        change.set("route", {"id": route}, {"to_day": LONG_AGO})
        await change_office(self.office.database, self.office.identity, change)

    async def category(self, code: str, parent: str | None = None, **more: Any) -> UUID:
        row = {"kind": "complaint", "code": code, "parent": parent, "department": None, "limits": LIMITS}
        row |= {
            "label_en": code.title(),
            "label_hi": "श्रेणी",
            "evidence": None,
            "from_at": LONG_AGO_AT,
            "to_at": None,
        }
        return await self.change("category", **{**row, **more})

    async def place(self, code: str, parent: str | None = None) -> UUID:
        row = {"code": code, "parent": parent, "label_en": code.title(), "label_hi": "स्थान"}
        return await self.change("place", **row, from_at=LONG_AGO_AT, to_at=None)

    @asynccontextmanager
    async def nobody_at(self, *posts: str) -> AsyncIterator[None]:
        """Nobody holds these posts for a while."""
        left, back = OfficeChange("charge.ended"), OfficeChange("charge.taken")
        for post in posts:
            for id_, person, at, charge in await self.office.rows(_SITTING, post=self.office.post(post)):
                left.set("tenure", {"id": id_}, {"to_at": EMPTIED_AT})
                row = {"id": uuid4(), "person": person, "post": at, "charge": charge}
                back.insert("tenure", {**row, "from_at": EMPTIED_AT, "to_at": None})
        await change_office(self.office.database, self.office.identity, left)
        try:
            yield
        finally:
            await change_office(self.office.database, self.office.identity, back)

    async def register(self, registrar: str | Seat = "hub", **particulars: Any) -> Life:
        """A complaint that is registered under the scheme."""
        given = {**COMPLAINT, **particulars}
        texts = {"text": "नल में पानी नहीं।", "name": "कमला देवी"}
        wish = Wish(self.scheme, "complaint", "पानी", "ordinary", "ordinary", given, texts, bytes(32))
        made = await register(self.office.database, self.office.identity, self.office.giver(registrar), wish)
        assert made.outcome is not None
        return Life(self.office, made.docket, str(made.outcome["number"]), version=made.outcome["version"])


async def make_routed(office: PracticeOffice, *, at_once: bool = True, level_after: str = "same") -> RoutedOffice:
    """Puts the scheme in force in an office. ``level_after``: where it goes when the citizen is not satisfied."""
    name = f"routed-{uuid4().hex[:8]}"
    await put_in_force(office.database, office.identity, scheme_text(name, at_once, level_after), f"{name}.yaml")
    return RoutedOffice(office, name)
