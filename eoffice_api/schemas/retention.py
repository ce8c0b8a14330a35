"""Bodies and answers about retention: what is due, lists and orders of erasure, and what is kept back."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from eoffice_api.schemas.answers import Label
from eoffice_api.schemas.texts import Code, Condition, Day, Name
from flows.retention import MOST, SHOWN

_UNTIL = "Until which day it is kept; without a day it is on legal hold until that is lifted."
_PART = (
    "Which text: subject, body, name, telephone, address, letter_number, sender_name, sender_telephone, "
    "sender_address, or remark:N (of movement N), paragraph:N, document:N."
)


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class NewList(_Body):
    """Which papers a list is to have: all that are due, or some of them."""

    on: Day | None = Field(None, description="On which day they are due; today where none is given.")
    numbers: Annotated[tuple[Code, ...], Field(min_length=1, max_length=MOST)] | None = Field(
        None, description="The numbers of the papers; all that are due where none are given."
    )


class PartOfPaper(_Body):
    number: Code = Field(description="The number of the paper.")
    part: Code = Field(description=_PART)


class NewOrder(_Body):
    """A lawful order about single texts, such as a court's."""

    authority: Name = Field(description="By whose word: court, number and date of the order.")
    items: tuple[PartOfPaper, ...] = Field(min_length=1, max_length=SHOWN, description="The texts that go.")


class Strike(_Body):
    ordinal: Annotated[int, Field(strict=True, ge=1, le=2**31 - 1)] = Field(description="The line that is struck.")
    reason: Condition = Field(description="Why the paper is kept.")
    until: Day | None = Field(None, description=_UNTIL)


class NewHold(_Body):
    paper: Code = Field(description="The number of the paper.")
    reason: Condition = Field(description="Why the paper is kept.")
    until: Day | None = Field(None, description=_UNTIL)


class HoldEnd(_Body):
    paper: Code = Field(description="The number of the paper.")
    hold: UUID | None = Field(
        None, description="Which hold; needed where several keep the paper back (`GET /retention/holds`)."
    )


class OrderDone(BaseModel):
    id: UUID
    sort: str = Field(description="list (papers past their retention) or order (single texts)")
    number: int
    state: str
    items: int


class HoldDone(BaseModel):
    id: UUID
    paper: str
    until: date | None


class Hold(BaseModel):
    id: UUID
    at: datetime
    until: date | None = Field(description="without a day it is a legal hold")
    by_post: str | None = Field(description="null: by a command")
    reason: str | None = Field(description="of your own office's papers that are not confidential")


class Holds(BaseModel):
    items: list[Hold]


class DuePaper(BaseModel):
    id: UUID
    number: str
    kind: str
    scheme: str
    retention_class: str | None
    closed_at: datetime
    ending: str | None
    then: str = Field(description="review or destroy: what the scheme says happens now")
    then_label: Label
    subject: str | None


class DuePapers(BaseModel):
    day: date
    items: list[DuePaper]


class ErasureOrder(OrderDone):
    state_label: Label
    authority: str | None
    drawn_by_post: str | None
    first_post: str | None
    second_post: str | None
    drawn_at: datetime
    first_at: datetime | None
    second_at: datetime | None
    carried_out_at: datetime | None


class ErasureOrders(BaseModel):
    items: list[ErasureOrder]


class ErasureLine(BaseModel):
    ordinal: int
    paper: UUID
    number: str
    kind: str
    part: str | None
    state: str = Field(description="listed or struck")
    retention_class: str | None
    closed_at: datetime | None
    destroyed: bool
    subject: str | None


class ErasureOrderPage(ErasureOrder):
    lines: list[ErasureLine]
    next_after: int | None = Field(description="the last line given, where there are more")
