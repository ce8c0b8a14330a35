"""A JSON schema in words: the fields of a body or an answer with their types and limits, one line each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

Schema = dict[str, Any]
Field = tuple[str, bool, str, str]
"""Name, whether it is needed, type and limits, meaning."""

_DEEPEST: Final = 6

_FORMATS: Final = {"uuid": "an id (UUID)", "date-time": "an instant with its zone (RFC 3339)", "date": "a day"}
_TYPES: Final = {"string": "text", "integer": "a whole number", "number": "a number", "boolean": "true or false"}
_LIMITS: Final = {
    "minLength": "at least {} long",
    "maxLength": "at most {} long",
    "minimum": "from {}",
    "maximum": "up to {}",
    "maxItems": "at most {} of them",
    "pattern": "as {}",
}


def referred(schema: Schema, part: Schema) -> Schema:
    """What a part of the description refers to, with what stands beside the reference."""
    if "$ref" not in part:
        return part
    name = part["$ref"].rsplit("/", 1)[1]
    return schema["components"]["schemas"][name] | {k: v for k, v in part.items() if k != "$ref"}


def _choices(schema: Schema, part: Schema) -> list[Schema]:
    """The shapes that a part may have, but for null, each with what the part says of all."""
    whole = referred(schema, part)
    if "anyOf" not in whole:
        return [whole]
    beside = {k: v for k, v in whole.items() if k != "anyOf"}
    return [referred(schema, one) | beside for one in whole["anyOf"] if one.get("type") != "null"]


def _may_be_null(schema: Schema, part: Schema) -> bool:
    return any(one.get("type") == "null" for one in referred(schema, part).get("anyOf", ()))


def type_of(schema: Schema, part: Schema) -> str:
    """Type, limits, values and default of a part, in words."""
    found = " or ".join(_one_type(schema, one) for one in _choices(schema, part))
    default = referred(schema, part).get("default")
    return found if default in (None, [], False) else f"{found}; default {default}"


def _one_type(schema: Schema, part: Schema) -> str:
    if "enum" in part or "const" in part:
        values = [str(value) for value in part.get("enum", [part.get("const")]) if value is not None]
        return f"one of: {', '.join(values)}"
    if part.get("type") == "array":
        kind = f"a list of {type_of(schema, part.get('items', {}))}"
    elif "properties" in part or part.get("type") == "object":
        kind = "an object"
    else:
        kind = _FORMATS.get(part.get("format", "")) or _TYPES.get(part.get("type", ""), "any value")
    limits = [said.format(_whole(part[name])) for name, said in _LIMITS.items() if name in part]
    return ", ".join([kind, *limits])


def _whole(limit: object) -> object:
    """A bound without the point that a description writes behind whole numbers."""
    return int(limit) if isinstance(limit, float) and limit.is_integer() else limit


def fields_of(schema: Schema, part: Schema) -> list[Field]:
    """Every member of an object, those of the objects and lists within it under their path."""
    return list(_fields(schema, part, "", 0))


def _fields(schema: Schema, part: Schema, path: str, depth: int) -> Iterator[Field]:
    for whole in _choices(schema, part):
        if whole.get("type") == "array":
            yield from _fields(schema, whole.get("items", {}), f"{path}[]", depth)
        elif depth < _DEEPEST:
            yield from _members(schema, whole, path, depth)


def _members(schema: Schema, whole: Schema, path: str, depth: int) -> Iterator[Field]:
    for name, member in whole.get("properties", {}).items():
        at = f"{path}.{name}" if path else name
        needed = name in whole.get("required", ())
        null = " or null" if needed and _may_be_null(schema, member) else ""
        yield at, needed, type_of(schema, member) + null, referred(schema, member).get("description", "")
        yield from _fields(schema, member, at, depth + 1)
