"""Lives of files and receipts that go through every movement of their models, however few lives chance has."""

from __future__ import annotations

from tests.models.office_model import Move

FILE_ROADS: list[list[Move]] = [
    [
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
]

RECEIPT_ROADS: list[list[Move]] = [
    [
        *(Move("clerk", "mark", to="superintendent"), Move("clerk", "pull_back", remark=True)),
        *(Move("clerk", "mark", to="superintendent"), Move("superintendent", "receive")),
        Move("superintendent", "add_document", document="letter"),
        *(Move("superintendent", "return", remark=True), Move("clerk", "receive")),
        *(Move("clerk", "put_in_file", other=True), Move("clerk", "take_out", other=True, remark=True)),
        *(Move("clerk", "mark", to="officer"), Move("officer", "receive")),
        *(Move("officer", "send_after", other=True, remark=True), Move("clerk", "replied", remark=True)),
    ],
    [Move("clerk", "filed", remark=True)],
    [Move("clerk", "no_action", remark=True)],
    [Move("clerk", "cancel", remark=True)],
]
