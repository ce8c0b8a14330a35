"""The tables of the model of a complaint: who, from where, with what, and how long. By hand, from the design."""

from __future__ import annotations

from datetime import date, timedelta

from tests.models import calendar_model

ACTORS = (
    "hub", "calling", "reviewing", "arbiter", "junior", "engineer", "superintending", "accountant", "stranger",
)  # fmt: skip
WATCHING = frozenset({"hub", "calling", "reviewing", "arbiter"})
OPEN = ("registered", "assigned", "in_work", "replied", "special_close_proposed")
WHERE: dict[str, tuple[str, ...]] = {
    "assign": ("registered",),
    "assign_finally": ("registered", "assigned", "in_work"),
    "receive": ("assigned",),
    **dict.fromkeys(("return_to_hub", "transfer", "recuse"), ("assigned", "in_work")),
    **dict.fromkeys(("recategorise", "escalate", "add_document"), ("registered", "assigned", "in_work")),
    **dict.fromkeys(("attend", "direct_down", "ask", "interim_reply", "reply"), ("in_work",)),
    "propose_special_close": ("in_work",),
    "split": ("registered", "assigned", "in_work"),
    **dict.fromkeys(("answer", "remind", "add", "withdraw"), OPEN),
    **dict.fromkeys(("accept_reply", "send_reply_back", "record_attempt"), ("replied",)),
    **dict.fromkeys(("satisfied", "not_satisfied"), ("replied",)),
    **dict.fromkeys(("approve_special_close", "refuse_special_close"), ("special_close_proposed",)),
    "reject": ("registered", "in_work"),
    **dict.fromkeys(("reopen", "reopen_by_superior", "appeal"), ("closed",)),
}
BY_CLOCK = {
    "close_unheard": ("replied",),
    "lapse_special_close": ("special_close_proposed",),
    "remind_overdue": ("registered", "assigned", "in_work"),
}
REMINDS = timedelta(days=7)
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
    ]
)
FOR_CITIZEN = frozenset(["answer", "remind", "add", "withdraw", "reopen", "appeal"])
BY_DESK = frozenset({"satisfied", "not_satisfied", "record_attempt"})
# By whom a post complained against, or one that recused itself, does nothing; others say so of their own.
EVEN_BIASED = frozenset(["return_to_hub", "recuse", "confirm", "decline"])
JUDGED_APART = frozenset(["accept_reply", "send_reply_back", "approve_special_close", "refuse_special_close"])
HOPS = frozenset({"return_to_hub", "transfer", "recategorise"})
HOP_LIMIT, TIMES, SPLIT_INTO = 3, 2, 4
LAPSE, WINDOW = timedelta(days=15), timedelta(days=30)
INDIA = timedelta(hours=5, minutes=30)
# The calendar of the office, with its holidays.
HISAR = calendar_model.Week(
    "Asia/Kolkata",
    holidays=frozenset(
        {date(2026, 1, 26), date(2026, 8, 15), date(2026, 10, 2), date(2026, 11, 8), date(2026, 12, 25)}
    ),
)
# By category: the limits of the citizen, of attending, and of each level; the evidence.
Limit = tuple[int, str]
LEVELS: dict[str, list[Limit]] = {
    "drinking-water": [(7, "days")] * 3,
    "street-light": [(3, "working_days"), (5, "working_days")],
    "pension": [(15, "days")] * 2,
}
LIMITS: dict[str, dict[str, Limit]] = {
    "drinking-water": {"citizen": (30, "days"), "attend": (1, "working_days")},
    "street-light": {"citizen": (15, "days"), "attend": (1, "working_days")},
    "pension": {"citizen": (45, "days"), "attend": (8, "working_hours")},
}
EVIDENCE = {"pension": "payment_proof"}
