"""The lines of an export's streams, written and read strictly: values, checkpoints and leaves, one JSON each."""

import re
from dataclasses import dataclass
from typing import Literal, cast
from uuid import UUID

from flows.rules.audit_chain import commit_document, commit_text, is_chain_name
from flows.rules.audit_checkpoint import SignedCheckpoint
from flows.rules.audit_tree import Leaf
from flows.rules.audit_values import SALT_LENGTH, UnfitForAudit, is_hex_hash, is_uuid_text
from flows.rules.canonical_json import Json, NotCanonical, canonical, parse_canonical
from infra.audit.export_format import BrokenFile

State = Literal["present", "withheld", "erased"]
_HEX = re.compile(r"(?:[0-9a-f]{2})*", re.ASCII)
_LONGEST_PROOF = 64


@dataclass(frozen=True, slots=True)
class ExportedValue:
    """A protected text or a document's SHA-256 with its salt; withheld and erased ones have neither."""

    chain: str
    value_id: UUID
    state: State
    salt: bytes | None = None
    text: str | None = None
    document: bytes | None = None

    def commitment(self) -> bytes | None:
        """The hash that an entry must state for a present value; None for one that is withheld or erased."""
        if self.salt is None:
            return None
        if self.document is not None:
            return commit_document(self.salt, self.document)
        return commit_text(self.salt, cast("str", self.text))

    def line(self) -> bytes:
        body: dict[str, Json] = {"chain": self.chain, "id": str(self.value_id), "state": self.state}
        if self.salt is not None:
            body["salt"] = self.salt.hex()
        if self.text is not None:
            body["text"] = self.text
        if self.document is not None:
            body["document"] = self.document.hex()
        return canonical(body)


@dataclass(frozen=True, slots=True)
class ExportedLeaf:
    """What checkpoint `number` says of one chain; for one docket with its place in the tree and the proof."""

    number: int
    leaf: Leaf
    index: int | None = None
    proof: tuple[bytes, ...] | None = None

    def line(self) -> bytes:
        body: dict[str, Json] = {
            "chain": self.leaf.chain,
            "head": self.leaf.head.hex(),
            "length": self.leaf.length,
            "number": self.number,
        }
        if self.index is not None and self.proof is not None:
            body["index"] = self.index
            body["proof"] = [step.hex() for step in self.proof]
        return canonical(body)


def checkpoint_line(signed: SignedCheckpoint) -> bytes:
    """A checkpoint's line; its body stands in it as JSON and has the same bytes there."""
    return canonical({"body": parse_canonical(signed.body), "signature": signed.signature.hex()})


def parse_value(data: bytes) -> ExportedValue:
    """Read a line of a values file; BrokenFile says what is wrong with it."""
    body = _object(data)
    chain, value_id, state = body.get("chain"), body.get("id"), body.get("state")
    if not is_chain_name(chain) or not is_uuid_text(value_id) or state not in ("present", "withheld", "erased"):
        raise BrokenFile("a value does not name its chain, its id and its state")
    value = ExportedValue(
        chain=cast("str", chain),
        value_id=UUID(value_id),
        state=cast("State", state),
        salt=_hex(body["salt"], SALT_LENGTH) if "salt" in body else None,
        text=_text(body["text"]) if "text" in body else None,
        document=_hex(body["document"], 32) if "document" in body else None,
    )
    _check_content(value, len(body))
    return value


def _check_content(value: ExportedValue, members: int) -> None:
    present = value.state == "present"
    content = (value.text is not None) + (value.document is not None)
    if present != (value.salt is not None) or content != int(present):
        raise BrokenFile("a present value has a salt and either a text or a document, any other has none of them")
    if members != (5 if present else 3):
        raise BrokenFile("a value has a member that format 1 does not know")
    try:
        value.commitment()
    except UnfitForAudit as fault:
        raise BrokenFile(str(fault)) from fault


def parse_leaf(data: bytes) -> ExportedLeaf:
    """Read a line of a leaves file; BrokenFile says what is wrong with it."""
    body = _object(data)
    proven = {"chain", "head", "index", "length", "number", "proof"}
    if body.keys() not in ({"chain", "head", "length", "number"}, proven):
        raise BrokenFile("a leaf does not have exactly the members of format 1")
    try:
        leaf = Leaf(_text(body["chain"]), _count(body["length"], 1), _hex(body["head"], 32))
    except UnfitForAudit as fault:
        raise BrokenFile(str(fault)) from fault
    number = _count(body["number"], 1)
    if "proof" not in body:
        return ExportedLeaf(number, leaf)
    return ExportedLeaf(number, leaf, _count(body["index"], 0), _proof(body["proof"]))


def parse_checkpoint_line(data: bytes) -> SignedCheckpoint:
    """Read a line of a checkpoints file; BrokenFile says what is wrong with it."""
    body = _object(data)
    if body.keys() != {"body", "signature"}:
        raise BrokenFile("a checkpoint's line does not have exactly a body and a signature")
    return SignedCheckpoint(canonical(body["body"]), _hex(body["signature"], 64))


def _object(data: bytes) -> dict[str, Json]:
    try:
        value = parse_canonical(data)
    except NotCanonical as fault:
        raise BrokenFile(f"the line cannot be read: {fault}") from fault
    if not isinstance(value, dict):
        raise BrokenFile("the line is not a JSON object")
    return value


def _hex(value: Json, length: int) -> bytes:
    if not isinstance(value, str) or len(value) != 2 * length or _HEX.fullmatch(value) is None:
        raise BrokenFile(f"something that should be {2 * length} lower-case hexadecimal digits is not")
    return bytes.fromhex(value)


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise BrokenFile("something that should be a text is not")
    return value


def _count(value: Json, least: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise BrokenFile(f"something that should be a number from {least} is not")
    return value


def _proof(value: Json) -> tuple[bytes, ...]:
    if not isinstance(value, list) or len(value) > _LONGEST_PROOF or not all(is_hex_hash(step) for step in value):
        raise BrokenFile("a proof is not a list of hashes")
    return tuple(bytes.fromhex(cast("str", step)) for step in value)
