"""Tells the life of a paper in an office of a shipped scheme: what people do, what is refused, how it stands.

Each step goes through acceptance and the step's transaction on PostgreSQL, as in an office; hours and days pass by
the tests' clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from flows.register import Wish, register
from tests.factories.clock_acts import clock_does
from tests.factories.lives import Answer, Life
from tests.factories.practice_office import PracticeOffice
from tests.fixtures.office import OfficeClock

MONDAY = datetime(2027, 3, 1, 4, 30, tzinfo=UTC)
"""When each story begins: ten o'clock on a Monday in India, and no holiday that week."""

SAID = "मौके पर जाकर देखा गया।"


@dataclass
class Story:
    """One paper of the story. What is said with a step is Hindi; where nothing is given, something plain is."""

    life: Life
    clock: OfficeClock

    async def does(self, who: str, action: str, /, **given: Any) -> Story:
        """Somebody does it, and the rules let him."""
        await self.life.must(who, action, **given)
        return self

    async def bears(self, who: str, action: str, /, **given: Any) -> Story:
        """What somebody brings into being by it: a complaint split off."""
        return Story(await self.life.begun(who, action, **given), self.clock)

    async def refuses(self, why: str, who: str, action: str, /, **given: Any) -> Story:
        """The rules refuse it to somebody, for this reason."""
        answer = await self.life.act(who, action, **given)
        assert answer.refused == why, f"{who} {action}: {answer.refused} ({answer.field}), not {why}"
        return self

    async def goes_to(self, who: str, *, by: str = "desk") -> Story:
        """It is assigned to somebody, who takes it in hand."""
        await self.does(by, "assign", to=who)
        return await self.does(who, "receive")

    async def the_clock(self, action: str, /, *, refused: str | None = None, seen_by: str = "desk") -> Story:
        """The clock does it by itself, or may not yet; ``seen_by``: who may see the paper."""
        answer: Answer = await clock_does(self.life, action, seen_by=seen_by)
        assert answer.refused == refused, f"the clock, {action}: {answer.refused}"
        return self

    def after(self, **time: float) -> Story:
        """Time passes: ``days=3``, ``hours=2``."""
        self.clock.forward(timedelta(**time))
        return self

    async def stands(
        self, state: str, *, with_: str | None = None, level: int | None = None, ended: str | None = None
    ) -> Story:
        """How it stands now: its state, and what else is named: who has it, its level, how it ended."""
        row = await self.life.row()
        assert (row["state"], row["ending"]) == (state, ended)
        if with_ is not None:
            holder = await self.life.office.one("select holder from docket where id = %(d)s", d=self.life.docket)
            assert self.life.office.name_of(holder) == with_
        if level is not None:
            sql = "select level from complaint where docket = %(d)s"
            assert await self.life.office.one(sql, d=self.life.docket) == level
        return self

    async def puts_up(self, who: str, to: str, text: str) -> Story:
        """Somebody writes a note and sends the file up with it; who gets it takes it in hand."""
        await self.does(who, "note", text=text)
        await self.does(who, "forward", to=to, **await self.life.draft_of(who))
        return await self.does(to, "receive")

    async def decides(self, who: str, outcome: str = "approve", **given: Any) -> Story:
        """Somebody decides on the last note that stands for ever."""
        sql = """select n.id from note n join note_fixed x on x.note = n.id
            where n.docket = %(d)s order by n.paragraph desc limit 1"""
        basis = await self.life.office.one(sql, d=self.life.docket)
        return await self.does(who, "approve", outcome=outcome, basis=basis, **given)

    async def due(self, sort: str) -> timedelta:
        """How long the running clock of a sort (citizen, level, attend) has from where the story began."""
        sql = "select due from clock where docket = %(d)s and sort = %(s)s and ended is null"
        found = await self.life.office.one(sql, d=self.life.docket, s=sort) - MONDAY
        # Movements of one instant come a microsecond apart.
        return timedelta(seconds=round(found.total_seconds()))

    async def halted(self, sort: str) -> bool:
        """Does the clock of a sort stand still?"""
        sql = "select halted_at from clock where docket = %(d)s and sort = %(s)s and ended is null"
        return await self.life.office.one(sql, d=self.life.docket, s=sort) is not None

    async def told(self) -> Mapping[str, Any]:
        """What its last movement says beside who and whom: ground, quality, channel."""
        sql = "select details from movement where docket = %(d)s order by sequence desc limit 1"
        return await self.life.office.one(sql, d=self.life.docket) or {}


@dataclass
class Teller:
    """An office in which stories happen."""

    office: PracticeOffice
    clock: OfficeClock
    scheme: str
    begun: list[Story] = field(default_factory=list[Story])

    async def hears(self, text: str, category: str, *, kind: str = "complaint", **given: Any) -> Story:
        """The desk takes a citizen's words down: ``place``, ``channel``, ``identity``, ``accused`` may be said."""
        by = given.pop("by", "desk")
        particulars = {"channel": "telephone", "identity": "named", **given, "category": category}
        who = {} if particulars["identity"] == "anonymous" else {"name": "कमला देवी", "telephone": "9999900001"}
        return await self._begins(by, kind, text, particulars, {"text": text, **who})

    async def opens(self, subject: str, *, by: str, kind: str = "file", **particulars: Any) -> Story:
        """Somebody opens a file."""
        return await self._begins(by, kind, subject, particulars, {})

    async def diarises(self, subject: str, *, by: str, **particulars: Any) -> Story:
        """A letter comes in."""
        texts = {"name": "सीता राम", "letter_number": "क/१२", "address": "हांसी"}
        return await self._begins(by, "receipt", subject, particulars, texts, person="sender")

    async def _begins(
        self, by: str, kind: str, subject: str, particulars: dict[str, Any], texts: dict[str, str], **more: Any
    ) -> Story:
        secret = bytes(32) if "category" in particulars else None
        wish = Wish(self.scheme, kind, subject, "ordinary", "ordinary", particulars, texts, secret, **more)
        giver = self.office.giver(by, str(uuid4()))
        accepted = await register(self.office.database, self.office.identity, giver, wish)
        assert accepted.outcome is not None
        story = Story(Life(self.office, accepted.docket, str(accepted.outcome["number"])), self.clock)
        self.begun.append(story)
        return story
