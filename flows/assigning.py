"""The movement by which a complaint goes to the post of its route at once, in the transaction that registers it.

It is a movement of its own, done by nobody: the register shows who took the complaint in, and beside it that a
route sent it on, and which. Its clocks begin here, as they do where the hub assigns.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from flows.births import NewDocket, movement_id
from flows.routing import Asked, post_for
from flows.rules.cases import CLOCK, Case, DocketFacts, History, Parameters
from flows.rules.decide import plan
from flows.rules.own_values import OwnValues
from flows.rules.routing import Barred, Chosen, Gap, assigning_row
from flows.rules.schemes import Scheme
from flows.rules.working_time import CalendarInForce
from flows.writing import Done, write_movement
from storage.database import Driver, Statement
from storage.identity import OfficeIdentity
from storage.kept_posts import KeptPosts

_LEVEL: Final = 1
_ORDINAL: Final = 1
"""Of its movement in the instruction; the registration's own is 0."""


@dataclass(frozen=True, slots=True)
class Born:
    """A complaint as its registration leaves it; ``chain_head``: the hash of its first entry."""

    scheme: Scheme
    own: OwnValues
    new: NewDocket
    calendar: CalendarInForce
    barred: Barred
    chain_head: bytes

    @property
    def docket(self) -> DocketFacts:
        row: dict[str, Any] = {**self.new.docket, "number": self.new.number, "particulars": self.new.family.row}
        row |= dict.fromkeys(("version", "movements", "last_change", "chain_length"), 1)
        # The scheme was given the office's own categories, so that it is found there.
        row |= {"chain_head": self.chain_head, "category": None, "destroyed_under": None}
        return DocketFacts(**{name: row[name] for name in DocketFacts.__dataclass_fields__})


async def assign_at_once(
    driver: Driver, kept: KeptPosts, born: Born, identity: OfficeIdentity, done: Done
) -> tuple[list[Statement], Done]:
    """What sends it to the post of its route, and the registration's outcome with the docket as it stands then.

    Where no route leads to a post it stays with the hub, and stands among the gaps.
    """
    docket = born.docket
    given = docket.particulars
    category, place = str(given["category"]), str(given["place"])
    department = born.scheme.kinds[docket.kind].categories[category].department
    asked = Asked(born.scheme.name, docket.kind, category, place, born.own, _LEVEL, born.barred, department)
    chosen = await post_for(driver, kept, asked, born.new.at)
    if isinstance(chosen, Gap):
        return [], done
    instruction = born.new.instruction
    assert instruction is not None, "only a bench makes complaints without one, and routes none"
    case = _case(born, docket, chosen)
    made = plan(case, movement_id(instruction, docket.id, _ORDINAL))
    made.tell(route=str(chosen.route.id))
    made.messages = [message for message in made.messages if message.channel in identity.channels]
    statements, sent = write_movement(case, made, instruction, identity.epoch, _ORDINAL)
    return statements, replace(done, state=sent.state, version=sent.version, holder=sent.holder)


def _case(born: Born, docket: DocketFacts, chosen: Chosen) -> Case:
    table = born.scheme.table_of(docket.kind)
    row = assigning_row(table, docket.state)
    assert row is not None, "the scheme was checked when it was loaded"
    return Case(
        table=table,
        row=row,
        scheme=born.scheme,
        docket=docket,
        actor=CLOCK,
        parameters=Parameters(to=chosen.post.id),
        at=born.new.at + timedelta(microseconds=1),
        posts={chosen.post.id: chosen.post},
        history=History(),
        calendar=born.calendar,
    )
