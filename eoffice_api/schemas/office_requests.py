"""Bodies of what changes the office: posts, charge, leave, competence. A member not named here is refused."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from eoffice_api.schemas.texts import Code, Condition, Day, Instant, Name, Remark
from flows.rules.labels import POWERS
from flows.rules.posts import CHARGES

_FROM_DAY = "The day from which it counts; today where none is given. A day that is over is refused."
_LOGIN = "Somebody's log-in name."
_POST = "A post's code."

FromDay = Annotated[Day | None, Field(description=_FROM_DAY)]
Login = Annotated[Code, Field(description=_LOGIN)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Named(_Body):
    name_en: Name = Field(description="Its name in English.")
    name_hi: Name = Field(description="Its name in Hindi.")


class _Coded(_Named):
    code: Code = Field(description="Its code: letters, digits, dots, hyphens, underscores; at most 50, for ever.")


class NewDepartment(_Coded):
    pass


class NewNames(_Body):
    name_en: Name | None = Field(None, description="Its new name in English.")
    name_hi: Name | None = Field(None, description="Its new name in Hindi.")


class NewOffice(_Coded):
    department: Code = Field(description="The code of its department.")
    place: Code = Field(description="The code of the place where it is.")


class NewSection(_Coded):
    record_room: Annotated[bool, Field(strict=True)] = Field(False, description="Whether closed files go there.")


class NewPost(_Coded):
    office: Code = Field(description="The code of its office.")
    section: Code = Field(description="The code of its section in that office.")
    abbreviation: Code = Field(description="How it is marked on a file.")
    opened_on: Day | None = Field(None, description="The day from which it exists; today where none is given.")
    superior: Code | None = Field(None, description="The code of the post above it.")


class NewPostNames(NewNames):
    abbreviation: Code | None = Field(None, description="How it is marked on a file from now on.")


class FromADay(_Body):
    from_day: FromDay = None


class Superior(_Body):
    superior: Code | None = Field(description="The code of the post above; null: none is above it.")
    from_day: FromDay = None


class Power(_Body):
    power: Code = Field(description="The power.", json_schema_extra={"enum": [*sorted(POWERS)]})
    from_day: FromDay = None


class Withheld(_Body):
    powers: tuple[Code, ...] = Field(
        max_length=50, description="All powers of posts that link officers of this office do not have."
    )
    from_day: FromDay = None


class Charge(_Body):
    person: Login
    charge: Code = Field(description="The sort of charge.", json_schema_extra={"enum": [*CHARGES]})
    begins: Instant | None = Field(None, description="From when; now where nothing is given.")
    ends: Instant | None = Field(None, description="Until when; a link officer's charge must have an end.")


class ChargeEnd(_Body):
    person: Login
    at: Instant | None = Field(None, description="When it ends; now where nothing is given.")


class Leave(_Body):
    person: Login
    link_officer: Login
    begins: Instant | None = Field(None, description="From when; now where nothing is given.")
    ends: Instant = Field(description="Until when.")


class LeaveEnd(_Body):
    at: Instant | None = Field(None, description="When it ends; now where nothing is given.")


class Competence(_Body):
    subject_class: Code = Field(description="The subject class, as the scheme names it.")
    paise: Annotated[int, Field(strict=True, ge=0, le=10**15)] = Field(
        description="The largest amount, in paise, that the post may decide."
    )
    from_day: FromDay = None
    to_day: Day | None = Field(None, description="The first day on which it holds no more.")


class CompetenceEnd(_Body):
    subject_class: Code = Field(description="The subject class, as the scheme names it.")
    from_day: FromDay = None


class ChargeList(_Body):
    post: Code = Field(description="The code of the post whose charge changes.")
    relieving: Login
    charge: Code = Field(
        description="The sort of charge that the successor takes.",
        json_schema_extra={"enum": ["substantive", "additional"]},
    )
    posting_order: Name = Field(description="Number and date of the order under which the charge changes.")
    reason: Remark | None = Field(None, description="Why the predecessor does not sign, where a post above does.")


class Signature(_Body):
    list_sha256: str = Field(pattern="^[0-9a-f]{64}$", description="The sum of the list that you have read.")
    reason: Remark | None = Field(None, description="Why the predecessor does not sign, where a post above does.")


class NoSignature(_Body):
    reason: Condition = Field(description="Why you do not sign.")
