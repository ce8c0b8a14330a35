"""Drives one docket through its life as people do, by accepting instructions and carrying them out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from flows import parameters
from flows.carry_out import carry_out, row_of
from flows.instructions import Accepted, accept
from flows.orders import Order
from flows.parameters import Protector
from flows.register import Wish, register
from flows.rules.cases import Parameters
from flows.rules.errors import Refused
from flows.rules.letters import version_sha256
from flows.seen_cases import NoSuchDocket, read_case
from storage import cases, instruction_queue, letters
from storage.database import write
from storage.instruction_queue import NewInstruction
from tests.factories.practice_office import PracticeOffice, Seat

FILE = {"head": "N-11016", "subject_class": "general", "retention_class": "C", "medium": "electronic"}
RECEIPT = {"channel": "post", "medium": "electronic", "language": "hi", "received_on": date(2020, 1, 2)}
COMPLAINT = {"category": "drinking-water", "place": "hansi", "channel": "telephone", "identity": "named"}
SCAN = {"class": "letter", "media_type": "application/pdf", "size": 12, "name": "पत्र.pdf"}
HIDDEN = "hidden"
LETTER: dict[str, Any] = {
    "subject": "सड़क की मरम्मत के संबंध में",
    "text": "महोदय, कृपया कार्य शीघ्र पूरा कराएँ।",
    "addressees": (
        {"name": "कार्यपालक अभियंता", "address": "हांसी", "email": "xen@example.org"},
        {"name": "उपमंडल अधिकारी", "address": "बरवाला", "copy": True},
    ),
}


@dataclass(frozen=True)
class Answer:
    """What came of an action: the refusal's code and field, or the movement's outcome."""

    refused: str | None = None
    field: str | None = None
    outcome: Mapping[str, Any] | None = None

    @property
    def state(self) -> str:
        assert self.outcome is not None, f"refused: {self.refused}"
        return str(self.outcome["state"])

    @property
    def name(self) -> str:
        assert self.outcome is not None, f"refused: {self.refused}"
        return str(self.outcome["name"])


def answer_of(outcome: Mapping[str, Any]) -> Answer:
    """The answer that an instruction's outcome gives."""
    refusal = outcome.get("refusal")
    return Answer(refusal["code"], refusal["field"]) if refusal else Answer(outcome=outcome)


