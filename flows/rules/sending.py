"""What every sending does to a plan, whichever family it is of, and what the sending of a file is called."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flows.rules.cases import Case, PostFacts
from flows.rules.plan import Plan

Effect = Callable[[Case, Plan], None]
"""Adds to a plan what follows from a movement; it does no I/O."""


def sent(case: Case, plan: Plan, target: PostFacts | UUID) -> None:
    """It goes to a post, which is charged with it from now on and receives it later."""
    to = target if isinstance(target, UUID) else target.id
    plan.hold(to, "marked")
    # Whoever reassigns it on an order never had it, so that he does not pull it back to himself.
    plan.docket["sender"] = None if case.row.act == "reassign" else case.actor.named[0]
    plan.columns["to_post"] = to
    given = case.parameters
    if given.priority is not None:
        plan.docket["priority"] = plan.columns["priority"] = given.priority
    if given.due is not None:
        plan.docket["due"] = plan.columns["due"] = given.due
    if given.agree:
        plan.columns["decision"] = "agree"


def relation(actor: PostFacts, target: PostFacts) -> str:
    """How a file goes from one post to another, by the chain of superiors: the name of the movement.

    put_up (above), mark (below), send (beside, same office), forward (another office).
    """
    if target.id in actor.above:
        return "put_up"
    if actor.id in target.above:
        return "mark"
    return "send" if target.office == actor.office else "forward"
