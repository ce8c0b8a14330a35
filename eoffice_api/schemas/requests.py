"""Bodies of requests. A member that is not named here is refused."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from eoffice_api.schemas.meanings import (
    ACTIONS,
    KINDS,
    PRIORITIES,
    SCHEMES,
    of_parameter,
    of_registration,
    of_words,
)
from eoffice_api.schemas.texts import (
    Address,
    Code,
    ComplaintText,
    Condition,
    Day,
    DraftText,
    Instant,
    Name,
    NoteText,
    Remark,
    Subject,
    Telephone,
)
from flows.rules.labels import ASSISTANT_POWERS
from flows.rules.particulars import CLASSIFICATIONS
from flows.tray import MOST


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LogIn(_Body):
    login: str = Field(min_length=1, max_length=100, description="the log-in name")
    password: str = Field(min_length=1, max_length=200)


class Particulars(_Body):
    """What a kind's register asks for; each kind has its own."""

    head: Code | None = Field(None, description=of_registration("head"))
    subject_class: Code | None = Field(None, description=of_registration("subject_class"))
    retention_class: Code | None = Field(None, description=of_registration("retention_class"))
    medium: Code | None = Field(None, description=of_registration("medium"))
    amount_paise: Annotated[int, Field(strict=True, ge=0, le=10**15)] | None = Field(
        None, description=of_registration("amount_paise")
    )
    category: Code | None = Field(None, description=of_registration("category"))
    place: Code | None = Field(None, description=of_registration("place"))
    channel: Code | None = Field(None, description=of_registration("channel"))
    identity: Code | None = Field(None, description=of_registration("identity"))
    accused: Code | None = Field(None, description=of_registration("accused"))
    system: Code | None = Field(None, description=of_registration("system"))
    reference: Code | None = Field(None, description=of_registration("reference"))
    reference_day: Day | None = Field(None, description=of_registration("reference_day"))
    language: Code | None = Field(None, description=of_registration("language"))
    received_on: Day | None = Field(None, description=of_registration("received_on"))
    letter_day: Day | None = Field(None, description=of_registration("letter_day"))


class Complainant(_Body):
    name: Name | None = Field(None, description=of_registration("name"))
    telephone: Telephone | None = Field(None, description=of_registration("telephone"))
    address: Address | None = Field(None, description=of_registration("address"))


class Registration(_Body):
    """What is registered. `GET /api/v1/schemes` says for each kind which fields it has and their values."""

    scheme: Code | None = Field(None, description=of_registration("scheme", SCHEMES))
    kind: Code = Field(description=of_registration("kind", KINDS))
    subject: Subject = Field(description=of_registration("subject"))
    classification: Code = Field("ordinary", description=of_registration("classification", CLASSIFICATIONS))
    priority: Code = Field("ordinary", description=of_registration("priority", PRIORITIES))
    particulars: Particulars = Field(description=of_registration("particulars"))
    text: ComplaintText | None = Field(None, description=of_words("text", needed=True))
    complainant: Complainant | None = Field(None, description=of_words("complainant", needed=False))
    letter_number: Name | None = Field(None, description=of_words("letter_number", needed=False))
    sender: Complainant | None = Field(None, description=of_words("sender", needed=False))

    @model_validator(mode="after")
    def _one_person(self) -> Registration:
        if self.complainant is not None and self.sender is not None:
            raise PydanticCustomError("two_people", "either a complainant or a sender")
        return self


class Addressee(_Body):
    name: Name = Field(description="Who it is, as the letter names him.")
    address: Address | None = Field(None, description="Where he is written to.")
    email: Annotated[str, Field(max_length=320)] | None = Field(None, description="His e-mail address.")
    copy_only: Annotated[bool, Field(strict=True)] = Field(
        False, alias="copy", description="Whether only a copy goes to him, by endorsement."
    )


