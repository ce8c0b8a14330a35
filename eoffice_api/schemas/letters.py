"""What the API answers of letters."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, Field

from eoffice_api.schemas.answers import PersonName, PostName


class LetterAddressee(BaseModel):
    id: UUID
    name: str | None
    address: str | None
    email: str | None
    copy_only: bool = Field(alias="copy", description="a copy goes to him, by endorsement")


class LetterVersion(BaseModel):
    ordinal: int
    subject: str | None
    text: str | None
    addressees: list[LetterAddressee]
    sha256: str
    at: datetime
    by_post: PostName
    by_person: PersonName | None


class LetterDecision(BaseModel):
    version: int
    outcome: str
    movement: UUID
    at: datetime


class LetterSigned(BaseModel):
    version: int
    movement: UUID
    at: datetime
    by_post: PostName
    by_person: PersonName | None


class LetterDropped(BaseModel):
    movement: UUID
    at: datetime


class Dispatched(BaseModel):
    number: str
    mode: str
    day: date
    addressee: UUID
    movement: UUID
    at: datetime


class Letter(BaseModel):
    id: UUID
    ordinal: int
    versions: list[LetterVersion]
    decisions: list[LetterDecision]
    signed: LetterSigned | None
    dispatches: list[Dispatched]
    dropped: LetterDropped | None


class Letters(BaseModel):
    items: list[Letter]