@dataclass
class Life:
    """A docket, and the version that its people have seen last."""

    office: PracticeOffice
    docket: UUID
    number: str
    version: int = 1

    def order(self, action: str, version: int | None = None, **given: Any) -> Order:
        """An order; ``to`` is a post's name, texts are plain, everything else goes as it is.

        ``document``: true, or the class of a document.
        """
        texts = {name: given.pop(name) for name in ("remark", "text", "subject") if given.get(name) is not None}
        to, conditions = given.pop("to", None), tuple(given.pop("conditions", ()))
        seen = self.version if version is None else version
        scan = given.pop("document", None)
        sort = scan if isinstance(scan, str) else SCAN["class"]
        document = {**SCAN, "class": sort, "sha256": sha256(uuid4().bytes).digest()} if scan else None
        addressees = tuple(given.pop("addressees", ()))
        other, posts = given.pop("other", None), tuple(given.pop("posts", ()))
        plain = Parameters(**given)
        said = (texts, conditions, plain, document, other, posts)
        return Order(self.docket, action, seen, to, *said, addressees=addressees)

    async def accept(self, who: str | Seat, action: str, **given: Any) -> Accepted:
        """Has an instruction accepted and leaves it waiting. Raises what acceptance raises."""
        giver, channels = self.office.giver(who), self.office.identity.channels
        return await accept(self.office.database, giver, self.order(action, **given), channels=channels)

    async def step(self, instruction: UUID) -> Answer:
        """Carries an instruction out."""
        answer = answer_of(await carry_out(self.office.database, self.office.identity, instruction))
        if answer.outcome is not None:
            self.version = answer.outcome["version"]
        return answer

    async def act(self, who: str | Seat, action: str, **given: Any) -> Answer:
        """Acceptance and step, one after the other."""
        try:
            accepted = await self.accept(who, action, **given)
        except Refused as refused:
            return Answer(refused.refusal.code, refused.refusal.field)
        except NoSuchDocket:
            return Answer(HIDDEN)
        return await self.step(accepted.instruction)

    async def must(self, who: str | Seat, action: str, **given: Any) -> Answer:
        """As ``act``, where the test needs it to be carried out."""
        answer = await self.act(who, action, **given)
        assert answer.refused is None, f"{who} {action}: {answer.refused} ({answer.field})"
        return answer

    async def begun(self, who: str | Seat, action: str, **given: Any) -> Life:
        """The docket that a movement, which must be carried out, brings into being."""
        answer = await self.must(who, action, **given)
        assert answer.outcome is not None
        (born,) = answer.outcome["others"]
        return Life(self.office, UUID(born["docket"]), born["number"])

    async def force(self, who: str | Seat, action: str, **given: Any) -> Answer:
        """The step alone: an instruction as if it had been accepted when the rules still allowed it."""
        order, giver, instruction = self.order(action, **given), self.office.giver(who), uuid4()
        protector = Protector(instruction)
        async with self.office.database.writing() as driver:
            question = cases.Question(self.docket, giver.post, frozenset())
            found = await cases.read_facts(driver, self.office.database.posts, question)
            assert found is not None
            row = row_of(found.docket, action)
            new = NewInstruction(
                id=instruction,
                docket=self.docket,
                name=action,
                movement_name=action,
                act=row.act,
                side=row.side,
                person=giver.person,
                post=giver.post,
                prepared_by=None,
                key=giver.key,
                request_sha256=giver.request_sha256,
                parameters=self._stored(order, protector),
                accepted_change=found.docket["last_change"],
            )
            await write(driver, protector.statements + instruction_queue.store(new), commit=True)
        return await self.step(instruction)

    def _stored(self, order: Order, protect: Protector) -> dict[str, Any]:
        texts: dict[str, Any] = {name: protect(name, text) for name, text in (order.texts or {}).items()}
        conditions = tuple(protect.required(f"condition {n}", t) for n, t in enumerate(order.conditions))
        to = None if order.to is None else self.office.post(order.to)
        document: dict[str, Any] | None = None
        if order.document is not None:
            salted = {"salt": bytes(16), "commitment": bytes(32)}
            document = {**order.document, **salted, "name": protect.required("name", order.document["name"])}
        given = replace(order.plain, to=to, conditions=conditions, document=document, **texts)
        return parameters.to_json(given)

    async def draft_of(self, who: str | Seat) -> dict[str, Any]:
        """What names the author's open draft in an order: the note and the SHA-256 of its text."""
        giver = self.office.giver(who)
        async with self.office.database.querying() as driver:
            kept = self.office.database.posts
            case = await read_case(driver, kept, giver.person, giver.post, self.order("note"))
        assert case.own_draft is not None
        return {"draft": case.own_draft.note, "draft_sha256": case.own_draft.sha256.hex()}

    async def save_draft(self, note: UUID, text: str) -> str:
        """The author goes on writing: the draft's text is another. Answers its SHA-256."""
        digest = sha256(text.encode()).digest()
        sql = "update note_draft set text = %(text)s, sha256 = %(digest)s where note = %(note)s"
        async with self.office.database.writing() as driver:
            await write(driver, [(sql, {"text": text, "digest": digest, "note": note})], commit=True)
        return digest.hex()

    async def tied(self) -> str:
        """The id of a docket to which it is tied."""
        sql = "select other from docket_tie where docket = %(d)s and ended_at is null"
        return str(await self.office.one(sql, d=self.docket))

    async def row(self) -> dict[str, Any]:
        """The docket's row."""
        return await self.office.one("select to_jsonb(d) from docket d where id = %(id)s", id=self.docket)

    async def count(self, table: str) -> int:
        """How many rows of a table belong to the docket."""
        sql = f"select count(*) from {table} where docket = %(id)s"
        return await self.office.one(sql, id=self.docket)

    async def letter(self) -> dict[str, Any]:
        """What names its last letter in an order: the id, and the SHA-256 of the latest version."""
        async with self.office.database.querying() as driver:
            row = (await letters.letters(driver, self.docket, until=None))[-1]
        last = row["versions"][-1]
        return {
            "letter": row["id"],
            "letter_sha256": version_sha256(last["subject"], last["text"], last["addressees"]),
        }

    async def documents(self) -> list[UUID]:
        sql = "select id from document where docket = %(id)s order by ordinal"
        return [row[0] for row in await self.office.rows(sql, id=self.docket)]

    async def conditions(self) -> list[UUID]:
        sql = "select id from decision_condition where docket = %(id)s and settled is null order by ordinal"
        return [row[0] for row in await self.office.rows(sql, id=self.docket)]


