"""What the words of a file's side acts mean to people; ``words`` joins them to the rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flows.rules.explained import Field, Need
from flows.rules.labels import Label

WHO_OF_SIDE_ACTS: Final[Mapping[str, Label]] = {
    "second_superior": (
        "another person, at a post above the one that proposed it; above the top post, at the record room",
        "दूसरा व्यक्ति, प्रस्तावक से ऊपर के पद पर; सबसे ऊपर के पद के लिए अभिलेख कक्ष में",
    ),
}

PARAMETERS_OF_SIDE_ACTS: Final[Mapping[str, Field]] = {
    "document_id": Field(
        ("which document", "कौन-सा दस्तावेज़"),
        ("The id of a document of this file.", "इस पत्रावली के किसी दस्तावेज़ की id।"),
    ),
}

NEEDS_OF_SIDE_ACTS: Final[Mapping[str, Need]] = {
    "posts": Need(("at least one post", "कम से कम एक पद"), "posts"),
    "post_or_next": Need(
        (
            "a post to send it to, where somebody is; where none is named, the next of its route",
            "पद जिसे यह जाए, और जिस पर कोई हो; न बताने पर क्रम का अगला पद",
        )
    ),
    "posts_in_turn": Need(
        ("the posts after it, in turn, where somebody is", "उसके बाद के पद, क्रम से, जिन पर कोई हो")
    ),
    "route_ahead": Need(("posts of a route still before it", "क्रम के कुछ पद अभी शेष हों")),
    "document_readable": Need(
        ("a document of this file that is not withheld", "इस पत्रावली का कोई दस्तावेज़ जो रोका न गया हो"),
        "document_id",
    ),
    "document_withheld": Need(
        ("a document of this file that is withheld", "इस पत्रावली का कोई दस्तावेज़ जो रोका गया हो"),
        "document_id",
    ),
    "due": Need(("by when, in the future", "कब तक; भविष्य का कोई समय"), "due"),
    "consultations_back": Need(
        (
            "for a decision: every consultation back, or the reason why it does not wait",
            "निर्णय के लिए: सभी परामर्श प्राप्त हों, या कारण कि प्रतीक्षा क्यों नहीं",
        )
    ),
    "consulted": Need(("a file that asks by it", "वह पत्रावली जिसने इससे परामर्श माँगा")),
    "opinion": Need(
        (
            "a note written since it was received, or a remark",
            "प्राप्ति के बाद लिखी टिप्पणी, या अभ्युक्ति",
        )
    ),
}
