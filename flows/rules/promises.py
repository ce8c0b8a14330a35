"""What every table keeps to, whatever a government's scheme says: by act, and by effect (DESIGN §4, SYSTEMS).

A scheme may ask for more and leave movements out. It may not let an act be done without what these tables say, nor
have an effect follow from another act than its own: that would undo what the office promises to citizens.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from flows.rules.acts import COMPLAINT, FILE, RECEIPT

Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Promise:
    """What a row over an act of a family has, at least.

    ``needs``: all of them; ``one_of``: at least one of these. ``follows``: effects without which it is not that
    act. ``by``: the only guards that may stand in its “who”, any where none is named; ``second``: the only ones
    for the second person, who is then obligatory. ``closes``: it always leads to a closed state. ``where_by``:
    what it needs beside where a certain guard stands in its “who”.
    """

    needs: Names = ()
    one_of: Names = ()
    follows: Names = ()
    by: Names = ()
    second: Names = ()
    closes: bool = False
    where_by: Mapping[str, Names] = field(default_factory=dict[str, Names])


_NOTHING_LEFT: Final = ("nothing_attached", "no_receipt_undisposed", "no_part_out")
_SAID: Final = ("unbiased", "remark")
_CITIZEN: Final = Promise(_SAID, by=("citizen_desk",), follows=("for_the_citizen",))

_OF_FILES: Final[Mapping[str, Promise]] = {
    "receive": Promise(follows=("take_in_hand",), by=("addressed",)),
    "approve": Promise(
        ("outcome", "competent", "reversal_from_above", "draft_named", "basis"),
        follows=("record_decision",),
        by=("holder",),
    ),
    "settle_condition": Promise(("condition_open", "waived_by_decider", "remark"), by=("holder",)),
    "pull_back": Promise(("reason",), by=("sender",)),
    "pull_up": Promise(("reason",), by=("superior",)),
    "close": Promise(_NOTHING_LEFT, by=("holder_with_closing_power",), closes=True),
    "merge": Promise(
        ("decision_where_asked", "no_open_condition", "no_letter_ready", "reason", *_NOTHING_LEFT),
        by=("holder_with_closing_power",),
        closes=True,
    ),
    "cancel": Promise(
        ("never_left", "nothing_merged_in", "reason", *_NOTHING_LEFT), by=("registrar",), closes=True
    ),
    "answer_consultation": Promise(("consulted", "opinion", *_NOTHING_LEFT), closes=True),
    "attach": Promise(("other_in_hand", "nothing_attached")),
    "reopen": Promise(("reason",), second=("second_above_proposer",)),
    "withhold_document": Promise(("reason",), second=("second_superior",)),
    "release_document": Promise(("reason",), second=("second_superior",)),
    "reassign": Promise(("reason",), second=("second_over_reassigning",)),
    "amend_particulars": Promise(("amendment", "competent_to_amend", "reason"), by=("holder",)),
    "sign_letter": Promise(("letter_as_read", "letter_approved"), by=("holder_with_signing_power",)),
    "dispatch": Promise(("letter_ready", "no_open_condition", "mode")),
}
_OF_RECEIPTS: Final[Mapping[str, Promise]] = {
    "receive": Promise(follows=("take_in_hand",), by=("addressed",)),
    "pull_back": Promise(("reason",), by=("sender",)),
    "take_out": Promise(("not_cited", "reason"), by=("holder_of_the_file",)),
    "dispose": Promise(one_of=("remark", "reason"), closes=True),
    "make_complaint": Promise(("other",), closes=True),
    "cancel": Promise(("never_left", "reason"), closes=True),
}
_OF_COMPLAINTS: Final[Mapping[str, Promise]] = {
    "assign": Promise(
        ("unbiased", "not_barred"),
        one_of=("hops_left", "hop_limit_reached"),
        follows=("start_level_clock",),
        by=("hub", "arbiter"),
    ),
    "receive": Promise(("unbiased",), follows=("take_in_hand",), by=("addressed",)),
    "attend": Promise(_SAID, follows=("end_attend_clock",), by=("holder",)),
    "return_to_hub": Promise(("hops_left", "hub_free", "reason"), follows=("send_to_hub",)),
    "transfer": Promise(("unbiased", "hops_left", "not_barred", "reason")),
    "recategorise": Promise(
        ("unbiased", "hops_left", "another_category", "not_barred", "reason"), follows=("recategorise",)
    ),
    "direct_down": Promise(("unbiased", "not_barred"), by=("holder",)),
    "recuse": Promise(("not_under_actor", "not_barred", "reason")),
    "ask": Promise(("unbiased",), one_of=("remark", "reason")),
    **dict.fromkeys(("answer", "remind", "add"), _CITIZEN),
    "withdraw": Promise(_SAID, by=("citizen_desk",), follows=("for_the_citizen",), closes=True),
    "interim_reply": Promise(("unbiased",), one_of=("remark", "reason")),
    "reply": Promise(("evidence", *_SAID), follows=("record_reply",), by=("holder",)),
    "review_reply": Promise(("not_reviewed",), follows=("record_review",), by=("reviewer",)),
    "feedback": Promise(_SAID, follows=("record_feedback",), by=("calling_desk",)),
    "record_attempt": Promise(("unbiased", "calling_hours"), follows=("count_attempt",), by=("calling_desk",)),
    "close_unheard": Promise(("attempts_made",), by=("the_clock",), closes=True),
    "propose_special_close": Promise(("may_propose_special", "special_ground", *_SAID), by=("holder",)),
    "approve_special_close": Promise(("reason",), by=("special_close_decider",), closes=True),
    "refuse_special_close": Promise(("reason",), by=("special_close_decider",)),
    "lapse_special_close": Promise(("special_close_lapsed",), by=("the_clock",)),
    "reject": Promise(("unbiased", "rejection_ground", "reason"), second=("second_to_reject",), closes=True),
    "close_clubbed": Promise(("lead_closed", *_SAID), second=("second_to_reject",), closes=True),
    "dispose": Promise(("not_a_complaint", "unbiased"), one_of=("remark", "reason"), closes=True),
    "escalate": Promise(
        ("unbiased", "below_top", "post_above", "not_barred"),
        follows=("send_up", "raise_level", "begin_level"),
        by=("named_superior", "the_clock", "holder"),
        where_by={
            "the_clock": ("over_by_clock", "escalation_ground"),
            "named_superior": ("reason_by_hand", "escalation_ground"),
            # An officer who has done his step, and says what he found.
            "holder": ("evidence", "remark"),
        },
    ),
    "warn": Promise(("warning_due",), by=("the_clock",)),
    "remind_overdue": Promise(one_of=("reminder_due", "reply_waits"), by=("the_clock",)),
    "extend": Promise(("limit_extended",), follows=("extend_clocks",), by=("the_clock",)),
    "reopen": Promise(
        ("unbiased", "not_barred", "reason"),
        follows=("open_again", "begin_clocks"),
        by=("citizen_desk", "named_superior"),
        where_by={"citizen_desk": ("within_reopening",)},
    ),
    "appeal": Promise(
        ("unbiased", "within_reopening", "not_barred", "reason"),
        follows=("open_again", "raise_level", "begin_clocks"),
        by=("citizen_desk",),
    ),
    "split": Promise(("unbiased", "may_be_split", "not_barred", "reason"), follows=("split_off",)),
    **dict.fromkeys(("club", "unclub"), Promise(("unbiased", "reason"))),
}

PROMISES: Final[Mapping[str, Mapping[str, Promise]]] = {
    FILE: _OF_FILES,
    RECEIPT: _OF_RECEIPTS,
    COMPLAINT: _OF_COMPLAINTS,
}
"""By family and act; an act that is not named promises nothing beside what its effects do."""

_BY_EFFECT: Final[Mapping[str, str]] = {
    # The clocks of a complaint, which nobody can reset (SYSTEMS).
    "begin_clocks": "reopen appeal",
    "begin_level": "escalate",
    "raise_level": "escalate appeal assign",
    "start_level_clock": "assign",
    "end_attend_clock": "attend",
    "extend_clocks": "extend",
    "recategorise": "recategorise",
    "open_again": "reopen appeal",
    # Where a complaint goes, and what is said of it.
    "send_up": "escalate appeal",
    "send_to_last": "reopen",
    "send_to_hub": "return_to_hub",
    "give_down": "direct_down",
    "record_reply": "reply",
    "record_review": "review_reply",
    "back_in_work": "review_reply",
    "record_feedback": "feedback",
    "back_to_replier": "feedback",
    "back_to_level": "feedback",
    "count_attempt": "record_attempt",
    "for_the_citizen": "answer remind add withdraw reopen appeal",
    "warn_holder": "warn",
    "remind_holder_and_above": "remind_overdue",
    "remind_who_is_to_hear": "remind_overdue",
    # In whose hand a paper is.
    "take_in_hand": "receive",
    "take_to_actor": "pull_back pull_up detach take_out",
    "back_on_route": "pull_back pull_up",
    "leave_hands": "attach put_in_file",
    "send_back": "return",
    # What is written of a file.
    "open_note": "note",
    "record_decision": "approve",
    "settle_condition": "settle_condition",
    "reopen": "reopen",
    "amend": "amend_particulars",
    "park": "park",
    "add_document": "add_document",
    "withhold": "withhold_document",
    "release": "release_document",
    "decide_letter": "approve",
    "draft_letter": "draft_letter",
    "revise_letter": "revise_letter",
    "sign_letter": "sign_letter",
    "dispatch_letter": "dispatch",
    "open_part": "part",
    "open_volume": "volume",
    "open_consultations": "consult",
    "copy_to_posts": "mark",
    "drop_letter": "drop_letter",
    "split_off": "split",
}
ONLY_AFTER: Final[Mapping[str, frozenset[str]]] = {
    effect: frozenset(acts.split()) for effect, acts in _BY_EFFECT.items()
}
"""By effect, the acts from which it may follow; one that is not named may follow from any."""

CLOCK_ACTS: Final = frozenset(
    {"bring_up", "escalate", "warn", "remind_overdue", "close_unheard", "lapse_special_close", "extend"}
)
"""What the clock does by itself; a row of another act would wait for it for ever."""
