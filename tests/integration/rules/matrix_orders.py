"""A good order of each action of the matrices: one that is refused for nothing but its state and its giver."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.factories.lives import (
    FAR_OFF,
    LETTER,
    REASON,
)

REMARK = {"remark": "टिप्पणी"}
ORDERS: dict[str, dict[str, Any]] = {
    "forward": {"to": "dc", **REASON},
    "return": REMARK,
    "note": {"text": "अवलोकनार्थ"},
    "approve": {"outcome": "approve"},
    "settle_condition": {"outcome": "met", **REMARK},
    "pull_back": REASON,
    "pull_up": REASON,
    "park": {"until": date(2030, 1, 1), **REASON},
    "reopen": REASON,
    "decline": REASON,
    "mark": {"to": "dc"},
    "send_after": REASON,
    "take_out": REASON,
    "replied": REMARK,
    "filed": REMARK,
    "no_action": REASON,
    "cancel": REASON,
    "unlink": REASON,
    "club": REASON,
    "unclub": REASON,
    "close_clubbed": REMARK,
    "split": {
        "to": "superintending",
        "subject": "बत्ती",
        "text": "बत्ती भी नहीं",
        "category": "street-light",
        **REASON,
    },
    "part": {"subject": "खंड"},
    "merge": REASON,
    "amend_particulars": {"particulars": {"retention_class": "B"}, **REASON},
    "reassign": {"to": "officer", **REASON},
    "add_document": {"document": True},
    "route": {"to": "officer", "posts": ("dc",), **REASON},
    "end_route": REASON,
    "draft_letter": LETTER,
    "revise_letter": LETTER,
    "drop_letter": REASON,
    "dispatch": {"mode": "post"},
    "mark_for_information": {"posts": ("accountant",)},
    "consult": {"posts": ("accountant",), "subject": "राय", "due": FAR_OFF},
    "answer_consultation": REMARK,
    "assign": {"to": "junior"},
    "attend": REMARK,
    "reply": REMARK,
    "satisfied": REMARK,
    "not_satisfied": REMARK,
    **dict.fromkeys(
        ("ask", "answer", "remind", "add", "withdraw", "interim_reply", "dispose", "return_to_hub"), REMARK
    ),
    **dict.fromkeys(("approve_special_close", "refuse_special_close", "reopen_by_superior", "appeal"), REASON),
    "assign_finally": {"to": "superintending", **REASON},
    "transfer": {"to": "superintending", **REASON},
    "recategorise": {"to": "superintending", "category": "street-light", **REASON},
    "direct_down": {"to": "superintending"},
    "recuse": {"to": "superintending", **REASON},
    "send_reply_back": {"quality": "incomplete", **REASON},
    "propose_special_close": {"ground": "court", **REMARK},
    "reject": {"ground": "untrue", **REASON},
    "escalate": {"to": "superintending", **REASON},
}
