"""The practice office's data: what is shipped holds, and what contradicts itself is refused by name."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from flows.rules.labels import POWERS
from infra.practice.plan import SHIPPED, PlanFault, load_plan


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "office"))


def test_every_shipped_post_is_held_and_reaches_the_deputy_commissioner() -> None:
    plan = load_plan()
    assert {charge.post for charge in plan.charges} == set(plan.posts)
    assert [place.post.post for place in plan.places if place.post.under is None] == ["DC"]


def test_a_superior_comes_before_those_under_it() -> None:
    plan = load_plan()
    order = [place.post.post for place in plan.places]
    for post in plan.posts.values():
        assert post.under is None or order.index(post.under) < order.index(post.post)


def test_somebody_has_every_power_of_the_rules() -> None:
    given = {power for post in load_plan().posts.values() for power in post.powers}
    assert given == POWERS.keys()


@pytest.mark.parametrize(
    ("file", "old", "new", "complaint"),
    [
        ("administration.yaml", "under: CTM", "under: NOBODY", "superior NOBODY is nowhere"),
        (
            "administration.yaml",
            "under: ADC\n                powers: [close, sign, review, confirm_closing]",
            "under: SUP-EST",
            "in a circle",
        ),
        ("administration.yaml", "post: CLK-GEN", "post: CLK-EST", "CLK-EST: written twice"),
        ("administration.yaml", "[gopal,", "[harpreet,", "log-in harpreet: written twice"),
        ("administration.yaml", "also: [DRDA-PO]", "also: [DRDA-XX]", "DRDA-XX, held in addition, is nowhere"),
        ("departments.yaml", "code: TRAN", "code: ADMN", "department ADMN: written twice"),
        ("departments.yaml", "place: hisar-1", "place: atlantis", "no place atlantis"),
        ("departments.yaml", "decides: {general", "decides: {magic", "no class of subject magic"),
        ("departments.yaml", "powers: [close, sign]", "powers: [fly]", "powers"),
        ("departments.yaml", "decides: {general: 100000", "decides: {general: -1", "below nothing"),
        ("office.yaml", "scheme: haryana-eoffice", "scheme: bihar", "scheme bihar: not among those installed"),
        ("office.yaml", "opened_on: 2020-04-01", "opened_on: soon", "opened_on"),
        ("office.yaml", "scheme:", "\tscheme:", "office.yaml"),
    ],
)
def test_data_that_contradicts_itself_is_refused_by_name(
    folder: Path, file: str, old: str, new: str, complaint: str
) -> None:
    path = folder / file
    content = path.read_text("utf-8")
    assert old in content
    path.write_text(content.replace(old, new, 1), "utf-8")
    with pytest.raises(PlanFault, match=complaint):
        load_plan(folder)
