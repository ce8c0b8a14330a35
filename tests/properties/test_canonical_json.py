"""Our canonical JSON gives the bytes of the rfc8785 library, and reads nothing else back."""

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from flows.rules.canonical_json import LARGEST_INTEGER, Json, NotCanonical, canonical, parse_canonical

_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
_keys = st.text(st.characters(max_codepoint=0xD7FF), max_size=12)
_scalars = st.none() | st.booleans() | st.integers(-LARGEST_INTEGER, LARGEST_INTEGER) | _texts
values = st.recursive(
    _scalars, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(_keys, inner, max_size=6), max_leaves=30
)


@given(values)
def test_our_bytes_are_those_of_the_library(value: Json) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@given(values)
def test_what_is_written_reads_back(value: Json) -> None:
    assert parse_canonical(canonical(value)) == value


@given(
    st.binary(max_size=60) | st.text(alphabet='[]{}":,0123456789eE+-.\\u dtrufalsn', max_size=40).map(str.encode)
)
def test_only_canonical_bytes_are_read(data: bytes) -> None:
    try:
        value = parse_canonical(data)
    except NotCanonical:
        return
    assert rfc8785.dumps(value) == data  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "data",
    [
        b"1.0",
        b"1e3",
        b"-0",
        b"NaN",
        b"9007199254740992",
        b"1" * 5000,
        b' {"a":1}',
        b'{"a":1}\n',
        b'{"a":1,"a":1}',
        b'{"b":1,"a":1}',
        b'"\\u0041"',
        b'"\\ud800"',
        b'"\\/"',
        b"\xff",
        b"\xef\xbb\xbf1",
        "{}".encode("utf-16"),
        b"[" * 100_000,
        '{"\ue000":1}'.encode(),
        '{"\U0001f600":[1]}'.encode(),
    ],
)
def test_another_form_is_refused(data: bytes) -> None:
    with pytest.raises(NotCanonical):
        parse_canonical(data)
