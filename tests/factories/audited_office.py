"""An office with one of everything that the audit tells of: what the tests of audit and fsck look at and break."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from flows.access_log import Access, AccessLog
from flows.carry_out import carry_out
from flows.checkpoints import Taken, copy_checkpoints, read_signing_key, take_checkpoint
from flows.declarations import Declaration, declare
from flows.first_reading import record_first_reading
from flows.gateways.opening import open_gateways
from flows.imports.carry_in import Given, import_sheet
from flows.instructions import accept
from flows.office import OfficeChange, carry_out_order, change_office
from flows.office.charges import GoOnLeave
from flows.office.erasure import DrawUpOrder, KeepBack, StrikeItem
from flows.office.posts import WithholdFromLinkOfficers
from flows.office.second_factors import AskFor
from flows.office.taking_charge import DrawUpList
from flows.one_time_codes import Seal
from flows.orders import Order
from flows.rules.audit_checkpoint import key_id
from flows.rules.declarations import NewDay
from flows.rules.messages import REGISTERED
from flows.schedules.send_outbox import channels_of, send_channel
from flows.second_factor import enrol
from flows.tray import confirm, prepare
from infra.audit.verify_database import Trust
from infra.local_stack.kept import kept_factor_key, kept_signing_key
from storage.checkpoint_copies import FolderCopies, open_copies
from storage.database import Database
from storage.documents.local_directory import LocalDirectory
from storage.settings import Settings, load
from tests.factories.lives import LETTER, PARKING, REASON, Life, new_complaint, new_file, new_receipt
from tests.factories.office_orders import login_of, ordered
from tests.factories.practice_office import LONG_AGO, LONG_AGO_AT, PracticeOffice, make_office
from tests.factories.sheets import as_csv, many_categories
from tests.fixtures.postgres import Database as Place

PDF = b"%PDF-1.7 a letter\n"


@dataclass(frozen=True)
class OnDisk:
    """An upload that lies in a file."""

    path: Path
    sha256: str
    size: int


@dataclass
class AuditedOffice:
    """The office, the settings of its operator, the signer's connections, and a few of its dockets."""

    office: PracticeOffice
    database: Place
    signing: Database
    folder: Path
    file: Life
    complaint: Life

    @property
    def environment(self) -> dict[str, str]:
        return operator_environment(self.database, self.folder)

    @property
    def settings(self) -> Settings:
        return load(self.environment)

    @property
    def signer(self) -> Ed25519PrivateKey:
        return read_signing_key(self.settings.checkpoint_key_file)

    @property
    def public_key(self) -> Ed25519PublicKey:
        return self.signer.public_key()

    @property
    def copies(self) -> FolderCopies:
        found = open_copies(self.settings)
        assert isinstance(found, FolderCopies)
        return found

    def trust(self, held: dict[int, bytes] | None = None) -> Trust:
        """What a verifier believes who got the key another way."""
        return Trust({key_id(self.public_key): self.public_key}, True, held or {}, self.copies)

    async def checkpoint(self) -> Taken:
        """A checkpoint with its copy."""
        taken = await take_checkpoint(self.signing, self.signer)
        await copy_checkpoints(self.signing, self.copies)
        return taken

    async def close(self) -> None:
        await self.signing.close()
        await self.office.database.close()

    async def log_in(self, times: int = 1) -> None:
        """Entries of an access chain."""
        log = AccessLog(self.office.database)
        for _ in range(times):
            log.note(Access("access:log_in", person=self.office.seats["clerk"].person))
        assert await log.flush(self.office.identity.epoch)


def operator_environment(database: Place, folder: Path) -> dict[str, str]:
    return {
        "PATRAVALI_DATA": str(folder),
        "PATRAVALI_DATABASE_URL": database.app_url,
        "PATRAVALI_DATABASE_READER_URL": database.reader_url,
        "PATRAVALI_DATABASE_OWNER_URL": database.owner_url,
        "PATRAVALI_DATABASE_SIGNER_URL": database.signer_url,
        "PATRAVALI_CHECKPOINT_KEY_FILE": str(kept_signing_key(folder / "keys" / "checkpoint.pem")),
    }


async def make_audited_office(database: Place, folder: Path) -> AuditedOffice:
    """The office with a file and a complaint that have gone through all that they can."""
    office = await make_office(database.app_url, database.owner_url, pool=4)
    await _add_assistant(office)
    await _tell_the_outside(office)
    await _bring_sheets(office, folder)
    file, complaint = await new_file(office), await new_complaint(office)
    dear = await new_file(office, amount_paise=2**60)  # stands in its entry as a text
    signing = Database(database.signer_url, pool=4)
    made = AuditedOffice(office, database, signing, folder, file, complaint)
    await _live_file(made)
    await _live_complaint(complaint)
    channels = channels_of(open_gateways(made.settings, practice=True))
    assert any([(await send_channel(office.database, one))["recorded"] for one in channels])
    await _change_office(office)
    await _put_receipt_in(dear)
    await _declare_holiday(office)
    await _draw_up_order(complaint)
    await _fill_tray(dear)
    await _begin_second_factor(made)
    await made.log_in()
    return made


