"""What the rules need to know of a docket and of the posts around it, read in as few round trips as it takes.

The step reads after it has locked the docket: PostgreSQL gives each statement of a transaction the state as of
its own beginning, so what is read here is never older than the lock.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import cache
from typing import Any, Final
from uuid import UUID

from psycopg.rows import DictRow, dict_row

from storage import families
from storage.database import Driver, TryAgain, fetch_all, fetch_one
from storage.kept_posts import KeptPosts, Posts
from storage.letters import LETTERS
from storage.posts import posts_of_version, with_superiors
from storage.references import BEARER
from storage.routing import NEW_CATEGORY, ROUTING, Place, routings
from storage.sight import READ_UNTIL

# What a complaint counts, it counts anew when it was reopened.
_REOPENED: Final = """(select coalesce(max(sequence), 0) from movement where docket = d.id
        and act in ('reopen', 'appeal'))"""

# The complaint from which one was split off: who must not have the one never gets the other.
_FIRST: Final = "(select other from docket_tie where docket = d.id and sort = 'split')"

# What posts may decide today, of the first release's table too.
_DECIDES: Final = """(
        select office, post, subject_class, paise, from_day, to_day from competence
        union all select office, post, subject_class, paise, null, to_day from decision_class
        ) held, lateral (select (office_now() at time zone 'Asia/Kolkata')::date as today) t
        where (from_day is null or from_day <= today) and (to_day is null or to_day > today)"""

# What may be asked of a docket's past, each by itself: a part that is not asked for costs nothing.
PARTS: Final[Mapping[str, str]] = {
    "held_by": "array(select post from docket_post where docket = d.id and role = 'held')",
    "noted_since_receipt": """exists (select 1 from note n where n.docket = d.id
        and n.author_post = %(post)s and n.at >= (select max(from_at) from holding where docket = d.id))""",
    "paragraphs": "(select coalesce(max(paragraph), 0) from note where docket = d.id)",
    "fixed_notes": """array(select n.id from note n join note_fixed x on x.note = n.id
        where n.docket = d.id)""",
    "documents": "(select coalesce(max(ordinal), 0) from document where docket = d.id)",
    "drafts": """(select jsonb_agg(jsonb_build_object('note', n.id, 'paragraph', n.paragraph,
        'post', n.author_post, 'person', n.author_person, 'sha256', encode(x.sha256, 'hex'), 'text', x.text)
        order by n.paragraph) from note n join note_draft x on x.note = n.id where n.docket = d.id)""",
    "decision": "(select outcome from decision where docket = d.id order by at desc limit 1)",
    "communicated": """(select jsonb_build_object('outcome', e.outcome, 'post', e.post) from decision e
        left join letter_decision l on l.movement = e.movement
        where e.docket = d.id and exists (select 1 from dispatch x where x.docket = d.id and x.at > e.at
            and x.letter = coalesce(l.letter, x.letter))
        order by l.letter is not null, e.at desc limit 1)""",
    "open_conditions": """(select jsonb_object_agg(id, ordinal) from decision_condition
        where docket = d.id and settled is null)""",
    "deciders": """(select jsonb_object_agg(c.id, x.post) from decision_condition c
        join decision x on x.movement = c.decision where c.docket = d.id and c.settled is null)""",
    "changed_by": "(select id from movement where docket = d.id and sequence = d.last_change)",
    # An answered consultation is done with: whoever answered does not ask for it back.
    "closed_by": """case when d.closed_at is not null and d.ending is distinct from 'answered' then
        (select by_post from movement where docket = d.id and act in ('close', 'merge')
        order by sequence desc limit 1) end""",
    "replied_by": """(select jsonb_build_object('post', by_post, 'person', by_person) from movement
        where docket = d.id and act = 'reply' order by sequence desc limit 1)""",
    "clocks": """(select jsonb_agg(to_jsonb(k) order by k.began) from clock k
        where docket = d.id and ended is null)""",
    "ties": """(select jsonb_agg(jsonb_build_object('id', t.id, 'sort', t.sort, 'other', o.id,
        'belongs', t.docket = d.id, 'number', o.number, 'state_class', o.state_class, 'holder',
        coalesce(o.holder, (select h.holder from docket_tie u join docket h on h.id = u.other
            where u.docket = o.id and u.ended_at is null and u.sort = 'attached' limit 1))) order by t.at, t.id)
        from docket_tie t join docket o on o.id = case when t.docket = d.id then t.other else t.docket end
        where (t.docket = d.id or t.other = d.id) and t.ended_at is null)""",
    # Whoever looks at the one that leads locks it too (``lock_and_read``).
    "lead": """(select jsonb_build_object('id', t.id, 'sort', t.sort, 'other', o.id, 'belongs', true,
        'number', o.number, 'state_class', o.state_class, 'holder', o.holder)
        from docket_tie t join docket o on o.id = t.other
        where t.docket = d.id and t.sort = 'clubbed' and t.ended_at is null)""",
    "cited": """exists (select 1 from docket_tie t join note n on n.docket = t.other
        join note_fixed x on x.note = n.id join protected_value v on v.id = x.text
        where t.docket = d.id and t.ended_at is null and t.sort = 'in_file' and strpos(v.value, d.number) > 0)""",
    "born": """(select jsonb_object_agg(sort, count) from
        (select sort, count(*) from docket_tie where other = d.id group by sort) b)""",
    "texts": """(select jsonb_object_agg(x.name, jsonb_build_object('id', v.id, 'salt', encode(v.salt, 'hex'),
        'text', v.value)) from (values ('subject', d.subject), ('letter_number', y.letter_number),
        ('sender_name', y.sender_name), ('sender_telephone', y.sender_telephone),
        ('sender_address', y.sender_address)) x(name, id)
        join protected_value v on v.id = x.id and v.erased_by is null)""",
    "competence": f"(select jsonb_object_agg(subject_class, paise) from {_DECIDES} and post = %(post)s)",
    "by_amount": f"""array(select distinct subject_class from {_DECIDES} and paise > 0 and office =
        (select s.office from post p join section s on s.id = p.section where p.id = %(post)s))""",
    "had_by": "(select post from holding where docket = d.id order by from_at desc limit 1)",
    # What was registered and handed on at once is the hub's that it went to.
    "assigned_by": f"""(select case m.act when 'register' then coalesce(m.to_post, m.by_post) else m.by_post end
        from movement m where m.docket in (d.id, {_FIRST})
        and m.act in ('register', 'assign') and m.by_post is not null
        order by m.docket = d.id desc, m.sequence desc limit 1)""",
    "recused": f"""(select jsonb_build_object('posts', coalesce(jsonb_agg(by_post), '[]'), 'people',
        coalesce(jsonb_agg(by_person), '[]')) from movement
        where docket in (d.id, {_FIRST}) and act = 'recuse')""",
    "hops": f"""(select count(*) from movement where docket = d.id and sequence > {_REOPENED}
        and act in ('return_to_hub', 'transfer', 'recategorise'))""",
    "reopenings": "(select count(*) from movement where docket = d.id and act in ('reopen', 'appeal'))",
    "attempts": """array(select at from movement where docket = d.id and act = 'record_attempt' and sequence >
        (select coalesce(max(sequence), 0) from movement where docket = d.id and act = 'reply') order by at)""",
    "asked": """coalesce((select act = 'ask' from movement where docket = d.id and act in ('ask', 'answer')
        order by sequence desc limit 1), false)""",
    "evidence": f"""array(select distinct t.class from document t join movement m on m.id = t.movement
        where t.docket = d.id and m.sequence > {_REOPENED})""",
    "reply": """(select jsonb_build_object('movement', m.id, 'accepted', exists (select 1 from movement r
        where r.docket = d.id and r.act = 'review_reply' and r.sequence > m.sequence and r.decision = 'accepted'))
        from movement m where m.docket = d.id and m.act = 'reply' order by m.sequence desc limit 1)""",
    "special_close": f"""(select jsonb_build_object('post', by_post, 'person', by_person, 'at', at, 'times',
        count(*) filter (where sequence > {_REOPENED}) over ()) from movement
        where docket = d.id and act = 'propose_special_close' order by sequence desc limit 1)""",
    # Of a call centre's seats a few are enough to tell: all of them see the list of what waits. Neither the post
    # complained against nor one under it, for they see nothing of it.
    "desks": """(select jsonb_object_agg(power, posts) from (
        select w.power, (array_agg(w.post order by p.code))[1:5] as posts
        from post_power w join post p on p.id = w.post join section s on s.id = p.section,
            lateral (select (office_now() at time zone 'Asia/Kolkata')::date as today) t
        where s.office = d.office and w.power in ('review', 'call') and w.from_day <= today
            and (w.to_day is null or w.to_day > today) and (p.closed_on is null or p.closed_on > today)
            and (c.accused is null or w.post not in (
                with recursive below(post) as (select c.accused
                    union select b.post from below join post_superior b on b.superior = below.post
                        and b.from_day <= today and (b.to_day is null or b.to_day > today))
                select post from below))
        group by w.power) x)""",
    "letters": LETTERS,
    "papers": """(select jsonb_object_agg(t.id, w.id) from document t left join document_withholding w
        on w.document = t.id and w.ended_by is null where t.docket = d.id)""",
    "route": """(select jsonb_agg(jsonb_build_object('movement', movement, 'ordinal', ordinal, 'post', post)
        order by ordinal) from route_stop where docket = d.id and sent_by is null and ended_by is null)""",
    # Of its last route only, for that one ended whatever was left of those before it.
    "route_taken": """(select jsonb_agg(jsonb_build_object('movement', movement, 'ordinal', ordinal, 'post', post)
        order by ordinal) from route_stop where movement =
            (select id from movement where docket = d.id and act = 'route' order by sequence desc limit 1)
        and (select id from movement where docket = d.id and act in ('forward', 'route', 'return', 'reassign')
            order by sequence desc limit 1) in (sent_by, ended_by))""",
    "reference_of": f"({BEARER})",
    "routing": ROUTING,
    "new_category": NEW_CATEGORY,
    # A warning names the clocks of which it told; before it did, it was of the level's.
    "told_at": """(select max(at) from movement where docket = d.id and act in ('warn', 'remind_overdue')
        and (act = 'remind_overdue' or coalesce(details -> 'clocks' ? 'level', true))
        and at > (select max(began) from clock where docket = d.id and sort in ('citizen', 'level')))""",
    "warned": """(select jsonb_object_agg(sort, at) from (
        select k.sort, max(m.at) as at from clock k join movement m on m.docket = k.docket and m.at > k.began
        where k.docket = d.id and k.ended is null and k.sort <> 'level'
            and m.act = 'warn' and m.details -> 'clocks' ? k.sort group by k.sort) w)""",
}

# What is always asked: the docket itself, and what says who may see it.
_ALWAYS: Final = f"""d.*, movement_time(d.last_movement_at) as at, office_now() as now,
    (select version::text from office_structure) as structure,
    {families.COLUMNS},
    {families.HELD_THROUGH} as held_through,
    (select to_jsonb(g) from category g where g.id = c.category_row) as own_category,
    (select post from holding where docket = d.id order by from_at desc limit 1) as last_holder,
    (select to_jsonb(p) from proposal p where docket = d.id and state = 'open') as proposal,
    (select jsonb_build_object('role', dp.role, 'last_act', {READ_UNTIL}) from docket_post dp
        where dp.docket = d.id and dp.post = %(post)s) as standing"""


@cache
def _facts_sql(parts: frozenset[str], which: str = "d.id = %(docket)s") -> bytes:
    asked = "".join(f",\n    {PARTS[part]} as {part}" for part in sorted(parts))
    return f"""select {_ALWAYS}{asked}
