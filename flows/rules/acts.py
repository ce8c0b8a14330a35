"""The acts: what the code can do with a docket. A movement of a scheme is its own name over one of these.

Of each act it is said to which families it belongs, and to which kinds of closing it may lead: a workflow in which
a decision leads to another kind of end is refused by name (DESIGN §4).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

FILE: Final = "office_file"
RECEIPT: Final = "receipt"
COMPLAINT: Final = "complaint"
FAMILIES: Final = (FILE, RECEIPT, COMPLAINT)

ENDINGS: Final[Mapping[str, tuple[str, ...]]] = {
    FILE: ("closed", "cancelled", "merged", "answered"),
    RECEIPT: ("replied", "filed", "no_action", "made_complaint", "cancelled"),
    COMPLAINT: (
        "satisfied",
        "unheard",
        "special",
        "rejected",
        "clubbed",
        "withdrawn",
        "disposed",
        "dropped",
    ),
}
"""The kinds of closing of each family; a scheme gives its own state names to them."""


WITHOUT_CONSENT: Final = frozenset({"special", "rejected", "clubbed"})
"""The kinds of closing to which no one person leads alone, for the citizen did not agree (SYSTEMS)."""


@dataclass(frozen=True, slots=True)
class Act:
    """An act; ``ends``: the kinds of closing to which it may lead, none where it never closes.

    ``begins``: a docket begins with it. ``reopens``: it leads out of a closed state, which no other act does.
    ``other``: the family of the other docket that it is done with, or that it brings into being. ``ties`` and
    ``unties``: the sort of tie that it makes or ends between the two.
    ``decides``: it settles what another person has proposed before. What each needs in every table is said in
    ``flows.rules.promises``.
    """

    name: str
    families: tuple[str, ...]
    ends: tuple[str, ...] = ()
    begins: bool = False
    reopens: bool = False
    other: str | None = None
    ties: str | None = None
    unties: str | None = None
    decides: bool = False


def _acts(*acts: Act) -> Mapping[str, Act]:
    return {act.name: act for act in acts}


ACTS: Final = _acts(
    Act("register", FAMILIES, begins=True),
    Act("receive", FAMILIES),
    Act("add_document", FAMILIES),
    Act("add_reference", FAMILIES),
    Act("forward", (FILE,)),
    Act("return", (FILE, RECEIPT)),
    Act("note", (FILE,)),
    Act("approve", (FILE,)),
    Act("settle_condition", (FILE,)),
    Act("pull_back", (FILE, RECEIPT)),
    Act("pull_up", (FILE,)),
    Act("park", (FILE,)),
    Act("bring_up", (FILE,)),
    Act("close", (FILE,), ends=("closed",)),
    Act("reopen", (FILE, COMPLAINT), reopens=True),
    Act("link", (FILE,), other=FILE, ties="linked"),
    Act("unlink", (FILE,), other=FILE, unties="linked"),
    Act("part", (FILE,), other=FILE, ties="part"),
    Act("begin_part", (FILE,), begins=True),
    Act("beside", FAMILIES),
    Act("mark", (RECEIPT,), other=RECEIPT),
    Act("begin_copy", (RECEIPT,), begins=True),
    Act("put_in_file", (RECEIPT,), other=FILE, ties="in_file"),
    Act("take_out", (RECEIPT,), other=FILE, unties="in_file"),
    Act(
        "dispose",
        (RECEIPT, COMPLAINT),
        ends=("replied", "filed", "no_action", "disposed", "dropped"),
    ),
    Act("make_complaint", (RECEIPT,), ends=("made_complaint",), other=COMPLAINT, ties="made_complaint"),
    Act("cancel", (FILE, RECEIPT), ends=("cancelled",)),
    Act("attach", (FILE,), other=FILE, ties="attached"),
    Act("detach", (FILE,), other=FILE, unties="attached"),
    Act("merge", (FILE,), ends=("merged",), other=FILE, ties="merged"),
    Act("volume", (FILE,), other=FILE, ties="volume"),
    Act("begin_volume", (FILE,), begins=True),
    Act("mark_for_information", (FILE,)),
    Act("consult", (FILE,), other=FILE, ties="consultation"),
    Act("begin_consultation", (FILE,), begins=True),
    Act(
        "answer_consultation",
        (FILE,),
        ends=("answered",),
        other=FILE,
        ties="attached",
        unties="consultation",
    ),
    Act("route", (FILE,)),
    Act("end_route", (FILE,)),
    Act("withhold_document", (FILE,)),
    Act("release_document", (FILE,)),
    Act("draft_letter", (FILE,)),
    Act("revise_letter", (FILE,)),
    Act("drop_letter", (FILE,)),
    Act("sign_letter", (FILE,)),
    Act("dispatch", (FILE,)),
    Act("amend_particulars", (FILE,)),
    Act("reassign", (FILE,)),
    Act("assign", (COMPLAINT,)),
    Act("attend", (COMPLAINT,)),
    Act("return_to_hub", (COMPLAINT,)),
    Act("transfer", (COMPLAINT,)),
    Act("recategorise", (COMPLAINT,)),
    Act("direct_down", (COMPLAINT,)),
    Act("recuse", (COMPLAINT,)),
    Act("ask", (COMPLAINT,)),
    Act("answer", (COMPLAINT,)),
    Act("remind", (COMPLAINT,)),
    Act("add", (COMPLAINT,)),
    Act("withdraw", (COMPLAINT,), ends=("withdrawn",)),
    Act("interim_reply", (COMPLAINT,)),
    Act("reply", (COMPLAINT,)),
    Act("review_reply", (COMPLAINT,)),
    Act("feedback", (COMPLAINT,), ends=("satisfied",)),
    Act("record_attempt", (COMPLAINT,)),
    Act(
        "close_unheard",
        (COMPLAINT,),
        ends=("unheard",),
    ),
    Act("propose_special_close", (COMPLAINT,)),
    Act("approve_special_close", (COMPLAINT,), ends=("special",), decides=True),
    Act("refuse_special_close", (COMPLAINT,)),
    Act("lapse_special_close", (COMPLAINT,)),
    Act("reject", (COMPLAINT,), ends=("rejected",)),
    Act("escalate", (COMPLAINT,)),
    Act("club", (COMPLAINT,), other=COMPLAINT, ties="clubbed"),
    Act("unclub", (COMPLAINT,), other=COMPLAINT, unties="clubbed"),
    Act("split", (COMPLAINT,), other=COMPLAINT, ties="split"),
    Act("begin_split", (COMPLAINT,), begins=True),
    Act("close_clubbed", (COMPLAINT,), ends=("clubbed",)),
    Act("warn", (COMPLAINT,)),
    Act("remind_overdue", (COMPLAINT,)),
    Act("extend", (COMPLAINT,)),
    Act("appeal", (COMPLAINT,), reopens=True),
)

ERASING: Final = frozenset({"destroy", "erase"})
"""What a list and an order that two people signed do to a docket: all of it goes, or single texts."""

ADOPTING: Final = "adopt_version"
"""A docket is moved to a later version of its scheme (DESIGN §2: only a recorded act does that)."""

WITHOUT_ROW: Final = frozenset({"propose", "decline", "lapse", ADOPTING}) | ERASING
"""Acts and movements of the two-people mechanism, which every table has (DESIGN §4), and those that no table has;
they change no state."""


def every_act() -> Iterable[str]:
    """The names of all acts, in order: one Prefect task each."""
    return sorted({*ACTS, *WITHOUT_ROW})
