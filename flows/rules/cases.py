"""A case: all that a guard or an effect may look at, read before (acceptance) or under (step) a docket's lock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from flows.rules.audit_chain import Commitment
from flows.rules.calendars import Span
from flows.rules.judged_acts import Reply, SpecialClose
from flows.rules.letters import Addressee, Communicated, Letter
from flows.rules.schemes import Category, Kind, Scheme
from flows.rules.tables import Row, Table
from flows.rules.working_time import CalendarInForce

if TYPE_CHECKING:
    from flows.rules.own_values import OwnCategory
    from flows.rules.routing import Routing


@dataclass(frozen=True, slots=True)
class PostFacts:
    """A post today: where it sits, who acts there, its powers, and the superiors above it, nearest first.

    ``links`` are the people who only stand in for its holder, without the powers ``withheld`` from them;
    ``absent`` are those who are on leave, and may act all the same.
    ``assistants`` work there for its officer, each with the powers that were listed for him.
    """

    id: UUID
    code: str
    section: UUID
    section_code: str
    office: UUID
    record_room: bool
    open: bool
    people: frozenset[UUID]
    powers: frozenset[str]
    above: tuple[UUID, ...]
    links: frozenset[UUID] = frozenset()
    withheld: frozenset[str] = frozenset()
    absent: frozenset[UUID] = frozenset()
    assistants: Mapping[UUID, frozenset[str]] = field(default_factory=dict[UUID, frozenset[str]])

    @property
    def occupied(self) -> bool:
        return bool(self.people)

    def held_by(self, person: UUID) -> PostFacts:
        """The post as this person has it: a link officer has not the powers that the office withholds."""
        if person not in self.links or not self.withheld:
            return self
        return replace(self, powers=self.powers - self.withheld)


NOBODY: Final = UUID(int=0)
"""The id of no person and no post: the database gives none out."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person at a post; ``prepared_by`` is the assistant who typed it. Or the clock, at no post."""

    person: UUID
    post: PostFacts
    prepared_by: UUID | None = None

    @property
    def is_clock(self) -> bool:
        return self.post.id == NOBODY

    @property
    def named(self) -> tuple[UUID | None, UUID | None]:
        """The post and the person that a movement names as its giver: for the clock none."""
        return (None, None) if self.is_clock else (self.post.id, self.person)


def nowhere(post: UUID) -> PostFacts:
    """A post of which only its id matters: it sits in no office, has no powers, and nobody is there."""
    return PostFacts(post, "", NOBODY, "", NOBODY, False, True, frozenset(), frozenset(), ())


CLOCK: Final = Actor(NOBODY, nowhere(NOBODY))
"""The clock. Only what the engine and the schedules do by themselves is done by it; no instruction names it."""


@dataclass(frozen=True, slots=True)
class DocketFacts:
    """The docket's own row, with what its family adds in ``particulars`` (columns by name).

    ``category``: the office's own one under which a complaint stands; None where it is of the scheme's text.
    """

    id: UUID
    family: str
    kind: str
    scheme: str
    scheme_version: int
    number: str
    state: str
    office: UUID
    section: UUID
    holder: UUID | None
    sender: UUID | None
    priority: str
    classification: str
    due: datetime | None
    closed_at: datetime | None
    version: int
    movements: int
    last_change: int
    chain_length: int
    chain_head: bytes
    destroyed_under: UUID | None
    particulars: Mapping[str, object]
    category: Category | None = None


@dataclass(frozen=True, slots=True)
class Tie:
    """What holds a docket and another together, as long as it lasts.

    ``belongs``: the docket belongs to the other (a part to its file); otherwise the other belongs to it.
    ``number``, ``state_class`` and ``holder`` are the other's; what is attached is in the hand that has its file.
    """

    id: UUID
    sort: str
    other: UUID
    belongs: bool
    number: str
    state_class: str
    holder: UUID | None


@dataclass(frozen=True, slots=True)
class RouteStop:
    """A post to which a file is still to go along its route; ``movement`` is the one that laid the route."""

    movement: UUID
    ordinal: int
    post: UUID


@dataclass(frozen=True, slots=True)
class OpenDraft:
    """A draft note of a docket: whose it is, and the SHA-256 of its text as last saved."""

    note: UUID
    paragraph: int
    author_post: UUID
    author_person: UUID
    sha256: bytes
    text: str


