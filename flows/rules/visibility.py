"""Who sees what: the value that the rules make of a person, and that every read of storage takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Visibility:
    """What a person at a post may see.

    A docket: the posts that hold or held it or were marked or named on it; where it is not confidential also
    the superiors of its holder, the hub (complaints), the record room of its office. ``oversees``: whoever
    reviews, arbitrates or oversees complaints, or confirms their closing, sees them, and not who complained.
    ``audits``: movements and hashes of every docket, and no notes or texts. ``allows_reopening``: what is
    proposed in its office.
    """

    person: UUID
    post: UUID
    office: UUID
    record_room: bool
    hub: bool
    oversees: bool
    audits: bool
    allows_reopening: bool = False


_OVERSEEING = frozenset({"review", "arbitrate", "oversee", "confirm_closing"})


def visibility_of(person: UUID, post: UUID, office: UUID, powers: frozenset[str], record_room: bool) -> Visibility:
    """The Visibility of a person at one of his posts, by its powers."""
    audits = bool(powers & {"audit", "administer"})
    hub, oversees = bool(powers & {"hub", "call"}), bool(powers & _OVERSEEING)
    reopening = "allow_reopening" in powers
    return Visibility(person, post, office, record_room, hub, oversees, audits, reopening)


Sight = Literal["all", "until", "movements", "nothing"]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a post stands to a docket: what ``docket_post`` says of it, and whether it is above the holder.

    ``accused``: the docket is a complaint against this very post.
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
    named on it (an administrator who proposed to reassign it). The post complained against sees by what it had to
    do with it alone.
    """
    if standing.holds:
        return "all", None
    over = standing.above_holder or (visibility.record_room and standing.own_office)
    over = over or ((visibility.hub or visibility.oversees) and standing.complaint)
    if over and not standing.confidential and not standing.accused:
        return "all", None
    if standing.role is not None and not (visibility.audits and standing.role == "named"):
        return "until", standing.last_act
    return ("movements", None) if visibility.audits else ("nothing", None)


MASK = "••••"


def masked_telephone(telephone: str) -> str:
    """A telephone number of which only the last three digits are shown."""
    return MASK + telephone[-3:]
