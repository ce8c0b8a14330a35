"""A scheme is refused whole, with every fault and its line; what is sound says the same when it is written out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from flows.rules.faults import Faults
from flows.rules.known_schemes import (
    BEFORE_VERSIONS,
    from_text,
    resolved_text,
    shipped_releases,
    shipped_schemes,
    shipped_source,
)

_NAME = "haryana-eoffice"

WHO = "who: [holder_with_closing_power]"
SOUND = """\
name: small
version: 1
label: [Small, छोटी]
zone: Asia/Kolkata
calendar: {free_week_days: [7], holidays: [2026-08-15], opens: 9, closes: 17}
priorities:
  ordinary: [Ordinary, साधारण]
proposal_lapses_days: {value: 15, assumed: true}
tables:
  plain:
    family: office_file
    states:
      open: {class: in_hand, label: [open, खुली]}
      shut: {class: closed, label: [closed, बंद]}
    movements:
      register: {from: [], to: open, who: [registrar], label: [Register, पंजीकृत करें], done: [registered, पंजीकृत]}
      close:
        from: [open]
        to: shut
        who: [holder_with_closing_power]
        follows: [end]
        ends: closed
        label: [Close, बंद करें]
        done: [closed, बंद]
        needs: [nothing_attached, no_receipt_undisposed, no_part_out]
kinds:
  file:
    table: plain
    label: [file, फाइल]
    number: "{head}/{serial}/{year}"
    series: [head, year]
    heads: {N-1: [General, सामान्य]}
    subject_classes: {general: [General, सामान्य]}
    retention_classes: {C: [Class C, श्रेणी सी]}
