"""The tables of the model of a complaint: who, from where, with what, and how long. By hand, from the design."""

from __future__ import annotations

from datetime import date, timedelta

from tests.models import calendar_model

ACTORS = (
    "hub", "calling", "reviewing", "arbiter", "junior", "engineer", "superintending", "accountant", "stranger",
)  # fmt: skip
WATCHING = frozenset({"hub", "calling", "reviewing", "arbiter"})
OPEN = ("registered", "assigned", "in_work", "replied", "special_close_proposed")
IN_HANDS = ("registered", "assigned", "in_work")
WHERE: dict[str, tuple[str, ...]] = {
    "assign": ("registered",),
    "assign_finally": IN_HANDS,
    "receive": ("assigned",),
    **dict.fromkeys(("return_to_hub", "transfer", "recuse"), ("assigned", "in_work")),
    **dict.fromkeys(("recategorise", "escalate", "add_document", "split", "club"), IN_HANDS),
    **dict.fromkeys(("attend", "direct_down", "ask", "interim_reply", "reply"), ("in_work",)),
    "propose_special_close": ("in_work",),
    "unclub": (*IN_HANDS, "replied"),
    **dict.fromkeys(("answer", "remind", "add", "withdraw", "add_reference", "came_as_receipt"), OPEN),
    **dict.fromkeys(("accept_reply", "send_reply_back", "record_attempt"), ("replied",)),
    **dict.fromkeys(("satisfied", "not_satisfied"), ("replied",)),
    **dict.fromkeys(("approve_special_close", "refuse_special_close"), ("special_close_proposed",)),
    **dict.fromkeys(("reject", "close_clubbed", "dispose", "drop"), ("registered", "in_work")),
    **dict.fromkeys(("reopen", "reopen_by_superior", "appeal"), ("closed",)),
}
BY_CLOCK: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("escalate", "warn", "remind_overdue"), IN_HANDS),
    **dict.fromkeys(("close_unheard", "climb_unheard", "remind_of_reply"), ("replied",)),
    "lapse_special_close": ("special_close_proposed",),
    "extend": OPEN,
}
# What comes by several names is one act of the clock.
ACT = {"climb_unheard": "escalate", "remind_of_reply": "remind_overdue"}
# What a complaint has not, and what a request for help has not: it is answered, and nobody is called about it.
LACKS: dict[str, frozenset[str]] = {
    "complaint": frozenset({"drop"}),
    "help": frozenset(
        [
            *(
                "reply",
                "accept_reply",
                "send_reply_back",
                "record_attempt",
                "satisfied",
                "not_satisfied",
                "reject",
            ),
            *("propose_special_close", "approve_special_close", "refuse_special_close", "lapse_special_close"),
            *("reopen", "reopen_by_superior", "appeal", "close_unheard", "climb_unheard", "remind_of_reply"),
        ]
    ),
}
ENDS = {
    **{"satisfied": "satisfied", "close_unheard": "unheard", "approve_special_close": "special"},
    **{"reject": "rejected", "close_clubbed": "clubbed", "withdraw": "withdrawn"},
    **{"dispose": "disposed", "drop": "dropped"},
}
REMARK = frozenset({"remark"})
MEANS: dict[str, frozenset[str]] = {
    **dict.fromkeys(WHERE, REMARK),
    "receive": frozenset[str](),
    "add_document": frozenset({"document"}),
    **dict.fromkeys(
        ("assign", "assign_finally", "transfer", "direct_down", "recuse"), frozenset({"to", "remark"})
    ),
    **dict.fromkeys(("reopen", "reopen_by_superior", "appeal", "not_satisfied"), frozenset({"to", "remark"})),
    "recategorise": frozenset({"to", "remark", "category"}),
    "escalate": frozenset({"to", "remark", "ground"}),
    "split": frozenset({"to", "remark", "text", "category"}),
    **dict.fromkeys(("propose_special_close", "reject"), frozenset({"ground", "remark"})),
    **dict.fromkeys(("club", "unclub"), frozenset({"other", "remark"})),
    "add_reference": frozenset({"reference", "remark"}),
    "came_as_receipt": frozenset[str](),
    "send_reply_back": frozenset({"quality", "remark"}),
    "confirm": frozenset[str](),
    "decline": REMARK,
}
REASONED = frozenset(
    [
        "assign_finally",
        "return_to_hub",
        "split",
        "transfer",
        "recategorise",
        "recuse",
        "send_reply_back",
        "approve_special_close",
        "refuse_special_close",
        "reject",
        "escalate",
        "reopen",
        "reopen_by_superior",
        "appeal",
        "club",
        "unclub",
        "drop",
    ]
)
REMARKED = frozenset(
    [
        "attend",
        "ask",
        "answer",
        "remind",
        "add",
        "withdraw",
        "interim_reply",
        "reply",
        "satisfied",
        "not_satisfied",
        "propose_special_close",
        "close_clubbed",
        "dispose",
    ]
)
BY_HOLDER = frozenset(
    [
        "attend",
        "return_to_hub",
        "direct_down",
        "recuse",
        "ask",
        "interim_reply",
        "reply",
        "propose_special_close",
        "reject",
        "close_clubbed",
        "dispose",
        "drop",
    ]
)
SECONDED = frozenset({"reject", "close_clubbed"})
FOR_CITIZEN = frozenset(["answer", "remind", "add", "withdraw", "reopen", "appeal"])
BY_DESK = frozenset({"satisfied", "not_satisfied", "record_attempt"})
# By whom a post complained against, or one that recused itself, does nothing; others say so of their own.
EVEN_BIASED = frozenset(["return_to_hub", "recuse", "confirm", "decline"])
JUDGED_APART = frozenset(["accept_reply", "send_reply_back", "approve_special_close", "refuse_special_close"])
HOPS = frozenset({"return_to_hub", "transfer", "recategorise"})
HOP_LIMIT, TIMES = 3, 2
SPLIT_INTO = {"complaint": 4}
# The kind that may bear numbers of outside systems.
OF_SYSTEMS = frozenset({"complaint"})
RECATEGORISED_WITHIN = {"complaint": timedelta(days=3)}
LAPSE, WINDOW, HEARD_WITHIN = timedelta(days=15), timedelta(days=30), timedelta(days=3)
INDIA = timedelta(hours=5, minutes=30)
COUNTS_AFTER = timedelta(minutes=1)
# The calendar of the office, with its holidays.
HISAR = calendar_model.Week(
    "Asia/Kolkata",
    holidays=frozenset(
        {date(2026, 1, 26), date(2026, 8, 15), date(2026, 10, 2), date(2026, 11, 8), date(2026, 12, 25)}
    ),
    half_closes=13 * 60,
)
# By category: the limits of each level, of the citizen and of attending; the evidence.
Limit = tuple[int, str]
CATEGORIES = {"complaint": ("drinking-water", "pension", "street-light"), "help": ("hindi-typing", "log-in")}
LEVELS: dict[str, list[Limit]] = {
    "drinking-water": [(7, "days")] * 3,
    "street-light": [(3, "working_days"), (600, "working_minutes")],
    "pension": [(15, "days"), (2880, "minutes")],
    "log-in": [(4, "working_hours"), (8, "working_hours")],
    "hindi-typing": [(8, "working_hours")] * 2,
}
LIMITS: dict[str, dict[str, Limit]] = {
    "drinking-water": {"citizen": (30, "days"), "attend": (1, "working_days")},
    "street-light": {"citizen": (15, "days"), "attend": (1, "working_days")},
    "pension": {"citizen": (20, "working_days"), "attend": (8, "working_hours")},
    "log-in": {"citizen": (16, "working_hours"), "attend": (2, "working_hours")},
    "hindi-typing": {"citizen": (24, "working_hours"), "attend": (2, "working_hours")},
}
EVIDENCE = {"pension": "payment_proof"}
# When the clock tells that a limit will soon be over: at so much of a hundred, or so long before.
Warn = int | Limit
WARNS: dict[tuple[str, str, int], list[Warn]] = {
    ("drinking-water", "citizen", 0): [50, (2, "days")],
    ("drinking-water", "attend", 0): [(4, "working_hours")],
    ("drinking-water", "level", 1): [50, (1, "days")],
    ("street-light", "level", 1): [(8, "working_hours")],
    ("street-light", "level", 2): [75],
    ("pension", "citizen", 0): [(3, "working_days")],
    ("pension", "attend", 0): [50],
    ("pension", "level", 2): [(90, "minutes")],
}
# How often what is overdue reminds, where it is not every seven days.
REMINDS: dict[tuple[str, int], Limit] = {
    ("drinking-water", 3): (30, "hours"),
    ("street-light", 2): (2, "working_days"),
}
SEVEN_DAYS: Limit = (7, "days")
