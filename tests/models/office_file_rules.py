"""What the design's table says of an office file: in which states, what may be given, who may decide what.

Written from DESIGN §4 a second time, by hand; it imports nothing of the program.
"""

from __future__ import annotations

from datetime import timedelta

ACTORS = (
    "clerk",
    "superintendent",
    "officer",
    "dc",
    "accountant",
    "record_room",
    "sanctioner",
    "engineer",
    "stranger",
    "administrator",
)
TARGETS = (*ACTORS, "vacant", "abolished")
REGISTRARS = frozenset({"clerk", "accountant", "engineer"})
SIGNERS = frozenset({"superintendent"})
AUDITING = frozenset({"auditor", "administrator"})
"""They see movements of every file, and nothing that is in it."""

IN_HAND = ("in_hand",)
OPEN = ("in_hand", "in_transit", "parked")
CLOSED = frozenset({"closed", "cancelled", "disposed"})
"""States of files and receipts in which a paper is done with."""
LETTERS = ("draft_letter", "revise_letter", "drop_letter", "sign_letter", "dispatch")
TYING = ("link", "unlink", "attach", "merge")
BIRTHS = ("part", "volume", "consult")
SIDE = frozenset(
    {"link", "unlink", *BIRTHS, "draft_letter", "revise_letter", "drop_letter"}
    | {"mark_for_information", "end_route", "add_document"}
)
"""Acts beside the way of the file: they need no version, and hinder no movement that was given meanwhile."""

WHERE = {
    **dict.fromkeys(("forward", "return", "note", "approve", "settle_condition", "park", "close"), IN_HAND),
    **dict.fromkeys((*LETTERS, *TYING, *BIRTHS, "answer_consultation"), IN_HAND),
    **dict.fromkeys(("route", "amend_particulars", "cancel"), IN_HAND),
    **dict.fromkeys(("mark_for_information", "end_route"), ("in_hand", "parked")),
    **dict.fromkeys(("withhold_document", "release_document"), ("in_hand", "parked")),
    **dict.fromkeys(("receive", "pull_back"), ("in_transit",)),
    **dict.fromkeys(("pull_up", "reassign", "add_document"), OPEN),
    "bring_up": ("parked",),
    "detach": ("attached",),
    "reopen": ("closed",),
}
BESIDE = {
    "link": ("linked", (*OPEN, "closed")),
    "unlink": ("unlinked", (*OPEN, "closed")),
    "attach": ("attached_to_it", IN_HAND),
    "detach": ("detached_from_it", (*OPEN, "closed")),
    "merge": ("merged_in", IN_HAND),
    "answer_consultation": ("consultation_answered", (*OPEN, "attached", "closed")),
    "put_in_file": ("receipt_in", OPEN),
    "send_after": ("receipt_in", OPEN),
    "take_out": ("receipt_out", OPEN),
    "made_complaint": (
        "came_as_receipt",
        ("registered", "assigned", "in_work", "replied", "special_close_proposed"),
    ),
}
"""What the other paper does at the same instant, and the states in which it can."""
TIES = {
    **{"link": "linked", "unlink": "linked", "attach": "attached", "detach": "attached", "merge": "merged"},
    **dict.fromkeys(("put_in_file", "send_after", "take_out"), "in_file"),
    "made_complaint": "made_complaint",
}
"""The sort of tie that an act makes or ends."""

_REMARK, _LETTER = frozenset({"remark"}), frozenset({"letter", "remark"})
_WRITTEN = frozenset({"subject", "text", "addressees", "remark"})
MEANS = {
    **dict.fromkeys(("receive", "confirm"), frozenset[str]()),
    **dict.fromkeys(("pull_back", "pull_up", "bring_up", "reopen", "cancel", "end_route", "decline"), _REMARK),
    **dict.fromkeys(("link", "unlink", "detach"), frozenset({"other", "remark"})),
    **dict.fromkeys(("attach", "merge", "answer_consultation"), frozenset({"other", "draft", "remark"})),
    **dict.fromkeys(("withhold_document", "release_document"), frozenset({"paper", "remark"})),
    "forward": frozenset({"to", "remark", "agree", "draft", "due"}),
    "return": frozenset({"to", "remark", "draft", "due"}),
    "route": frozenset({"to", "posts", "remark", "agree", "draft", "due"}),
    "note": frozenset({"text"}),
    "approve": frozenset({"outcome", "conditions", "basis", "draft", "remark", "letter", "version"}),
    "settle_condition": frozenset({"condition", "outcome", "remark"}),
    "park": frozenset({"until", "remark"}),
    "close": frozenset({"draft", "remark"}),
    "add_document": frozenset({"document"}),
    "mark_for_information": frozenset({"posts", "remark"}),
    "consult": frozenset({"posts", "subject", "due", "remark"}),
    "part": frozenset({"subject", "remark"}),
    "volume": _REMARK,
    "draft_letter": _WRITTEN,
    "revise_letter": _WRITTEN | {"letter"},
    "drop_letter": _LETTER,
    "sign_letter": _LETTER | {"version"},
    "dispatch": _LETTER | {"mode"},
    "amend_particulars": frozenset({"particulars", "subject", "remark"}),
    "reassign": frozenset({"to", "remark"}),
}
NEEDS_REMARK = {
    **dict.fromkeys(("return", "settle_condition"), "needs-remark"),
    **dict.fromkeys(("pull_back", "pull_up", "park", "reopen", "reassign", "cancel"), "needs-reason"),
    **dict.fromkeys(("unlink", "merge", "end_route", "drop_letter", "amend_particulars"), "needs-reason"),
    **dict.fromkeys(("withhold_document", "release_document"), "needs-reason"),
}
BY_TWO = frozenset({"reopen", "reassign", "withhold_document", "release_document"})
LAPSES = timedelta(days=15)
APPROVALS = ("approve", "approve_as_amended", "approve_with_conditions")
DECIDING = (*APPROVALS, "reject")

HIGHEST = 10**15
COMPETENCE = {
    "superintendent": {"general": HIGHEST, "expenditure": 10_000_00},
    "officer": {"general": HIGHEST, "expenditure": 1_00_000_00},
    "dc": {"expenditure": HIGHEST},
}
"""The largest amount in paise that a post may decide, by subject class; of leave nobody decides anything."""
BY_AMOUNT = frozenset({"general", "expenditure"})
DECIDED_BEFORE_CLOSE = frozenset({"expenditure", "leave"})
DECIDED_ON = ("subject_class", "amount_paise")
PARTICULARS = {
    "subject_class": ("general", "expenditure", "leave"),
    "retention_class": ("A", "B", "C", "D"),
    "medium": ("electronic", "physical"),
}
MODES = ("post", "registered_post", "speed_post", "messenger", "by_hand", "email")
