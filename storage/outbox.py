"""The outbox: claiming what waits, where its addressee is reached, how its sending stands, and its list."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final
from uuid import UUID

from psycopg.rows import DictRow

from storage.database import Driver, Statement, fetch_all, fetch_one
from storage.pages import Page

# A claim is its own commit: whoever claimed may have sent, whatever becomes of him.
# A pause longer than any is one that the clock gave before it was set back.
_CLAIM: Final = """
with due as (
    select id from outbox
    where state = 'waiting' and channel = %(channel)s
        and (not_before is null or not_before <= office_now()
            or not_before > office_now() + make_interval(secs => %(longest)s))
        and not coalesce(recipient_id = any(%(passed_over)s), false)
    order by at, id limit %(limit)s for update skip locked
)
update outbox o set state = 'sending', attempts = o.attempts + 1, claim = %(claim)s, claimed_at = office_now(),
    changed_at = office_now()
from due where o.id = due.id returning o.*
"""


LONGEST_PAUSE_S: Final = 6 * 3600.0
"""How long a message waits at most for its next try, seconds; by chance a quarter more or less."""


async def claim(
    driver: Driver, channel: str, claim_id: UUID, limit: int, passed_over: Collection[UUID] = ()
) -> list[DictRow]:
    """Claims up to ``limit`` messages of a channel that are due, oldest first, and commits that.

    ``passed_over``: recipients (of webhooks) that are not tried now.
    """
    asked = {"channel": channel, "claim": claim_id, "limit": limit, "passed_over": list(passed_over)}
    asked |= {"longest": 2 * LONGEST_PAUSE_S}
    rows = await fetch_all(driver, _CLAIM, asked)
    await driver.commit()
    return rows


_STANDING: Final = """
select (select count(*) from outbox where state = 'waiting') as waiting,
    (select coalesce(extract(epoch from office_now() - min(greatest(at, not_before))), 0)::float from outbox
        where state = 'waiting' and (not_before is null or not_before <= office_now())) as oldest_s,
    (select count(*) from outbox where state = 'sending') as sending,
    (select count(*) from outbox where state = 'uncertain') as uncertain,
    (select count(*) from outbox where state in ('sent', 'recorded') and at > office_now() - interval '1 day')
        as sent_of_day,
    (select count(*) from outbox where state = 'failed' and at > office_now() - interval '1 day') as failed_of_day
"""


async def standing(driver: Driver) -> DictRow:
    """How the outbox stands: what waits, for how long what is due has (seconds), what came of the last day's."""
    row = await fetch_one(driver, _STANDING, {})
    assert row is not None
    return row


async def left_sending(driver: Driver, limit_s: float) -> list[DictRow]:
    """Messages that were claimed longer ago than any sending may take: their sender died, or lost its way.

    Those too that were claimed at a time to come, before the clock was set back.
    """
    sql = """select id, docket, claim from outbox where state = 'sending'
        and not claimed_at between office_now() - make_interval(secs => %(limit)s)
            and office_now() + make_interval(secs => %(limit)s)
        order by claimed_at limit 200"""
    return await fetch_all(driver, sql, {"limit": limit_s})


# Where each recipient is reached. A complainant's telephone may have been erased since: then its value is null.
_REACHED: Final[Mapping[str, str]] = {
    "complainant": """select v.id, v.salt, v.value from complaint c join complainant p on p.id = c.complainant
        join protected_value v on v.id = p.telephone where c.docket = %(docket)s""",
    "post": """select v.id, v.salt, v.value from post_address a join protected_value v on v.id = a.email
        where a.post = %(recipient_id)s""",
    "addressee": """select v.id, v.salt, v.value from letter_addressee a join protected_value v on v.id = a.email
        where a.id = %(recipient_id)s and a.docket = %(docket)s""",
    "webhook": """select null::uuid as id, null::bytea as salt, url as value, generation from webhook_target
        where id = %(recipient_id)s and not disabled""",
}


async def reached_at(driver: Driver, message: Mapping[str, Any]) -> DictRow | None:
    """Where a message's recipient is reached now: protected value, salt, text. None: nowhere."""
    asked = {"docket": message["docket"], "recipient_id": message["recipient_id"]}
    return await fetch_one(driver, _REACHED[message["recipient"]], asked)