from docket d {families.JOINS}
where {which}""".encode()


@dataclass(frozen=True, slots=True)
class Found:
    """A docket's row with what was asked of its past, and the posts around it; ``parts``: what was asked."""

    docket: DictRow
    parts: frozenset[str]
    posts: Posts


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be read of a docket: for which acting post, which parts, and which post is named beside it."""

    docket: UUID
    post: UUID
    parts: frozenset[str]
    to: UUID | None = None
    codes: tuple[str, ...] = ()
    also: tuple[UUID, ...] = ()
    """Further posts whose facts are needed; ``codes`` are those of posts that were named by them."""
    reference: tuple[str | None, str | None] = (None, None)
    """The outside system and the number there that are named."""
    category: str | None = None
    settles: bool = False
    """Whether the open proposal is settled: what it says counts; ``category`` is the one that is named."""

    @property
    def bound(self) -> dict[str, Any]:
        system, reference = self.reference
        named = {"system": system, "reference": reference, "category": self.category, "settles": self.settles}
        return {"docket": self.docket, "post": self.post, **named}


async def read_facts(driver: Driver, kept: KeptPosts, asked: Question) -> Found | None:
    """The docket's facts as the acting post sees them, and the posts around it; None: no such docket."""
    async with driver.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(_facts_sql(asked.parts), asked.bound)
        row = await cursor.fetchone()
    return None if row is None else await _with_posts(driver, kept, asked, row)


