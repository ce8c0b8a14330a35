"""The state machine of an office file: it lives with a second file, and with all that is born of either."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import initialize

from flows.orders import Order
from tests.factories.lives import Answer, Life, new_file
from tests.models.office_file_model import FileModel
from tests.models.office_file_rules import BIRTHS
from tests.models.office_model import DocketModel, Move
from tests.models.paper_model import PaperModel
from tests.properties.file_moves import BEGUN, OFTEN_OF_FILES, any_move_on_a_file, sensible_on_a_file
from tests.properties.living_papers import BEGINNINGS, RandomLife, World, assert_replayed, assert_somebody_goes_on
from tests.properties.standing_papers import PaperStanding, order_on, read_papers

MOST_PAPERS = 5
"""So many papers a life has at most: a further one would be looked at after each step, and seldom be acted on."""


@dataclass
class Paper:
    """One docket of a life, and what is expected of it."""

    life: Life
    model: Any


class PapersLife(RandomLife):
    """Several papers live together: each move is on one of them, and after it all are compared."""

    often = OFTEN_OF_FILES

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.papers: dict[str, Paper] = {}
        self.stand: dict[str, PaperStanding] = {}

    # --- the papers of the life

    def begin(self, at: datetime, model: DocketModel, make: Awaitable[Life]) -> None:
        self.at = at
        self.world.set_clock(at)
        self.join(model, make)
        self.turn_to(Move("nobody", "begin", on=model.number))
        self.compare()

    def join(self, model: DocketModel, make: Awaitable[Life]) -> None:
        """A further paper begins by itself, and is known to the others."""
        first = next((paper.model for paper in self.papers.values()), None)
        if first is not None and isinstance(model, PaperModel):
            model.others = first.others
        self.papers[model.number] = Paper(self.world.run(make), model)
        model.begin(self.at)
        if first is not None:
            first.others[model.number] = model

    def carried_out(self, move: Move, answer: Answer) -> None:
        """What the step brought into being joins the life too."""
        before = set(self.model.others)
        super().carried_out(move, answer)
        born = [number for number in self.model.others if number not in before]
        told = answer.outcome["others"] if born and answer.outcome is not None else []
        for number, one in zip(born, told, strict=True):
            assert one["number"] == self.life.number + number.removeprefix(self.model.number)
            life = Life(self.office, UUID(one["docket"]), one["number"])
            self.papers[number] = Paper(life, self.model.others[number])

    def lived(self) -> dict[str, set[str]]:
        """The names of all movements of its files and receipts."""
        found: dict[str, set[str]] = {"office_file": set(), "receipt": set()}
        for paper in self.papers.values():
            if paper.model.family in found:
                found[paper.model.family] |= set(paper.model.names)
        return found

    @property
    def lives(self) -> dict[str, Life]:
        return {number: paper.life for number, paper in self.papers.items()}

    # --- what each life does

    def turn_to(self, move: Move) -> None:
        paper = self.papers[move.on]
        self.life, self.model, self.standing = paper.life, paper.model, self.stand.get(move.on)

    def tell_time(self) -> None:
        for paper in self.papers.values():
            paper.model.now = self.at

    def refusals(self, move: Move) -> set[str]:
        return self.papers[move.on].model.refusals(move)

    def compare(self) -> None:
        self.stand = self.world.run(read_papers(self.office, self.lives))
        for number, paper in self.papers.items():
            said = paper.model.snapshot()
            seen = self.stand[number].seen
            assert {name: seen[name] for name in said} == said, number

    async def order(self, move: Move, version: int) -> Order:
        return await order_on(self.life, move, self.standing, version, self.lives)

    def teardown(self) -> None:
        for life in self.lives.values():
            self.world.run(assert_replayed(self.office, life.docket))
            self.world.run(assert_somebody_goes_on(self.office, life.docket))


class FileLife(PapersLife):
    """The life of an office file, and of a second one in the same hand."""

    @initialize(at=st.sampled_from(BEGINNINGS), how=st.sampled_from(sorted(BEGUN)))
    def register(self, at: datetime, how: str) -> None:
        self.begin_beside_another(at)
        for move in BEGUN[how]:
            self.lives_through(move)

    def begin_beside_another(self, at: datetime) -> None:
        self.begin(at, FileModel("in_hand", "clerk"), new_file(self.office))
        self.join(FileModel("in_hand", "clerk", number="second"), new_file(self.office))
        self.compare()

    def any_move(self) -> st.SearchStrategy[Move]:
        return any_move_on_a_file(sorted(self.papers))

    def sensible(self) -> list[Move]:
        files = {number: paper.model for number, paper in self.papers.items()}
        room = len(files) < MOST_PAPERS
        return [
            move
            for file in files.values()
            for move in sensible_on_a_file(file, list(files))
            if room or move.action not in BIRTHS
        ]
