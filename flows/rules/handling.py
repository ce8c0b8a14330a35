"""How a kind of complaint is handled: what a government settles as data beside the rows of its table.

Lists of codes with their labels are called grounds, marks or classes; what has no data cannot be done, and the
loader refuses a table with a row that would need it (``flows.rules.handling_check``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from flows.rules.form import Labelled, Strict
from flows.rules.labels import POWERS

Codes = Annotated[Mapping[str, Labelled], Field(min_length=1)]
"""Codes with their labels, at least one."""

Identity = Literal["named", "confidential", "anonymous"]


def _power(name: str) -> str:
    if name not in POWERS:
        raise ValueError(f"there is no power “{name}”; there are {', '.join(POWERS)}")
    return name


PowerName = Annotated[str, AfterValidator(_power)]
"""A power, by its name in the tables."""


class SpecialClosing(Strict):
    """Closing without the citizen's satisfaction, by two officers.

    ``up_to_level``: the highest level that may propose it. ``decided_at``: the level that decides, counted up the
    chain of superiors from the post that proposes (SYSTEMS S2: L1 or L2 proposes, L3 decides); left out, any post
    above. ``lapses_days``: calendar days within which it must be decided; after them it is no more to be approved.
    ``times``: how often it may be proposed until the complaint is reopened.
    """

    grounds: Codes
    up_to_level: int = Field(ge=1)
    decided_at: int | None = Field(default=None, ge=2)
    lapses_days: int = Field(ge=1, le=365)
    times: int = Field(default=2, ge=1, le=20)

    @model_validator(mode="after")
    def _is_decided_above(self) -> SpecialClosing:
        if self.decided_at is not None and self.decided_at <= self.up_to_level:
            raise ValueError("it is decided at a level above those that propose it")
        return self


class Review(Strict):
    """Reading a reply before the citizen is called.

    ``by``: a post above the one that replied (``superior``), the cell with the power to review (``cell``), or
    both. ``share``: of a hundred replies, how many must be accepted before the citizen is called; the others may
    be. ``marks``: the quality marks with which a reply is sent back.
    """

    by: tuple[Literal["superior", "cell"], ...] = Field(min_length=1)
    share: int = Field(ge=0, le=100)
    marks: Codes


class Feedback(Strict):
    """Asking the citizen.

    Unheard is closed what was tried ``attempts`` times, on ``days`` different days and in ``hours`` different
    hours of the day; calls are made from ``calls_from`` until ``calls_until`` o'clock. ``level_after`` a word of
    dissatisfaction: the same level (the post that replied), the next, or that of a number, if it is higher.
    ``remind_days``: every so many calendar days a reply that nobody reviewed, or to which no citizen was heard,
    reminds who is to do it.
    """

    attempts: int = Field(ge=1, le=20)
    days: int = Field(ge=1)
    hours: int = Field(ge=1)
    calls_from: int = Field(ge=0, le=23)
    calls_until: int = Field(ge=1, le=24)
    level_after: Literal["same", "next"] | Annotated[int, Field(ge=1)]
    remind_days: int = Field(default=3, ge=1, le=365)

    @model_validator(mode="after")
    def _can_come_true(self) -> Feedback:
        if max(self.days, self.hours) > self.attempts:
            raise ValueError("so many different days or hours need as many attempts")
        if self.calls_from >= self.calls_until:
            raise ValueError("calls begin before they end")
        if self.hours > self.calls_until - self.calls_from:
            raise ValueError("there are not so many hours in which calls are made")
        return self


class Reopening(Strict):
    """Within how many calendar days of its close the citizen may have a complaint reopened, and how often."""

    days: int = Field(ge=1)
    times: int = Field(ge=1, le=100)


class ByHand(Strict):
    """A level from which a complaint is escalated by hand only, and for one of these reasons."""

    from_level: int = Field(ge=1)
    grounds: Codes


class Handling(Strict):
    """What a kind of complaint settles beside its table.

    ``sort``: what the kind is; only a complaint can never simply be disposed of. ``levels``: what each level is
    called. ``callers``: channels of a helpline that calls back; who complains by one of them gives a name and a
    telephone, unless he does so anonymously (SYSTEMS S1). ``split_into``: into how many it may be split, the first
    counted; left out, not at all. ``hop_limit``: how often it may be returned, transferred or recategorised before
    a post with the power ``arbiter`` assigns it finally. ``recategorise_days``: calendar days, from when its level
    began, within which the first level may recategorise; left out, without end. ``document_classes``: those that a
    category's evidence names. ``remind_days``: every so many calendar days one that is overdue and climbs no
    further reminds, where its limit does not say how often itself.
    """

    sort: Literal["complaint", "suggestion", "demand", "information"] = "complaint"
    levels: tuple[Labelled, ...] = ()
    identities: tuple[Identity, ...] = Field(default=("named", "confidential", "anonymous"), min_length=1)
    callers: tuple[str, ...] = ()
    split_into: int | None = Field(default=None, ge=2, le=50)
    hop_limit: int = Field(default=3, ge=1, le=50)
    arbiter: PowerName = "arbitrate"
    recategorise_days: int | None = Field(default=None, ge=1)
    rejection_grounds: Mapping[str, Labelled] = Field(default_factory=dict)
    document_classes: Mapping[str, Labelled] = Field(default_factory=dict)
    special_closing: SpecialClosing | None = None
    review: Review | None = None
    feedback: Feedback | None = None
    reopening: Reopening | None = None
    remind_days: int = Field(default=7, ge=1, le=365)
    by_hand: tuple[ByHand, ...] = ()

    def grounds_from(self, level: int) -> Mapping[str, Labelled]:
        """The reasons for which it is escalated by hand from a level; none where it climbs by itself."""
        return {
            code: label for one in self.by_hand if one.from_level == level for code, label in one.grounds.items()
        }

    def grounds_by_hand(self) -> Mapping[str, Labelled]:
        """Those of all levels together."""
        return {code: label for one in self.by_hand for code, label in one.grounds.items()}