@dataclass(frozen=True, slots=True)
class OpenProposal:
    """A proposal that waits for its second person."""

    id: UUID
    name: str
    post: UUID
    person: UUID
    lapses_at: datetime
    parameters: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class RunningClock:
    """A clock of the docket that has not ended.

    After a halt it counts from ``resumed_at``; ``left`` is the working time that it had then (None where its
    limit is not one of working time, or was over).
    """

    sort: str
    level: int
    began: datetime
    limit_unit: str
    due: datetime
    halted_at: datetime | None
    limit_count: int
    resumed_at: datetime | None = None
    left: timedelta | None = None

    @property
    def limit(self) -> Span:
        return Span(count=self.limit_count, unit=self.limit_unit)


@dataclass(frozen=True, slots=True, repr=False)
class History:
    """What the rules need to know of the past of a docket.

    Only the parts that were asked for are there (``flows.rules.parts``); looking at another is a fault of the rule
    that did not say that it does. ``changed_by`` is its last movement that is no side act; ``competence`` the
    largest amount (paise) that the acting post may decide, by subject class; ``by_amount`` the subject classes of
    which some post of its office may decide an amount. ``open_conditions`` give each condition's ordinal,
    ``deciders`` the post that set it. ``ties`` are those that last, ``lead`` the one by which a complaint is
    clubbed under another, which a step has locked; ``born`` counts, by the sort of tie, the
    dockets that ever belonged to it, for their numbers. ``texts``: its protected texts by column. ``cited``: a
    fixed note of the file in which it is names its number. Of a complaint: ``hops`` and ``evidence`` (the classes
    of its documents) count since it was last reopened, ``attempts`` (instants) since the last reply; ``asked``: a
    question to the citizen is open; ``had_by`` is the post that has it or had it last. ``route``: the stops that a
    file has before it, in turn, ``route_taken`` those that its last sending took it past. ``papers``: its
    documents, each with the withholding that lasts. ``told_at``: when the clock last warned or reminded of a
    complaint's present level; ``warned``: when it last warned of its other running clocks, by their sort.
    ``communicated``: the last decision after which a letter went out, one on the matter before one on a letter.
    ``reference_of``: the number of the docket that bears the outside reference
    which the parameters name. ``routing``: the office's routes for a complaint of its category, or of the one
    named for it; ``new_category``: the office's own of that code. ``desks``: some
    posts of its office that review and call.
    """

    held_by: frozenset[UUID] = frozenset()
    noted_since_receipt: bool = False
    paragraphs: int = 0
    fixed_notes: frozenset[UUID] = frozenset()
    documents: int = 0
    drafts: tuple[OpenDraft, ...] = ()
    decision: str | None = None
    communicated: Communicated | None = None
    open_conditions: Mapping[UUID, int] = field(default_factory=dict[UUID, int])
    deciders: Mapping[UUID, UUID] = field(default_factory=dict[UUID, UUID])
    closed_by: UUID | None = None
    replied_by: UUID | None = None
    replied_by_person: UUID | None = None
    proposal: OpenProposal | None = None
    clocks: tuple[RunningClock, ...] = ()
    competence: Mapping[str, int] = field(default_factory=dict[str, int])
    by_amount: frozenset[str] = frozenset()
    ties: tuple[Tie, ...] = ()
    lead: Tie | None = None
    born: Mapping[str, int] = field(default_factory=dict[str, int])
    texts: Mapping[str, Commitment] = field(default_factory=dict[str, Commitment])
    cited: bool = False
    changed_by: UUID | None = None
    had_by: UUID | None = None
    assigned_by: UUID | None = None
    recused: frozenset[UUID] = frozenset()
    recused_people: frozenset[UUID] = frozenset()
    hops: int = 0
    reopenings: int = 0
    attempts: tuple[datetime, ...] = ()
    asked: bool = False
    evidence: frozenset[str] = frozenset()
    reply: Reply | None = None
    special_close: SpecialClose | None = None
    desks: Mapping[str, Sequence[UUID]] = field(default_factory=dict[str, Sequence[UUID]])
    route: tuple[RouteStop, ...] = ()
    route_taken: tuple[RouteStop, ...] = ()
    letters: tuple[Letter, ...] = ()
    papers: Mapping[UUID, UUID | None] = field(default_factory=dict[UUID, UUID | None])
    routing: Routing | None = None
    new_category: OwnCategory | None = None
    told_at: datetime | None = None
    warned: Mapping[str, datetime] = field(default_factory=dict[str, datetime])
    reference_of: str | None = None

    @classmethod
    def of(cls, known: Mapping[str, object]) -> History:
        """A history of which only these fields are known."""
        history = cls.__new__(cls)
        for name, value in known.items():
            object.__setattr__(history, name, value)
        return history

    if not TYPE_CHECKING:  # a name that is misspelt stays an error of types

        def __getattr__(self, name: str) -> object:
            raise AttributeError(f"“{name}” of the docket's past was not asked for by the rule that looks at it")


