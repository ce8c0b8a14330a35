"""What a registration says of its kind: the particulars that each family has, and the values that they take."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from flows.rules.labels import Label
from flows.rules.references import is_number
from flows.rules.schemes import Kind

Values = Mapping[str, Label]

CLASSIFICATIONS: Final[Values] = {
    "ordinary": ("Ordinary", "साधारण"),
    "office-confidential": ("Office-confidential", "गोपनीय"),
}
IDENTITIES: Final[Values] = {
    "named": ("Named", "नाम सहित"),
    "confidential": ("Name kept confidential", "नाम गोपनीय"),
    "anonymous": ("Anonymous", "गुमनाम"),
}
MEDIA: Final[Values] = {
    "electronic": ("Electronic", "इलेक्ट्रॉनिक"),
    "physical": ("On paper", "काग़ज़ पर"),
}

LANGUAGES: Final[Values] = {
    "hi": ("Hindi", "हिन्दी"),
    "en": ("English", "अंग्रेज़ी"),
    "pa": ("Punjabi", "पंजाबी"),
    "ur": ("Urdu", "उर्दू"),
    "other": ("Another", "अन्य"),
}
PEOPLE: Final = ("complainant", "sender")
"""Members of a registration that say who somebody is: name, telephone, address."""

OF_A_CALLER: Final = ("name", "telephone")
"""What a helpline must know of who complains by telephone, so that he can be called back."""

_TEXTS: Final[Mapping[str, tuple[str, ...]]] = {
    "office_file": (),
    "receipt": ("letter_number", "sender"),
    "complaint": ("text", "complainant"),
}

_LARGEST_AMOUNT: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Particular:
    """A column of the family that a registration gives; ``values``: the list from which it is, if from one."""

    name: str
    fits: Callable[[object], bool]
    needed: bool
    values: Values | None = None


def particulars_of(family: str, kind: Kind) -> Mapping[str, Particular]:
    """What may be given of a kind, by name; a column that is not named here is never set from outside."""
    return {one.name: one for one in _OF_FAMILY[family](kind)}


def texts_of(family: str) -> tuple[str, ...]:
    """The members of a registration, beside its particulars, that hold texts of people and of this family."""
    return _TEXTS[family]


def _listed(name: str, values: Values) -> Particular:
    return Particular(name, lambda value: isinstance(value, str) and value in values, needed=True, values=values)


def _is_amount(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _LARGEST_AMOUNT


def _of_file(kind: Kind) -> tuple[Particular, ...]:
    return (
        _listed("head", kind.heads),
        _listed("subject_class", kind.subject_classes),
        _listed("retention_class", {name: one.label for name, one in kind.retention_classes.items()}),
        _listed("medium", MEDIA),
        Particular("amount_paise", _is_amount, needed=False),
    )


def _is_day(value: object) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


def _of_receipt(kind: Kind) -> tuple[Particular, ...]:
    return (
        _listed("channel", kind.channels),
        _listed("medium", MEDIA),
        _listed("language", LANGUAGES),
        Particular("received_on", _is_day, needed=True),
        Particular("letter_day", _is_day, needed=False),
    )


def _of_complaint(kind: Kind) -> tuple[Particular, ...]:
    return (
        _listed("category", {name: category.label for name, category in kind.categories.items()}),
        _listed("place", kind.places),
        _listed("channel", kind.channels),
        _listed("identity", {name: IDENTITIES[name] for name in kind.handling.identities}),
        Particular("accused", lambda value: isinstance(value, UUID), needed=False),
        *_reference(kind),
    )


def _reference(kind: Kind) -> tuple[Particular, ...]:
    """The number of an outside system, of a kind that knows one; it is no column of the family's."""
    if not kind.systems:
        return ()
    return (
        Particular("system", lambda value: value in kind.systems, needed=False, values=kind.systems),
        Particular("reference", is_number, needed=False),
        Particular("reference_day", _is_day, needed=False),
    )


_OF_FAMILY: Final[Mapping[str, Callable[[Kind], tuple[Particular, ...]]]] = {
    "office_file": _of_file,
    "receipt": _of_receipt,
    "complaint": _of_complaint,
}
