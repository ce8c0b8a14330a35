"""Every refusal has its sentence in both languages, and every sentence gets the facts that it names."""

from __future__ import annotations

import ast
import dataclasses
import json
import re
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest

from eoffice_api.problems import STATUS
from eoffice_api.schemas.requests import Particulars
from eoffice_api.texts import REASONS, title
from flows.rules import words
from flows.rules.cases import Parameters
from flows.rules.errors import Refusal, refusal_of
from flows.rules.labels import ASSISTANT_POWERS, OUTCOMES, POWERS, SETTLED
from flows.rules.texts import SENTENCES
from infra.practice.plan import Help, load_plan
from storage.documents.sniff import Reason

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


def test_an_office_s_file_and_its_parking_have_one_word_each() -> None:
    """The glossary's पत्रावली and पार्क: a फ़ाइल (with its dot) is a computer's, and what is रोका is withheld.

    A state that says otherwise says so in its own scheme.
    """
    tables = sorted((ROOT / "flows/schemes/tables").glob("*.yaml"))
    assert tables
    for path in (*SOURCES, *tables):
        assert re.search("फाइल|रोककर", path.read_text("utf-8")) is None, path


def test_a_refusal_words_itself_in_the_language_asked_for() -> None:
    refusal = Refusal("unknown-kind", "kind", {"kind": "file"})
    assert refusal.sentence() == "There is no kind “file” in this office."
    assert "“file”" in refusal.sentence("hi")
    assert refusal.sentence("hi") != refusal.sentence("en")


def test_labels_are_told_in_the_readers_language_also_after_they_were_stored() -> None:
    made = Refusal("wrong-state", facts={"action": ("Forward", "अग्रेषित करें"), "state": ("closed", "बंद")})
    kept = refusal_of(json.loads(json.dumps(made.to_json())))
    assert kept == made
    assert kept.sentence() == "“Forward” is not possible while the state is “closed”."
    assert kept.sentence("hi") == "स्थिति “बंद” रहते “अग्रेषित करें” नहीं किया जा सकता।"


def test_every_power_field_and_outcome_that_a_rule_knows_has_its_name_in_both_languages() -> None:
    powers = {power for place in load_plan().places for power in place.post.powers}
    assert powers <= POWERS.keys()
    helping = {power for post in load_plan().posts.values() for one in post.assistants for power in one.powers}
    assert set(get_args(Help)) <= ASSISTANT_POWERS.keys()
    assert helping
    parameters = {one.name for one in dataclasses.fields(Parameters)} - {"fixed_text"}
    fields = [words.field(name) for name in parameters | Particulars.model_fields.keys()]
    for english, hindi in [
        *POWERS.values(),
        *ASSISTANT_POWERS.values(),
        *fields,
        *OUTCOMES.values(),
        *SETTLED.values(),
    ]:
        assert english.isascii()
        assert "_" not in english
        assert any("\u0900" <= letter <= "\u097f" for letter in hindi)


def test_a_field_that_nobody_knows_keeps_its_name() -> None:
    assert words.field("colour") == "colour"


def test_every_reason_against_an_upload_is_told_in_hindi_too() -> None:
    assert REASONS.keys() == set(Reason)
    assert all(sentence.endswith("।") for sentence in REASONS.values())


def _statuses() -> set[int]:
    problems = [
        node
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Problem"
    ]
    return {one.value for call in problems for one in call.args[1:2] if isinstance(one, ast.Constant)}


def test_every_status_that_a_problem_may_have_has_a_title_of_its_own() -> None:
    statuses = _statuses() | set(STATUS.values())
    assert {401, 409, 412, 422, 503} <= statuses
    for language in ("en", "hi"):
        titles = {title(status, language) for status in statuses}
        assert len(titles) == len(statuses)