class Movement(_Body):
    """What is done with a docket, and what that takes."""

    action: Code = Field(
        description="What is done: one of the kind's actions.", json_schema_extra={"enum": list(ACTIONS)}
    )
    to: Code | None = Field(None, description=of_parameter("to"))
    remark: Remark | None = Field(None, description=of_parameter("remark"))
    text: NoteText | None = Field(None, description=of_parameter("text"))
    agree: Annotated[bool, Field(strict=True)] = Field(False, description=of_parameter("agree"))
    draft: UUID | None = Field(None, description=of_parameter("draft"))
    draft_sha256: str | None = Field(None, pattern="^[0-9a-f]{64}$", description=of_parameter("draft_sha256"))
    basis: UUID | None = Field(None, description=of_parameter("basis"))
    outcome: Code | None = Field(None, description=of_parameter("outcome"))
    conditions: tuple[Condition, ...] = Field((), max_length=50, description=of_parameter("conditions"))
    condition: UUID | None = Field(None, description=of_parameter("condition"))
    until: Day | None = Field(None, description=of_parameter("until"))
    due: Instant | None = Field(None, description=of_parameter("due"))
    priority: Code | None = Field(None, description=of_parameter("priority"))
    other: Code | None = Field(None, description=of_parameter("other"))
    particulars: Particulars | None = Field(None, description=of_parameter("particulars"))
    posts: tuple[Code, ...] = Field((), max_length=20, description=of_parameter("posts"))
    subject: Subject | None = Field(None, description=of_parameter("subject"))
    letter: UUID | None = Field(None, description=of_parameter("letter"))
    letter_sha256: str | None = Field(None, pattern="^[0-9a-f]{64}$", description=of_parameter("letter_sha256"))
    addressees: tuple[Addressee, ...] = Field((), max_length=100, description=of_parameter("addressees"))
    mode: Code | None = Field(None, description=of_parameter("mode"))
    document_id: UUID | None = Field(None, description=of_parameter("document_id"))
    ground: Code | None = Field(None, description=of_parameter("ground"))
    quality: Code | None = Field(None, description=of_parameter("quality"))
    category: Code | None = Field(None, description=of_parameter("category"))
    place: Code | None = Field(None, description=of_parameter("place"))
    channel: Code | None = Field(None, description=of_parameter("channel"))
    system: Code | None = Field(None, description=of_parameter("system"))
    reference: Code | None = Field(None, description=of_parameter("reference"))
    reference_day: Day | None = Field(None, description=of_parameter("reference_day"))


class Resolution(_Body):
    """What a person says of a message that is uncertain or failed."""

    resolution: Literal["sent", "send_again"] = Field(
        description="`sent`: it did go out (of an uncertain one, as the gateway's own records show). "
        "`send_again`: it surely did not, and is to be sent (of an uncertain or a failed one)."
    )


class Prepared(Movement):
    """What an assistant prepares for his officer: a movement, and the docket that it is of."""

    docket: UUID = Field(description="The id of the docket; its version is that of `If-Match`.")


_Items = Annotated[list[UUID], Field(min_length=1, max_length=MOST)]


class TrayConfirmation(_Body):
    items: _Items = Field(description="The ids of what is confirmed, carried out in this order.")


class TrayOrder(_Body):
    items: _Items = Field(description="The ids of what waits, in the order in which it is to be shown.")


class NewAssistant(_Body):
    login: Code = Field(description="The log-in name of the person.")
    post: Code = Field(description="The code of the post at which he is to assist.")
    powers: list[Code] = Field(
        min_length=1,
        max_length=20,
        description="What he may do there for its officer.",
        json_schema_extra={"items": {"type": "string", "enum": list(ASSISTANT_POWERS)}},
    )


class Password(_Body):
    password: str = Field(min_length=1, max_length=200, description="Your password once more.")


class FactorCode(_Body):
    code: str = Field(pattern="^[0-9]{6}$", description="The code of six digits that your device shows now.")


class FactorsAsked(_Body):
    asked: list[Literal["deciding", "log_in"]] = Field(
        max_length=2, description="On which occasions the office asks from now on; an empty list: on none."
    )


class DraftSaving(_Body):
    text: DraftText = Field(description="The whole text of the draft, as it stands now.")
