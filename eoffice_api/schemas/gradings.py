"""Bodies and answers about gradings: months, the marks of their units, and the cases behind each mark."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from eoffice_api.schemas.answers import Label

Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
_MARKS = "in hundredths: 9333 are 93.33"


class Publication(BaseModel):
    """Which draft is published: the one that was read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    cases_sha256: Digest = Field(description="The SHA-256 of the draft's list of cases, as it was read.")


class GradingDone(BaseModel):
    scheme: str
    kind: str
    month: str
    cases: int
    cases_sha256: Digest
    units: int = Field(description="how many departments and districts are graded")


class Named(BaseModel):
    code: str
    label: Label


class GradingListed(BaseModel):
    scheme: str
    scheme_version: int = Field(description="the version of the scheme that was in force on the month's first day")
    kind: str
    kind_label: Label
    month: str
    published: bool = Field(description="false: a draft, which may still change")
    at: datetime = Field(description="when it was published, or the draft made")
    cases: int
    cases_sha256: Digest = Field(
        description="of the list of its cases; the office's chain states it when published"
    )
    sorts: list[Named] = Field(description="what is graded: department, district")
    groups: list[Named] = Field(description="units are compared within a group; empty: all of a sort")


class GradingsPage(BaseModel):
    items: list[GradingListed]
    next: str | None


class PartOfFormula(Named):
    weight: int = Field(description="of 100 marks")
    days: int | None = Field(description="of over_days: so many whole days a complaint may be open")
    without: list[str] = Field(description="kinds of closing that count neither for nor against")


class GradeOfFormula(Named):
    from_marks: int = Field(description="from so many marks of 100 on")


class PartOfMarks(BaseModel):
    part: str
    cases: int = Field(description="how many cases the part measured")
    well: int = Field(description="how many of them count well")
    marks: int | None = Field(description=f"of the part's weight, {_MARKS}; null: no case was measured")


class UnitOfGrading(BaseModel):
    sort: str
    unit: str
    label: Label
    cases: int
    group: str | None
    rank: int | None = Field(description="among the units of its sort and group; equal marks share one")
    marks: int | None = Field(description=f"of 100, {_MARKS}; null: not graded")
    grade: str | None
    parts: list[PartOfMarks]


class GradingPage(GradingListed):
    parts: list[PartOfFormula]
    grades: list[GradeOfFormula]
    units: list[UnitOfGrading] = Field(description="by sort, group and rank")


class CaseOfGrading(BaseModel):
    number: str
    docket: UUID | None = Field(description="its paper; null: it is not for you to read")
    registered: date
    ending: str | None = Field(description="how it was closed in the month; null: open at its end")
    ending_label: Label | None
    open_days: int | None = Field(description="of an open one: calendar days until the month's last")
    replied: bool
    sent_back: bool = Field(description="a reply was sent back for its quality in the month")
    attended: bool | None = Field(description="by each limit that was over in the month; null: none was")
    counts: dict[str, bool | None] = Field(description="by part: well, not well, or (null) not measured")


class CasesOfGrading(BaseModel):
    items: list[CaseOfGrading]
    next: str | None = Field(description="may be given with fewer items than asked for; null: that was the last")
    counted: int = Field(description="how many cases stand behind the mark, also those that are not listed to you")
