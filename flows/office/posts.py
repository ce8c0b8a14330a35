"""Posts: added, renamed and closed; who is above them; their powers, and those that link officers do not have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, ClassVar
from uuid import UUID

from flows.office import dated, found
from flows.office.changes import INDIA, OfficeTurn
from flows.office.own_gain import not_as_own_link_officer, not_for_own_posts, not_under_himself
from flows.office.structure import added, renamed
from flows.rules.errors import Refusal, Refused
from flows.rules.labels import POWERS
from flows.rules.posts import Above, circle
from storage import structure, tenures


@dataclass(frozen=True, slots=True)
class AddPost:
    """A post in a section, from a day on (today where none is named), under a superior if it has one."""

    office: str
    section: str
    code: str
    abbreviation: str
    name_en: str
    name_hi: str
    opened_on: date | None = None
    superior: str | None = None
    what: ClassVar[str] = "post.added"

    async def carry_out(self, turn: OfficeTurn) -> dict[str, Any]:
        await turn.needs_power("administer")
        section = await found.section(turn, self.office, self.section)
        found.free(await structure.post(turn.driver, found.new_code(self.code)), self.code)
        opened = found.day_to_come(turn, self.opened_on, "opened_on")
        row = {"section": section["id"], "code": self.code, "abbreviation": self.abbreviation}
        row |= {"name_en": self.name_en, "name_hi": self.name_hi, "opened_on": opened, "closed_on": None}
        made = added(turn, "post", row)
        if self.superior is not None:
            above = await found.post_open_on(turn, self.superior, opened, "superior")
            await not_under_himself(turn, {UUID(made["id"]): above["id"]}, opened)
            since = {"from_day": opened, "to_day": None}
            turn.change.insert("post_superior", {"post": UUID(made["id"]), "superior": above["id"], **since})
        return made


@dataclass(frozen=True, slots=True)
class RenamePost:
    """Other names or another abbreviation for a post; its code stays."""

    post: str
    abbreviation: str | None = None
    name_en: str | None = None
    name_hi: str | None = None
    what: ClassVar[str] = "post.renamed"

    async def carry_out(self, turn: OfficeTurn) -> dict[str, Any]:
        await turn.needs_power("administer")
        row = await found.post(turn, self.post)
        names = {"abbreviation": self.abbreviation, "name_en": self.name_en, "name_hi": self.name_hi}
        return renamed(turn, "post", row, names)


@dataclass(frozen=True, slots=True)
class ClosePost:
    """A post is no more from a day on. Its charges end as that day begins; it must hold no open paper."""

    post: str
    from_day: date | None = None
    what: ClassVar[str] = "post.closed"

    async def carry_out(self, turn: OfficeTurn) -> dict[str, Any]:
        await turn.needs_power("administer")
        day = found.day_to_come(turn, self.from_day)
        row = await found.post_open_on(turn, self.post, day)
        if day < row["opened_on"]:
            raise Refused(Refusal("day-before-first", "from_day"))
        held = await structure.open_papers(turn.driver, row["id"])
        if held:
            raise Refused(Refusal("post-holds-papers", "post", {"post": self.post, "count": str(held)}))
        turn.change.set("post", {"id": row["id"]}, {"closed_on": day})
        await _end_charges(turn, row["id"], max(turn.at, datetime.combine(day, time(0), tzinfo=INDIA)))
        return {"id": str(row["id"]), "closed_on": day.isoformat()}


async def _end_charges(turn: OfficeTurn, post: UUID, at: datetime) -> None:
    for term in await tenures.of_post(turn.driver, post, at):
        turn.change.set("tenure", {"id": term["id"]}, {"to_at": max(at, term["from_at"])})
    for leave in await tenures.absences_of_post(turn.driver, post, at):
        turn.change.set("absence", {"id": leave["id"]}, {"to_at": max(at, leave["from_at"])})


@dataclass(frozen=True, slots=True)
class SetSuperior:
    """Who is above a post from a day on; None: nobody. What was ordered for later days counts no more.

    Nobody sets himself, or a post below his own, above others: whoever is above reads what they hold.
    """

    post: str
    superior: str | None
    from_day: date | None = None
    what: ClassVar[str] = "post.superior-set"

    async def carry_out(self, turn: OfficeTurn) -> dict[str, Any]:
        await turn.needs_power("administer")
        day = found.day_to_come(turn, self.from_day)
        row = await found.post_open_on(turn, self.post, day)
        known = [Above(**one) for one in await structure.superiors(turn.driver)]
        above = None if self.superior is None else await self._above(turn, known, row["id"], day)
        own = [{"from_day": one.from_day, "to_day": one.to_day} for one in known if one.post == row["id"]]
        if above is None and not dated.lasting(own, day):
            raise Refused(Refusal("nothing-changed"))
        dated.end(turn.change, "post_superior", {"post": row["id"]}, own, day)
        if above is not None:
            values = {"superior": above, "to_day": None}
            dated.begin(turn.change, "post_superior", {"post": row["id"]}, own, day, values)
        return {"id": str(row["id"]), "superior": self.superior, "from_day": day.isoformat()}

    async def _above(self, turn: OfficeTurn, known: list[Above], post: UUID, day: date) -> UUID:
        assert self.superior is not None
        above: UUID = (await found.post_open_on(turn, self.superior, day, "superior"))["id"]
        posts = circle(known, post, above, day)
        if posts:
            codes = await structure.codes(turn.driver, list(posts))
            named = " → ".join(codes[one] for one in posts)
            raise Refused(Refusal("superiors-in-a-circle", "superior", {"posts": named}))
        await not_under_himself(turn, {post: above}, day)
        return above


def known_power(power: str) -> str:
    """Raises Refused for a power that no rule knows."""
    if power not in POWERS:
        raise Refused(Refusal("unknown-power", "power", {"power": power, "allowed": ", ".join(sorted(POWERS))}))
    return power


@dataclass(frozen=True, slots=True)
class GivePower:
    """A post has a power from a day on. Nobody gives one to a post that he holds himself."""

    post: str
    power: str
    from_day: date | None = None
    what: ClassVar[str] = "post.power-given"

    async def carry_out(self, turn: OfficeTurn) -> dict[str, Any]:
        await turn.needs_power("administer")
        day = found.day_to_come(turn, self.from_day)
        row = await found.post_open_on(turn, self.post, day)
        await not_for_own_posts(turn, [row["id"]])
        rows = await structure.powers(turn.driver, row["id"], known_power(self.power))
        if dated.lasting(rows, day):
            raise Refused(Refusal("has-power", "power", {"power": POWERS[self.power]}))
        key = {"post": row["id"], "power": self.power}
        dated.begin(turn.change, "post_power", key, rows, day, {"to_day": None})
        return {"id": str(row["id"]), "power": self.power, "from_day": day.isoformat()}


@dataclass(frozen=True, slots=True)
class TakePower:
    """A post has a power no more from a day on."""

    post: str
    power: str
    from_day: date | None = None
    what: ClassVar[str] = "post.power-taken"

    async def carry_out(self, turn: OfficeTurn) -> dict[str, Any]:
        await turn.needs_power("administer")
        day, row = found.day_to_come(turn, self.from_day), await found.post(turn, self.post)
        rows = await structure.powers(turn.driver, row["id"], known_power(self.power))
        if not dated.lasting(rows, day):
            raise Refused(Refusal("has-not-power", "power", {"power": POWERS[self.power]}))
        dated.end(turn.change, "post_power", {"post": row["id"], "power": self.power}, rows, day)
        return {"id": str(row["id"]), "power": self.power, "from_day": day.isoformat()}


@dataclass(frozen=True, slots=True)
class WithholdFromLinkOfficers:
    """The whole list of powers that an office's link officers do not have, from a day on."""

    office: str
    powers: tuple[str, ...]
    from_day: date | None = None
    what: ClassVar[str] = "office.withheld-from-link-officers"

    async def carry_out(self, turn: OfficeTurn) -> dict[str, Any]:
        await turn.needs_power("administer")
        day, office = found.day_to_come(turn, self.from_day), await found.office(turn, self.office)
        wanted = {known_power(power) for power in self.powers}
        by_power: dict[str, list[Mapping[str, Any]]] = {power: [] for power in wanted}
        for row in await structure.withheld(turn.driver, office["id"]):
            by_power.setdefault(row["power"], []).append(row)
        given_back = {
            power for power, rows in by_power.items() if power not in wanted and dated.lasting(rows, day)
        }
        if given_back:
            await not_as_own_link_officer(turn, office["id"])
        for power, rows in sorted(by_power.items()):
            self._set(turn, {"office": office["id"], "power": power}, rows, day, power in wanted)
        if not turn.change.stated:
            raise Refused(Refusal("nothing-changed"))
        return {"id": str(office["id"]), "powers": sorted(wanted), "from_day": day.isoformat()}

    @staticmethod
    def _set(turn: OfficeTurn, key: dict[str, Any], rows: dated.Rows, day: date, wanted: bool) -> None:
        holds = any(row["to_day"] is None and row["from_day"] <= day for row in rows)
        if holds and wanted:
            return
        dated.end(turn.change, "link_withheld", key, rows, day)
        if wanted:
            dated.begin(turn.change, "link_withheld", key, rows, day, {"to_day": None})
