"""Guards about posts that every family uses: who holds it, who is above, its powers, where it may be sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from flows.rules.cases import Case, PostFacts
from flows.rules.errors import Refusal
from flows.rules.labels import POWERS
from flows.rules.parts import looks_at, takes

Guard = Callable[[Case], Refusal | None]


def holder(case: Case) -> Refusal | None:
    return None if case.is_holder else Refusal("not-holder")


def addressed(case: Case) -> Refusal | None:
    return None if case.is_holder else Refusal("not-addressed")


def sender(case: Case) -> Refusal | None:
    return None if case.docket.sender == case.actor.post.id else Refusal("not-sender")


def superior(case: Case) -> Refusal | None:
    above = case.holder.above if case.holder else ()
    return None if case.actor.post.id in above else Refusal("not-superior")


def has_power(post: PostFacts, name: str) -> Refusal | None:
    """Refuses a post to which a power was not given."""
    return None if name in post.powers else Refusal("lacks-power", facts={"power": POWERS[name]})


def power(name: str) -> Guard:
    return lambda case: has_power(case.actor.post, name)


@takes("to")
def post_given(case: Case) -> Refusal | None:
    """A post to send it to: one that exists, is another than the holder, and is occupied."""
    if case.parameters.to is None:
        return Refusal("needs-post", "to")
    return usable(case, case.target)


def usable(case: Case, target: PostFacts | None) -> Refusal | None:
    """Refuses a post that does not exist, is closed, has it already, or where nobody is."""
    if target is None or not target.open:
        return Refusal("unknown-post", "to")
    if target.id == case.docket.holder:
        return Refusal("own-post", "to")
    return None if target.occupied else Refusal("nobody-there", "to")


@looks_at("route")
@takes("to")
def post_or_next(case: Case) -> Refusal | None:
    """A post to send it to; where none is named, the next of its route."""
    route = case.history.route
    if case.parameters.to is None and route:
        return usable(case, case.posts.get(route[0].post))
    return post_given(case)


@looks_at("route")
def route_ahead(case: Case) -> Refusal | None:
    return None if case.history.route else Refusal("no-route")


@takes("posts")
def posts_in_turn(case: Case) -> Refusal | None:
    """Each stop of a route is a post where somebody is; it may come back to one, but not stay with it."""
    before = case.parameters.to
    for post in case.parameters.posts:
        found = case.posts.get(post)
        if found is None or not found.open:
            return Refusal("unknown-post", "posts")
        if not found.occupied:
            return Refusal("nobody-there", "posts")
        if post == before:
            return Refusal("post-twice", "posts", {"post": found.code})
        before = post
    return None


@looks_at("held_by")
@takes("to")
def post_that_held(case: Case) -> Refusal | None:
    """To the post that sent it, unless another that held it is named."""
    to = case.parameters.to or case.docket.sender
    if to is None:
        return Refusal("needs-post", "to")
    if to not in case.history.held_by:
        return Refusal("never-held", "to")
    return usable(case, case.posts.get(to))


@takes("posts")
def posts_given(case: Case) -> Refusal | None:
    return None if case.parameters.posts else Refusal("needs-posts", "posts")


@takes("posts")
def posts_for_copies(case: Case) -> Refusal | None:
    """Each further post is one that exists, where somebody is, and is named once."""
    given, named = case.parameters, {case.parameters.to, case.docket.holder}
    for post in given.posts:
        refusal = usable(case, case.posts.get(post))
        if refusal is not None:
            return replace(refusal, field="posts")
        if post in named:
            return Refusal("post-twice", "posts", {"post": case.posts[post].code})
        named.add(post)
    return None
