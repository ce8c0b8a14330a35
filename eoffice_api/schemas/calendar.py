"""Bodies and answers about the office's calendar, for checks and for the API's documentation."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field

from eoffice_api.schemas.answers import Label
from eoffice_api.schemas.texts import Code, Day, Name
from flows.rules.declarations import MOST
from flows.rules.labels import DAY_SORTS


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class GivenDay(_Body):
    """A day as it is to be."""

    day: Day = Field(description="the day, where the scheme is in force")
    sort: Code = Field(description="what the day is to be", json_schema_extra={"enum": list(DAY_SORTS)})
    label_en: Name = Field(description="what day it is, in English")
    label_hi: Name = Field(description="what day it is, in Hindi")


class NewDays(_Body):
    """Days that are declared together."""

    calendar: Code = Field("office", description="the calendar's name, as schemes give it")
    days: tuple[GivenDay, ...] = Field(min_length=1, max_length=MOST)


class ShownDay(BaseModel):
    day: date
    sort: str
    sort_label: Label
    label: Label
    in_force: bool = Field(description="false where a later declaration says otherwise")
    scheme: str | None = Field(description="the scheme that says it; null where it was declared")
    declared_at: datetime | None
    by_post: str | None = Field(description="the declaring post's code; null for a scheme or an operator")


class CalendarYear(BaseModel):
    calendar: str
    year: int
    schemes: list[str] = Field(description="the schemes that count by this calendar")
    days: list[ShownDay]


class Declared(BaseModel):
    calendar: str
    declared_at: datetime
    days: int