"""


def faults_of(text: str) -> list[str]:
    return _faults(text, "t.yaml")


def fault_with(old: str, new: str) -> str:
    """The one fault of the sound text with a part replaced."""
    assert old in SOUND
    found = faults_of(SOUND.replace(old, new))
    assert len(found) == 1, found
    return found[0]


def test_a_sound_scheme_loads_and_says_what_is_assumed() -> None:
    scheme = from_text(SOUND, "t.yaml")
    assert scheme.proposal_lapses_days == 15
    assert [(one.line, one.path, one.value) for one in scheme.assumed] == [(8, "proposal_lapses_days", 15)]


def test_what_a_scheme_says_of_parking_is_inherited_and_five_years_where_none_does() -> None:
    assert from_text(SOUND, "t.yaml").parking_days == 5 * 365
    said = "extends: haryana-eoffice.2\nversion: 3\n"
    scheme = from_text(said + "parking_days: {value: 90, assumed: true}\n", "t.yaml")
    assert (scheme.parking_days, from_text(said, "t.yaml").parking_days) == (90, 1825)
    assert ("parking_days", 90) in [(one.path, one.value) for one in scheme.assumed]
    assert "parking_days" in {one.path for one in from_text(said, "t.yaml").assumed}


def test_a_number_that_says_neither_its_source_nor_that_it_is_assumed_is_named() -> None:
    bare = SOUND.replace("{value: 15, assumed: true}", "15")
    assert ("proposal_lapses_days", 15) in [(one.path, one.value) for one in from_text(bare, "t.yaml").unmarked]
    sourced = SOUND.replace("{value: 15, assumed: true}", "{value: 15, source: G.O. 12 of 2024}")
    for text in (SOUND, sourced):
        assert "proposal_lapses_days" not in {one.path for one in from_text(text, "t.yaml").unmarked}


def test_every_number_of_what_ships_is_marked_but_the_first_release_s() -> None:
    found = {release for release in shipped_releases() if from_text(*_source(*release), standing=True).unmarked}
    assert found == {("haryana-eoffice", 1)}


def test_every_scheme_has_thirty_categories_over_eight_departments() -> None:
    """As its office needs (SYSTEMS): of the newest version of each."""
    for name, version in dict(shipped_releases()).items():
        kinds = from_text(*_source(name, version)).kinds.values()
        categories = [category for kind in kinds for category in kind.categories.values()]
        departments = {category.department for category in categories} - {None}
        assert (len(categories) >= 30, len(departments) >= 8) == (True, True), name
        assert all(kind.retention for kind in kinds if kind.categories), name


@pytest.mark.parametrize("release", shipped_releases(), ids=lambda release: f"{release[0]}.{release[1]}")
def test_what_ships_is_sound_and_written_out_it_is_the_same(release: tuple[str, int]) -> None:
    text = resolved_text(*_source(*release))
    again = from_text(text, "again.yaml", standing=True)
    assert replace(again, assumed=()) == replace(from_text(*_source(*release), standing=True), assumed=())
    assert resolved_text(text, "again.yaml") == text


def test_what_ships_keeps_every_promise_but_what_was_released_before_they_were_made() -> None:
    for name, version in shipped_releases():
        if BEFORE_VERSIONS.get(name) != version:
            from_text(*_source(name, version))
    loose = _source(_NAME, BEFORE_VERSIONS[_NAME])
    from_text(*loose, standing=True)
    assert any("always needs “not_barred”" in str(fault) for fault in _faults(*loose))


def _faults(text: str, source: str) -> list[str]:
    with pytest.raises(Faults) as raised:
        from_text(text, source)
    return [str(fault) for fault in raised.value.faults]


def _source(name: str, version: int) -> tuple[str, str]:
    from flows.rules.known_schemes import _text  # noqa: PLC0415  # pyright: ignore[reportPrivateUsage]

    source = f"{name}.{version}.yaml"
    text = _text(source)
    assert text is not None
    return text, source


def test_the_newest_version_ships_as_the_scheme() -> None:
    found = shipped_source(_NAME)
    assert found is not None
    assert shipped_schemes()[_NAME].version == max(
        version for name, version in shipped_releases() if name == _NAME
    )
    assert shipped_source("no-such-scheme") is None


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("version: 1", "version: 0", "t.yaml:2: version: "),
        ("version: 1", "version: '1'", "t.yaml:2: version: Input should be a valid integer"),
        ("version: 1", "version: 1\nparking_days: 0", "t.yaml:3: parking_days: "),
        ("version: 1", "version: 1\nparking_days: 9999", "t.yaml:3: parking_days: "),
        ("zone: Asia/Kolkata", "zone: Asia/Hisar", "t.yaml:4: zone: there is no time zone “Asia/Hisar”"),
        ("[7]", "[1, 2, 3, 4, 5, 6, 7]", "at least one to work on"),
        ("opens: 9", "opens: 17", "the office opens before it closes"),
        ("[Small, छोटी]", "[Small, '']", "t.yaml:3: label: a label is in English and Hindi"),
        ("[Small, छोटी]", "[Small, Small]", "t.yaml:3: label: the second text of a label is Hindi"),
        ("version: 1", "version: 1\ncolour: blue", "t.yaml:3: colour: there is no such member here"),
        ("family: office_file", "family: letter", "t.yaml:11: tables.plain.family: there is no family “letter”"),
        (WHO, "who: [nobody]", "t.yaml:20: tables.plain.movements.close.who.0: there is no guard"),
        (WHO, "who: []", "t.yaml:20: tables.plain.movements.close.who: "),
        ("follows: [end]", "follows: [end, fly]", "t.yaml:21: tables.plain.movements.close.follows.1: "),
        ("from: [open]", "from: [opne]", "t.yaml:18: tables.plain.movements.close.from: there is no state “opne”"),
        ("ends: closed", "ends: satisfied", "t.yaml:22: tables.plain.movements.close.ends: "),
        ("        ends: closed\n", "", "say with which kind of closing"),
        ("follows: [end]", "follows: []", "“end” follows where it closes, and nowhere else"),
        ("table: plain", "table: fancy", "t.yaml:28: kinds.file.table: there is no table “fancy”"),
        ("{head}/{serial}/{year}", "{head}/{year}", "“serial” is missing"),
        ("{head}/{serial}/{year}", "{serial}/{year}", "“head” is missing, so that two numbers would be alike"),
        ("{head}/{serial}/{year}", "{head}/{serial}/{year}/{self}", "there is nothing called “self”"),
        ("{head}/{serial}/{year}", "{head}/{serial:zz}/{year}", "“zz” is no way to write “serial”"),
        ("{head}/{serial}/{year}", "{head}/{serial}/{year", "it is no pattern"),
        ("series: [head, year]", "series: [head, year, moon]", "there is nothing called “moon” to count by"),
        ("    heads: {N-1: [General, सामान्य]}\n", "", "a kind of the family office_file has some heads"),
        ("tables:\n", "tables:\n  other: {extends: nothing}\n", "there is nothing called “nothing” to extend"),
        ("      open: {", "      limbo: {class: waiting, label: [limbo, अधर]}\n      open: {", "limbo: "),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_line(old: str, new: str, said: str) -> None:
    text = SOUND.replace(old, new)
    assert text != SOUND
    assert any(said in fault for fault in faults_of(text)), faults_of(text)


def test_a_level_without_a_limit_is_refused() -> None:
    text, _ = _source(_NAME, 2)
    start = text.index("      pension:")
    bad = text[:start] + text[start:].replace("levels: [{", "levels: [] #", 1)
    assert any("pension.levels" in fault for fault in faults_of(bad))


def test_a_state_with_no_way_out_is_refused_by_name() -> None:
    row = "{act: park, from: [open], to: limbo, who: [holder], label: [Stick, अटकाएँ], done: [stuck, अटकी]}"
    stuck = f"      stuck: {row}\n"
    text = SOUND.replace("      open: {", "      limbo: {class: waiting, label: [limbo, अधर]}\n      open: {")
    text = text.replace("      close:\n", stuck + "      close:\n")
    assert faults_of(text) == ["t.yaml:13: tables.plain.states.limbo: this state has no way out"]


def test_states_that_are_reached_only_from_one_another_are_not_reached() -> None:
    states = "      near: {class: waiting, label: [near, पास]}\n      far: {class: waiting, label: [far, दूर]}\n"
    rows = (
        "      go: {act: park, from: [near], to: far, who: [holder], label: [Go, जाएँ], done: [gone, गई]}\n"
        "      back: {act: bring_up, from: [far], to: near, who: [holder], label: [Back, लौटें], done: [b, ल]}\n"
    )
    text = SOUND.replace("      open: {", states + "      open: {").replace(
        "      close:\n", rows + "      close:\n"
    )
    assert [fault.rpartition(": ")[2] for fault in faults_of(text)] == ["no movement leads to this state"] * 2


def test_a_decision_that_leads_to_the_wrong_kind_of_end_is_refused_by_name() -> None:
    text, _ = _source(_NAME, 2)
    bad = text.replace("tables:\n", _FEEDBACK, 1)
    bad = bad.replace("table: complaint", "table: mine")
    assert faults_of(bad) == [
        f"t.yaml:{_line(bad, '        ends: satisfied')}: tables.mine.movements.receive.ends: "
        "the act “receive” never leads to the end “satisfied”"
    ]


_FEEDBACK = """\
tables:
  mine:
    extends: complaint
    movements:
      receive:
        to: closed
        follows: [end]
        ends: satisfied
      take: {act: receive, from: [assigned], to: in_work, who: [holder], label: [Take, लें], done: [taken, ली]}
