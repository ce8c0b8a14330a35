"""Effects of a file's side acts: who is told of it."""

from __future__ import annotations

from flows.rules.cases import Case
from flows.rules.plan import NewRow, Plan


def inform_posts(case: Case, plan: Plan) -> None:
    """Each post gets a copy that carries no power: it reads the file as it stands now, and no further."""
    for post in case.parameters.posts:
        row: dict[str, object] = {
            "movement": plan.movement,
            "post": post,
            "docket": case.docket.id,
            "at": case.at,
        }
        plan.rows.append(NewRow("information_copy", row))
        plan.touched[post] = "marked"
    plan.tell(informed=[str(post) for post in case.parameters.posts])
