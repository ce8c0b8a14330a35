"""Lives of complaints that go through every movement: what chance seldom brings is on one of these roads."""

from __future__ import annotations

from tests.models.office_model import Move


def _said(who: str, *actions: str) -> list[Move]:
    return [Move(who, action, remark=True) for action in actions]


ROADS: list[list[Move | int]] = [
    [
        *(Move("hub", "assign", to="junior"), Move("junior", "receive")),
        *(*_said("junior", "ask"), *_said("calling", "answer", "add", "remind")),
        *(*_said("junior", "interim_reply", "attend", "reply"), Move("engineer", "accept_reply")),
        *(*_said("calling", "not_satisfied"), Move("junior", "receive"), *_said("junior", "reply")),
        *(Move("reviewing", "send_reply_back", quality="incomplete", remark=True), *_said("junior", "reply")),
        *(*_said("calling", "satisfied", "reopen", "withdraw"), *_said("engineer", "reopen_by_superior")),
    ],
    [
        *(Move("hub", "assign", to="engineer"), Move("engineer", "receive")),
        *(Move("engineer", "direct_down", to="junior"), Move("junior", "add_document", document="letter")),
        Move("hub", "split", to="stranger", text=True, category="street-light", remark=True),
        *(Move("junior", "transfer", to="engineer", remark=True), Move("engineer", "receive")),
        *(Move("engineer", "recuse", to="stranger", remark=True), *_said("stranger", "return_to_hub")),
        Move("hub", "recategorise", to="superintending", category="pension", remark=True),
        Move("arbiter", "assign_finally", to="junior", remark=True),
        Move("arbiter", "escalate", to="superintending", remark=True),
    ],
    [
        *(Move("hub", "assign", to="junior"), Move("junior", "receive"), *_said("junior", "reply")),
        *(Move("calling", "record_attempt"), 25, Move("calling", "record_attempt"), 24),
        *(Move("calling", "record_attempt"), Move("clock", "close_unheard"), *_said("calling", "appeal")),
        *(8 * 24, Move("clock", "escalate"), 8 * 24, Move("clock", "remind_overdue")),
        *(8 * 24, Move("clock", "remind_overdue")),
    ],
    [
        *(Move("hub", "assign", to="junior"), Move("junior", "receive")),
        *(Move("junior", "propose_special_close", ground="court", remark=True),),
        *(*_said("superintending", "refuse_special_close"),),
        *(Move("junior", "propose_special_close", ground="court", remark=True), 16 * 24),
        *(Move("clock", "lapse_special_close"), Move("junior", "reject", ground="untrue", remark=True)),
        *_said("arbiter", "decline"),
        *(Move("junior", "reject", ground="untrue", remark=True), Move("arbiter", "confirm")),
        *(*_said("arbiter", "reopen_by_superior"), Move("junior", "receive")),
        Move("junior", "propose_special_close", ground="court", remark=True),
        *_said("engineer", "approve_special_close"),
    ],
]
"""Each life whole; a number is the hours that pass."""
