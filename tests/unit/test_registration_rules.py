"""What the rules ask of a complaint by telephone: a helpline must know whom it calls back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from flows.rules.audit_chain import Commitment
from flows.rules.cases import Actor, nowhere
from flows.rules.errors import Refusal, refusal_of
from flows.rules.faults import Faults
from flows.rules.known_schemes import from_text, shipped_schemes
from flows.rules.labels import POWERS
from flows.rules.registration import Application, judge_registration

HELPLINES = ["mp-cm-helpline-181", "ngsp-election-helpdesk", "up-cm-helpline-1076"]
DESK = Actor(UUID(int=1), replace(nowhere(UUID(int=2)), powers=frozenset(POWERS)))
WORDS = Commitment(UUID(int=3), bytes(32))
WHOLE = {"name": WORDS, "telephone": WORDS}


def judged(name: str, who: dict[str, Commitment], **given: str) -> Refusal | None:
    """A complaint by telephone that lacks nothing but who complains."""
    scheme = shipped_schemes()[name]
    kind = scheme.kinds["complaint"]
    first = {"category": next(iter(kind.categories)), "place": next(iter(kind.places))}
    particulars = {**first, "channel": "telephone", "identity": "named", **given}
    application = Application("complaint", WORDS, "ordinary", "ordinary", particulars, WORDS, **who)
    return judge_registration(scheme, DESK, application, date(2026, 11, 23))


@pytest.mark.parametrize("name", HELPLINES)
@pytest.mark.parametrize("identity", ["named", "confidential"])
def test_who_calls_a_helpline_says_his_name_and_telephone(name: str, identity: str) -> None:
    nobody = judged(name, {}, identity=identity)
    assert nobody is not None
    assert (nobody.code, nobody.field, nobody.also) == ("missing", "name", ("telephone",))
    for one, other in (("name", "telephone"), ("telephone", "name")):
        half = judged(name, {one: WORDS}, identity=identity)
        assert half is not None
        assert (half.code, half.field) == ("missing", other)
    assert judged(name, WHOLE, identity=identity) is None


@pytest.mark.parametrize("name", HELPLINES)
def test_who_asks_to_stay_unknown_calls_without_either(name: str) -> None:
    assert judged(name, {}, identity="anonymous") is None


@pytest.mark.parametrize("name", HELPLINES)
def test_a_letter_may_bear_no_telephone(name: str) -> None:
    assert judged(name, {}, channel="letter") is None


def test_a_district_office_that_is_no_helpline_takes_it_without() -> None:
    assert judged("haryana-eoffice", {}) is None


def test_a_channel_of_callers_is_one_of_the_kind() -> None:
    text = """
extends: up-cm-helpline-1076.1
version: 2
kinds:
  complaint:
    handling: {callers: [telegraph]}
"""
    with pytest.raises(Faults, match="there is no channel “telegraph” in this kind"):
        from_text(text, "t.yaml")


def test_what_else_is_missing_is_kept_with_a_refusal() -> None:
    told = judged("up-cm-helpline-1076", {})
    assert told is not None
    assert refusal_of(told.to_json()).also == told.also