async def _put_receipt_in(file: Life) -> None:
    receipt = await new_receipt(file.office)
    await receipt.must("clerk", "put_in_file", other=file.number)
    file.version += 1


async def _declare_holiday(office: PracticeOffice) -> None:
    day = NewDay((datetime.now(UTC) + timedelta(days=40)).date(), "holiday", ("Fair", "मेला"))
    await declare(office.database, office.identity, Declaration("office", [day], "fair"))


async def _draw_up_order(complaint: Life) -> None:
    """An order about two texts, of which one is struck, and a paper that is kept back."""
    office, number = complaint.office, complaint.number
    await ordered(office, "record_room", DrawUpOrder("न्यायालय", ((number, "name"), (number, "body"))))
    await ordered(office, "record_room", StrikeItem("order", 1, 2, "आदेश में नहीं"))
    await ordered(office, "dc", KeepBack(number, "विचाराधीन"))


async def _add_assistant(office: PracticeOffice) -> None:
    clerk, change = office.seats["clerk"], OfficeChange("assistant.named")
    row = {"id": uuid4(), "person": clerk.person, "post": office.post("dc"), "powers": ["open", "diarise"]}
    change.insert("assistant", {**row, "from_at": LONG_AGO_AT, "to_at": None})
    await change_office(office.database, office.identity, change)


async def _tell_the_outside(office: PracticeOffice) -> None:
    """Messages are written from here on: a webhook hears of what is registered, and a post has an address."""
    office.identity = office.identity.telling_by(frozenset())
    change = OfficeChange("webhook.added")
    target = {"url": "https://example.org/hook", "events": [REGISTERED], "generation": 1, "disabled": False}
    change.insert("webhook_target", {"id": uuid4(), **target})
    email = change.protect("email", "superintendent@example.org")
    change.insert("post_address", {"post": office.post("superintendent"), "email": email})
    await change_office(office.database, office.identity, change)


async def _change_office(office: PracticeOffice) -> None:
    """Leave, what is withheld from link officers, a list of charge, and a decision class of the first schema."""
    link = await login_of(office, await office.new_person())
    leave = GoOnLeave("auditor", "auditor", link, None, datetime(2099, 1, 1, tzinfo=UTC))
    await ordered(office, "administrator", leave)
    await ordered(office, "administrator", WithholdFromLinkOfficers("dc", ("close",)))
    taking = DrawUpList("clerk", link, "substantive", "No. 1/2026", "अस्वस्थ")
    await ordered(office, "officer", taking)
    change, of = OfficeChange("set.up"), await office.one("select id from office where code = 'ph'")
    row = {"office": of, "subject_class": "general", "post": office.post("engineer"), "paise": 100}
    change.insert("decision_class", row)
    _publish_grading(change, office)
    await change_office(office.database, office.identity, change)


async def _bring_sheets(office: PracticeOffice, folder: Path) -> None:
    """A category, a place and a route of the office's own."""
    named = {"scheme": "haryana-eoffice", "code": "ward-1", "name_en": "Ward 1", "name_hi": "वार्ड 1"}
    going = {"scheme": "haryana-eoffice", "kind": "complaint", "level": "1", "post": "junior", "place": "ward-1"}
    for what, rows in (("categories", many_categories(2)), ("places", [named]), ("routes", [going])):
        given = Given(what, as_csv(folder, rows), "sheet.csv")
        await import_sheet(office.database, office.identity, None, given, dry_run=False)


def _publish_grading(change: OfficeChange, office: PracticeOffice) -> None:
    """A published month without a case; tests/integration/grading has real ones."""
    named = {"scheme": "haryana-eoffice", "kind": "complaint", "month": "2026-04"}
    computed = {"scheme_version": 1, "formula": {}, "cases": 0, "cases_sha256": sha256(b"").digest()}
    seat, at = office.seats["arbiter"], datetime(2026, 5, 2, tzinfo=UTC)
    by = {"published_at": at, "by_person": seat.person, "by_post": seat.post}
    change.insert("grading_month", {**named, "draft": uuid4(), **computed, **by})
    unit = {"sort": "district", "unit": "hansi", "cases": 0, "parts": {}, "group": None}
    change.insert("grading_unit", {**named, **unit, "marks": None, "grade": None, "rank": None})


