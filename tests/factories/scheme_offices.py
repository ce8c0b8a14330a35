"""The posts of an office of each shipped scheme, by the names that the stories call them.

Where a department has a ladder, its posts are called by their level: l1 is below l2, l2 below l3, l3 below l4.
A post stands after those above it.
"""

from __future__ import annotations

from collections.abc import Mapping

from tests.factories.practice_office import Layout, Posts

_DESK: Posts = {
    "desk": ("cell", None, ("intake", "hub")),
    "caller": ("cell", None, ("call",)),
    "reviewer": ("cell", None, ("review",)),
    "arbiter": ("cell", None, ("arbitrate", "oversee", "confirm_closing")),
}
"""Who takes complaints in, calls citizens, reads replies and has the last word."""

_LADDER: Posts = {
    "l4": ("works", None, ()),
    "l3": ("works", "l4", ()),
    "l2": ("works", "l3", ()),
    "l1": ("works", "l2", ()),
    "neighbour": ("works", "l2", ()),
}
"""A department's officers; the neighbour sits beside l1, under the same l2."""

_HELPLINE = {"cell": "collectorate", "works": "department"}

OFFICES: Mapping[str, Layout] = {
    "haryana-eoffice": Layout(
        {
            "dc": ("estt", None, ("close",)),
            "adc": ("estt", "dc", ("close",)),
            "superintendent": ("estt", "adc", ("close",)),
            "assistant": ("estt", "superintendent", ("register",)),
            "clerk": ("estt", "assistant", ("register", "diarise")),
            "accountant": ("accounts", "adc", ()),
            "keeper": ("dc-records", None, ()),
            "informatics_officer": ("informatics", None, ("oversee",)),
            "help_desk": ("informatics", "informatics_officer", ("intake", "hub", "call")),
            "technician": ("informatics", "informatics_officer", ()),
        },
        {"estt": "dc", "accounts": "dc", "dc-records": "dc", "informatics": "nic"},
        ("haryana-eoffice",),
        (("superintendent", "general", 0), ("adc", "expenditure", 1_00_000_00), ("dc", "expenditure", 10**12)),
    ),
    "mp-cm-helpline-181": Layout(_DESK | _LADDER, _HELPLINE, ("mp-cm-helpline-181",)),
    "up-social-media-hub": Layout(
        _DESK
        | _LADDER
        | {
            "director": ("hub", None, ("close",)),
            "editor": ("hub", "director", ("close",)),
            "writer": ("hub", "editor", ("register",)),
            "colleague": ("hub", "editor", ("register",)),
        },
        _HELPLINE | {"hub": "information"},
        ("up-social-media-hub",),
        (("editor", "notice", 0), ("director", "notice", 0), ("director", "statement", 0)),
    ),
    "up-cm-helpline-1076": Layout(_DESK | _LADDER, _HELPLINE, ("up-cm-helpline-1076",)),
    "ngsp-election-helpdesk": Layout(
        {"nodal": ("cell", None, ("oversee",))}
        | _DESK
        | {
            "desk": ("cell", "nodal", ("intake", "hub")),
            "officer": ("works", None, ()),
            "manager": ("works", "officer", ()),
            "checker": ("works", "officer", ()),
            "unit": ("works", "officer", ()),
        },
        _HELPLINE,
        ("ngsp-election-helpdesk",),
    ),
}
"""By the scheme that is in force there."""
