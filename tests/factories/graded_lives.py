"""Complaints that live at random over some weeks, really carried out: what the grading of months is tried on."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from tests.factories.lives import REASON, Life, new_complaint
from tests.factories.practice_office import PracticeOffice
from tests.fixtures.office import OfficeClock

_SAID: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("hub", "assign", {"to": "junior"}),
    ("hub", "assign", {"to": "junior"}),
    ("junior", "receive", {}),
    ("junior", "receive", {}),
    ("junior", "attend", REASON),
    ("junior", "add_document", {"document": "payment_proof"}),
    ("junior", "reply", REASON),
    ("junior", "reply", REASON),
    ("engineer", "send_reply_back", {"quality": "incomplete", **REASON}),
    *[("calling", "satisfied", REASON)] * 3,
    ("calling", "not_satisfied", REASON),
    ("calling", "reopen", REASON),
    ("calling", "reopen", REASON),
    ("hub", "recategorise", {"to": "junior", "category": "street-light", **REASON}),
    ("hub", "recategorise", {"to": "junior", "category": "pension", **REASON}),
    ("junior", "propose_special_close", {"ground": "court", **REASON}),
    ("engineer", "approve_special_close", REASON),
    ("arbiter", "escalate", {"to": "engineer", **REASON}),
)
"""What is tried, as often as it stands here; what the rules refuse at that moment does not happen."""


async def lived_at_random(
    office: PracticeOffice, clock: OfficeClock, begin: datetime, end: datetime, lives: list[Life], seed: int
) -> list[Life]:
    """Lets time pass between two instants; complaints come in, and those that are there are worked on."""
    chance, at, lives = random.Random(seed), begin, list(lives)
    while at < end:
        clock.set(at)
        if len(lives) < 6 or chance.random() < 0.4:
            category = chance.choice(["drinking-water", "street-light", "pension"])
            lives.append(await new_complaint(office, category=category, place=chance.choice(["hansi", "barwala"])))
        for life in chance.sample(lives, min(2, len(lives))):
            for who, action, given in chance.sample(_SAID, 7):
                await life.act(who, action, **given)
        at += timedelta(hours=chance.choice([13, 31, 47]))
    return lives
