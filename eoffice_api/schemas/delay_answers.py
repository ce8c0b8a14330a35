"""What the API answers about delay: which post held what how long within and over its limits."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from eoffice_api.schemas.answers import PostName

Sort = Literal["level", "citizen", "due"]


class PostShare(BaseModel):
    post: PostName | None = Field(description="null: for so long nobody held it")
    within_minutes: int = Field(description="while the limit was not over, in the clock's own unit")
    late_minutes: int = Field(description="while it was over, in the clock's own unit")
    late_days: int = Field(description="days on which most of that day's delay was this post's")


class ClockShares(BaseModel):
    sort: Sort = Field(description="an officer's level, the citizen's limit, or the day by which a file is due")
    level: int
    unit: str | None = Field(description="what the limit is counted in; null for a file's due")
    began: datetime
    due: datetime
    ended: datetime | None
    posts: list[PostShare]


class DocketDelay(BaseModel):
    items: list[ClockShares]


class PostFigures(BaseModel):
    sort: Sort = Field(description="an officer's level, the citizen's limit, or the day by which a file is due")
    working: bool = Field(description="true: minutes are working time, days working days")
    dockets: int = Field(description="how many it held while such a clock ran")
    late_dockets: int = Field(description="of them those that it held while the limit was over")
    within_minutes: int
    late_minutes: int
    late_days: int = Field(description="over all dockets, days on which most of that day's delay was this post's")


class PostDelay(BaseModel):
    post: PostName
    figures: list[PostFigures]


class DelayPage(BaseModel):
    month: str
    items: list[PostDelay]
    next: str | None