@dataclass(frozen=True, slots=True)
class Parameters:
    """What an instruction says beside its action; texts stand as commitments."""

    to: UUID | None = None
    remark: Commitment | None = None
    agree: bool = False
    text: Commitment | None = None
    draft: UUID | None = None
    draft_sha256: str | None = None
    fixed_text: Commitment | None = None
    basis: UUID | None = None
    outcome: str | None = None
    conditions: tuple[Commitment, ...] = ()
    condition: UUID | None = None
    until: date | None = None
    due: datetime | None = None
    priority: str | None = None
    ground: str | None = None
    quality: str | None = None
    category: str | None = None
    place: str | None = None
    channel: str | None = None
    system: str | None = None
    reference: str | None = None
    reference_day: date | None = None
    document: Mapping[str, object] | None = None
    document_id: UUID | None = None
    letter: UUID | None = None
    letter_sha256: str | None = None
    addressees: tuple[Addressee, ...] = ()
    mode: str | None = None
    other: UUID | None = None
    subject: Commitment | None = None
    posts: tuple[UUID, ...] = ()
    particulars: Mapping[str, object] = field(default_factory=dict[str, object])

    def given(self) -> frozenset[str]:
        """The names of the parameters that were given."""
        return frozenset(
            name for name in self.__dataclass_fields__ if getattr(self, name) not in (None, False, (), {})
        )


@dataclass(frozen=True, slots=True)
class Case:
    """One action on one docket by one actor at one instant.

    ``other``: the case of the other docket that the action names, with the row that stands beside this one's.
    ``beside``: this is such a case; it is the docket whose action it is, and ``beside_act`` that action's act.
    ``channels``: the ways to the outside that the office has; none unless whoever judges says so.
    """

    table: Table
    row: Row
    scheme: Scheme
    docket: DocketFacts
    actor: Actor
    parameters: Parameters
    at: datetime
    posts: Mapping[UUID, PostFacts]
    history: History
    calendar: CalendarInForce
    other: Case | None = None
    beside: DocketFacts | None = None
    beside_act: str | None = None
    channels: frozenset[str] = frozenset()

    @property
    def kind(self) -> Kind:
        """The docket's kind, as its scheme describes it."""
        return self.scheme.kinds[self.docket.kind]

    @property
    def category(self) -> Category:
        """What a complaint is about, with the limits that it had when the complaint came under it."""
        own = self.docket.category
        return own or self.kind.categories[str(self.docket.particulars["category"])]

    @property
    def target(self) -> PostFacts | None:
        return None if self.parameters.to is None else self.posts.get(self.parameters.to)

    @property
    def holder(self) -> PostFacts | None:
        return None if self.docket.holder is None else self.posts.get(self.docket.holder)

    @property
    def is_holder(self) -> bool:
        return self.docket.holder == self.actor.post.id

    @property
    def letter(self) -> Letter | None:
        """The letter that is named, if it is one of this file."""
        return next((one for one in self.history.letters if one.id == self.parameters.letter), None)

    @property
    def own_draft(self) -> OpenDraft | None:
        """The open draft that the actor himself writes at this post."""
        for draft in self.history.drafts:
            if draft.author_post == self.actor.post.id and draft.author_person == self.actor.person:
                return draft
        return None

    @property
    def open_proposal(self) -> OpenProposal | None:
        """The proposal that waits for its second person and has not lapsed."""
        proposal = self.history.proposal
        return proposal if proposal is not None and self.at < proposal.lapses_at else None

    @property
    def today(self) -> date:
        return self.scheme.day_of(self.at)
