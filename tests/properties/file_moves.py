"""What is tried on an office file: anything, what is of a good form, and how a life may begin."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

from hypothesis import strategies as st

from tests.models.office_file_model import FileModel
from tests.models.office_file_rules import ACTORS, MEANS, TARGETS
from tests.models.office_model import Move, above

# How often an act is tried where it is possible; twice, if nothing else is said. Whoever has a file in hand may do
# nearly everything with it, so that what goes on with it is tried more.
OFTEN_OF_FILES = {
    **dict.fromkeys(("add_document", "park", "pull_up", "part", "volume", "link", "cancel", "reassign"), 1),
    **dict.fromkeys(("mark_for_information", "route", "draft_letter", "revise_letter", "drop_letter"), 1),
    **dict.fromkeys(("withhold_document", "amend_particulars", "merge", "unlink", "end_route"), 1),
    **dict.fromkeys(("forward", "receive", "approve", "detach", "confirm", "close"), 4),
    **dict.fromkeys(("answer_consultation", "sign_letter", "release_document"), 8),
    **dict.fromkeys(("dispatch", "settle_condition"), 12),
}

_WHO, _PARAGRAPH = st.sampled_from(ACTORS), st.sampled_from([None, None, 1, 2, 9])
_TO = st.sampled_from([None, *TARGETS])
_SENT = st.builds(
    Move,
    who=_WHO,
    action=st.sampled_from([*MEANS, "forward", "return"]),
    to=_TO,
    remark=st.booleans(),
    text=st.booleans(),
    agree=st.booleans(),
    draft=_PARAGRAPH,
    until=st.booleans(),
)
_DECIDED = st.builds(
    Move,
    who=_WHO,
    action=st.sampled_from(["approve", "settle_condition"]),
    remark=st.booleans(),
    draft=_PARAGRAPH,
    basis=_PARAGRAPH,
    outcome=st.sampled_from([None, "approve", "reject", "discuss", "met", "waived", "perhaps"]),
    conditions=st.integers(0, 1),
    condition=st.sampled_from([None, None, 1, 2]),
    letter=st.sampled_from([None, None, 1, 2]),
    version=st.sampled_from([None, None, 1, 2]),
)
_SPREAD = st.builds(
    Move,
    who=_WHO,
    action=st.sampled_from([*(name for name, means in MEANS.items() if means & {"posts", "subject"}), "reassign"]),
    to=_TO,
    posts=st.lists(st.sampled_from(TARGETS), max_size=2).map(tuple),
    remark=st.booleans(),
    subject=st.booleans(),
    due=st.booleans(),
)
AMENDMENTS: Sequence[tuple[tuple[str, object], ...]] = [
    (("subject_class", "expenditure"),),
    (("subject_class", "expenditure"), ("amount_paise", 50_000_00)),
    (("subject_class", "general"),),
    (("amount_paise", 5_000_00),),
    (("amount_paise", 10**12),),
    (("retention_class", "A"), ("medium", "physical")),
]
_WRITTEN = st.builds(
    Move,
    who=_WHO,
    action=st.sampled_from(
        [name for name, means in MEANS.items() if means & {"letter", "addressees", "paper", "particulars"}]
    ),
    remark=st.booleans(),
    text=st.booleans(),
    subject=st.booleans(),
    letter=st.sampled_from([None, 1, 2]),
    version=st.sampled_from([None, 1, 2]),
    addressees=st.sampled_from([None, "posted", "mailed", "copies"]),
    mode=st.sampled_from([None, "post", "email", "pigeon"]),
    paper=st.sampled_from([None, 1, 9]),
    particulars=st.sampled_from(
        [(), *AMENDMENTS, (("head", "E-21011"),), (("retention_class", "Z"),), (("subject_class", "leave"),)]
    ),
)
_TIED = st.builds(
    Move,
    who=_WHO,
    action=st.sampled_from([name for name, means in MEANS.items() if "other" in means]),
    remark=st.booleans(),
    draft=_PARAGRAPH,
)
_MOVES = _SENT | _DECIDED | _SPREAD | _WRITTEN | _TIED


def any_move_on_a_file(numbers: Sequence[str]) -> st.SearchStrategy[Move]:
    """Anything that somebody might try on one of the files with these numbers."""
    on, other = st.sampled_from(numbers), st.sampled_from([False, False, *numbers])

    def placed(move: Move, on: str, other: str | bool) -> Move:
        # Whoever settles a proposal names no other paper: the proposal does.
        return replace(move, on=on, other=other if move.action not in ("confirm", "decline") else False)

    return st.builds(placed, _MOVES, on, other)


def sensible_on_a_file(model: FileModel, numbers: Sequence[str]) -> Iterator[Move]:
    """Moves of a good form on a file, of which the model allows some; ``numbers`` of all files of the life."""
    holder = model.hand or model.last_holder
    ways = (_desks(model), _hand(model, holder), _letters(model, holder), _spread(model, holder))
    for move in chain(*ways, _ties(model, holder, numbers)):
        yield replace(move, on=model.number)


def _desks(model: FileModel) -> Iterator[Move]:
    """What is tried by another than the holder."""
    yield Move(str(model.holder), "receive")
    yield Move(str(model.sender), "pull_back", remark=True)
    for who in above(model.holder):
        yield Move(who, "pull_up", remark=True)
    yield from (Move(str(who), "reopen", remark=True) for who in (model.closed_by, "record_room"))
    if model.proposer is not None:
        for who in ("officer", "dc", "sanctioner", "record_room", "superintending"):
            yield from (Move(who, "confirm"), Move(who, "decline", remark=True))
    yield Move("clerk", "cancel", remark=True)
    for to in ("clerk", "accountant", "engineer"):
        yield Move("administrator", "reassign", to=to, remark=True)


def _hand(model: FileModel, who: str) -> Iterator[Move]:
    """What the holder does with the file itself."""
    draft = model.drafts.get(who)
    basis = max(model.fixed, default=None) if draft is None else draft
    signed: Mapping[str, Any] = {"who": who, "draft": draft}
    yield from (Move(action="forward", to=to, remark=True, **signed) for to in ACTORS if to != who)
    if model.route:
        yield Move(action="forward", agree=True, **signed)
    yield from (Move(action="return", to=to, remark=True, **signed) for to in (None, *model.roles))
    yield from (Move(who, "note", text=True), Move(who, "park", until=True, remark=True), Move(who, "bring_up"))
    yield Move(action="close", **signed)
    decided: Mapping[str, Any] = {"action": "approve", "basis": basis, "remark": True, **signed}
    yield from (Move(outcome=outcome, **decided) for outcome in ("approve", "approve_as_amended", "reject"))
    yield from (Move(outcome="approve_with_conditions", conditions=n, **decided) for n in (1, 2))
    for place in range(1, len(model.conditions) + 1):
        yield from (
            Move(who, "settle_condition", condition=place, outcome=outcome, remark=True)
            for outcome in ("met", "waived")
        )
    yield from (Move(who, "amend_particulars", particulars=given, remark=True) for given in AMENDMENTS)
    yield Move(who, "amend_particulars", subject=True, remark=True)


def _letters(model: FileModel, who: str) -> Iterator[Move]:
    """What the holder writes, sends out and keeps back."""
    written: Mapping[str, Any] = {"who": who, "subject": True, "text": True}
    for addressees in ("posted", "mailed"):
        yield Move(action="draft_letter", addressees=addressees, **written)
        for place in range(1, len(model.book.letters) + 1):
            yield Move(action="revise_letter", letter=place, addressees=addressees, **written)
    for place, letter in enumerate(model.book.letters, 1):
        read: Mapping[str, Any] = {"who": who, "letter": place, "version": letter.versions}
        draft = model.drafts.get(who)
        yield from (
            Move(action="approve", outcome=outcome, remark=True, draft=draft, **read)
            for outcome in ("approve", "approve", "reject")
        )
        yield Move(action="sign_letter", **read)
        yield Move(who, "drop_letter", letter=place, remark=True)
        yield from (Move(who, "dispatch", letter=place, mode=mode) for mode in ("post", "email"))
    yield Move(who, "add_document", document="letter")
    for place in range(1, len(model.withheld) + 1):
        for action in ("withhold_document", "release_document"):
            yield Move(who, action, paper=place, remark=True)


def _spread(model: FileModel, who: str) -> Iterator[Move]:
    """What the holder asks of several posts."""
    draft = model.drafts.get(who)
    for posts in (("accountant",), ("engineer", "accountant"), ("officer", "superintendent")):
        yield Move(who, "mark_for_information", posts=posts)
        yield Move(who, "consult", posts=posts, subject=True, due=True)
        yield from (
            Move(who, "route", to=to, posts=posts, remark=True, draft=draft) for to in ("superintendent", "clerk")
        )
    yield from (Move(who, "end_route", remark=True), Move(who, "volume"), Move(who, "part", subject=True))
    yield Move(who, "answer_consultation", remark=True, draft=draft)


def _ties(model: FileModel, who: str, numbers: Sequence[str]) -> Iterator[Move]:
    """What the holder does with this file and another."""
    draft = model.drafts.get(who)
    for other in numbers:
        yield from (Move(who, action, other=other, remark=True) for action in ("link", "unlink", "detach"))
        yield from (Move(who, action, other=other, remark=True, draft=draft) for action in ("attach", "merge"))


_TO_THE_SUPERINTENDENT = [
    Move("clerk", "forward", to="superintendent", remark=True),
    Move("superintendent", "receive"),
]
_LETTER: Mapping[str, Any] = {"letter": 1, "version": 1}

BEGUN: Mapping[str, Sequence[Move]] = {
    "registered": [],
    "put up": _TO_THE_SUPERINTENDENT,
    "letter": [
        *_TO_THE_SUPERINTENDENT,
        Move("superintendent", "draft_letter", subject=True, text=True, addressees="posted"),
        Move("superintendent", "approve", outcome="approve", **_LETTER),
    ],
    "consulted": [
        *_TO_THE_SUPERINTENDENT,
        Move("superintendent", "consult", posts=("engineer",), subject=True, due=True),
        Move("engineer", "receive", on="first/C-1"),
    ],
    "withheld": [
        *_TO_THE_SUPERINTENDENT,
        Move("superintendent", "add_document", document="letter"),
        Move("superintendent", "withhold_document", paper=1, remark=True),
    ],
    "two": [*_TO_THE_SUPERINTENDENT, *(replace(move, on="second") for move in _TO_THE_SUPERINTENDENT)],
    "attached": [
        Move("clerk", "attach", other="second"),
        *(replace(move, on="second") for move in _TO_THE_SUPERINTENDENT),
    ],
}
"""Some lives begin further on, or what comes late in a life would seldom be lived."""
