"""Who sees what: the value that the rules make of a person, and that every read of storage takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from flows.rules.cases import PostFacts


@dataclass(frozen=True, slots=True)
class Visibility:
    """What a person at a post may see.

    A docket: the posts that hold or held it or were marked or named on it; where it is not confidential also
    the superiors of its holder, the hub (complaints), the record room of its office. ``oversees``: whoever
    reviews, arbitrates or oversees complaints, or confirms their closing, sees them, and not who complained.
    ``audits``: movements and hashes of every docket, and no notes or texts. ``allows_reopening``: what is
    proposed in its office. ``above``: the superiors of the post; against one of them, or against the person at
    whichever of his posts, it sees no complaint.
    """

    person: UUID
    post: UUID
    office: UUID
    record_room: bool
    hub: bool
    oversees: bool
    audits: bool
    allows_reopening: bool = False
    above: frozenset[UUID] = frozenset()


_OVERSEEING = frozenset({"review", "arbitrate", "oversee", "confirm_closing"})


def visibility_of(person: UUID, post: PostFacts) -> Visibility:
    """The Visibility of a person at one of his posts, by the powers that he has there."""
    return Visibility(
        person=person,
        post=post.id,
        office=post.office,
        record_room=post.record_room,
        hub=bool(post.powers & {"hub", "call"}),
        oversees=bool(post.powers & _OVERSEEING),
        audits=bool(post.powers & {"audit", "administer"}),
        allows_reopening="allow_reopening" in post.powers,
        above=frozenset(post.above),
    )


Sight = Literal["all", "until", "movements", "nothing"]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a post stands to a docket: what ``docket_post`` says of it, and whether it is above the holder.

    ``accused``: the docket is a complaint against this very post, one above it, or who acts there.
    """

    holds: bool
    role: str | None
    last_act: datetime | None
    above_holder: bool
    confidential: bool
    complaint: bool
    own_office: bool
    accused: bool


def sight(visibility: Visibility, standing: Standing) -> tuple[Sight, datetime | None]:
    """What of a docket a person sees: all, notes until an instant, movements only, or nothing.

    The holder sees all; a post that held it sees notes up to its own last act (all when it returns);
    superiors and the record room see all of what is not confidential; auditors see movements, also where they are
    named on it (an administrator who proposed to reassign it). The post complained against, who sits there and
    whoever is under it see nothing of it, even where one of them took it in.
    """
    if standing.holds:
        return "all", None
    if standing.accused:
        return ("movements", None) if visibility.audits else ("nothing", None)
    over = standing.above_holder or (visibility.record_room and standing.own_office)
    over = over or ((visibility.hub or visibility.oversees) and standing.complaint)
    if over and not standing.confidential:
        return "all", None
    if standing.role is not None and not (visibility.audits and standing.role == "named"):
        return "until", standing.last_act
    return ("movements", None) if visibility.audits else ("nothing", None)


MASK = "••••"


def masked_telephone(telephone: str) -> str:
    """A telephone number of which only the last three digits are shown."""
    return MASK + telephone[-3:]
