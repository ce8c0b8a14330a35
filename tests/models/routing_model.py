"""A slow, plain model of the choice of a post, written from the design a second time.

Posts are dictionaries with ``above`` (nearest first), ``open``, ``people`` (who sits there); routes have
``category``, ``place``, ``department``, ``level``, ``post``; None stands for all.
"""

from __future__ import annotations

from typing import Any


def choose(
    routes: list[dict[str, Any]],
    complaint: dict[str, Any],
    accused: str | None,
    recused: set[str],
    posts: dict[str, dict[str, Any]],
) -> str:
    """The name of the post, or the reason why there is none."""
    left = [one for one in routes if applies(one, complaint) and posts[one["post"]]["open"]]
    if not left:
        return "no-route"
    ordered: list[dict[str, Any]] = []
    while left:
        best = left[0]
        for other in left[1:]:
            if more_specific(other, best, complaint):
                best = other
        left.remove(best)
        ordered.append(best)

    def forbidden(name: str) -> bool:
        if name in recused or name == accused:
            return True
        if accused is None:
            return False
        sits = posts[name]["people"]
        only_theirs = bool(sits) and all(one in posts[accused]["people"] for one in sits)
        return accused in posts[name]["above"] or only_theirs

    def deputy(name: str) -> str | None:
        for above in posts[name]["above"]:
            if posts[above]["open"] and posts[above]["people"] and not forbidden(above):
                return above
        return None

    for one in ordered:
        name = one["post"]
        if forbidden(name):
            continue
        if posts[name]["people"]:
            return name
        if deputy(name):
            return str(deputy(name))
    for one in ordered:
        if deputy(one["post"]):
            return str(deputy(one["post"]))
    return "all-barred" if all(forbidden(one["post"]) for one in ordered) else "nobody-there"


def applies(route: dict[str, Any], complaint: dict[str, Any]) -> bool:
    if route["level"] != complaint["level"]:
        return False
    if route["category"] is not None and route["category"] not in complaint["categories"]:
        return False
    if route["place"] is not None and route["place"] not in complaint["places"]:
        return False
    return route["department"] is None or route["department"] == complaint["department"]


def more_specific(one: dict[str, Any], other: dict[str, Any], complaint: dict[str, Any]) -> bool:
    """Question by question, in the order of the design; the first that tells them apart decides."""
    for name in ("category", "place", "department"):
        if (one[name] is None) != (other[name] is None):
            return one[name] is not None
    for name, chain in (("category", "categories"), ("place", "places")):
        if one[name] != other[name]:
            return complaint[chain].index(one[name]) < complaint[chain].index(other[name])
    raise AssertionError("two routes that are alike")


def left_out(
    routes: list[dict[str, Any]],
    categories: dict[str, dict[str, Any]],
    places: dict[str, list[str]],
) -> set[tuple[str, int, str]]:
    """Every category, level and place that no route reaches, one question at a time."""
    found: set[tuple[str, int, str]] = set()
    for code, category in categories.items():
        for level in range(1, category["levels"] + 1):
            for place, above in places.items():
                complaint = {
                    "categories": [code, *category["parents"]],
                    "places": [place, *above],
                    "department": category["department"],
                    "level": level,
                }
                if not any(applies(one, complaint) for one in routes):
                    found.add((code, level, place))
    return found
