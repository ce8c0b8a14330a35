"""What things are called in both languages that no rules' table and no scheme names: powers, fields, outcomes.

A fact of a refusal is one of these labels, or a text that is the same in every language (GLOSSARY).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

Label = tuple[str, str]
"""A text in English and Hindi."""

Fact = str | Label
"""What a sentence says of the case at hand: a number or a name as it is, or a label."""

POWERS: Final[Mapping[str, Label]] = {
    "register": ("register", "पंजीकरण"),
    "intake": ("take complaints in", "शिकायत पंजीकरण"),
    "hub": ("assign complaints", "शिकायत आवंटन"),
    "call": ("call complainants", "शिकायतकर्ता से फीडबैक"),
    "close": ("close files", "फाइल बंद करना"),
    "allow_reopening": ("allow reopening", "पुनः खोलने की अनुमति"),
    "audit": ("audit", "कार्यवाही के इतिहास की जाँच"),
    "administer": ("administer the system", "सिस्टम एडमिन"),
    "review_usage": ("review usage", "उपयोग की समीक्षा"),
}

FIELDS: Final[Mapping[str, Label]] = {
    # of a movement
    "to": ("to", "किसको"),
    "remark": ("remark", "टिप्पणी"),
    "agree": ("agreement", "सहमति"),
    "text": ("text", "पाठ"),
    "draft": ("draft note", "प्रारूप टिप्पणी"),
    "draft_sha256": ("fingerprint of the draft note", "प्रारूप टिप्पणी का फ़िंगरप्रिंट"),
    "basis": ("note decided on", "निर्णय की आधार टिप्पणी"),
    "outcome": ("outcome", "निर्णय"),
    "conditions": ("conditions", "शर्तें"),
    "condition": ("condition", "शर्त"),
    "until": ("until", "किस दिन तक"),
    "due": ("due", "समय सीमा"),
    "priority": ("priority", "प्राथमिकता"),
    "satisfied": ("satisfied", "संतुष्ट"),
    "document": ("document", "दस्तावेज़"),
    # of a registration
    "subject": ("subject", "विषय"),
    "classification": ("classification", "वर्गीकरण"),
    "head": ("head", "शीर्ष"),
    "subject_class": ("subject class", "विषय वर्ग"),
    "retention_class": ("retention class", "अभिलेख अवधि वर्ग"),
    "medium": ("medium", "माध्यम"),
    "amount_paise": ("amount", "राशि"),
    "category": ("category", "श्रेणी"),
    "place": ("place", "स्थान"),
    "channel": ("channel", "प्राप्ति का माध्यम"),
    "identity": ("identity", "पहचान"),
    "accused": ("post complained against", "जिस पद के विरुद्ध शिकायत है"),
}

OUTCOMES: Final[Mapping[str, Label]] = {
    "approve": ("approve", "अनुमोदित"),
    "approve_as_amended": ("approve as amended", "संशोधित रूप में अनुमोदित"),
    "approve_with_conditions": ("approve with conditions", "सशर्त अनुमोदित"),
    "reject": ("reject", "अस्वीकृत"),
    "discuss": ("discuss", "चर्चा करें"),
    "seen": ("seen", "देखा"),
    "met": ("met", "पूरी हुई"),
    "waived": ("waived", "छोड़ी गई"),
}

SETTLING: Final[Mapping[str, Label]] = {"confirm": ("Confirm", "पुष्टि करें"), "decline": ("Decline", "अस्वीकार करें")}


def field(name: str) -> Fact:
    """What a field is called; a field that is not known here keeps the name that it was given."""
    return FIELDS.get(name, name)


def listed(labels: Iterable[Label]) -> Label:
    """Several labels as one, with commas."""
    english, hindi = zip(*labels, strict=True)
    return ", ".join(english), ", ".join(hindi)


def worded(sentence: Label, language: str, facts: Mapping[str, Fact]) -> str:
    """A sentence in ``en`` or ``hi`` with its facts."""
    place = 1 if language == "hi" else 0
    said = {name: fact if isinstance(fact, str) else fact[place] for name, fact in facts.items()}
    return sentence[place].format(**said)