async def new_file(office: PracticeOffice, who: str = "clerk", **particulars: Any) -> Life:
    """A file just registered, in the hand of who registered it."""
    wish = Wish("haryana-eoffice", "file", "फाइल का विषय", "ordinary", "ordinary", {**FILE, **particulars})
    return _born(office, await register(office.database, office.identity, office.giver(who), wish))


async def new_complaint(
    office: PracticeOffice, kind: str = "complaint", registrar: str | Seat = "hub", **particulars: Any
) -> Life:
    """A complaint just registered, with the hub if that took it in; or a request for help, of the same family."""
    given = {**COMPLAINT, **particulars}
    who = {} if given["identity"] == "anonymous" else {"name": "कमला देवी", "telephone": "9999900001"}
    texts = {"text": "नल में तीन दिन से पानी नहीं।", **who}
    wish = Wish("haryana-eoffice", kind, "पानी", "ordinary", "ordinary", given, texts, bytes(32))
    return _born(office, await register(office.database, office.identity, office.giver(registrar), wish))


async def new_receipt(office: PracticeOffice, who: str = "clerk", **particulars: Any) -> Life:
    """A letter that was just diarised, in the hand of who diarised it."""
    given, texts = {**RECEIPT, **particulars}, {"name": "सीता राम", "letter_number": "क/१२", "address": "हांसी"}
    wish = Wish("haryana-eoffice", "receipt", "पेंशन का आवेदन", "ordinary", "ordinary", given, texts, person="sender")
    return _born(office, await register(office.database, office.identity, office.giver(who), wish))


async def receipt_with(office: PracticeOffice, who: str, **particulars: Any) -> Life:
    """A receipt that the clerk marked to ``who``, and that is in that hand."""
    life = await new_receipt(office, **particulars)
    await life.must("clerk", "mark", to=who)
    await life.must(who, "receive")
    return life


def _born(office: PracticeOffice, accepted: Accepted) -> Life:
    assert accepted.outcome is not None
    return Life(office, accepted.docket, str(accepted.outcome["number"]))


FAR_OFF = datetime(2099, 1, 1, tzinfo=UTC)
REASON = {"remark": "कारण"}
PARKING = {"until": date(2030, 1, 1), **REASON}
"""A movement that leaves the file with its holder, who can bring it up again."""


async def file_with(office: PracticeOffice, who: str, **particulars: Any) -> Life:
    """A file that the clerk put up and ``who``, above him, has received."""
    life = await new_file(office, **particulars)
    await life.must("clerk", "forward", to=who, **REASON)
    await life.must(who, "receive")
    return life


async def consultation_with(office: PracticeOffice, who: str) -> Life:
    """The part by which a file of the clerk consults ``who``, in whose hand it is."""
    file = await new_file(office)
    part = await file.begun("clerk", "consult", posts=(who,), subject="राय", due=FAR_OFF)
    await part.must(who, "receive")
    return part


async def closed_file(office: PracticeOffice) -> Life:
    """A file that the superintendent closed."""
    life = await file_with(office, "superintendent")
    await life.must("superintendent", "close")
    return life


async def complaint_with(office: PracticeOffice, who: str, **particulars: Any) -> Life:
    """A complaint that was assigned to ``who`` and received."""
    life = await new_complaint(office, **particulars)
    await life.must("hub", "assign", to=who)
    await life.must(who, "receive")
    return life


async def replied_complaint(office: PracticeOffice, who: str = "junior", **particulars: Any) -> Life:
    life = await complaint_with(office, who, **particulars)
    await life.must(who, "reply", remark="पाइप बदल दी गई।")
    return life
