"""The diagram shows every state of a table and every way that a movement leads, and no line crosses a text."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree as Xml

import pytest

from flows.rules.known_schemes import shipped_schemes
from flows.rules.state_diagram import LINE, Language, state_diagram
from flows.rules.tables import Table

TABLES = [
    pytest.param(table, id=f"{scheme.name}-{name}")
    for scheme in shipped_schemes().values()
    for name, table in scheme.tables.items()
]
LANGUAGES: list[Language] = ["en", "hi"]
_SVG = "{http://www.w3.org/2000/svg}"


def drawn(table: Table, language: Language) -> Xml.Element:
    return Xml.fromstring(state_diagram(table, 'पत्रावली <&"> file', language))


def texts(picture: Xml.Element) -> list[str]:
    return [str(one.text) for one in picture.iter(f"{_SVG}text")]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("table", TABLES)
def test_every_state_and_movement_is_named(table: Table, language: Language) -> None:
    tongue = LANGUAGES.index(language)
    picture = drawn(table, language)
    said = texts(picture)
    names = {part.removeprefix("▸ ") for text in said for part in text.split(" · ")}
    assert {state.label[tongue] for state in table.states} <= set(said)
    assert {row.label[tongue] for row in table.rows} <= names
    assert picture.get("aria-label") == said[0] == 'पत्रावली <&"> file'


@pytest.mark.parametrize("table", TABLES)
def test_an_arc_leads_from_the_box_of_its_state_to_that_of_the_next(table: Table) -> None:
    picture = drawn(table, "en")
    spans = {_state(group): _span(group) for group in picture.iter(f"{_SVG}g")}
    found = set[tuple[str, str, str]]()
    for path in picture.findall(f"{_SVG}path"):
        leaves, arrives = map(int, re.findall(r"M-?\d+ (\d+)H-?\d+V(\d+)H", str(path.get("d")))[0])
        words = str(path.findtext(f"{_SVG}title"))
        found |= {(_at(spans, leaves), _at(spans, arrives), name) for name in words.split(" · ")}
    label = {state.name: state.label[0] for state in table.states}
    assert found == {
        (label[begin], label[row.to_state], row.label[0])
        for row in table.rows
        for begin in row.from_states
        if row.to_state not in (None, begin)
    }


def _state(group: Xml.Element) -> str:
    return next(str(one.text) for one in group if one.get("class") == "state")


def _span(group: Xml.Element) -> tuple[int, int]:
    box = group.find(f"{_SVG}rect")
    assert box is not None
    top = int(str(box.get("y")))
    return top, top + int(str(box.get("height")))


def _at(spans: dict[str, tuple[int, int]], height: int) -> str:
    (found,) = [name for name, (top, bottom) in spans.items() if top < height < bottom]
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("table", TABLES)
def test_no_two_texts_of_one_side_and_no_line_meet(table: Table, language: Language) -> None:
    picture = drawn(table, language)
    beside = [one for one in picture.findall(f"{_SVG}text") if one.get("text-anchor")]
    for side in ("start", "end"):
        heights = sorted(int(str(one.get("y"))) for one in beside if one.get("text-anchor") == side)
        assert all(after - before >= LINE for before, after in pairwise(heights))
    for path in picture.findall(f"{_SVG}path"):
        edge, _, lane, arrives = map(int, re.findall(r"M(-?\d+) (\d+)H(-?\d+)V(\d+)", str(path.get("d")))[0])
        side = "start" if lane > edge else "end"
        assert all(
            not int(str(one.get("y"))) - LINE // 2 < arrives < int(str(one.get("y"))) + 2
            for one in beside
            if one.get("text-anchor") == side
        )
