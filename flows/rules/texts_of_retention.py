"""The sentences of the rules of retention and erasure, English and Hindi, by code."""

from __future__ import annotations

from typing import Final

SENTENCES_OF_RETENTION: Final[dict[str, tuple[str, str]]] = {
    "destroyed": (
        "This paper was destroyed under its retention schedule; nothing more can be done with it.",
        "यह प्रकरण अभिलेख अनुसूची के अधीन विनष्ट हो चुका है; अब इस पर कुछ नहीं किया जा सकता।",
    ),
    "day-to-come": (
        "Papers are due on a day that has come; give today or an earlier day.",
        "अभिलेख उसी दिन देय होते हैं जो आ चुका हो; आज या पहले का दिन दें।",
    ),
    "nothing-due": (
        "No paper is past its retention on that day, or all that are stand on a list or are kept back.",
        "उस दिन कोई प्रकरण अवधि पार नहीं है, या सभी पहले से सूची में हैं या रोके गए हैं।",
    ),
    "not-due": (
        "These papers are not past their retention, stand on a list, or are kept back: {numbers}.",
        "ये प्रकरण अवधि पार नहीं हैं, पहले से सूची में हैं या रोके गए हैं: {numbers}।",
    ),
    "no-such-order": ("There is no such list or order.", "ऐसी कोई सूची या आदेश नहीं है।"),
    "no-such-item": (
        "There is no line {ordinal} that could be struck.",
        "पंक्ति {ordinal} नहीं है जिसे काटा जा सके।",
    ),
    "order-not-open": (
        "This is not possible any more: it is now “{state}”.",
        "अब यह नहीं हो सकता: अब यह “{state}” है।",
    ),
    "one-last-item": (
        "Nothing would be left of it; withdraw it instead.",
        "इसमें कुछ नहीं बचेगा; इसे वापस लें।",
    ),
    "paper-of-another-office": (
        "{number} is of another office, and no post under yours had it last. The second signature is given by a "
        "post of its own office, or by one above the post that had it last.",
        "{number} दूसरे कार्यालय का है, और वह अंत में आपके अधीन किसी पद के पास नहीं था। दूसरा हस्ताक्षर उसी कार्यालय का पद "
        "या उस पद से ऊपर का पद करे जिसके पास वह अंत में था।",
    ),
    "second-other-post": (
        "The second signature is that of another person at another post than the first.",
        "दूसरा हस्ताक्षर पहले से भिन्न व्यक्ति का, भिन्न पद पर होता है।",
    ),
    "signed-by-people": (
        "A list or an order is signed by a person at a post, from that person's own log-in.",
        "सूची या आदेश पर हस्ताक्षर पद पर बैठा व्यक्ति अपने लॉग-इन से करता है।",
    ),
    "paper-kept-back": (
        "The paper {number} is kept back; lift that or strike the line first.",
        "प्रकरण {number} रोका हुआ है; पहले उसे हटाएँ या पंक्ति काटें।",
    ),
    "paper-not-closed": (
        "The paper {number} is not closed any more; strike its line first.",
        "प्रकरण {number} अब बंद नहीं है; पहले उसकी पंक्ति काटें।",
    ),
    "no-such-part": (
        "The paper {number} has no “{part}” that could be erased.",
        "प्रकरण {number} में “{part}” नहीं है जिसे मिटाया जा सके।",
    ),
    "not-kept-back": ("The paper {number} is not kept back.", "प्रकरण {number} रोका हुआ नहीं है।"),
    "no-such-hold": (
        "No such hold keeps the paper {number} back; the list of its holds names those that do.",
        "प्रकरण {number} पर ऐसी कोई रोक नहीं है; उस पर लगी रोकों की सूची देखें।",
    ),
    "several-holds": (
        "{count} holds keep the paper {number} back; say which of them is lifted.",
        "प्रकरण {number} पर {count} रोकें लगी हैं; बताएँ कि इनमें से कौन-सी हटाई जाए।",
    ),
    "no-such-paper": ("There is no paper with the number {number}.", "{number} संख्या का कोई प्रकरण नहीं है।"),
}
