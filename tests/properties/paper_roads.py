"""Lives of files and receipts that go through every movement of their models, however few lives chance has.

In each life of a file there is a second one, which the clerk has in his hand too; in each of a receipt there are a
file in his hand and a complaint that the hub has.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.models.office_model import Move

_FIRST_VERSION: Mapping[str, Any] = {"letter": 1, "version": 1}
_SECOND_VERSION: Mapping[str, Any] = {"letter": 1, "version": 2}
_WORDS: Mapping[str, Any] = {"subject": True, "text": True}
_EXPENDITURE = (("subject_class", "expenditure"), ("amount_paise", 5_000_00))
_UP_AND_RECEIVED = (Move("clerk", "forward", to="superintendent", remark=True), Move("superintendent", "receive"))

_BETWEEN_DESKS: list[Move] = [
    *(Move("clerk", "note", text=True), Move("clerk", "forward", to="superintendent", draft=1)),
    *(Move("superintendent", "receive"), Move("superintendent", "add_document", document="letter")),
    Move("superintendent", "approve", outcome="approve_with_conditions", basis=1, conditions=1),
    Move("superintendent", "settle_condition", condition=1, outcome="met", remark=True),
    *(Move("superintendent", "forward", to="clerk"), Move("superintendent", "pull_back", remark=True)),
    *(Move("superintendent", "forward", to="accountant", remark=True), Move("accountant", "receive")),
    *(Move("accountant", "return", remark=True), Move("superintendent", "receive")),
    *(Move("superintendent", "forward", to="engineer", remark=True), Move("engineer", "receive")),
    *(Move("engineer", "return", remark=True), Move("officer", "pull_up", remark=True)),
    *(Move("officer", "park", until=True, remark=True), Move("officer", "bring_up", remark=True)),
    *(Move("officer", "close"), Move("officer", "reopen", remark=True), Move("dc", "decline", remark=True)),
    *(Move("officer", "reopen", remark=True), Move("dc", "confirm")),
]

# The engineer knows of the part alone; what he answers joins the file wherever it is.
_CONSULTED: list[Move] = [
    *_UP_AND_RECEIVED,
    Move("superintendent", "consult", posts=("engineer", "accountant"), subject=True, due=True),
    Move("superintendent", "mark_for_information", posts=("stranger", "sanctioner")),
    Move("superintendent", "approve", outcome="approve", remark=True),
    *(Move("engineer", "receive", on="first/C-1"), Move("engineer", "note", text=True, on="first/C-1")),
    Move("superintendent", "forward", to="officer", remark=True),
    Move("engineer", "answer_consultation", draft=1, on="first/C-1"),
    *(Move("officer", "receive"), Move("superintendent", "pull_back", remark=True, on="first/C-2")),
    Move("officer", "approve", outcome="reject", remark=True),
    Move("superintendent", "answer_consultation", remark=True, on="first/C-2"),
    Move("officer", "close"),
]

_ROUTED: list[Move] = [
    Move("clerk", "route", to="superintendent", posts=("accountant", "officer", "clerk"), remark=True, due=True),
    Move("clerk", "pull_back", remark=True),
    *(Move("clerk", "forward", agree=True), Move("superintendent", "receive")),
    *(Move("superintendent", "forward", to="officer", remark=True), Move("dc", "pull_up", remark=True)),
    Move("dc", "forward", remark=True),
    *(Move("accountant", "receive"), Move("accountant", "forward", to="engineer", remark=True)),
    *(Move("engineer", "receive"), Move("engineer", "forward", to="officer", remark=True)),
    *(Move("officer", "receive"), Move("officer", "end_route", remark=True)),
    Move("clerk", "route", to="superintendent", posts=("officer",), remark=True, on="second"),
    *(Move("clerk", "pull_back", remark=True, on="second"), Move("clerk", "cancel", remark=True, on="second")),
]

_BY_ORDER: list[Move] = [
    Move("clerk", "amend_particulars", particulars=_EXPENDITURE, subject=True, remark=True),
    Move("clerk", "cancel", remark=True, on="second"),
    *(*_UP_AND_RECEIVED, Move("superintendent", "park", until=True, remark=True)),
    Move("administrator", "reassign", to="accountant", remark=True),
    *(Move("officer", "confirm"), Move("accountant", "receive")),
    *(Move("accountant", "return", to="superintendent", remark=True), Move("superintendent", "receive")),
    Move("superintendent", "amend_particulars", particulars=(("amount_paise", 9_000_00),), remark=True),
    *(Move("superintendent", "approve", outcome="approve"), Move("superintendent", "close")),
]

_LETTERS: list[Move] = [
    *_UP_AND_RECEIVED,
    Move("superintendent", "draft_letter", addressees="posted", **_WORDS),
    Move("superintendent", "approve", outcome="approve", **_FIRST_VERSION),
    Move("superintendent", "revise_letter", letter=1, addressees="mailed", **_WORDS),
    Move("superintendent", "approve", outcome="reject", **_SECOND_VERSION),
    Move("superintendent", "approve", outcome="approve_with_conditions", conditions=1, **_SECOND_VERSION),
    Move("superintendent", "sign_letter", **_SECOND_VERSION),
    Move("superintendent", "settle_condition", condition=1, outcome="waived", remark=True),
    Move("superintendent", "dispatch", letter=1, mode="email"),
    Move("superintendent", "draft_letter", addressees="posted", **_WORDS),
    Move("superintendent", "drop_letter", letter=2, remark=True),
    *(Move("superintendent", "forward", to="officer", remark=True), Move("officer", "receive")),
    Move("officer", "approve", outcome="reject"),
]

_WITHHELD: list[Move] = [
    *(*_UP_AND_RECEIVED, Move("superintendent", "add_document", document="letter")),
    *(Move("superintendent", "withhold_document", paper=1, remark=True), Move("dc", "confirm")),
    *(Move("superintendent", "release_document", paper=1, remark=True), Move("officer", "decline", remark=True)),
    *(Move("superintendent", "release_document", paper=1, remark=True), Move("officer", "confirm")),
]

_TIED: list[Move] = [
    *(Move("clerk", "link", other="second"), Move("clerk", "unlink", other="first", remark=True, on="second")),
    *(Move("clerk", "part", subject=True), Move("clerk", "volume")),
    *(Move("clerk", "attach", other="second", on="first/P-1"), *_UP_AND_RECEIVED),
    Move("clerk", "forward", to="superintendent", remark=True, on="second"),
    Move("superintendent", "receive", on="second"),
    Move("superintendent", "detach", other="second", on="first/P-1"),
    Move("superintendent", "merge", other="second", remark=True, on="first/P-1"),
    Move("clerk", "cancel", remark=True, on="first/V-2"),
    Move("superintendent", "merge", other="second", remark=True),
    *(Move("superintendent", "reopen", remark=True), Move("officer", "confirm")),
    Move("superintendent", "merge", other="second", remark=True),
]

FILE_ROADS = [_BETWEEN_DESKS, _CONSULTED, _ROUTED, _BY_ORDER, _LETTERS, _WITHHELD, _TIED]

RECEIPT_ROADS: list[list[Move]] = [
    [
        *(Move("clerk", "mark", to="superintendent"), Move("clerk", "pull_back", remark=True)),
        *(Move("clerk", "mark", to="superintendent"), Move("superintendent", "receive")),
        Move("superintendent", "add_document", document="letter"),
        *(Move("superintendent", "return", remark=True), Move("clerk", "receive")),
        Move("clerk", "put_in_file", other="file"),
        Move("clerk", "take_out", other="file", remark=True),
        *(Move("clerk", "mark", to="officer"), Move("officer", "receive")),
        Move("officer", "send_after", other="file", remark=True),
        *(Move("clerk", "replied", remark=True), Move("clerk", "cancel", remark=True, on="file")),
    ],
    # Each has his own receipt, to deal with as he thinks fit.
    [
        Move("clerk", "mark", to="superintendent", posts=("officer", "accountant")),
        *(Move("officer", "receive", on="first/1"), Move("accountant", "receive", on="first/2")),
        *(Move("superintendent", "receive"), Move("superintendent", "mark", to="hub", posts=("record_room",))),
        *(Move("hub", "receive"), Move("hub", "made_complaint", other="complaint")),
        Move("officer", "replied", remark=True, on="first/1"),
        Move("superintendent", "pull_back", remark=True, on="first/3"),
    ],
    [Move("clerk", "filed", remark=True)],
    [Move("clerk", "no_action", remark=True)],
    [Move("clerk", "cancel", remark=True)],
]
