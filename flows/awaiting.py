"""A page of what waits for a power and for no post: candidates from storage, each judged as its options are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from psycopg.rows import DictRow

from flows import facts
from flows.rules import awaited
from flows.rules.cases import PostFacts
from flows.rules.known_schemes import KNOWN
from flows.rules.visibility import Visibility
from flows.schemes_in_force import know_all
from flows.seen_cases import standing_of
from storage import awaited as waiting_rows
from storage import cases
from storage.cases import Found
from storage.database import Driver
from storage.kept_posts import KeptPosts
from storage.pages import Page

_LOOKS: Final = 10
"""How many pages of candidates one request looks at; behind that it says where to go on."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Rows that wait, each with what for (``awaits``); ``unseen``: where to go on if not all was looked at."""

    rows: list[DictRow]
    unseen: Page | None


async def waiting(driver: Driver, kept: KeptPosts, visibility: Visibility, post: PostFacts, page: Page) -> Waiting:
    """What waits for the acting post, newest movement first: as many as the page holds, if there are."""
    await know_all(driver)
    asked = awaited.awaited_by(KNOWN.all(), post.powers)
    found = list[DictRow]()
    for _ in range(_LOOKS):
        rows = await waiting_rows.candidates(driver, visibility, page, asked.states, asked.states_under)
        found += await _those_that_wait(driver, kept, visibility, (rows, asked.actions))
        if len(found) >= page.limit or len(rows) < page.limit:
            return Waiting(found[: page.limit], None)
        page = replace(page, at=rows[-1]["last_movement_at"], id=rows[-1]["id"])
    return Waiting(found, page)


async def _those_that_wait(
    driver: Driver, kept: KeptPosts, visibility: Visibility, asked: tuple[list[DictRow], frozenset[str]]
) -> list[DictRow]:
    """Of candidates those for which the rules let this post do one of these actions now."""
    rows, actions = asked
    parts = frozenset[str]().union(*(KNOWN.parts_for(action) for action in actions))
    by_id = await cases.read_many(driver, kept, [row["id"] for row in rows], parts, visibility.post)
    # They were all read with the posts of one page.
    posts = facts.posts_of(by_id[0].posts) if by_id else {}
    judged = {found.docket["id"]: _awaits(found, posts, visibility) for found in by_id}
    for row in rows:
        row["awaits"] = judged.get(row["id"], [])
    return [row for row in rows if row["awaits"]]


def _awaits(found: Found, posts: Mapping[UUID, PostFacts], visibility: Visibility) -> list[str]:
    return awaited.awaits(standing_of(found, posts, visibility.person, visibility.post))