async def _with_posts(driver: Driver, kept: KeptPosts, asked: Question, row: DictRow) -> Found:
    """The posts around a docket: the one that acts, the one named, and those that the docket's row names."""
    named = {post for post in (asked.post, asked.to, *asked.also) if post is not None}
    routed = _routed(row)
    posts = await posts_of_version(driver, kept, row, named | routed | _around(row), asked.codes)
    # What comes back to a post that was closed goes to one above it.
    back = {row["last_holder"], row["assigned_by"]} if "assigned_by" in row else set[UUID]()
    found = routed | back | {row.get("had_by")}
    return Found(row, asked.parts, with_superiors(posts, [post for post in found if post is not None]))


def _around(row: DictRow) -> set[UUID]:
    """The posts that a docket's row names."""
    proposal = row["proposal"]
    proposer = UUID(proposal["post"]) if proposal else None
    proposed = _named_in(proposal["parameters"]) if proposal else ()
    accused = UUID(row["complaint"]["accused"]) if row["complaint"] and row["complaint"]["accused"] else None
    ahead = (UUID(stop["post"]) for stop in row.get("route") or ())
    communicated = row.get("communicated")
    decided_at = UUID(communicated["post"]) if communicated else None
    deciders = (UUID(post) for post in (row.get("deciders") or {}).values())
    held = (row["holder"], row["sender"], row["last_holder"], row["held_through"], row.get("assigned_by"))
    around = (*held, decided_at, proposer, accused, *proposed, *ahead, *deciders)
    return {post for post in around if post is not None}


