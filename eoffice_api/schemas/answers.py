"""What the API answers, for its documentation; the answers themselves are plain dictionaries."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class ProblemAnswer(BaseModel):
    """A problem (RFC 9457). ``type`` is stable; ``detail`` is a sentence in the language that was asked for."""

    model_config = ConfigDict(extra="allow")
    type: str
    title: str
    status: int
    detail: str
    field: str | None = Field(None, description="what of the request it is about")
    allowed: list[str] | None = Field(None, description="where a filter has another value: those that it takes")
    listed_at: str | None = Field(
        None, description="where a value is not known: the read that lists those that are"
    )
    instruction: str | None = None


class Token(BaseModel):
    access_token: str
    token_type: str
    expires_in: int


class SessionBegun(BaseModel):
    csrf: str
    expires_at: datetime


class PostName(BaseModel):
    id: UUID
    code: str
    abbreviation: str
    name_en: str
    name_hi: str


class PersonName(BaseModel):
    id: UUID
    name_en: str | None
    name_hi: str | None


class PlaceName(BaseModel):
    code: str
    name_en: str
    name_hi: str


class Label(BaseModel):
    en: str
    hi: str


class Power(BaseModel):
    code: str
    label: Label


class MyPost(PostName):
    acts_as: str = Field(description="officer, or assistant: you act there for its officer")
    charge: str | None = Field(description="substantive, additional or link; null for an assistant")
    assistant_powers: list[Power] = Field(description="what an assistant may do there; empty for an officer")
    office: PlaceName
    section: PlaceName
    powers: list[str]


class Me(BaseModel):
    person: PersonName
    login: str
    language: str
    posts: list[MyPost]
    second_factor: str = Field(description="none, begun (not confirmed yet) or active")
    second_factor_asked: list[str] = Field(description="on which occasions the office asks for it")
    practice: bool
    session: str
    expires_at: datetime


class Outcome(BaseModel):
    movement: UUID
    name: str
    sequence: int
    state: str
    version: int
    at: datetime
    holder: UUID | None
    document: UUID | None = Field(None, description="where one was added: its id")


class MovementDone(BaseModel):
    instruction: UUID
    state: str
    document: UUID | None = Field(None, description="of an upload: the id of the document")
    outcome: Outcome


class MovementWaiting(BaseModel):
    instruction: UUID
    state: str
    document: UUID | None = Field(None, description="of an upload: the id that the document will have")


class Instruction(BaseModel):
    id: UUID
    docket: UUID
    action: str
    state: str = Field(description="waiting, carried_out, refused, withdrawn or failed")
    accepted_at: datetime
    finished_at: datetime | None
    outcome: Outcome | None
    problem: ProblemAnswer | None


class TrayOutcome(BaseModel):
    id: UUID
    docket: UUID | None
    instruction: UUID | None
    state: str = Field(description="carried_out, waiting (ask again for the instruction), refused, …")
    outcome: Outcome | None
    problem: ProblemAnswer | None = Field(description="why it was refused; the item is still in the tray")


class TrayConfirmed(BaseModel):
    items: list[TrayOutcome]


class InTray(BaseModel):
    id: UUID


class AssistantGiven(BaseModel):
    id: UUID


class FactorBegun(BaseModel):
    otpauth: str = Field(description="the address that your device reads, as text or QR; shown this once")


class FactorActive(BaseModel):
    state: str


class DocketBorn(BaseModel):
    id: UUID
    number: str
    state: str
    version: int
    movement: UUID
    instruction: UUID
    secret: str | None = Field(None, description="complaints, once: with the number it opens the status")


class RouteStop(BaseModel):
    ordinal: int
    post: PostName


class Reference(BaseModel):
    system: str
    number: str
    day: date | None


class Docket(BaseModel):
    model_config = ConfigDict(extra="allow")
    id: UUID
    number: str
    family: str
    kind: str
    state: str
    state_label: Label
    state_class: str
    subject: str | None
    holder: PostName | None
    sender: PostName | None
    priority: str
    classification: str
    version: int
    sight: str = Field(description="all, until (notes up to your last act), movements (no texts)")
    due: datetime | None
    parked_until: date | None
    route: list[RouteStop] = Field(description="the posts to which it is still to go in turn")
    references: list[Reference] = Field(description="its numbers in outside systems")


class ListedDocket(BaseModel):
    model_config = ConfigDict(extra="allow")
    id: UUID
    number: str
    kind: str
    state: str
    state_class: str
    subject: str | None = Field(description="null where it is confidential, or not for you to read")
    classification: str
    priority: str
    version: int


class Page(BaseModel):
    next: str | None = Field(description="the cursor of the next page; null at the end")


class DocketPage(Page):
    items: list[ListedDocket]


class TrailMovement(BaseModel):
    model_config = ConfigDict(extra="allow")
    id: UUID
    sequence: int
    act: str
    name: str
    label: Label
    at: datetime
    from_state: str | None
    to_state: str
    by_post: PostName | None
    by_person: PersonName | None
    remark: str | None


class TrailPage(Page):
    items: list[TrailMovement]


class Items(BaseModel):
    items: list[dict[str, Any]]


class ItemsPage(Page):
    items: list[dict[str, Any]]


class MessageResolved(BaseModel):
    id: UUID
    state: str
    version: int


class StandingJob(BaseModel):
    name: str
    label: Label
    process: str = Field(description="engine or schedules: which process does it")
    running: bool | None = Field(description="null where no process has served it yet")
    last_started: datetime | None
    last_finished: datetime | None
    last_good: datetime | None = Field(description="when the last run that ended well began")
    last_by: str | None = Field(description="who began the last run: prefect, ticker or engine")
    seconds: float | None = Field(description="how long the last run that ended took")
    outcome: dict[str, Any] | None = Field(description="what the last good run did; `ok` false: it found faults")
    runs: int | None
    tries: int | None = Field(description="how often it was begun since a run ended well")
    error: str | None = Field(description="why the last run broke")
    next: datetime | None
    overdue: bool
    broken: bool = Field(description="to be looked at: overdue, broke, found something, or was never served")


class StandingJobs(BaseModel):
    items: list[StandingJob]


class Health(BaseModel):
    model_config = ConfigDict(extra="allow")
    status: str


class Counts(BaseModel):
    in_hand: int
    in_transit: int
    waiting: int
    overdue: int
    all: int
    unread: int
    counted_up_to: int
    unread_up_to: int


class DraftSaved(BaseModel):
    sha256: str
    saved_at: datetime


class Note(BaseModel):
    model_config = ConfigDict(extra="allow")
    id: UUID
    paragraph: int
    author_post: PostName
    author_person: PersonName | None
    fixed: bool
    text: str | None = Field(description="null while it is another's draft")


class Notes(BaseModel):
    items: list[Note]


class Document(BaseModel):
    model_config = ConfigDict(extra="allow")
    id: UUID
    ordinal: int
    name: str | None = Field(description="null where it is withheld")
    withheld: bool = Field(description="nobody reads it until two people release it")
    media_type: str
    size: int
    erased: str | None = Field(None, description="under which list or order it was erased, in both languages")


class Documents(BaseModel):
    items: list[Document]
