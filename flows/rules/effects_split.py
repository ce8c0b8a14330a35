"""Splitting a complaint that holds several grievances: each further one becomes a complaint of its own."""

from __future__ import annotations

from uuid import uuid5

from flows.rules import complaints
from flows.rules.cases import Case
from flows.rules.parts import looks_at
from flows.rules.plan import Birth, Message, Plan

_FOLLOWING = ("channel", "identity", "accused")
"""What holds for all that one citizen said: by which way, who he is, and against whom.

The accused too: whom a citizen complains of never gets, nor reads, what else this citizen says (DESIGN §4).
"""


@looks_at("born", "clocks")
def split_off(case: Case, plan: Plan) -> None:
    """A grievance begins its own life at the first level, sent to the post named. Nothing of the first stops."""
    given, old, row = case.parameters, case.docket.particulars, case.row.beside
    assert row is not None
    assert given.subject is not None
    assert given.to is not None
    born = uuid5(plan.movement, f"split {case.history.born.get('split', 0) + 1}")
    same = given.category == old["category"]
    particulars: dict[str, object] = {
        **{name: old[name] for name in _FOLLOWING},
        "body": given.text,
        "category": given.category,
        "category_row": old["category_row"] if same else None,
        "place": given.place or old["place"],
        "level": 1,
        "complainant": None if old["complainant"] is None else uuid5(born, "complainant"),
    }
    told = Message(f"{case.table.family}.{row}", "sms", "complainant")
    plan.births.append(
        Birth(
            id=born,
            kind=case.docket.kind,
            row=row,
            tie="split",
            subject=given.subject,
            holder=given.to,
            sender=case.actor.post.id,
            particulars=particulars,
            since=complaints.citizen_waits_since(case),
            messages=(told,),
        )
    )
    plan.tell(begun=str(born))
