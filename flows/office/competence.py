"""Decision classes: what amount of a subject class a post may decide, set and taken back from a day on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from flows.office import dated, found
from flows.office.changes import OfficeTurn
from flows.office.own_gain import not_for_own_posts
from flows.rules.errors import Refusal, Refused
from flows.schemes_in_force import some_in_force
from storage import structure


async def _known_class(turn: OfficeTurn, subject_class: str) -> str:
    holding = (await some_in_force(turn.driver, turn.at)).values()
    known = {one for scheme in holding for kind in scheme.kinds.values() for one in kind.subject_classes}
    if subject_class not in known:
        facts = {"subject_class": subject_class, "allowed": ", ".join(sorted(known))}
        raise Refused(Refusal("unknown-subject-class", "subject_class", dict(facts)))
    return subject_class


def _key(post: dict[str, Any], subject_class: str) -> dict[str, Any]:
    return {"office": post["office"], "subject_class": subject_class, "post": post["id"]}


async def _end(turn: OfficeTurn, key: dict[str, Any], day: date) -> tuple[bool, dated.Rows]:
    """Ends what holds from that day on; answers whether there was any, and all rows of the table with days."""
    of: tuple[UUID, str, UUID] = key["office"], key["subject_class"], key["post"]
    rows = await structure.competences(turn.driver, *of)
    first = await structure.first_competence(turn.driver, *of)
    held = bool(dated.lasting(rows, day))
    dated.end(turn.change, "competence", key, rows, day)
    if first is not None and (first["to_day"] is None or first["to_day"] > day):
        turn.change.set("decision_class", key, {"to_day": day})
        held = True
    return held, rows


@dataclass(frozen=True, slots=True)
class SetCompetence:
    """The largest amount (paise) that a post of its office decides, in place of what held before."""

    post: str
    subject_class: str
    paise: int
    from_day: date | None = None
    to_day: date | None = None
    what: ClassVar[str] = "competence.set"

    async def carry_out(self, turn: OfficeTurn) -> dict[str, Any]:
        await turn.needs_power("administer")
        day = found.day_to_come(turn, self.from_day)
        if self.to_day is not None and self.to_day <= day:
            raise Refused(Refusal("day-before-first", "to_day"))
        post = await found.post_open_on(turn, self.post, day)
        await not_for_own_posts(turn, [post["id"]])
        key = _key(post, await _known_class(turn, self.subject_class))
        _, rows = await _end(turn, key, day)
        values = {"paise": self.paise, "to_day": self.to_day}
        dated.begin(turn.change, "competence", key, rows, day, values)
        return {"post": self.post, "subject_class": self.subject_class, "from_day": day.isoformat()}


@dataclass(frozen=True, slots=True)
class TakeCompetence:
    """A post decides nothing of a subject class any more from a day on, also one that no scheme has any more."""

    post: str
    subject_class: str
    from_day: date | None = None
    what: ClassVar[str] = "competence.taken"

    async def carry_out(self, turn: OfficeTurn) -> dict[str, Any]:
        await turn.needs_power("administer")
        day, post = found.day_to_come(turn, self.from_day), await found.post(turn, self.post)
        held, _ = await _end(turn, _key(post, self.subject_class), day)
        if not held:
            facts = {"post": self.post, "subject_class": self.subject_class}
            raise Refused(Refusal("has-no-competence", "subject_class", dict(facts)))
        return {"post": self.post, "subject_class": self.subject_class, "from_day": day.isoformat()}