"""


def _line(text: str, wanted: str) -> int:
    return text.splitlines().index(wanted) + 1


def _with_table(rows: str) -> str:
    """The shipped scheme with rows of its own joined to the table of complaints."""
    text, _ = _source(_NAME, 2)
    mine = f"tables:\n  mine:\n    extends: complaint\n    movements:\n{rows}"
    return text.replace("tables:\n", mine, 1).replace("table: complaint", "table: mine")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            "      reject: {second: null}\n",
            "movements.reject.second: it closes as “rejected” without the citizen's",
        ),
        ("      dispose: {ends: rejected}\n", "movements.dispose.ends: the act “dispose” never leads to the end"),
        ("      dispose: {needs: [remark]}\n", "movements.dispose.needs: the act “dispose” always needs"),
        (
            "      close_unheard: {who: [holder]}\n",
            "movements.close_unheard.who.0: the act “close_unheard” is for the",
        ),
        ("      approve_special_close: {who: [holder]}\n", "movements.approve_special_close.who.0: the act"),
        ("      withdraw: {who: [citizen_desk, holder]}\n", "movements.withdraw.who.1: the act “withdraw” is for"),
        ("      reopen: {act: attend}\n", "movements.reopen.from: only an act that reopens leads out of a closed"),
    ],
)
def test_what_a_scheme_may_not_loosen_is_refused_by_name(rows: str, said: str) -> None:
    assert any(said in fault for fault in faults_of(_with_table(rows))), faults_of(_with_table(rows))


def test_a_scheme_may_tighten_what_it_extends() -> None:
    scheme = from_text(
        _with_table("      dispose: null\n      interim_reply: {needs: [unbiased, remark, evidence]}\n"), "t"
    )
    assert "dispose" not in scheme.tables["mine"].by_name


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("hop_limit: 3", "hop_limit: 0", "kinds.complaint.handling.hop_limit: "),
        ("arbiter: arbitrate", "arbiter: reign", "handling.arbiter: there is no power “reign”"),
        ("recategorise_days: 3", "recategorise_days: -1", "handling.recategorise_days: "),
        ("up_to_level: 2", "up_to_level: 9", "special_closing.up_to_level: no category has more than 3 levels"),
        ("        lapses_days: 15", "        lapses_days: 0", "special_closing.lapses_days: "),
        ("share: 0", "share: 101", "handling.review.share: "),
        ("by: [superior, cell]", "by: [holder]", "handling.review.by.0: "),
        ("attempts: 3, days: 3", "attempts: 2, days: 3", "so many different days or hours need as many attempts"),
        ("calls_from: 8", "calls_from: 20", "calls begin before they end"),
        ("calls_from: 8", "calls_from: 19", "there are not so many hours in which calls are made"),
        ("level_after: same", "level_after: 7", "feedback.level_after: no category has more than 3 levels"),
        ("level_after: same", "level_after: up", "handling.feedback.level_after"),
        ("reopening: {days: 30, times: 2}", "reopening: {days: 30, times: 0}", "handling.reopening.times: "),
        ("      reopening: {days: 30, times: 2}\n", "", "handling.reopening: it is missing"),
        ("[Level 3, लेवल 3]]", "]", "categories.drinking-water.levels: there are only 2 levels"),
        ("evidence: [payment_proof]", "evidence: [oath]", "categories.pension.evidence.0: there is no"),
        ("court: [Before a court, न्यायालय में विचाराधीन]", "court: [Before a court, Court]", "grounds.court: "),
        ("      hop_limit: 3\n", "      by_hand: [{from_level: 3, grounds: {a: [A, अ]}}]\n", "there is none to"),
        ("      hop_limit: 3\n", "      identities: [secret]\n", "handling.identities.0: "),
        ("      hop_limit: 3\n", "      sort: rumour\n", "handling.sort: "),
    ],
)  # fmt: skip
def test_a_fault_of_the_handling_of_complaints_is_named_with_its_line(old: str, new: str, said: str) -> None:
    text, _ = _source(_NAME, 2)
    assert old in text
    found = faults_of(text.replace(old, new, 1))
    assert any(said in fault for fault in found), found
    assert all(int(fault.split(":")[1]) > 1 for fault in found)


_SOP = "sop: {version: 1, within: {count:"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("        department: phe\n", "        department: dc\n", "is no department “dc”"),
        ("        department: phe\n", "", "which department answers"),
        ("    departments:\n", "    departments:\n      dc: [Relief, राहत]\n", "no category belongs to"),
        (f"{_SOP} 2,", f"{_SOP} 8,", "longer than the limit of the first"),
        (f"{_SOP} 2,", f"{_SOP} 0,", "sop.within.count: "),
        ("up_to_level: 2", "up_to_level: 2\n        decided_at: 2", "decided at a level above those that propose"),
        ("up_to_level: 2", "up_to_level: 2\n        decided_at: 4", "decided_at: no category has more than 3"),
    ],
)  # fmt: skip
def test_a_fault_of_a_category_or_of_who_decides_is_named(old: str, new: str, said: str) -> None:
    text, _ = _source(_NAME, 2)
    assert old in text
    found = faults_of(text.replace(old, new, 1))
    assert any(said in fault for fault in found), found


def test_a_state_that_is_taken_away_leaves_the_inherited_rows_too() -> None:
    text, _ = _source(_NAME, 2)
    gone = "    states: {special_close_proposed: null}\n"
    mine = f"tables:\n  mine:\n    extends: complaint\n{gone}    movements: {{propose_special_close: null}}\n"
    bad = text.replace("tables:\n", mine, 1).replace("table: complaint", "table: mine")
    table = from_text(bad, "t").tables["mine"]
    assert table.by_name["remind"].from_states == {"registered", "assigned", "in_work", "replied"}
    assert "approve_special_close" not in table.by_name
    faulty = bad.replace("    movements: {propose_special_close: null}\n", "")
    assert ["propose_special_close.to: there is no state" in fault for fault in faults_of(faulty)] == [True]
    own = bad.replace(
        "propose_special_close: null", "propose_special_close: null, remind: {from: [special_close_proposed]}"
    )
    assert ["remind.from: there is no state" in fault for fault in faults_of(own)] == [True]


def test_a_kind_may_extend_another_of_its_scheme() -> None:
    more = (
        "  second:\n    extends: file\n    label: [other file, दूसरी फाइल]\n    heads: {N-1: null, N-2: [N, न]}\n"
    )
    scheme = from_text(SOUND + more, "t.yaml")
    first, second = scheme.kinds["file"], scheme.kinds["second"]
    assert (second.table, second.number, list(second.heads)) == (first.table, first.number, ["N-2"])
    assert list(first.heads) == ["N-1"]
    assert faults_of(SOUND + more.replace("extends: file", "extends: third")) == [
        "t.yaml:36: kinds.second.extends: there is nothing called “third” to extend"
    ]
    assert "it extends itself" in faults_of(SOUND + more.replace("extends: file", "extends: second"))[0]


def test_thirty_faults_are_thirty_lines() -> None:
    rows = "".join(
        f"      m{n}: {{act: forward, from: [open], who: [holder, ghost{n}], "
        f"label: [Go, जाएँ], done: [gone, गई]}}\n"
        for n in range(15)
    )
    kinds = "".join(
        f"  k{n}: {{table: nowhere, label: [k, क], number: '{{serial}}', series: []}}\n" for n in range(12)
    )
    text = SOUND.replace("      close:\n", rows + "      close:\n") + kinds
    text = (
        text.replace("version: 1", "version: -1")
        .replace("Asia/Kolkata", "Nowhere")
        .replace("[General,", "['',", 1)
    )
    found = faults_of(text)
    assert len(found) == 30, found
    assert len({fault.split(":")[1] for fault in found}) == 30, "each on a line of its own"


def test_days_follow_the_scheme_s_zone() -> None:
    scheme = shipped_schemes()[_NAME]
    assert scheme.day_of(datetime(2026, 12, 31, 18, 29, tzinfo=UTC)) == date(2026, 12, 31)
    assert scheme.day_of(datetime(2026, 12, 31, 18, 30, tzinfo=UTC)) == date(2027, 1, 1)
