"""Reads the practice office from its YAML and refuses it, naming the fault, where it contradicts itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from flows.rules.handling import PowerName
from flows.rules.known_schemes import shipped_schemes

SHIPPED: Final = Path(__file__).with_name("hisar")


Help = Literal["open", "sort", "diarise", "draft", "prepare"]
Names = tuple[str, str]
"""A name in English and in Hindi."""


class PlanFault(Exception):
    """The office's data contradicts itself; the message names where."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Person(_Strict):
    """Who logs in."""

    login: str = Field(pattern="^[a-z][a-z0-9.-]{1,30}$")
    name: Names


class Assistant(_Strict):
    """Who prepares for the officer at a post, and with which powers."""

    person: Person
    powers: tuple[Help, ...] = Field(min_length=1)


class Post(_Strict):
    """A seat; ``decides`` is in rupees by class of subject, ``also`` are posts that its holder has in addition."""

    post: str
    mark: str
    name: Names
    under: str | None = None
    powers: tuple[PowerName, ...] = ()
    decides: dict[str, int] = Field(default_factory=dict)
    person: Person | None = None
    assistants: tuple[Assistant, ...] = ()
    also: tuple[str, ...] = ()


class Section(_Strict):
    code: str
    name: Names
    record_room: bool = False
    posts: tuple[Post, ...]


class Office(_Strict):
    code: str
    name: Names
    place: str
    sections: tuple[Section, ...]


class Department(_Strict):
    code: str
    name: Names
    offices: tuple[Office, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A post with where it stands."""

    post: Post
    section: Section
    office: Office


@dataclass(frozen=True, slots=True)
class Charge:
    """Who holds a post: as his own, or in addition to it."""

    person: Person
    post: str
    sort: Literal["substantive", "additional"]


class OfficePlan(_Strict):
    """The whole office."""

    name: Names
    scheme: str
    opened_on: date
    departments: tuple[Department, ...]

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Every post, the ones above first, so that each can be written after its superior."""
        return tuple(sorted(self._places(), key=lambda place: self._depth(place.post)))

    @cached_property
    def posts(self) -> dict[str, Post]:
        return {place.post.post: place.post for place in self._places()}

    @cached_property
    def people(self) -> tuple[Person, ...]:
        """Everyone who logs in: those who hold a post, and their assistants."""
        holders = [post.person for post in self.posts.values() if post.person]
        return (*holders, *(helper.person for post in self.posts.values() for helper in post.assistants))

    @property
    def offices(self) -> Iterator[tuple[Department, Office]]:
        """Every office with the department that it belongs to."""
        return ((department, office) for department in self.departments for office in department.offices)

    @property
    def charges(self) -> Iterator[Charge]:
        """Who holds which post, and how."""
        for post in self.posts.values():
            if post.person is not None:
                yield Charge(post.person, post.post, "substantive")
                yield from (Charge(post.person, other, "additional") for other in post.also)

    def _places(self) -> Iterator[Place]:
        for _, office in self.offices:
            for section in office.sections:
                yield from (Place(post, section, office) for post in section.posts)

    def _depth(self, post: Post) -> int:
        depth = 0
        while post.under is not None:
            depth += 1
            if post.under not in self.posts:
                raise PlanFault(f"post {post.post}: its superior {post.under} is nowhere")
            if depth > len(self.posts):
                raise PlanFault(f"post {post.post}: its superiors go round in a circle")
            post = self.posts[post.under]
        return depth


def load_plan(folder: Path = SHIPPED) -> OfficePlan:
    """The office in a folder: ``office.yaml``, and ``departments`` of every other file beside it.

    Raises PlanFault.
    """
    office = _read(folder / "office.yaml")
    others = [path for path in sorted(folder.glob("*.yaml")) if path.name != "office.yaml"]
    departments = [named for path in others for named in _read(path)["departments"]]
    try:
        plan = OfficePlan.model_validate({**office, "departments": departments})
    except ValidationError as fault:
        first = fault.errors()[0]
        where = " → ".join(str(step) for step in first["loc"])
        raise PlanFault(f"{where}: {first['msg']}") from None
    _check(plan)
    return plan


def _read(path: Path) -> dict[str, Any]:
    try:
        return _people_named(yaml.safe_load(path.read_text("utf-8")))
    except (OSError, yaml.YAMLError) as fault:
        raise PlanFault(f"{path.name}: {fault}") from None


def _people_named(content: Any) -> Any:
    """The short way of naming a person, [log-in, English, Hindi], written out."""
    if isinstance(content, list):
        return [_people_named(item) for item in content]
    if not isinstance(content, dict):
        return content
    named = {key: _people_named(value) for key, value in content.items()}
    if isinstance(named.get("person"), list):
        login, *name = named["person"]
        named["person"] = {"login": login, "name": name}
    return named


def _check(plan: OfficePlan) -> None:
    offices = [office for _, office in plan.offices]
    _once("department", [department.code for department in plan.departments])
    _once("office", [office.code for office in offices])
    for office in offices:
        _once(f"section of {office.code}", [section.code for section in office.sections])
    _once("post", [post.post for section in _sections(offices) for post in section.posts])
    _once("log-in", [person.login for person in plan.people])
    _check_scheme(plan, offices)
    assert len(plan.places) == len(plan.posts), "looks at every superior"
    for post in plan.posts.values():
        _check_post(plan, post)


def _sections(offices: list[Office]) -> list[Section]:
    return [section for office in offices for section in office.sections]


def _check_scheme(plan: OfficePlan, offices: list[Office]) -> None:
    """Places and classes of subject are words of the scheme, or no rule would ever meet them."""
    scheme = shipped_schemes().get(plan.scheme)
    if scheme is None:
        raise PlanFault(f"scheme {plan.scheme}: not among those installed")
    places = {place for kind in scheme.kinds.values() for place in kind.places}
    classes = {name for kind in scheme.kinds.values() for name in kind.subject_classes}
    for office in offices:
        if office.place not in places:
            raise PlanFault(f"office {office.code}: the scheme has no place {office.place}")
    for post in plan.posts.values():
        for unknown in post.decides.keys() - classes:
            raise PlanFault(f"post {post.post}: the scheme has no class of subject {unknown}")


def _check_post(plan: OfficePlan, post: Post) -> None:
    if post.also and post.person is None:
        raise PlanFault(f"post {post.post}: nobody is there who could hold {', '.join(post.also)} as well")
    for other in post.also:
        if other not in plan.posts:
            raise PlanFault(f"post {post.post}: {other}, held in addition, is nowhere")
    if any(rupees < 0 for rupees in post.decides.values()):
        raise PlanFault(f"post {post.post}: an amount below nothing")


def _once(what: str, codes: list[str]) -> None:
    for code in codes:
        if codes.count(code) > 1:
            raise PlanFault(f"{what} {code}: written twice")
