"""Retention: how long a closed docket is kept, and what happens to it then, as a scheme says it per government.

The Manual of Office Procedure keeps class A and B for ever (A is microfilmed as well) and class C for 3 to 10
years; states differ, so a scheme gives the years, and says of what has no public source that it is assumed.
"""

from __future__ import annotations

from datetime import date
from typing import Final, Literal, cast

from pydantic import Field, model_validator

from flows.rules.form import Labelled, Strict
from flows.rules.labels import Label


class Retention(Strict):
    """How long a docket is kept after it was closed. Neither years nor for ever: it is never due by itself.

    ``then``: it is reviewed (somebody reads it before it may go) or destroyed; either way only a list that two
    people sign destroys it.
    """

    years: int | None = Field(default=None, ge=1, le=200)
    permanent: bool = False
    then: Literal["review", "destroy"] = "review"

    @model_validator(mode="after")
    def _one_of_both(self) -> Retention:
        if self.permanent and self.years is not None:
            raise ValueError("what is permanent has no years")
        return self

    def closed_until(self, day: date) -> date | None:
        """The last day of closing with which a docket is due on a day; None: none ever is."""
        if self.years is None or day.year <= self.years:
            return None
        try:
            return day.replace(year=day.year - self.years)
        except ValueError:  # the 29th of February: it is due on the 1st of March of a common year
            return day.replace(year=day.year - self.years, day=28)


class RetentionClass(Retention):
    """A class of files. In a scheme that gives only its label, nothing of the class is ever due by itself."""

    label: Labelled

    @model_validator(mode="before")
    @classmethod
    def _label_alone(cls, given: object) -> object:
        members: dict[str, object] = {"label": given}
        if isinstance(given, dict):
            members = dict(cast("dict[str, object]", given))
        if isinstance(members.get("label"), list):
            members["label"] = tuple(cast("list[object]", members["label"]))
        return members


_ERASED: Final[dict[str, Label]] = {
    "list": ("erased under list {number}", "सूची {number} के अधीन मिटाया गया"),
    "order": ("erased under order {number}", "आदेश {number} के अधीन मिटाया गया"),
}


def order_words(sort: str, number: int) -> Label:
    """What stands in place of a text or a document that was erased under a list or an order."""
    english, hindi = _ERASED[sort]
    return english.format(number=number), hindi.format(number=number)
