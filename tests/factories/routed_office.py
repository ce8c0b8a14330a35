"""A practice office whose complaints go to a post at once: a scheme that says so, and routes by which they go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from flows.office import OfficeChange, change_office
from flows.putting_in_force import put_in_force
from flows.register import Wish, register
from flows.rules.known_schemes import resolved_text, shipped_source
from tests.factories.lives import COMPLAINT, Life
from tests.factories.practice_office import LONG_AGO, LONG_AGO_AT, PracticeOffice

LIMITS = {
    "levels": [{"count": 2, "unit": "days"}, {"count": 4, "unit": "days"}],
    "citizen": {"count": 9, "unit": "days"},
    "attend": {"count": 1, "unit": "days"},
}


def at_once_text(name: str) -> str:
    """The shipped scheme under another name, with complaints that are assigned at once."""
    shipped = shipped_source("haryana-eoffice")
    assert shipped is not None
    text = resolved_text(*shipped).replace("haryana-eoffice", name, 1)
    asked = "    categories:\n      drinking-water:"
    assert asked in text
    return text.replace(asked, f"    assign_at_once: true\n{asked}", 1)


@dataclass
class RoutedOffice:
    """An office with a scheme of its own that assigns at once."""

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

    async def register(self, **particulars: Any) -> Life:
        """A complaint that the hub registers under the scheme."""
        given = {**COMPLAINT, **particulars}
        texts = {"text": "नल में पानी नहीं।", "name": "कमला देवी"}
        wish = Wish(self.scheme, "complaint", "पानी", "ordinary", "ordinary", given, texts, bytes(32))
        made = await register(self.office.database, self.office.identity, self.office.giver("hub"), wish)
        assert made.outcome is not None
        return Life(self.office, made.docket, str(made.outcome["number"]), version=made.outcome["version"])


async def make_routed(office: PracticeOffice) -> RoutedOffice:
    """Puts the scheme in force in an office."""
    name = f"routed-{uuid4().hex[:8]}"
    await put_in_force(office.database, office.identity, at_once_text(name), f"{name}.yaml")
    return RoutedOffice(office, name)
