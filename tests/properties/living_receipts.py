"""The state machine of a receipt: it lives with a file, a complaint, and the copies that are marked of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from hypothesis import strategies as st
from hypothesis.stateful import initialize

from tests.factories.lives import new_complaint, new_file, new_receipt
from tests.models import receipt_model
from tests.models.complaint_model import ComplaintModel
from tests.models.office_file_model import FileModel
from tests.models.office_model import Move
from tests.models.receipt_model import ReceiptModel
from tests.properties.living_files import MOST_PAPERS, PapersLife
from tests.properties.living_papers import BEGINNINGS

_ANY = {
    "who": st.sampled_from(receipt_model.ACTORS),
    "remark": st.booleans(),
    "document": st.sampled_from([None, None, "letter"]),
    "other": st.sampled_from([False, False, "file", "complaint", "first"]),
}
_POSTS = st.lists(st.sampled_from(receipt_model.TARGETS), max_size=2).map(tuple)
_BEGUN = {
    "diarised": [],
    "marked": [Move("clerk", "mark", to="superintendent"), Move("superintendent", "receive")],
    "copied": [
        Move("clerk", "mark", to="hub", posts=("superintendent",)),
        *(Move("hub", "receive"), Move("superintendent", "receive", on="first/1")),
    ],
    "in file": [Move("clerk", "put_in_file", other="file")],
}


class ReceiptLife(PapersLife):
    """The life of a receipt, beside a file that begins in the clerk's hand and a complaint that the hub has."""

    often: Mapping[str, int] = {
        **PapersLife.often,
        **dict.fromkeys(("put_in_file", "made_complaint", "take_out"), 6),
    }

    @initialize(at=st.sampled_from(BEGINNINGS), begun=st.sampled_from(sorted(_BEGUN)))
    def diarise(self, at: datetime, begun: str) -> None:
        self.begin_beside_another(at)
        for move in _BEGUN[begun]:
            self.lives_through(move)

    def begin_beside_another(self, at: datetime) -> None:
        self.begin(at, ReceiptModel("in_hand", "clerk"), new_receipt(self.office))
        self.join(FileModel("in_hand", "clerk", number="file"), new_file(self.office))
        self.join(ComplaintModel("registered", "hub", number="complaint"), new_complaint(self.office))
        self.compare()

    def _receipts(self) -> dict[str, ReceiptModel]:
        models = {number: paper.model for number, paper in self.papers.items()}
        return {number: model for number, model in models.items() if isinstance(model, ReceiptModel)}

    def any_move(self) -> st.SearchStrategy[Move]:
        on, to = st.sampled_from(sorted(self._receipts())), st.sampled_from([None, *receipt_model.TARGETS])
        names = st.sampled_from(sorted(receipt_model.MEANS))
        return st.builds(Move, action=names, on=on, to=to, **_ANY) | st.builds(
            Move, action=st.just("mark"), on=on, to=to, posts=_POSTS, **_ANY
        )

    def sensible(self) -> list[Move]:
        file = self.papers["file"].model
        on_receipts = [move for model in self._receipts().values() for move in self._on(model)]
        return on_receipts + _on_the_file(file)

    def _on(self, model: ReceiptModel) -> list[Move]:
        who, number = model.hand or model.last_holder, model.number
        posts = ((), ("accountant",), ("officer", "hub")) if len(self.papers) < MOST_PAPERS + 2 else ((),)
        found = [
            Move(who, "mark", to=to, posts=copies, on=number) for to in receipt_model.ACTORS for copies in posts
        ]
        found += [Move(who, name, remark=True, on=number) for name in receipt_model.DISPOSALS]
        found += [Move(who, "return", to=to, remark=True, on=number) for to in (None, *model.roles)]
        found += [Move(who, "receive", on=number), Move(who, "add_document", document="letter", on=number)]
        for name in ("put_in_file", "send_after", "take_out"):
            found.append(Move(who, name, other="file", remark=True, on=number))
        found.append(Move(who, "made_complaint", other="complaint", on=number))
        found.append(Move("clerk", "cancel", remark=True, on=number))
        return [*found, Move(str(model.sender), "pull_back", remark=True, on=number)]


def _on_the_file(model: FileModel) -> list[Move]:
    """The file goes its own way meanwhile, with what lies in it."""
    who = model.holder or model.last_holder
    found = [Move(who, "forward", to=to, remark=True, on="file") for to in ("clerk", "superintendent", "officer")]
    found += [Move(who, name, on="file") for name in ("receive", "bring_up", "close")]
    return [*found, Move(who, "park", until=True, remark=True, on="file")]