async def _live_file(made: AuditedOffice) -> None:
    life = made.file
    await life.must("clerk", "note", text="कृपया अवलोकन करें।")
    draft = await life.draft_of("clerk")
    await life.must("clerk", "forward", to="superintendent", remark="अनुमोदन हेतु", **draft)
    await life.must("superintendent", "receive")
    await _read_first(made, life, "superintendent")
    await add_document(made, life, "superintendent", PDF)
    await life.must(
        "superintendent",
        "approve",
        outcome="approve_with_conditions",
        conditions=["दर", "माप"],
        basis=draft["draft"],
    )
    for condition in await life.conditions():
        await life.must("superintendent", "settle_condition", condition=condition, outcome="met", **REASON)
    await _side_acts(life)
    await life.must("superintendent", "park", until=date(2030, 1, 1), **REASON)
    await life.must("superintendent", "bring_up")
    await life.must("superintendent", "forward", to="accountant", **REASON)
    await life.must("superintendent", "pull_back", **REASON)
    await life.must("dc", "pull_up", **REASON)
    await life.must("dc", "return", to="superintendent", **REASON)
    await life.must("superintendent", "receive")
    await life.must("superintendent", "close")
    assert (await life.act("clerk", "close")).refused
    await life.must("superintendent", "reopen", **REASON)
    await life.must("officer", "confirm")
    await life.force("clerk", "close")
    await life.must("superintendent", "note", text="दूसरी टिप्पणी")


async def _side_acts(life: Life) -> None:
    """A copy for information, a route that is left, a document withheld, and a letter that went out."""
    await life.must("superintendent", "mark_for_information", posts=("engineer",))
    withheld = {"document_id": (await life.documents())[0], **REASON}
    await life.must("superintendent", "withhold_document", **withheld)
    await life.must("officer", "confirm")
    await life.must("superintendent", "draft_letter", **LETTER)
    named = await life.letter()
    await life.must("superintendent", "approve", outcome="approve", **named)
    await life.must("superintendent", "sign_letter", **named)
    await life.must("superintendent", "dispatch", letter=named["letter"], mode="post")
    await life.must("superintendent", "route", to="officer", posts=("dc",), **REASON)
    await life.must("superintendent", "pull_back", **REASON)


async def _read_first(made: AuditedOffice, life: Life, who: str) -> None:
    seat, office = made.office.seats[who], made.office
    movement = UUID((await life.row())["last_movement"])
    await record_first_reading(office.database, office.identity, life.docket, movement, seat.post, seat.person)


async def _fill_tray(life: Life) -> None:
    """Two items in the clerk's tray, of which one is confirmed."""
    office = life.office
    database, identity, order = office.database, office.identity, life.order("park", **PARKING)
    items = [await prepare(database, identity, office.giver("clerk"), order) for _ in range(2)]
    (told,) = await confirm(database, office.giver("clerk"), {items[0]: uuid4()})
    assert told.accepted is not None
    await carry_out(database, identity, told.accepted.instruction)


async def _begin_second_factor(made: AuditedOffice) -> None:
    office, seal = made.office, Seal(kept_factor_key(made.folder / "second-factor.key").read_text())
    await enrol(office.database, office.identity, office.seats["clerk"].person, "clerk", seal)
    await carry_out_order(office.database, office.identity, None, AskFor(frozenset()))


async def _live_complaint(life: Life) -> None:
    await life.must("hub", "assign", to="junior")
    await life.must("junior", "receive")
    await life.must("junior", "attend", **REASON)
    await life.must(
        "hub", "add_reference", system="cpgrams", reference="PMOPG/E/2026/0001", reference_day=LONG_AGO
    )
    await life.must("junior", "reply", **REASON)
    await life.must("calling", "not_satisfied", **REASON)
    await life.must("junior", "receive")
    await life.must("junior", "reply", **REASON)
    await life.must("calling", "satisfied", **REASON)


async def add_document(made: AuditedOffice, life: Life, who: str, data: bytes) -> None:
    """Adds a document whose bytes stand in the store."""
    path = made.folder / f"upload-{uuid4().hex}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    await LocalDirectory(made.settings.documents_folder).put(OnDisk(path, sha256(data).hexdigest(), len(data)))
    document: dict[str, Any] = {"class": "letter", "media_type": "application/pdf", "name": "पत्र.pdf"}
    document |= {"size": len(data), "sha256": sha256(data).digest()}
    office, order = made.office, Order(life.docket, "add_document", life.version, document=document)
    accepted = await accept(office.database, office.giver(who), order)
    outcome = await carry_out(office.database, office.identity, accepted.instruction)
    life.version = outcome["version"]


def chain_of(docket: UUID) -> str:
    return f"docket:{docket}"
