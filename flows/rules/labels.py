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
    "diarise": ("diarise receipts", "डाक डायरी में दर्ज करना"),
    "hub": ("assign complaints", "शिकायत आवंटन"),
    "call": ("call complainants", "शिकायतकर्ता से फीडबैक"),
    "review": ("review replies", "आख्या की समीक्षा"),
    "arbitrate": ("assign complaints finally", "शिकायत का अंतिम आवंटन"),
    "oversee": ("oversee complaints", "शिकायतों का पर्यवेक्षण"),
    "confirm_closing": ("confirm the closing of complaints", "शिकायत समापन की पुष्टि"),
    "close": ("close files", "पत्रावली बंद करना"),
    "allow_reopening": ("allow reopening", "पुनः खोलने की अनुमति"),
    "audit": ("audit", "कार्यवाही के इतिहास की जाँच"),
    "administer": ("administer the system", "सिस्टम एडमिन"),
    "sign": ("sign letters", "पत्रों पर हस्ताक्षर"),
    "review_usage": ("review usage", "उपयोग की समीक्षा"),
    "weed": ("weed records", "अभिलेखों की छँटनी"),
    "order_destruction": ("order destruction and erasure", "विनष्टीकरण और मिटाने का आदेश"),
}

ASSISTANT_POWERS: Final[Mapping[str, Label]] = {
    "open": ("open and read", "खोलना और पढ़ना"),
    "sort": ("sort the tray", "ट्रे को क्रम में लगाना"),
    "diarise": ("diarise and scan", "डायरी में दर्ज करना और स्कैन जोड़ना"),
    "draft": ("type drafts", "प्रारूप टाइप करना"),
    "prepare": ("prepare movements in the tray", "ट्रे में कार्यवाही तैयार करना"),
    "register": ("register for the post", "पद की ओर से पंजीकरण"),
}

OUTCOMES: Final[Mapping[str, Label]] = {
    "approve": ("Approve", "अनुमोदित"),
    "approve_as_amended": ("Approve as amended", "संशोधन सहित अनुमोदित"),
    "approve_with_conditions": ("Approve with conditions", "सशर्त अनुमोदित"),
    "reject": ("Reject", "अस्वीकृत"),
    "discuss": ("Discuss", "चर्चा करें"),
    "seen": ("Seen", "देखा"),
}
SETTLED: Final[Mapping[str, Label]] = {"met": ("Met", "पूरी हुई"), "waived": ("Waived", "छोड़ी गई")}

MODES: Final[Mapping[str, Label]] = {
    "post": ("ordinary post", "साधारण डाक"),
    "registered_post": ("registered post", "पंजीकृत डाक"),
    "speed_post": ("speed post", "स्पीड पोस्ट"),
    "messenger": ("messenger", "पत्रवाहक"),
    "by_hand": ("by hand", "दस्ती"),
    "email": ("e-mail", "ई-मेल"),
}
"""How a letter is dispatched."""

CHARGE_STATES: Final[Mapping[str, Label]] = {
    "open": ("waits for the second signature", "दूसरे हस्ताक्षर की प्रतीक्षा"),
    "confirmed": ("signed by both", "दोनों के हस्ताक्षर हो चुके"),
    "declined": ("declined", "अस्वीकृत"),
    "lapsed": ("lapsed", "व्यपगत"),
}

ORDER_STATES: Final[Mapping[str, Label]] = {
    "drawn_up": ("waits for the first signature", "पहले हस्ताक्षर की प्रतीक्षा"),
    "signed": ("waits for the second signature", "दूसरे हस्ताक्षर की प्रतीक्षा"),
    "ordered": ("signed by both, to be carried out", "दोनों के हस्ताक्षर हो चुके, पालन शेष"),
    "carried_out": ("carried out", "पालन हो चुका"),
    "withdrawn": ("withdrawn", "वापस ली गई"),
}
WHAT_THEN: Final[Mapping[str, Label]] = {
    "review": ("Review", "समीक्षा"),
    "destroy": ("Destroy", "विनष्ट करें"),
}

DAY_SORTS: Final[Mapping[str, Label]] = {
    "holiday": ("Holiday", "अवकाश"),
    "half_day": ("Half day", "अर्ध दिवस"),
    "working": ("Working day", "कार्य दिवस"),
}

CLOSED_AS: Final[Mapping[str, Label]] = {
    "satisfied": ("Satisfied", "संतुष्ट"),
    "unheard": ("Closed unheard", "संपर्क न होने पर बंद"),
    "special": ("Special close", "स्पेशल क्लोज"),
    "rejected": ("Rejected", "अस्वीकृत"),
    "clubbed": ("Clubbed with another", "अन्य शिकायत में सम्मिलित"),
    "withdrawn": ("Withdrawn", "वापस ली गई"),
    "disposed": ("Disposed", "निस्तारित"),
    "dropped": ("Dropped", "समाप्त की गई"),
}
"""Kinds of closing of a complaint (DESIGN §4)."""

ERASING: Final[Mapping[str, Label]] = {
    "destroy": ("destroyed under its retention schedule", "अभिलेख अनुसूची के अधीन विनष्ट"),
    "erase": ("texts erased under an order", "आदेश के अधीन पाठ मिटाए गए"),
}

ADOPTED: Final[Label] = ("moved to a later version of its rules", "नियमों के नए संस्करण में ली गई")

SETTLING: Final[Mapping[str, Label]] = {"confirm": ("Confirm", "पुष्टि करें"), "decline": ("Decline", "अस्वीकार करें")}


def listed(labels: Iterable[Label]) -> Label:
    """Several labels as one, with commas."""
    english, hindi = zip(*labels, strict=True)
    return ", ".join(english), ", ".join(hindi)


def listed_facts(facts: Iterable[Fact]) -> Label:
    """Several facts as one, with commas; what is no label is the same in both languages."""
    return listed((fact, fact) if isinstance(fact, str) else fact for fact in facts)


def listed_codes(values: Mapping[str, Label]) -> Label:
    """Values as whoever gives one must write them, each with what it is called in brackets."""
    return listed((f"{code} ({english})", f"{code} ({hindi})") for code, (english, hindi) in values.items())


def worded(sentence: Label, language: str, facts: Mapping[str, Fact]) -> str:
    """A sentence in ``en`` or ``hi`` with its facts."""
    place = 1 if language == "hi" else 0
    said = {name: fact if isinstance(fact, str) else fact[place] for name, fact in facts.items()}
    return sentence[place].format(**said)