def _routed(row: DictRow) -> set[UUID]:
    """The posts to which routes lead."""
    found = row.get("routing") or {}
    return {UUID(route["post"]) for route in found.get("routes", ())}


_NAMING_NOTHING: Final[Mapping[str, Any]] = {"category": None, "settles": False}
"""Whoever asks for many dockets names and settles nothing."""


async def read_many(
    driver: Driver, kept: KeptPosts, dockets: Sequence[UUID], parts: frozenset[str], post: UUID | None = None
) -> list[Found]:
    """The facts of dockets as the acting post sees them, or nobody's, in the order of their ids.

    Who writes by them has locked them.
    """
    sql = _facts_sql(parts - {"routing"}, "d.id = any(%(dockets)s) order by d.id").decode()
    rows = await fetch_all(driver, sql, {"dockets": list(dockets), "post": post, **_NAMING_NOTHING})
    if not rows:
        return []
    led = await _lead(driver, rows) if "routing" in parts else set[UUID]()
    around = led.union(*(_around(row) for row in rows), {post} if post is not None else ())
    posts = await posts_of_version(driver, kept, rows[0], around)
    had = {row["had_by"] for row in rows if row.get("had_by") is not None}
    posts = with_superiors(posts, led | had)
    return [Found(row, parts, posts) for row in rows]


