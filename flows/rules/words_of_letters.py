"""What the words of letters mean to people; ``words`` joins them to the rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flows.rules.explained import Field, Need
from flows.rules.labels import MODES, POWERS, Label

WHO_OF_LETTERS: Final[Mapping[str, Label]] = {
    "holder_with_signing_power": (
        f"the post that holds it, with the power “{POWERS['sign'][0]}”",
        f"जिस पद के पास यह है, “{POWERS['sign'][1]}” अधिकार सहित",
    ),
}

NEEDS_OF_LETTERS: Final[Mapping[str, Need]] = {
    "letter_text": Need(("the letter's text", "पत्र का पाठ"), "text"),
    "addressees": Need(("somebody to whom it is written", "जिसे पत्र लिखा जाए"), "addressees"),
    "letter": Need(("a letter of this file", "इस पत्रावली का कोई पत्र"), "letter"),
    "letter_unsigned": Need(
        ("a letter of this file neither signed nor dropped", "इस पत्रावली का पत्र जो न हस्ताक्षरित हो, न छोड़ा गया"),
        "letter",
    ),
    "letter_as_read": Need(
        (
            "where a letter is named: the SHA-256 of its latest version, as it was read",
            "पत्र बताया हो तो: उसके नवीनतम रूप का SHA-256, जैसा पढ़ा गया",
        )
    ),
    "letter_approved": Need(("its latest version approved", "उसका नवीनतम रूप अनुमोदित हो")),
    "letter_ready": Need(
        ("a letter of this file that is signed and not dispatched", "इस पत्रावली का हस्ताक्षरित, अप्रेषित पत्र"),
        "letter",
    ),
    "mode": Need(("how it goes out", "यह कैसे भेजा जाए"), "mode", MODES),
    "no_letter_ready": Need(
        ("no signed letter that waits for dispatch", "कोई हस्ताक्षरित पत्र प्रेषण की प्रतीक्षा में न हो")
    ),
}

PARAMETERS_OF_LETTERS: Final[Mapping[str, Field]] = {
    "letter": Field(("letter", "पत्र"), ("The id of a letter of this file.", "इस पत्रावली के किसी पत्र की id।")),
    "letter_sha256": Field(
        ("sum of the letter", "पत्र का SHA-256"),
        (
            "The SHA-256 of the letter's latest version as you last read it.",
            "पत्र का जो नवीनतम रूप आपने पढ़ा उसका SHA-256।",
        ),
    ),
    "addressees": Field(
        ("addressees", "प्राप्तकर्ता"),
        ("To whom the letter goes; a copy goes by endorsement.", "पत्र किन्हें जाए; प्रति पृष्ठांकन से जाती है।"),
    ),
    "mode": Field(("mode of dispatch", "प्रेषण का माध्यम"), ("How the letter goes out.", "पत्र किस प्रकार भेजा जाए।")),
}
