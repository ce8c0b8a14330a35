"""A scheme may tighten a table and never loosen it: what undoes a promise is refused by its movement and line."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest
import yaml

from flows.rules.acts import ACTS
from flows.rules.effects import EFFECTS
from flows.rules.faults import Faults
from flows.rules.guards import NEEDS, WHO
from flows.rules.known_schemes import from_text, shipped_source
from flows.rules.promises import CLOCK_ACTS, ONLY_AFTER, PROMISES

_LABELS: Final = {"label": ["a", "क"], "done": ["a", "क"]}


def _scheme(table: dict[str, Any], kind: str = "complaint") -> str:
    """The shipped scheme whose kind has a table of its own, which extends the shipped one."""
    source = shipped_source("haryana-eoffice")
    assert source is not None
    said = yaml.safe_load(source[0])
    # Written and read again, so that no two members are one, which YAML would write as an alias.
    said["tables"]["mine"] = json.loads(json.dumps({"extends": said["kinds"][kind]["table"], **table}))
    said["kinds"][kind]["table"] = "mine"
    return yaml.safe_dump(said, allow_unicode=True, sort_keys=False)


def _faults(text: str) -> list[str]:
    with pytest.raises(Faults) as raised:
        from_text(text, "t.yaml")
    return [str(fault) for fault in raised.value.faults]


def _row(act: str, origin: str, to: str, who: str = "holder") -> dict[str, Any]:
    return {"act": act, "from": [origin], "to": to, "who": [who], "needs": ["unbiased", "remark"], **_LABELS}


_LIMBO: Final = {"class": "waiting", "label": ["a", "क"]}
_AGAIN: Final = ["record_feedback", "back_to_level"]
_BACK: Final = ["unbiased", "reply_reviewed", "post_after_feedback", "not_barred", "remark"]
LOOSENED: Final[dict[str, tuple[dict[str, Any], str]]] = {
    "assigned to anybody": ({"assign": {"needs": ["post", "priority"]}}, "assign.needs: the act “assign” always"),
    "passed on, all clocks begin": (
        {"transfer": {"follows": ["send_to_post", "begin_clocks"]}},
        "transfer.follows.1: “begin_clocks” follows from appeal, reopen only",
    ),
    "a comment begins the level": ({"interim_reply": {"follows": ["begin_level"]}}, "interim_reply.follows.0: "),
    "a comment halts the clock": ({"interim_reply": {"follows": ["record_reply"]}}, "interim_reply.follows.0: "),
    "a reminder begins the clocks": (
        {"remind": {"follows": ["for_the_citizen", "begin_clocks"]}},
        "remind.follows.1: ",
    ),
    "a question is attending": ({"ask": {"follows": ["end_attend_clock"]}}, "ask.follows.0: “end_attend_clock”"),
    "an approval that closes nothing": (
        {"approve_special_close": {"to": "in_work", "ends": None, "follows": []}},
        "approve_special_close.to: the act “approve_special_close” always leads to a closed state",
    ),
    "an approval of nothing proposed": (
        {"approve_special_close": {"from": ["in_work"]}},
        "approve_special_close.from: the act “approve_special_close” is only for what was proposed",
    ),
    "refused by the officer": ({"refuse_special_close": {"who": ["holder"]}}, "refuse_special_close.who.0: "),
    "nobody is ever satisfied": (
        {"satisfied": {"to": "assigned", "ends": None, "follows": _AGAIN, "needs": _BACK}},
        "mine.movements: what is replied to must be able to close as “satisfied”",
    ),
    "dissatisfied, and nobody has it": (
        {"not_satisfied": {"follows": ["record_feedback"]}},
        "not_satisfied.follows: a citizen who is not satisfied gets it back to an officer",
    ),
    "satisfied without a reply": ({"satisfied": {"from": ["in_work", "replied"]}}, "satisfied.from: the act"),
    "an acceptance that sends back": (
        {"accept_reply": {"to": "in_work", "follows": ["record_review", "back_in_work"]}},
        "accept_reply: a reply goes back into work with a mark of its quality",
    ),
    "replied by another": (
        {"reply": {"who": ["calling_desk"]}},
        "reply.who.0: the act “reply” is for holder only",
    ),
    "replied into work": ({"reply": {"to": "assigned"}}, "reply.to: the act “reply” always leads to a state of"),
    "received by the accused": (
        {"receive": {"needs": []}},
        "receive.needs: the act “receive” always needs “unbiased”",
    ),
    "replied by the accused": (
        {"reply": {"needs": ["evidence", "remark"]}},
        "reply.needs: the act “reply” always",
    ),
    "passed on without end": (
        {"transfer": {"needs": ["unbiased", "post", "not_barred", "reason"]}},
        "“hops_left”",
    ),
    "nothing climbs": (
        {"escalate": None},
        "mine.movements: the clock has no movement over the act “escalate” from the state “in_work”",
    ),
    "only the officer lets it climb": ({"escalate": {"who": ["holder"]}}, "escalate.needs: the act “escalate”"),
    "what nobody was given climbs not": (
        {"escalate": {"from": ["assigned", "in_work"]}},
        "“escalate” from the state “registered”",
    ),
    "nothing reminds": ({"remind_overdue": None}, "“remind_overdue” from the state “assigned”"),
    "withdrawn without a word": ({"withdraw": {"needs": ["unbiased"]}}, "withdraw.needs: "),
    "unheard without a review": ({"close_unheard": {"needs": ["attempts_made"]}}, "always needs “reply_reviewed”"),
    "reopened by anybody": ({"reopen_by_superior": {"who": ["hub"]}}, "reopen_by_superior.who.0: "),
    "reopened in its old time": ({"reopen": {"follows": ["open_again", "send_to_last"]}}, "reopen.follows: "),
    "rejected by one": (
        {"reject": {"second": "holder"}},
        "reject.second: the act “reject” is always confirmed by",
    ),
    "rejected by the clock": ({"reject": {"second": "the_clock"}}, "reject.second: "),
}  # fmt: skip


@pytest.mark.parametrize("name", LOOSENED)
def test_a_loosened_table_of_complaints_is_refused(name: str) -> None:
    movements, said = LOOSENED[name]
    found = _faults(_scheme({"movements": movements}))
    assert any(said in fault for fault in found), found
    assert all(int(fault.split(":")[1]) > 1 for fault in found)


@pytest.mark.parametrize(
    ("movements", "said"),
    [
        ({"merge": {"who": ["holder"]}}, "merge.who.0: the act “merge” is for holder_with_closing_power only"),
        ({"close": {"needs": ["draft_named"]}}, "close.needs: the act “close” always needs “nothing_attached”"),
        ({"cancel": {"needs": ["reason"]}}, "cancel.needs: the act “cancel” always needs “never_left”"),
        ({"approve": {"needs": ["outcome", "draft_named", "basis"]}}, "always needs “competent”"),
        ({"amend_particulars": {"needs": ["amendment", "reason"]}}, "always needs “competent_to_amend”"),
        ({"settle_condition": {"needs": ["condition_open", "settled", "remark"]}}, "“waived_by_decider”"),
        ({"reopen": {"second": None}}, "reopen.second: the act “reopen” is always confirmed by"),
        (
            {"park": {"follows": ["record_decision"]}},
            "park.follows.0: “record_decision” follows from approve only",
        ),
    ],
)
def test_a_loosened_table_of_files_is_refused(movements: dict[str, Any], said: str) -> None:
    found = _faults(_scheme({"movements": movements}, "file"))
    assert any(said in fault for fault in found), found


def test_a_state_that_only_leads_in_a_circle_is_refused() -> None:
    rows = {
        "go": _row("park", "in_hand", "one"),
        "on": _row("park", "one", "two"),
        "back": _row("park", "two", "one"),
    }
    for row in rows.values():
        row["needs"] = []
    found = _faults(_scheme({"states": {"one": _LIMBO, "two": _LIMBO}, "movements": rows}, "file"))
    assert [fault.rpartition("states.")[2] for fault in found] == [
        "one: no way leads from this state to a closed one",
        "two: no way leads from this state to a closed one",
    ]


def test_no_comment_takes_a_complaint_where_no_time_runs() -> None:
    rows = {"go": _row("interim_reply", "in_work", "limbo"), "back": _row("interim_reply", "limbo", "in_work")}
    found = _faults(_scheme({"states": {"limbo": _LIMBO}, "movements": rows}))
    assert any("go.to: only a reply or a proposal leads to a state of waiting" in fault for fault in found), found
    rows["back"]["who"] = ["the_clock"]
    found = _faults(_scheme({"states": {"limbo": _LIMBO}, "movements": rows}))
    assert any("back.who: the clock never does the act “interim_reply”" in fault for fault in found), found


def test_a_table_that_asks_for_more_or_leaves_out_passes() -> None:
    more = {"interim_reply": {"needs": ["unbiased", "remark", "evidence"]}, "recategorise": None, "reject": None}
    from_text(_scheme({"movements": more}), "t.yaml")


def test_the_promises_use_the_words_that_there_are() -> None:
    for family, promises in PROMISES.items():
        for act, promise in promises.items():
            assert family in ACTS[act].families
            assert {*promise.needs, *promise.one_of}.union(*promise.where_by.values()) <= NEEDS.keys()
            assert set(promise.follows) <= EFFECTS.keys()
            assert {*promise.by, *promise.second, *promise.where_by} <= WHO.keys()
            assert not promise.closes or ACTS[act].ends
    assert ONLY_AFTER.keys() <= EFFECTS.keys()
    assert ACTS.keys() >= CLOCK_ACTS.union(*ONLY_AFTER.values())
