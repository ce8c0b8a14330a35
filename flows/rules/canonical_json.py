"""Canonical JSON (RFC 8785) for what audit hashes: no floats, integers within ±(2^53 − 1), plain keys."""

import json
import re
from collections.abc import Callable
from typing import Final, NoReturn, TypeAlias, cast

import orjson

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"

LARGEST_INTEGER = 2**53 - 1
# RFC 8785 orders members by UTF-16 units, Python by code points. Up to this character the two agree.
_LAST_KEY_CHARACTER = "\ud7ff"
_LONGEST_NUMBER = 17


class NotCanonical(ValueError):
    """The bytes are not the one canonical form of a value that audit uses."""


# orjson writes an entry in a fiftieth of the rfc8785 library's time, and json in a fifth; with no floats and with
# plain keys all three give the same bytes: tests/properties/test_canonical_json.py holds them together. What
# orjson refuses (integers beyond 2^53, halves of surrogate pairs, much nesting), json is asked for.
_AS_WE_WRITE: Final = (
    orjson.OPT_SORT_KEYS
    | orjson.OPT_STRICT_INTEGER
    | orjson.OPT_PASSTHROUGH_DATACLASS
    | orjson.OPT_PASSTHROUGH_DATETIME
    | orjson.OPT_PASSTHROUGH_SUBCLASS
)
# A number that is or may be none of ours: a fraction, an exponent, sixteen digits. A number stands behind one of
# three characters or begins the whole; behind a digit's colon stands the time of day in a text.
_DOUBTFUL: Final = re.compile(rb"[:\[,](?<!\d:)-?\d+(?:[.eE]|(?<=\d{16}))")
_BEGINS_NO_NUMBER: Final = b'{["tfn'
_ENCODER = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, allow_nan=False, sort_keys=True, separators=(",", ":")
)


def canonical(value: Json) -> bytes:
    """The canonical bytes of a value; a lone surrogate raises UnicodeEncodeError."""
    try:
        return orjson.dumps(value, option=_AS_WE_WRITE)
    except orjson.JSONEncodeError:
        return _ENCODER.encode(value).encode("utf-8")


def canonical_where_quick(value: object, encode: Callable[[object], Json]) -> bytes | None:
    """The same bytes, where ``encode`` gives what JSON has no form for; None where that is not quick."""
    try:
        return orjson.dumps(value, default=encode, option=_AS_WE_WRITE)
    except orjson.JSONEncodeError:
        return None


def is_plain_key(key: str) -> bool:
    """Whether a member may have this name: any text up to U+D7FF, which all of our scripts are."""
    return key.isascii() or max(key) <= _LAST_KEY_CHARACTER


def _refuse_number(text: str) -> NoReturn:
    raise NotCanonical(f"the number {text[:40]} is not an integer")


def _read_integer(text: str) -> int:
    if len(text) > _LONGEST_NUMBER or abs(int(text)) > LARGEST_INTEGER:
        raise NotCanonical(f"the integer {text[:40]} is beyond 2^53")
    return int(text)


_DECODER = json.JSONDecoder(parse_float=_refuse_number, parse_constant=_refuse_number, parse_int=_read_integer)


def parse_canonical(data: bytes) -> Json:
    """The value of canonical bytes; bytes that are not exactly its canonical form raise NotCanonical."""
    try:
        value = _read(data)
        same = canonical(value) == data
    except NotCanonical:
        raise
    except ValueError as fault:
        raise NotCanonical("it is not JSON in UTF-8") from fault
    except RecursionError as fault:
        raise NotCanonical("it is nested too deeply") from fault
    if not same:
        raise NotCanonical("it is not in canonical form")
    if not data.isascii():
        _check_keys(value)
    return value


def _read(data: bytes) -> Json:
    # orjson reads in a fifth of the time, and takes numbers that audit does not.
    if data[:1] in _BEGINS_NO_NUMBER and _DOUBTFUL.search(data) is None:
        try:
            return cast("Json", orjson.loads(data))
        except orjson.JSONDecodeError:
            pass  # json says what is wrong
    return cast("Json", _DECODER.decode(data.decode("utf-8")))


def _check_keys(value: Json) -> None:
    if isinstance(value, list):
        for item in value:
            _check_keys(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if not is_plain_key(key):
                raise NotCanonical(f"the member name {key[:40]!r} has characters beyond U+D7FF")
            _check_keys(item)
