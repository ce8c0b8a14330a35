"""Every refusal has its sentence in both languages, and every sentence gets the facts that it names."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

import pytest

from flows.rules.errors import Refusal
from flows.rules.texts import SENTENCES

ROOT = Path(__file__).parents[2]
SOURCES = [path for folder in ("flows", "eoffice_api") for path in sorted((ROOT / folder).rglob("*.py"))]


@dataclass(frozen=True)
class Use:
    """A place where a refusal is made; ``facts`` None: they are not written out there."""

    where: str
    code: str
    facts: frozenset[str] | None


def uses() -> list[Use]:
    found: list[Use] = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Refusal":
                found += _use(path, node)
    return found


def _use(path: Path, call: ast.Call) -> list[Use]:
    if not call.args or not isinstance(call.args[0], ast.Constant):
        return []
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    facts = call.args[2] if len(call.args) > 2 else named.get("facts")
    where = f"{path.relative_to(ROOT)}:{call.lineno}"
    return [Use(where, str(call.args[0].value), _keys(facts))]


def _keys(facts: ast.expr | None) -> frozenset[str] | None:
    if facts is None:
        return frozenset()
    if not isinstance(facts, ast.Dict):
        return None
    return frozenset(str(key.value) for key in facts.keys if isinstance(key, ast.Constant))


def placeholders(sentence: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in Formatter().parse(sentence) if name is not None)


def test_refusals_are_found_in_the_sources() -> None:
    assert len(uses()) > 60, "the search does not see how refusals are made any more"


@pytest.mark.parametrize("use", uses(), ids=lambda use: f"{use.where}-{use.code}")
def test_a_refusal_has_a_sentence_and_gives_it_its_facts(use: Use) -> None:
    assert use.code in SENTENCES, f"{use.where}: no sentence"
    if use.facts is not None:
        assert use.facts == placeholders(SENTENCES[use.code][0])


@pytest.mark.parametrize("code", SENTENCES)
def test_both_languages_say_the_same_facts(code: str) -> None:
    english, hindi = SENTENCES[code]
    assert placeholders(english) == placeholders(hindi)


@pytest.mark.parametrize("code", SENTENCES)
def test_a_sentence_is_one_in_each_language(code: str) -> None:
    english, hindi = SENTENCES[code]
    assert not english[0].islower()
    assert english.endswith(".")
    assert hindi.endswith("।")
    assert any("\u0900" <= letter <= "\u097f" for letter in hindi)


def test_a_refusal_words_itself_in_the_language_asked_for() -> None:
    refusal = Refusal("unknown-kind", "kind", {"kind": "file"})
    assert refusal.sentence() == "There is no kind “file” in this office."
    assert "“file”" in refusal.sentence("hi")
    assert refusal.sentence("hi") != refusal.sentence("en")
