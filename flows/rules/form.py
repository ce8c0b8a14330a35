"""What every page of rules in YAML is made of: strict parts, and labels in both languages."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from flows.rules.characters import is_blank
from flows.rules.labels import Label


def _both_languages(label: Label) -> Label:
    english, hindi = label
    if is_blank(english) or is_blank(hindi):
        raise ValueError("a label is in English and Hindi: [English, हिन्दी]")
    if any(letter.isalpha() for letter in hindi) and not any("\u0900" <= letter <= "\u097f" for letter in hindi):
        raise ValueError("the second text of a label is Hindi: [English, हिन्दी]")
    return label


Labelled = Annotated[Label, AfterValidator(_both_languages)]
"""A text in English and Hindi, both given."""


class Strict(BaseModel):
    """A part of a page of rules: what it does not know is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
