"""The sentences of a file's side acts, English and Hindi, by code; ``texts`` joins them to the rest."""

from __future__ import annotations

from typing import Final

SENTENCES_OF_SIDE_ACTS: Final[dict[str, tuple[str, str]]] = {
    "needs-posts": ("Say which posts.", "बताएँ कि कौन-से पद।"),
    "no-route": ("It has no route before it.", "इसके आगे भेजने का कोई क्रम शेष नहीं है।"),
    "unknown-document": (
        "There is no such document on this file.",
        "इस पत्रावली पर ऐसा कोई दस्तावेज़ नहीं है।",
    ),
    "withheld-already": ("That document is withheld already.", "वह दस्तावेज़ पहले से रोका हुआ है।"),
    "not-withheld": ("That document is not withheld.", "वह दस्तावेज़ रोका हुआ नहीं है।"),
    "needs-due": ("Say by when the answer is wanted.", "बताएँ कि उत्तर कब तक चाहिए।"),
    "due-past": ("The due time is not in the future.", "नियत समय भविष्य में नहीं है।"),
    "consultation-out": (
        "{number} is still out for consultation; wait for it, or write in the remark why you decide without it.",
        "{number} अभी परामर्श के लिए बाहर है; उसकी प्रतीक्षा करें, या टिप्पणी में लिखें कि उसके बिना निर्णय क्यों।",
    ),
    "not-consulted": (
        "No file asks by this one, or it was answered already.",
        "इससे कोई पत्रावली परामर्श नहीं माँग रही, या उत्तर दिया जा चुका है।",
    ),
    "needs-opinion": (
        "Write a note or a remark: an answer says what the section thinks.",
        "टिप्पणी या अभ्युक्ति लिखें: परामर्श में अनुभाग का मत होना चाहिए।",
    ),
}