async def _lead(driver: Driver, rows: Sequence[DictRow]) -> set[UUID]:
    """Sets each row's routing, which those that stand alike have together; answers the posts of all routes."""
    stand = {row["id"]: _stands(row) for row in rows}
    wanted = {one for one in stand.values() if one is not None}
    found = await routings(driver, wanted) if wanted else {}
    for row in rows:
        stands = stand[row["id"]]
        row["routing"] = None if stands is None else found[stands]
    return set[UUID]().union(*(_routed({"routing": routing}) for routing in found.values()))


def _stands(row: DictRow) -> Place | None:
    """Where a complaint stands among the routes."""
    complaint = row["complaint"]
    return complaint and (row["scheme"], row["kind"], complaint["category"], complaint["place"])


async def id_of(driver: Driver, number: str) -> UUID | None:
    """The id of the docket of a number; None: there is none."""
    row = await fetch_one(driver, "select id from docket where number = %(number)s", {"number": number})
    return None if row is None else row["id"]


_COMPLAINANT: Final = """
select n.value as name, t.value as telephone, a.value as address
from complaint c join complainant p on p.id = c.complainant
left join protected_value n on n.id = p.name and n.erased_by is null
left join protected_value t on t.id = p.telephone and t.erased_by is null
left join protected_value a on a.id = p.address and a.erased_by is null
where c.docket = %(docket)s
"""


async def complainant_of(driver: Driver, docket: UUID) -> DictRow | None:
    """Name, telephone and address of who complained, each absent where it was not given or was erased.

    For a step that writes them anew; nobody is shown them. None: an anonymous complaint.
    """
    return await fetch_one(driver, _COMPLAINANT, {"docket": docket})


def _named_in(parameters: Mapping[str, Any]) -> tuple[UUID, ...]:
    """The posts that a proposal names."""
    return tuple(UUID(post) for post in (parameters.get("to"), *parameters.get("posts", ())) if post)


@dataclass(frozen=True, slots=True)
class Locked:
    """What a step reads under its docket's lock: how its instruction stands, and the facts."""

    state: str
    outcome: dict[str, Any] | None
    found: Found
    other: Found | None = None


# Several dockets are always locked in the order of their ids, so that no two steps wait for one another.
_LOCK: Final = b"select id from docket where id = any(%(ids)s) order by id for no key update"
_LOCK_WITH_LEAD: Final = b"""select id from docket where id = any(%(ids)s::uuid[] || array(
    select other from docket_tie where docket = any(%(ids)s) and sort = 'clubbed' and ended_at is null))
    order by id for no key update"""


async def lock_and_read(
    driver: Driver, kept: KeptPosts, instruction: UUID, asked: Question, other: Question | None = None
) -> Locked:
    """Locks an instruction's docket, and the other that it names, until the end of the transaction, and reads the
    facts behind the lock. Where the complaint that leads a club is looked at, it is locked as well.

    The lock keeps other steps out, and not rows that only cite the docket: a claim, a side act accepted. Raises
    TryAgain where it was clubbed under another one while the lock was waited for.
    """
    questions = [asked] if other is None else [asked, other]
    lock = _LOCK_WITH_LEAD if "lead" in asked.parts else _LOCK
    async with driver.pipeline(), driver.cursor(row_factory=dict_row) as standing, AsyncExitStack() as stack:
        locking = await driver.execute(lock, {"ids": [question.docket for question in questions]})
        await standing.execute("select state, outcome from instruction where id = %(id)s", {"id": instruction})
        cursors = [await stack.enter_async_context(driver.cursor(row_factory=dict_row)) for _ in questions]
        for cursor, question in zip(cursors, questions, strict=True):
            await cursor.execute(_facts_sql(question.parts), question.bound)
        state, rows = await standing.fetchone(), [await cursor.fetchone() for cursor in cursors]
        locked = {docket for (docket,) in await locking.fetchall()}
    assert state is not None
    _check_lead(rows[0], locked)
    found = [
        await _with_posts(driver, kept, question, row)
        for question, row in zip(questions, rows, strict=True)
        if row is not None
    ]
    return Locked(state["state"], state["outcome"], *found)


def _check_lead(row: DictRow | None, locked: Collection[UUID]) -> None:
    lead = row and row.get("lead")
    if lead and UUID(lead["other"]) not in locked:
        raise TryAgain("it was clubbed while its lock was waited for")
