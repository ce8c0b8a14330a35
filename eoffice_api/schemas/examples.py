"""Examples of bodies for the API's description. A test plays them through on the practice office of Hisar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from fastapi.openapi.models import Example as Shown


@dataclass(frozen=True, slots=True)
class Example:
    """A body, and what it does at which posts of the practice office."""

    summary: str
    body: dict[str, Any]


REGISTRATIONS: Final = {
    "file": Example(
        "A file, at the post CLK-GEN",
        {
            "kind": "file",
            "subject": "पुस्तकालय के पंखों की मरम्मत",
            "particulars": {
                "head": "N-11016",
                "subject_class": "general",
                "retention_class": "C",
                "medium": "electronic",
                "amount_paise": 450000,
            },
        },
    ),
    "complaint": Example(
        "A complaint taken down on the telephone, at the post CALL-1",
        {
            "kind": "complaint",
            "subject": "Street light out",
            "text": "The street light before the school has been out since Monday.",
            "priority": "urgent",
            "particulars": {
                "category": "street-light",
                "place": "hisar-1",
                "channel": "telephone",
                "identity": "named",
            },
            "complainant": {"name": "काल्पनिक नागरिक", "telephone": "9900000002"},
        },
    ),
}

MOVEMENTS: Final = {
    "put_up": Example(
        "Put a file up: CLK-GEN to AST-GEN, with the reason why no note was written",
        {"action": "forward", "to": "AST-GEN", "remark": "अवलोकनार्थ प्रस्तुत।", "priority": "urgent"},
    ),
    "receive": Example("Receive what was sent to the post", {"action": "receive"}),
    "agree": Example(
        "Put it up further without a note of one's own: AST-GEN to SUP-GEN",
        {"action": "forward", "to": "SUP-GEN", "agree": True},
    ),
    "approve": Example(
        "Approve with conditions, at SUP-GEN",
        {
            "action": "approve",
            "outcome": "approve_with_conditions",
            "conditions": ["मरम्मत के बाद फ़ोटो पत्रावली पर रखा जाए"],
        },
    ),
    "note": Example("Open a note", {"action": "note", "text": "कृपया विचाराधीन पत्र का अवलोकन करें।"}),
    "park": Example("Park it until a day", {"action": "park", "until": "2030-04-01", "remark": "निधि की प्रतीक्षा"}),
    "assign": Example(
        "Assign a complaint, at HUB", {"action": "assign", "to": "XEN-PHE", "remark": "सात दिन में निस्तारण करें"}
    ),
    "attend": Example("Attend to a complaint, at XEN-PHE", {"action": "attend", "remark": "Lineman sent"}),
    "reply": Example("Reply to a complaint, at XEN-PHE", {"action": "reply", "remark": "लाइट ठीक कर दी गई।"}),
    "satisfied": Example(
        "The citizen is satisfied, at CALL-2", {"action": "satisfied", "remark": "“लाइट जल रही है, धन्यवाद”"}
    ),
}

DRAFTS: Final = {
    "draft": Example("Go on writing one's draft", {"text": "कृपया विचाराधीन पत्र का अवलोकन करें। व्यय ₹4,000 है।"}),
}


RESOLUTIONS: Final = {
    "sent": Example("The gateway's records show that it went out", {"resolution": "sent"}),
    "send_again": Example("They show that it did not", {"resolution": "send_again"}),
}


def in_docs(examples: dict[str, Example]) -> dict[str, Shown]:
    """Examples as an operation shows them."""
    return {name: Shown(summary=one.summary, value=one.body) for name, one in examples.items()}
