"""A complaint against whoever takes it in, or against somebody above him: the citizen is not sent away for it.

It is registered there, and goes in the same transaction to a post that assigns complaints and stands apart. From
then on nobody at the post that took it in sees it (``flows.rules.visibility``).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from uuid import UUID

from flows import facts
from flows.rules.cases import Actor, PostFacts
from flows.rules.errors import Refusal, Refused
from flows.rules.labels import POWERS
from flows.rules.registration import Registration
from flows.rules.routing import Barred
from storage import structure
from storage.database import Driver
from storage.kept_posts import KeptPosts
from storage.posts import read_posts

_ASSIGNING: Final = "hub"


def is_biased(actor: Actor, barred: Barred) -> bool:
    """Is the complaint against the post that registers it, one above it, or who registers it, at another post?"""
    return barred.bars(actor.post) or actor.person in barred.people


async def handed_on(
    driver: Driver, kept: KeptPosts, made: Registration, actor: Actor, barred: Barred
) -> Registration:
    """The registration with such a post as its first holder; as it was where there is none.

    Those of the registrar's own office come first, in the order of their codes.
    """
    ids = await structure.posts_with(driver, _ASSIGNING, first=actor.post.office)
    posts = facts.posts_of(await read_posts(driver, kept, ids))
    hub = next((one for one in ids if _stands_apart(posts[one], actor, barred)), None)
    return made if hub is None else replace(made, docket={**made.docket, "holder": hub, "sender": actor.post.id})


def _stands_apart(post: PostFacts, actor: Actor, barred: Barred) -> bool:
    """Somebody is there, and none of them is complained of or took it in."""
    concerned = post.people & (barred.people | {actor.person})
    return post.occupied and not concerned and not barred.bars(post)


def check_handed_on(made: Registration, holder: UUID | None, actor: Actor) -> None:
    """Raises Refused where neither such a post nor a route took it from the one that registers it.

    ``holder``: who has it at the end of the registering transaction.
    """
    if made.docket["holder"] == holder == actor.post.id:
        raise Refused(Refusal("accused-registers", "accused", {"power": POWERS[_ASSIGNING]}))
