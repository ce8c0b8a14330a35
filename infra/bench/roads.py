"""The roads that files take in the practice office: a clerk registers, a desk between, an officer decides."""

from __future__ import annotations

from dataclasses import dataclass

from infra.practice.plan import OfficePlan, Post


class NoRoad(Exception):
    """The office has no clerk with two desks above, the last of which decides and closes."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A post's code and the log-in of who holds it."""

    post: str
    login: str


@dataclass(frozen=True, slots=True)
class Road:
    """The three desks of a file's life, and the class of subject that the last of them decides."""

    clerk: Seat
    middle: Seat
    officer: Seat
    subject_class: str


def roads_of(plan: OfficePlan) -> tuple[Road, ...]:
    """Every road of the office. Raises NoRoad where there is none."""
    found = tuple(
        road
        for post in plan.posts.values()
        if "register" in post.powers and post.person is not None
        if (road := _road(plan, post)) is not None
    )
    if not found:
        raise NoRoad(NoRoad.__doc__)
    return found


def _road(plan: OfficePlan, clerk: Post) -> Road | None:
    above = [post for post in _above(plan, clerk) if post.person is not None]
    decides = [post for post in above[1:] if "close" in post.powers and post.decides]
    if not decides:
        return None
    officer = decides[0]
    return Road(_seat(clerk), _seat(above[0]), _seat(officer), next(iter(officer.decides)))


def _above(plan: OfficePlan, post: Post) -> list[Post]:
    chain: list[Post] = []
    while post.under is not None:
        post = plan.posts[post.under]
        chain.append(post)
    return chain


def _seat(post: Post) -> Seat:
    assert post.person is not None
    return Seat(post.post, post.person.login)
