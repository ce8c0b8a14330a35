"""What reads and changes of the office answer, for their documentation."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from eoffice_api.schemas.answers import Label, ListedDocket, Page, PersonName, PlaceName, PostName


class Changed(BaseModel):
    """What a change of the office came to: the ids and terms of what was made or changed."""

    model_config = ConfigDict(extra="allow")


class Days(BaseModel):
    from_day: date | None = Field(description="the first day; null: it was so from the beginning")
    to_day: date | None = Field(description="the first day on which it holds no more; null: no end")


class Term(BaseModel):
    since: datetime = Field(alias="from")
    until: datetime | None


class HolderTerm(Term):
    person: PersonName
    charge: str = Field(description="substantive, additional or link")


class SuperiorDays(Days):
    post: PostName


class PowerDays(Days):
    power: str


class CompetenceDays(Days):
    subject_class: str
    paise: int


class AbsenceTerm(Term):
    id: UUID
    person: PersonName
    link_officer: PersonName | None


class PostPage(PostName):
    opened_on: date
    closed_on: date | None
    office: PlaceName
    section: PlaceName
    holders: list[HolderTerm]
    superiors: list[SuperiorDays]
    powers: list[PowerDays]
    decides: list[CompetenceDays]
    absences: list[AbsenceTerm]


class SectionBranch(PlaceName):
    record_room: bool
    posts: list[PostName]


class OfficeBranch(PlaceName):
    place: str
    withheld_from_link_officers: list[str]
    sections: list[SectionBranch]


class DepartmentBranch(PlaceName):
    offices: list[OfficeBranch]


class OfficeTree(BaseModel):
    items: list[DepartmentBranch]


class InboxPage(Page):
    items: list[dict[str, Any]]
    absence: AbsenceTerm | None = Field(description="who is on leave from the post now, and who stands in")


class AwaitedAction(BaseModel):
    action: str
    label: Label


class WaitingItem(ListedDocket):
    state_label: Label
    holder: PostName | None = Field(description="null where nobody has it")
    awaits: list[AwaitedAction] = Field(description="the actions for which it waits at your post")


class WaitingPage(Page):
    items: list[WaitingItem]


class ChargeListDrawn(BaseModel):
    id: UUID
    entries: int
    list_sha256: str = Field(description="what the second signature names")
    lapses_at: datetime


class ChargeListHead(BaseModel):
    id: UUID
    post: PostName
    charge: str
    relieved: PersonName | None
    relieving: PersonName
    posting_order: str | None
    reason: str | None = Field(description="why the predecessor did not sign, or why it was refused")
    proposed_as: str = Field(description="relieved, relieving or controlling")
    proposed_by: PersonName
    at: datetime
    lapses_at: datetime
    entries: int
    list_sha256: str
    state: str = Field(description="open, confirmed, declined or lapsed")
    state_label: Label
    settled_as: str | None
    settled_by: PersonName | None
    settled_at: datetime | None


class ChargeListPage(Page):
    items: list[ChargeListHead]


class ChargeLine(BaseModel):
    ordinal: int
    sort: str = Field(description="held, draft (a note left unfinished) or proposal (waits for a second person)")
    paper: UUID
    number: str
    subject: str | None = Field(description="null where it is confidential, or not for you to read")
    state: str
    state_label: Label
    since: datetime
    parked_until: date | None
    paragraph: int | None
    proposed: str | None


class ChargeTaken(ChargeListHead, Page):
    lines: list[ChargeLine]
