"""Lives of complaints that go through every movement: what chance seldom brings is on one of these roads."""

from __future__ import annotations

from tests.models.office_model import Move


def _said(who: str, *actions: str) -> list[Move]:
    return [Move(who, action, remark=True) for action in actions]


def declared(day: int, sort: str = "holiday") -> Move:
    """The office declares what the day is that lies so many days ahead."""
    return Move("administrator", "declare", day=day, outcome=sort)


WARN, TICK, EXTEND = (Move("clock", action) for action in ("warn", "tick", "extend"))
OTHER = Move("hub", "turn_over")
"""The life goes on with the next of its complaints."""

ROADS: list[tuple[str, list[Move | int]]] = [
    (
        "drinking-water",
        [
            *(Move("hub", "assign", to="junior"), Move("junior", "receive")),
            *(*_said("junior", "ask"), *_said("calling", "answer", "add", "remind")),
            *(*_said("junior", "interim_reply", "attend", "reply"), Move("engineer", "accept_reply")),
            *(*_said("calling", "not_satisfied"), Move("junior", "receive"), *_said("junior", "reply")),
            *(Move("reviewing", "send_reply_back", quality="incomplete", remark=True), *_said("junior", "reply")),
            *(*_said("calling", "satisfied", "reopen", "withdraw"), *_said("engineer", "reopen_by_superior")),
        ],
    ),
    (
        "drinking-water",
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
    ),
    (
        "drinking-water",
        [
            *(Move("hub", "assign", to="junior"), Move("junior", "receive"), *_said("junior", "reply")),
            *(Move("calling", "record_attempt"), 25, Move("calling", "record_attempt"), 24),
            *(Move("calling", "record_attempt"), Move("clock", "close_unheard"), *_said("calling", "appeal")),
            *(8 * 24, Move("clock", "escalate"), 8 * 24, Move("clock", "remind_overdue")),
            *(8 * 24, Move("clock", "remind_overdue")),
        ],
    ),
    (
        "drinking-water",
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
    ),
    (
        "drinking-water",
        [
            *(Move("hub", "assign", to="junior"), Move("junior", "receive")),
            *(28, WARN, 60, WARN, TICK, 58, TICK, *_said("junior", "reply"), 73, Move("clock", "remind_of_reply")),
            *(TICK, 20 * 24, TICK, 3 * 24, Move("clock", "climb_unheard"), TICK, 8 * 24, TICK),
        ],
    ),
    (
        "street-light",
        [
            *(Move("hub", "assign", to="junior"), Move("junior", "receive"), declared(1), 1, EXTEND, TICK),
            *(declared(1, "working"), 1, *_said("junior", "reply"), declared(4), 5 * 24),
            *(*_said("calling", "not_satisfied"), Move("junior", "receive"), declared(1, "half_day"), declared(1)),
            *(1, EXTEND, 24, TICK, 3 * 24, TICK, 3, TICK, 24, TICK, 8 * 24, TICK, 24, TICK),
        ],
    ),
    (
        "pension",
        [
            *(declared(1), Move("hub", "assign", to="junior"), 26, TICK, 24, TICK, declared(2), 1, EXTEND),
            *(16 * 24, TICK, 48, TICK, 12 * 24, TICK, 24, TICK),
        ],
    ),
    (
        "drinking-water",
        [
            *(Move("hub", "assign", to="junior"), Move("junior", "receive")),
            *(Move("hub", "club", other=True, remark=True), Move("junior", "add_reference", reference="K/1")),
            *(OTHER, Move("hub", "assign", to="junior"), Move("junior", "receive"), *_said("junior", "reply")),
            *(
                *_said("calling", "satisfied"),
                OTHER,
                *_said("junior", "close_clubbed"),
                *_said("engineer", "decline"),
            ),
            *(*_said("junior", "close_clubbed"), Move("engineer", "confirm"), *_said("calling", "reopen")),
        ],
    ),
    (
        "drinking-water",
        [
            *(Move("hub", "club", other=True, remark=True), Move("hub", "came_as_receipt")),
            Move("hub", "split", to="junior", text=True, category="street-light", remark=True),
            *(OTHER, Move("hub", "unclub", other=True, remark=True), Move("hub", "club", other=True, remark=True)),
            *(OTHER, Move("junior", "receive"), *_said("junior", "return_to_hub"), 5 * 24, TICK),
            *(24, TICK),
        ],
    ),
    ("street-light", [declared(2, "working"), 4 * 24 + 8, TICK, 24, TICK]),
    (
        "log-in",
        [
            *(Move("hub", "assign", to="junior"), Move("junior", "receive"), *_said("junior", "ask", "dispose")),
            *(OTHER, Move("hub", "assign", to="junior"), 24, TICK, 24, TICK),
        ],
    ),
    ("hindi-typing", [*_said("hub", "drop")]),
]
"""Each life whole, after what it is about; a number is the hours that pass."""
