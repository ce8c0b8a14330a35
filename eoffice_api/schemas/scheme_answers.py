"""What the API answers about schemes and their rules, for its documentation."""

from __future__ import annotations

from pydantic import BaseModel, Field

from eoffice_api.schemas.answers import Label


class Coded(BaseModel):
    """A code word as requests and answers use it, with what people call it."""

    code: str
    label: Label


class RegistrationField(BaseModel):
    name: str
    within: str | None = Field(
        alias="in", description="the member of the body that holds it; null: the body itself"
    )
    label: Label
    meaning: Label
    needed: bool
    needed_by: list[str] = Field(
        description="the channels by which a complaint cannot come without it, unless it is anonymous"
    )
    default: str | None = Field(description="what counts where it is left out")
    values: list[Coded] | None = Field(description="the values that it takes; null: it is not from a list")
    more_at: str | None = Field(description="the paged list in which the office's own values stand too")


class SchemeKind(BaseModel):
    name: str
    label: Label
    family: str
    registered_by: list[Coded] = Field(description="who may register it; one of them is enough")
    fields: list[RegistrationField]
    rules: str = Field(description="where the rules of its movements are read")


class SchemeAnswer(BaseModel):
    name: str
    version: int
    label: Label
    kinds: list[SchemeKind]


class Schemes(BaseModel):
    items: list[SchemeAnswer]


class StateAnswer(Coded):
    state_class: str


class ParameterAnswer(BaseModel):
    name: str
    label: Label
    meaning: Label
    needed: bool = Field(description="never left out; others may be needed as things stand, which `needs` says")
    values: list[Coded] | None = Field(description="the values that it takes; null: it is not from a list")


class SettlingAnswer(BaseModel):
    action: str
    label: Label
    request: str
    takes: list[ParameterAnswer]


class ActionAnswer(SettlingAnswer):
    done_label: Label = Field(description="what a register calls it")
    from_states: list[str] = Field(description="empty: it begins a paper's life")
    to_state: str | None = Field(description="null: the state stays")
    who: list[Coded] = Field(description="who may; one of them is enough")
    needs: list[Coded] = Field(description="all of which must hold")
    needs_second_person: Coded | None = Field(description="it becomes a proposal that this other person confirms")
    side: bool = Field(description="it needs no If-Match and waits behind a movement")


class Called(BaseModel):
    name: str
    label: Label
    done_label: Label


class SpanAnswer(BaseModel):
    count: int
    unit: str = Field(description="days, hours, minutes, working_days, working_hours or working_minutes")


class ProcedureAnswer(BaseModel):
    """What must be done about a complaint of a category, by the department's own standing procedure."""

    version: int = Field(description="which issue of the procedure it is")
    steps: list[Label] = Field(description="what must be done, in order")
    within: SpanAnswer = Field(description="within what time all of it is to be done")


class CategoryAnswer(Coded):
    department: Coded | None = Field(description="which department answers for it")
    citizen: SpanAnswer = Field(description="from registration to close")
    attend: SpanAnswer = Field(description="until the first action is recorded")
    levels: list[SpanAnswer] = Field(description="the time of each level, from the first")
    evidence: list[Coded] = Field(description="classes of documents without which a reply is not accepted")
    procedure: ProcedureAnswer | None


class Rules(BaseModel):
    scheme: str
    version: int
    kind: str
    label: Label
    family: str
    states: list[StateAnswer]
    actions: list[ActionAnswer]
    second_person: list[SettlingAnswer] = Field(description="what a second person does with a proposal")
    called: list[Called] = Field(
        description="names that the register gives a movement as posts stand to one another"
    )
    departments: list[Coded] = Field(description="those that answer for its complaints; empty for other kinds")
    categories: list[CategoryAnswer] = Field(description="what a complaint may be about; empty for other kinds")
