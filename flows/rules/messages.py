"""The texts of messages to the outside, English and Hindi, by purpose, and how one is made of them.

A purpose is the family and the action that it tells of. A text says no more than its reader needs: an SMS or a
mail may be read by others. Telegraphic words of a notice, for each letter of an SMS is paid for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flows.rules.labels import Label

VALUES: Final = frozenset({"number", "office"})
"""What every text may name: the docket's number, and the office (in the text's own language)."""


LETTER_VALUES: Final = frozenset({"letter_number", "letter_subject", "letter_text"})
"""What a dispatched letter has beside these."""

REGISTERED: Final = "docket.registered"
EVENTS: Final[Mapping[str, Label]] = {REGISTERED: ("a paper was registered", "प्रकरण दर्ज हुआ")}
"""What a webhook may be told of; its body is data and needs no text."""

CHANNELS: Final[Mapping[str, Label]] = {
    "email": ("e-mail", "ई-मेल"),
    "sms": ("SMS", "एस.एम.एस."),
    "webhook": ("webhook", "वेबहुक"),
}
STATES: Final[Mapping[str, Label]] = {
    "waiting": ("waiting", "प्रतीक्षा में"),
    "sending": ("being sent", "भेजा जा रहा है"),
    "sent": ("sent", "भेजा गया"),
    "recorded": ("recorded only (practice)", "केवल दर्ज (अभ्यास)"),
    "uncertain": ("uncertain", "अनिश्चित"),
    "failed": ("failed", "विफल"),
    "cancelled": ("cancelled", "रद्द"),
}
REASONS: Final[Mapping[str, Label]] = {
    "no-address": ("There is nowhere to send it to.", "भेजने के लिए कोई पता या दूरभाष नहीं है।"),
    "erased": ("The address was erased.", "पता मिटाया जा चुका है।"),
    "text-erased": ("What it would say was erased.", "जो पाठ भेजा जाता वह मिटाया जा चुका है।"),
    "bad-address": ("The telephone or address cannot be used.", "दूरभाष या पते का उपयोग नहीं हो सकता।"),
    "forbidden-address": (
        "The target is on a network that webhooks may not call (PATRAVALI_WEBHOOK_NETWORKS).",
        "लक्ष्य ऐसे नेटवर्क पर है जिसे वेबहुक नहीं भेजे जाते (PATRAVALI_WEBHOOK_NETWORKS)।",
    ),
    "no-text": ("There is no text for it.", "इसके लिए कोई पाठ नहीं है।"),
    "no-template": (
        "The gateway's file names no DLT template for it.",
        "गेटवे की फ़ाइल में इसके लिए कोई DLT टेम्पलेट नहीं है।",
    ),
    "too-long": (
        "It would take {detail} SMS parts, more than the gateway's file allows.",
        "इसमें {detail} एस.एम.एस. भाग लगेंगे, जो गेटवे की फ़ाइल की सीमा से अधिक हैं।",
    ),
    "not-reached": ("The gateway could not be reached.", "गेटवे तक पहुँचा नहीं जा सका।"),
    "answered": ("The gateway answered {detail}.", "गेटवे का उत्तर: {detail}।"),
    "no-answer": (
        "It was handed over and no answer came in time.",
        "सौंप दिया गया, पर समय पर उत्तर नहीं आया।",
    ),
    "broken-off": (
        "The connection broke while or after it was handed over.",
        "सौंपते समय या उसके बाद संपर्क टूट गया।",
    ),
    "unclear": (
        "It was handed over and the answer ({detail}) does not say whether it was taken.",
        "सौंप दिया गया, पर उत्तर ({detail}) से यह स्पष्ट नहीं कि स्वीकार हुआ या नहीं।",
    ),
    "sender-gone": (
        "The program ended while it was being sent.",
        "भेजते समय प्रोग्राम बंद हो गया।",
    ),
    "fault": ("A fault of the program; its log tells more.", "प्रोग्राम की त्रुटि; लॉग में विवरण है।"),
}
"""Why a message waits, failed or is uncertain. A reason may have a detail behind a colon: ``answered:503``."""


def reason_label(reason: str) -> Label:
    """A reason in words."""
    code, _, detail = reason.partition(":")
    english, hindi = REASONS[code]
    return english.format(detail=detail), hindi.format(detail=detail)


class NoText(Exception):
    """There is no text for this purpose, or one of its placeholders has no value; the message names it."""


@dataclass(frozen=True, slots=True)
class Text:
    """What is said for a purpose; only an e-mail has a subject, and ``encloses`` once what people wrote."""

    body: Label
    subject: Label = ("", "")
    encloses: str = ""


TEXTS: Final[Mapping[str, Text]] = {
    "complaint.register": Text(
        (
            "Your complaint is registered. Number {number}. Keep it for any enquiry. {office}",
            "आपकी शिकायत दर्ज हुई। संख्या {number}। पूछताछ के लिए इसे सुरक्षित रखें। {office}",
        ),
        ("Complaint {number} registered", "शिकायत {number} दर्ज"),
    ),
    "complaint.begin_split": Text(
        (
            "A further matter of your complaint is taken up by itself. Number {number}. {office}",
            "आपकी शिकायत का एक और विषय अलग से लिया गया। संख्या {number}। {office}",
        ),
        ("Complaint {number} registered", "शिकायत {number} दर्ज"),
    ),
    "complaint.warn": Text(
        (
            "The time limit of complaint {number} at your post will soon be over. Log in to read it. {office}",
            "आपके पद पर शिकायत {number} की समय सीमा शीघ्र समाप्त होगी। पढ़ने के लिए लॉग-इन करें। {office}",
        ),
        ("Complaint {number}: limit ends soon", "शिकायत {number}: समय सीमा शीघ्र समाप्त"),
    ),
    "complaint.remind_overdue": Text(
        (
            "Reminder: complaint {number} is overdue at your post or one under it. Log in to read it. {office}",
            "अनुस्मारक: शिकायत {number} आपके या आपके अधीनस्थ पद पर विलंबित है। पढ़ने के लिए लॉग-इन करें। {office}",
        ),
        ("Reminder: complaint {number} is overdue", "अनुस्मारक: शिकायत {number} विलंबित"),
    ),
    "complaint.remind_of_reply": Text(
        (
            "Reminder: the reply to complaint {number} is to be reviewed or its citizen called. Log in. {office}",
            "अनुस्मारक: शिकायत {number} की आख्या की समीक्षा या नागरिक से संपर्क शेष है। लॉग-इन करें। {office}",
        ),
        ("Reminder: a reply waits, complaint {number}", "अनुस्मारक: शिकायत {number} की आख्या प्रतीक्षित"),
    ),
    "complaint.assign": Text(
        (
            "Complaint {number} was given to your post. Log in to read it. {office}",
            "शिकायत {number} आपके पद को दी गई। पढ़ने के लिए लॉग-इन करें। {office}",
        ),
        ("Complaint {number}", "शिकायत {number}"),
    ),
    "office_file.forward": Text(
        (
            "File {number} was sent to your post. Log in to read it. {office}",
            "पत्रावली {number} आपके पद को भेजी गई। पढ़ने के लिए लॉग-इन करें। {office}",
        ),
        ("File {number}", "पत्रावली {number}"),
    ),
    "office_file.dispatch": Text(
        ("A letter of file {number} from {office} follows.", "{office} की पत्रावली {number} का पत्र नीचे है।"),
        ("Letter, file {number}", "पत्र, पत्रावली {number}"),
        "{letter_number}\n\n{letter_subject}\n\n{letter_text}",
    ),
}


@dataclass(frozen=True, slots=True)
class Content:
    """What goes out: an e-mail's subject and text, an SMS's text, a webhook's body."""

    text: str
    subject: str | None = None

    @property
    def whole(self) -> str:
        """As it is kept."""
        return self.text if self.subject is None else f"{self.subject}\n\n{self.text}"


def worded(purpose: str, language: str, values: Mapping[str, Label]) -> str:
    """The text of a purpose in ``en`` or ``hi``. Raises NoText."""
    return _filled(_text(purpose).body, purpose, language, values)


def mail(purpose: str, values: Mapping[str, Label]) -> Content:
    """An e-mail: Hindi first and English under it, in the subject too. Raises NoText."""
    text, languages = _text(purpose), ("hi", "en")
    subject = " / ".join(_filled(text.subject, purpose, language, values) for language in languages)
    said = [_filled(text.body, purpose, one, values) for one in languages]
    if text.encloses:
        said.append(_filled((text.encloses, text.encloses), purpose, "hi", values))
    return Content("\n\n".join(said) + "\n", subject)


def _text(purpose: str) -> Text:
    if purpose not in TEXTS:
        raise NoText(f"there is no text for “{purpose}”")
    return TEXTS[purpose]


def _filled(sentence: Label, purpose: str, language: str, values: Mapping[str, Label]) -> str:
    place = 1 if language == "hi" else 0
    try:
        return sentence[place].format(**{name: both[place] for name, both in values.items()})
    except KeyError as missing:
        raise NoText(f"the text for “{purpose}” names {missing}, which has no value") from None