_TOLD_OF: Final = """
select d.number, d.family, d.kind, d.state, m.name as movement_name, m.at as moved_at,
    i.name_en as office_en, i.name_hi as office_hi
from docket d join movement m on m.id = %(movement)s cross join office_identity i where d.id = %(docket)s
"""


async def told_of(driver: Driver, message: Mapping[str, Any]) -> DictRow:
    """What a message may tell of its docket: nothing that a person wrote."""
    asked = {"docket": message["docket"], "movement": message["movement"]}
    row = await fetch_one(driver, _TOLD_OF, asked)
    assert row is not None
    return row


_LOCK: Final = "select chain_length, chain_head from docket where id = %(docket)s for no key update"
_STANDS: Final = """
select o.state, o.claim, o.attempts, office_now() as now, (select epoch from office_identity) as epoch,
    (select count(*) from outbox_outcome where message = o.id)::int as outcomes
from outbox o where id = %(id)s for update
"""


async def lock(driver: Driver, message: UUID, docket: UUID) -> DictRow:
    """Locks the docket, as its chain grows, and then the message; answers where both stand."""
    chain = await fetch_one(driver, _LOCK, {"docket": docket})
    stands = await fetch_one(driver, _STANDS, {"id": message})
    assert chain is not None
    assert stands is not None
    return {**chain, **stands}


def put_off(message: UUID, claim_id: UUID, seconds: float, reason: str) -> Statement:
    """The statement that lets a message wait for its next try, if it is still this claim's."""
    sql = """update outbox set state = 'waiting', claim = null, claimed_at = null, reason = %(reason)s,
        not_before = office_now() + make_interval(secs => %(seconds)s), changed_at = office_now()
        where id = %(id)s and state = 'sending' and claim = %(claim)s"""
    return sql, {"id": message, "claim": claim_id, "seconds": seconds, "reason": reason}


async def docket_of(driver: Driver, message: UUID) -> UUID | None:
    """The docket of a message; None: there is no such message."""
    row = await fetch_one(driver, "select docket from outbox where id = %(id)s", {"id": message})
    return row["docket"] if row else None


_LIST: Final = """
select o.id, d.number, o.channel, o.purpose, o.recipient, t.url as target, o.state, o.reason, o.attempts, o.at,
    o.not_before, o.changed_at,
    (select gateway_id from outbox_outcome x where x.message = o.id and gateway_id is not null
        order by ordinal desc limit 1) as gateway_id,
    (select count(*) from outbox_outcome x where x.message = o.id)::int as version
from outbox o join docket d on d.id = o.docket left join webhook_target t on t.id = o.recipient_id
where true {conditions} order by o.at desc, o.id desc {length}
"""
_FILTERS: Final = {
    "state": "o.state = %(state)s",
    "channel": "o.channel = %(channel)s",
    "number": "d.number = %(number)s",
}


async def listing(driver: Driver, page: Page) -> list[DictRow]:
    """Messages, newest first; whom they go to is told by his part in it, never by a telephone or an address."""
    sql = _LIST.format(conditions=page.conditions(_FILTERS, "o.at, o.id"), length=page.length())
    return await fetch_all(driver, sql, page.bound())


async def subscribers(driver: Driver, event: str) -> list[UUID]:
    """The targets of webhooks that want to hear of an event."""
    sql = "select id from webhook_target where not disabled and %(event)s = any(events) order by id"
    return [row["id"] for row in await fetch_all(driver, sql, {"event": event})]


async def targets(driver: Driver) -> list[DictRow]:
    """Every target of webhooks, those that are shut too."""
    sql = "select id, url, events, generation, disabled from webhook_target order by url, id"
    return await fetch_all(driver, sql, {})


async def outcomes_of(driver: Driver, message: UUID) -> int:
    """How many outcomes a message has."""
    sql = "select count(*)::int as outcomes from outbox_outcome where message = %(id)s"
    row = await fetch_one(driver, sql, {"id": message})
    assert row is not None
    return row["outcomes"]


async def post_with_address(driver: Driver, code: str) -> tuple[UUID | None, bool]:
    """A post by its code, and whether an address was ever said of it."""
    sql = """select p.id, a.post is not null as known from post p left join post_address a on a.post = p.id
        where p.code = %(code)s"""
    row = await fetch_one(driver, sql, {"code": code})
    return (row["id"], row["known"]) if row else (None, False)
