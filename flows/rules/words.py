"""What the words of tables and registrations mean to people: who may, what is needed, what each field says.

The code words themselves are the tables' and the body's; whoever explains them (the API's documentation, its
answers about the rules) reads them here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flows.rules.errors import Refusal
from flows.rules.explained import Field, Need, with_power
from flows.rules.labels import OUTCOMES, POWERS, SETTLED, Fact, Label
from flows.rules.schemes import Kind
from flows.rules.tables import Row
from flows.rules.words_of_complaints import NEEDS_OF_COMPLAINTS, WHO_OF_COMPLAINTS
from flows.rules.words_of_files import NEEDS_OF_SIDE_ACTS, PARAMETERS_OF_SIDE_ACTS, WHO_OF_SIDE_ACTS
from flows.rules.words_of_letters import NEEDS_OF_LETTERS, PARAMETERS_OF_LETTERS, WHO_OF_LETTERS

WHO: Final[Mapping[str, Label]] = {
    "beside": (
        "nobody by itself: it follows from what is done to another paper",
        "अपने-आप कोई नहीं: यह दूसरे प्रकरण पर की गई कार्यवाही के साथ होता है",
    ),
    "holder": ("the post that holds it", "जिस पद के पास यह है"),
    "addressed": ("the post that it was sent to", "जिस पद को यह भेजा गया"),
    "sender": ("the post that sent it", "जिस पद ने इसे भेजा"),
    "superior": ("a post above the one that holds it", "जिस पद के पास है उससे ऊपर का पद"),
    "registrar": with_power("register"),
    "administrator": with_power("administer"),
    "second_over_reassigning": (
        "another person: an administrator, or at a post above the one that holds it",
        "दूसरा व्यक्ति: सिस्टम एडमिन, या जिस पद के पास यह है उससे ऊपर के पद पर",
    ),
    "diarist": with_power("diarise"),
    "holder_of_the_file": (
        "the post that holds the file in which it is",
        "जिस पद के पास वह पत्रावली है जिसमें यह रखा है",
    ),
    "hub": with_power("hub"),
    "intake": with_power("intake"),
    "holder_with_closing_power": (
        f"the post that holds it, with the power “{POWERS['close'][0]}”",
        f"जिस पद के पास यह है, “{POWERS['close'][1]}” अधिकार सहित",
    ),
    "closer_or_record_room": (
        "the post that closed it, or the record room",
        "जिस पद ने इसे बंद किया, या अभिलेख कक्ष",
    ),
    "second_above_proposer": (
        "another person, at a post above the one that proposed or with the power "
        f"“{POWERS['allow_reopening'][0]}”",
        f"दूसरा व्यक्ति, प्रस्तावक से ऊपर के पद पर या “{POWERS['allow_reopening'][1]}” अधिकार सहित",
    ),
    "involved": (
        f"the post that holds it, or one with the power “{POWERS['hub'][0]}” that held it",
        f"जिस पद के पास यह है, या “{POWERS['hub'][1]}” अधिकार वाला वह पद जिसके पास यह रहा",
    ),
    "the_clock": ("the clock, by itself when it is due", "नियत समय आने पर प्रणाली स्वयं"),
    **WHO_OF_SIDE_ACTS,
    **WHO_OF_LETTERS,
    **WHO_OF_COMPLAINTS,
}


def _systems(kind: Kind) -> Mapping[str, Label]:
    return kind.systems


REFERENCES: Final[Mapping[str, Field]] = {
    "system": Field(
        ("outside system", "बाहरी प्रणाली"),
        ("The outside system in which it has a number too.", "वह बाहरी प्रणाली जिसमें भी इसकी संख्या है।"),
    ),
    "reference": Field(
        ("number in the outside system", "बाहरी प्रणाली की संख्या"),
        (
            "Its number there: letters, digits and / _ . : ( ) - only; it is found by it.",
            "वहाँ की संख्या: केवल अंग्रेज़ी अक्षर, अंक और / _ . : ( ) - ; इससे यह खोजी जाती है।",
        ),
    ),
    "reference_day": Field(
        ("day in the outside system", "बाहरी प्रणाली का दिनांक"),
        ("The day on which it was registered there.", "जिस दिन यह वहाँ दर्ज हुई।"),
    ),
}

NEEDS: Final[Mapping[str, Need]] = {
    "other": Need(("another paper of a fitting kind", "उपयुक्त प्रकार का दूसरा प्रकरण"), "other"),
    "other_in_hand": Need(("the other paper in the same hand", "दूसरा प्रकरण उसी पद के पास")),
    "not_cited": Need(("no fixed note of the file that cites it", "पत्रावली की किसी अंतिम टिप्पणी में उल्लेख न हो")),
    "never_left": Need(("nobody else has held it yet", "अब तक किसी और के पास न गया हो")),
    "posts_for_copies": Need(
        ("further posts where somebody is, each once, if any", "अन्य पद, यदि हों, जिन पर कोई हो; प्रत्येक एक बार")
    ),
    "nothing_attached": Need(("nothing attached to it", "इससे कुछ संलग्न न हो")),
    "nothing_merged_in": Need(("nothing merged into it", "इसमें कोई पत्रावली मिलाई न गई हो")),
    "waived_by_decider": Need(
        ("to waive: the post that set the condition, or one above it", "छोड़ने हेतु: शर्त रखने वाला या उससे ऊपर का पद")
    ),
    "competent_to_amend": Need(
        (
            "competence for the old and the new class and amount, where those are amended",
            "वर्ग या राशि बदलने पर पुराने और नए दोनों के निर्णय का अधिकार",
        )
    ),
    "no_part_out": Need(
        ("no part or volume of it with another post", "इसका कोई खंड या भाग किसी अन्य पद के पास न हो")
    ),
    "no_receipt_undisposed": Need(("no undisposed receipt in it", "इसमें कोई अनिस्तारित पत्र न हो")),
    "amendment": Need(("what is to be said anew", "क्या संशोधित करना है")),
    "not_tied": Need(("the two are not joined already", "दोनों पहले से जुड़े न हों")),
    "tied": Need(("the other paper, to which it is joined", "वह दूसरा प्रकरण जिससे यह जुड़ा है"), "other"),
    "subject": Need(("a subject of its own", "अपना विषय"), "subject"),
    "post": Need(("a post to send it to, where somebody is", "पद जिसे यह जाए, और जिस पर कोई हो"), "to"),
    "post_that_held": Need(
        (
            "a post that has held it; where none is named, the one that sent it",
            "पद जिसके पास यह रहा हो; न बताने पर भेजने वाला पद",
        )
    ),
    "reason": Need(("the reason", "कारण"), "remark"),
    "remark": Need(("a remark", "टिप्पणी"), "remark"),
    "note_if_putting_up": Need(
        (
            "for putting up: a note written since it was received, agreement, or the reason why none",
            "ऊपर प्रस्तुत करने पर: प्राप्ति के बाद लिखी टिप्पणी, सहमति, या कारण कि टिप्पणी क्यों नहीं",
        )
    ),
    "text": Need(("the note's first text", "टिप्पणी का आरंभिक पाठ"), "text"),
    "no_own_draft": Need(("no open draft of your own", "आपका कोई खुला प्रारूप न हो")),
    "draft_named": Need(
        (
            "where you have an open draft: its id and SHA-256, so that it is fixed with this",
            "आपका प्रारूप खुला हो तो: उसकी id और SHA-256, ताकि वह इसके साथ अंतिम हो जाए",
        )
    ),
    "outcome": Need(("what is decided", "क्या निर्णय है"), "outcome", OUTCOMES),
    "competent": Need(
        (
            "for a decision: a post competent for the subject class and the amount",
            "निर्णय के लिए: विषय वर्ग और राशि के लिए सक्षम पद",
        )
    ),
    "reversal_from_above": Need(
        (
            "to reverse what was communicated: a post above the one that decided",
            "सूचित किए जा चुके निर्णय को पलटने के लिए: निर्णय लेने वाले पद से ऊपर का पद",
        )
    ),
    "basis": Need(
        ("the note that is decided on, where the file has any", "निर्णय की आधार टिप्पणी, यदि पत्रावली पर कोई हो")
    ),
    "day": Need(("a day in the future", "भविष्य का कोई दिन"), "until"),
    "decision_where_asked": Need(
        (
            "an approval or a rejection, where the subject class asks for one",
            "अनुमोदन या अस्वीकृति, जहाँ विषय वर्ग में आवश्यक हो",
        )
    ),
    "approved": Need(("an approval", "अनुमोदन")),
    "no_open_condition": Need(("no condition of an approval that is open", "अनुमोदन की कोई शर्त खुली न हो")),
    "condition_open": Need(("an open condition", "कोई खुली शर्त"), "condition"),
    "settled": Need(("what became of the condition", "शर्त का क्या हुआ"), "outcome", SETTLED),
    "no_proposal": Need(("no proposal that waits for a second person", "दूसरे व्यक्ति की प्रतीक्षा में कोई प्रस्ताव न हो")),
    "priority": Need(("a priority that the scheme knows, where one is given", "प्राथमिकता दी हो तो योजना की कोई")),
    "document": Need(("a document", "दस्तावेज़"), "document"),
    "system": Need(("an outside system of the kind", "इस प्रकार की कोई बाहरी प्रणाली"), "system", of_kind=_systems),
    "reference": Need(("its number there, which no other has", "वहाँ की संख्या, जो किसी और की न हो"), "reference"),
    **NEEDS_OF_SIDE_ACTS,
    **NEEDS_OF_LETTERS,
    **NEEDS_OF_COMPLAINTS,
}

PARAMETERS: Final[Mapping[str, Field]] = {
    "to": Field(
        ("to which post", "किस पद को"),
        ("The post that it goes to, by its code or its id.", "जिस पद को यह जाए, उसका कोड या id।"),
    ),
    "remark": Field(
        ("remark or reason", "टिप्पणी या कारण"),
        (
            "What the register shows beside the movement; a reason or a report stands here too.",
            "पंजी में कार्यवाही के साथ लिखी जाने वाली बात; कारण या आख्या भी यहीं लिखें।",
        ),
    ),
    "other": Field(
        ("other paper", "दूसरा प्रकरण"),
        ("The other paper, by its number or its id.", "दूसरे प्रकरण की संख्या या id।"),
    ),
    "particulars": Field(
        ("particulars", "विवरण"),
        ("Particulars that are said anew, and their values.", "जो विवरण संशोधित हों, और उनके मान।"),
    ),
    "posts": Field(
        ("further posts", "अन्य पद"),
        (
            "Further posts, each by its code or its id: they get a copy of their own, are asked or informed.",
            "अन्य पद, प्रत्येक अपने कोड या id से: जिन्हें अपनी प्रति मिले, जिनसे पूछा जाए या जिन्हें सूचना दी जाए।",
        ),
    ),
    "subject": Field(
        ("subject", "विषय"),
        ("What the new paper or letter is about, in one line.", "नया प्रकरण या पत्र किस बारे में है, एक पंक्ति में।"),
    ),
    "text": Field(
        ("text of the note, letter or grievance", "टिप्पणी, पत्र या शिकायत का पाठ"),
        (
            "The first text of a new note; its author goes on with it until it is fixed. Of a letter, the whole. "
            "Of a grievance that is split off, the citizen's own words.",
            "नई टिप्पणी का आरंभिक पाठ; लेखक इसे आगे लिखता है जब तक कोई कार्यवाही इसे अंतिम न करे। पत्र का पूरा पाठ। "
            "अलग की गई शिकायत के लिए नागरिक के अपने शब्द।",
        ),
    ),
    "agree": Field(
        ("agree with the last note", "पिछली टिप्पणी से सहमत"),
        ("Put up without a note of one's own.", "अपनी टिप्पणी लिखे बिना प्रस्तुत करना।"),
    ),
    "draft": Field(
        ("your draft note", "आपकी प्रारूप टिप्पणी"),
        (
            "The id of your own open draft note, which this movement fixes for ever.",
            "आपकी खुली प्रारूप टिप्पणी की id; यह कार्यवाही उसे सदा के लिए अंतिम कर देती है।",
        ),
    ),
    "draft_sha256": Field(
        ("sum of the draft", "प्रारूप का SHA-256"),
        ("The SHA-256 of the draft's text as you last read it.", "प्रारूप का जो पाठ आपने पढ़ा उसका SHA-256।"),
    ),
    "basis": Field(
        ("note decided on", "निर्णय की आधार टिप्पणी"),
        ("The id of the fixed note that is decided on.", "जिस अंतिम टिप्पणी पर निर्णय है उसकी id।"),
    ),
    "outcome": Field(
        ("outcome", "परिणाम"),
        ("What is decided, or what became of a condition.", "क्या निर्णय है, या शर्त का क्या हुआ।"),
    ),
    "conditions": Field(
        ("conditions", "शर्तें"),
        ("The conditions of an approval with conditions.", "सशर्त अनुमोदन की शर्तें।"),
    ),
    "condition": Field(
        ("condition", "शर्त"),
        ("The id of the open condition that is settled.", "जिस खुली शर्त का निपटारा है उसकी id।"),
    ),
    "until": Field(
        ("until which day", "किस दिन तक"),
        ("The day on which it is to come up again.", "जिस दिन यह पुनः प्रस्तुत हो।"),
    ),
    "due": Field(
        ("due", "नियत समय"),
        ("The instant by which it is to be dealt with.", "जिस समय तक इस पर कार्यवाही हो।"),
    ),
    "priority": Field(
        ("priority", "प्राथमिकता"),
        ("The priority that it has from now on.", "अब से इसकी प्राथमिकता।"),
    ),
    "ground": Field(
        ("ground", "आधार"),
        ("The scheme's ground or reason, by its code.", "योजना में दिया आधार या कारण, उसके कोड से।"),
    ),
    "quality": Field(
        ("quality mark", "गुणवत्ता टिप्पणी"),
        ("What the reply lacks, by its code in the scheme.", "आख्या में क्या कमी है, योजना के कोड से।"),
    ),
    "category": Field(
        ("category", "श्रेणी"),
        (
            "What is complained of; the time limits follow from it.",
            "शिकायत किस बारे में है; समय सीमा इसी से तय होती है।",
        ),
    ),
    "place": Field(("place", "स्थान"), ("Where it is.", "यह कहाँ की है।")),
    "channel": Field(
        ("channel", "माध्यम"),
        ("By which way the citizen said it.", "नागरिक ने यह किस माध्यम से कहा।"),
    ),
    "document": Field(
        ("document", "दस्तावेज़"),
        ("The file that is added.", "जोड़ी जाने वाली फ़ाइल।"),
    ),
    **REFERENCES,
    **PARAMETERS_OF_SIDE_ACTS,
    **PARAMETERS_OF_LETTERS,
}

REGISTRATION: Final[Mapping[str, Field]] = {
    "scheme": Field(
        ("scheme", "योजना"),
        (
            "By whose rules it goes; may be left out where only one scheme in force has the kind.",
            "किस योजना के नियमों से यह चले; जब यह प्रकार एक ही लागू योजना में हो तो छोड़ा जा सकता है।",
        ),
    ),
    "kind": Field(("kind", "प्रकार"), ("The kind of paper.", "प्रकरण का प्रकार।")),
    "subject": Field(("subject", "विषय"), ("What it is about, in one line.", "यह किस बारे में है, एक पंक्ति में।")),
    "classification": Field(
        ("classification", "वर्गीकरण"),
        (
            "Who may know of it; papers classified under the security instructions do not come here.",
            "इसे कौन जान सकता है; सुरक्षा अनुदेशों के अधीन वर्गीकृत काग़ज़ यहाँ नहीं आते।",
        ),
    ),
    "priority": Field(("priority", "प्राथमिकता"), ("How pressing it is.", "यह कितना आवश्यक है।")),
    "particulars": Field(
        ("particulars", "विवरण"), ("What registers of this kind ask for.", "इस प्रकार की पंजी में जो पूछा जाता है।")
    ),
    "head": Field(
        ("head", "शीर्ष"),
        ("The head of the file index, which begins the number.", "पत्रावली सूची का शीर्ष, जिससे संख्या आरंभ होती है।"),
    ),
    "subject_class": Field(
        ("subject class", "विषय वर्ग"),
        ("The class by which it is known who may decide.", "वर्ग, जिससे तय होता है कि निर्णय कौन कर सकता है।"),
    ),
    "retention_class": Field(
        ("retention class", "अभिलेख श्रेणी"), ("How long it is kept.", "इसे कितने समय तक रखा जाए।")
    ),
    "medium": Field(("medium", "माध्यम"), ("Whether it is on paper.", "यह काग़ज़ पर है या नहीं।")),
    "amount_paise": Field(
        ("amount in paise", "राशि (पैसे में)"),
        ("The amount that is to be decided on, in paise.", "जिस राशि पर निर्णय होना है, पैसे में।"),
    ),
    "category": Field(
        ("category", "श्रेणी"),
        (
            "What is complained of; the time limits follow from it.",
            "शिकायत किस बारे में है; समय सीमा इसी से तय होती है।",
        ),
    ),
    "place": Field(("place", "स्थान"), ("Where it is.", "यह कहाँ की है।")),
    "channel": Field(("channel", "माध्यम"), ("By which way it came in.", "यह किस माध्यम से आई।")),
    "identity": Field(
        ("identity", "पहचान"),
        (
            "Whether the complainant is named; of an anonymous one nothing is kept.",
            "शिकायतकर्ता का नाम दिया है या नहीं; गुमनाम के बारे में कुछ नहीं रखा जाता।",
        ),
    ),
    "language": Field(("language", "भाषा"), ("In which language it is.", "यह किस भाषा में है।")),
    "letter_day": Field(
        ("day of the letter", "पत्र दिनांक"), ("The day that the letter bears.", "पत्र पर अंकित दिनांक।")
    ),
    "received_on": Field(
        ("received on", "प्राप्ति दिनांक"), ("The day on which it came in.", "जिस दिन यह प्राप्त हुआ।")
    ),
    "letter_number": Field(
        ("number of the letter", "पत्र संख्या"), ("The sender's own number.", "प्रेषक की अपनी संख्या।")
    ),
    "sender": Field(("sender", "प्रेषक"), ("Who sent the letter.", "पत्र किसने भेजा।")),
    "accused": Field(
        ("post complained against", "जिस पद के विरुद्ध"),
        ("The post that is complained against.", "वह पद जिसके विरुद्ध शिकायत है।"),
    ),
    **REFERENCES,
    "text": Field(("text", "पाठ"), ("The complaint in the citizen's own words.", "नागरिक के अपने शब्दों में शिकायत।")),
    "complainant": Field(
        ("complainant", "शिकायतकर्ता"),
        (
            "Who complains, unless anonymously. Every read shows it masked; an unmasking is recorded.",
            "शिकायत करने वाला, यदि गुमनाम न हो। हर बार छिपाकर दिखाया जाता है; पूरा देखना दर्ज होता है।",
        ),
    ),
    "name": Field(("name", "नाम"), ("The complainant's name.", "शिकायतकर्ता का नाम।")),
    "telephone": Field(("telephone", "टेलीफ़ोन"), ("Where he can be called.", "जिस पर उनसे बात हो सके।")),
    "address": Field(("address", "पता"), ("Where he can be written to.", "जहाँ उन्हें लिखा जा सके।")),
}


def field(name: str, unknown: str | None = None) -> Fact:
    """What a field of a movement or of a registration is called; of one not known: ``unknown``, or its name."""
    known = PARAMETERS.get(name) or REGISTRATION.get(name)
    return known.label if known else unknown or name


def asked_by(row: Row) -> frozenset[str]:
    """The parameters without which a movement is never done; others are needed as things stand."""
    return frozenset(asked for name in row.needs if (asked := NEEDS[name].asks) is not None)


def missing(name: str) -> Refusal:
    """The refusal where a parameter is not given."""
    return Refusal("missing", name, {"field": field(name)})


def unknown(name: str, value: str) -> Refusal:
    """The refusal of a value that the scheme does not have."""
    return Refusal("unknown-particular", name, {"field": field(name), "value": value})
