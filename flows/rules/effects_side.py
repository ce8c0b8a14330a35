"""Effects of a file's side acts: who is told of it, and the posts to which it goes in turn, what is withheld."""

from __future__ import annotations

from uuid import uuid5

from flows.rules.cases import Case, RouteStop
from flows.rules.parts import looks_at
from flows.rules.plan import ChangedRow, NewRow, Plan
from flows.rules.tables import StateClass


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


@looks_at("route")
def begin_route(case: Case, plan: Plan) -> None:
    """It is to go to these posts in turn, and is on its way to the first; what was left of another route ends."""
    end_route(case, plan)
    stops = [post for post in (case.parameters.to, *case.parameters.posts) if post is not None]
    for ordinal, post in enumerate(stops, 1):
        row: dict[str, object] = {
            "movement": plan.movement,
            "ordinal": ordinal,
            "docket": case.docket.id,
            "post": post,
            "sent_by": plan.movement if ordinal == 1 else None,
            "ended_by": None,
        }
        plan.rows.append(NewRow("route_stop", row))
    plan.tell(route=[str(post) for post in stops])


@looks_at("route")
def along_route(case: Case, plan: Plan) -> None:
    """Sent to a stop of its route, it is past those before; sent anywhere else, the route waits."""
    route = case.history.route
    place = next((n for n, stop in enumerate(route) if stop.post == case.parameters.to), None)
    if place is not None:
        _end(plan, route[:place])
        plan.changed.append(_changed(route[place], sent_by=plan.movement))


@looks_at("route_taken")
def back_on_route(case: Case, plan: Plan) -> None:
    """Taken back on its way to a stop, it goes there again, and to those that were passed over for that one.

    Nobody there ever had it; a file that was received has been at its stop.
    """
    if case.table.sort_of(case.docket.state) is StateClass.IN_TRANSIT:
        plan.changed += [_changed(stop, sent_by=None, ended_by=None) for stop in case.history.route_taken]


@looks_at("route")
def end_route(case: Case, plan: Plan) -> None:
    """What is left of its route is left out."""
    _end(plan, case.history.route)


def _end(plan: Plan, stops: tuple[RouteStop, ...]) -> None:
    plan.changed += [_changed(stop, ended_by=plan.movement) for stop in stops]


def _changed(stop: RouteStop, **row: object) -> ChangedRow:
    return ChangedRow("route_stop", {"movement": stop.movement, "ordinal": stop.ordinal}, row)


def withhold(case: Case, plan: Plan) -> None:
    """Nobody reads the document from now on; that it is there, and its place, stay."""
    row: dict[str, object] = {
        "id": uuid5(plan.movement, "withholding"),
        "docket": case.docket.id,
        "document": case.parameters.document_id,
        "movement": plan.movement,
        "at": case.at,
        "ended_by": None,
    }
    plan.rows.append(NewRow("document_withholding", row))
    plan.tell(document=str(case.parameters.document_id))


@looks_at("papers")
def release(case: Case, plan: Plan) -> None:
    """Who may read the file reads the document again."""
    document = case.parameters.document_id
    assert document is not None
    key: dict[str, object] = {"id": case.history.papers[document]}
    plan.changed.append(ChangedRow("document_withholding", key, {"ended_by": plan.movement}))
    plan.tell(document=str(document))
