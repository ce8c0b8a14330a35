"""The test vectors of audit format 1, derived again by our code and by a model that was written apart from it."""

import json
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from flows.rules.audit_chain import (
    BrokenChain,
    Commitment,
    RowChange,
    build_entry,
    check_chain,
    commit_document,
    commit_text,
    encode_value,
    genesis,
    parse_entry,
)
from flows.rules.audit_checkpoint import (
    SignedCheckpoint,
    check_link,
    first_previous,
    is_signed_by,
    key_id,
    parse_checkpoint,
    sign_checkpoint,
)
from flows.rules.audit_tree import Leaf, ProvingTree, verify_inclusion
from infra.audit.export_format import is_manifest_signed, parse_manifest, sign_manifest
from tests.factories.synthetic_audit import grown
from tests.models import audit_model as model
from tests.models.merkle_model import model_proof, model_root

VECTORS: dict[str, Any] = json.loads(Path(__file__).parents[1].joinpath("fixtures/audit_vectors.json").read_text())
SECRET = bytes.fromhex(VECTORS["checkpoints"]["secret_key"])
KEY = Ed25519PrivateKey.from_private_bytes(SECRET)
LEAVES: list[Any] = VECTORS["leaves"]


@pytest.mark.parametrize("vector", VECTORS["texts"])
def test_texts(vector: Any) -> None:
    salt = bytes.fromhex(vector["salt"])
    assert commit_text(salt, vector["text"]).hex() == vector["sha256"] == model.model_text(salt, vector["text"])


def test_a_decomposed_and_a_composed_text_are_one() -> None:
    by_text = {vector["text"]: vector["sha256"] for vector in VECTORS["texts"]}
    assert by_text["\u0928\u093c\u0940\u0930\u091c"] == by_text["\u0929\u0940\u0930\u091c"]
    assert by_text["\u095e\u093e\u0907\u0932"] == by_text["\u092b\u093c\u093e\u0907\u0932"]


@pytest.mark.parametrize("vector", VECTORS["documents"])
def test_documents(vector: Any) -> None:
    salt, digest = bytes.fromhex(vector["salt"]), bytes.fromhex(vector["document"])
    assert commit_document(salt, digest).hex() == vector["sha256"] == model.model_document(salt, digest)


@pytest.mark.parametrize("vector", VECTORS["values"])
def test_values(vector: Any) -> None:
    given: Any = vector["given"]
    ours = int(given) if vector["sort"] == "integer" else datetime.fromisoformat(given)
    assert encode_value(ours) == vector["encoded"] == model.model_value(vector["sort"], given)


@pytest.mark.parametrize("vector", VECTORS["genesis"])
def test_beginnings(vector: Any) -> None:
    assert genesis(vector["chain"]).hex() == vector["sha256"] == model.model_genesis(vector["chain"])


def _typed(value: Any) -> Any:
    """A value as the program has it, from the form in the vector."""
    if isinstance(value, dict) and value.keys() == {"sha256", "value"}:
        return Commitment(UUID(value["value"]), bytes.fromhex(value["sha256"]))
    return int(value) if isinstance(value, str) and value.isdecimal() else value


@pytest.mark.parametrize("vector", VECTORS["entries"])
def test_entries(vector: Any) -> None:
    members = vector["members"]
    changes = [
        RowChange(row["table"], row["do"], row["key"], {name: _typed(value) for name, value in row["row"].items()})
        for row in members["rows"]
    ]
    entry = build_entry(
        chain=members["chain"],
        epoch=members["epoch"],
        sequence=members["sequence"],
        previous=bytes.fromhex(members["previous"]),
        at=datetime.fromisoformat(members["at"]),
        what=members["what"],
        changes=changes,
    )
    assert entry.data == vector["data"].encode() == model.model_entry(members)
    assert entry.hash.hex() == vector["sha256"] == sha256(vector["data"].encode()).hexdigest()
    assert parse_entry(entry.data).hash == entry.hash


def test_the_entries_are_chains() -> None:
    for beginning in VECTORS["genesis"]:
        chain = beginning["chain"]
        data = [entry["data"].encode() for entry in VECTORS["entries"] if entry["members"]["chain"] == chain]
        assert len(list(check_chain(data, chain))) == len(data) > 0
        assert model.model_chain_holds(data, chain)
        with pytest.raises(BrokenChain):
            list(check_chain([*data, data[-1]], chain))


def test_leaves_and_roots_of_none_to_eight() -> None:
    data = [model.model_leaf(leaf["chain"], leaf["length"], leaf["head"]) for leaf in LEAVES]
    ours = [Leaf(leaf["chain"], leaf["length"], bytes.fromhex(leaf["head"])) for leaf in LEAVES]
    assert data == [leaf.data() for leaf in ours] == [leaf["data"].encode() for leaf in LEAVES]
    hashes = [leaf.hash() for leaf in ours]
    for size, root in enumerate(VECTORS["roots"]):
        assert root == grown(hashes[:size]).root().hex() == model_root(data[:size]).hex()


@pytest.mark.parametrize("vector", VECTORS["proofs"])
def test_proofs(vector: Any) -> None:
    size, index = vector["size"], vector["index"]
    data = [leaf["data"].encode() for leaf in LEAVES[:size]]
    hashes = [Leaf(leaf["chain"], leaf["length"], bytes.fromhex(leaf["head"])).hash() for leaf in LEAVES[:size]]
    proof = [bytes.fromhex(step) for step in vector["proof"]]
    assert proof == ProvingTree(hashes).proof(index) == model_proof(index, data)
    assert verify_inclusion(hashes[index], index, size, proof, bytes.fromhex(VECTORS["roots"][size]))


def test_checkpoints() -> None:
    before = None
    for vector in VECTORS["checkpoints"]["signed"]:
        body = vector["body"].encode()
        checkpoint = parse_checkpoint(body)
        signature = bytes.fromhex(vector["signature"])
        assert sign_checkpoint(checkpoint, KEY) == SignedCheckpoint(body, signature)
        assert is_signed_by(SignedCheckpoint(body, signature), KEY.public_key())
        assert vector["signature"] == model.model_signature(SECRET, "patravali-checkpoint-1", body)
        assert vector["sha256"] == checkpoint.hash().hex() == sha256(body).hexdigest()
        check_link(before, checkpoint)
        before = checkpoint
    assert before is not None
    assert first_previous(before.office).hex() == model.model_first_previous(str(before.office))
    assert VECTORS["checkpoints"]["key"] == key_id(KEY.public_key()).hex() == model.model_key_id(SECRET)


def test_a_manifest() -> None:
    data, signature = VECTORS["manifest"]["data"].encode(), VECTORS["manifest"]["signature"].encode()
    assert parse_manifest(data).data() == data
    assert sign_manifest(data, KEY) == signature
    assert is_manifest_signed(data, signature, KEY.public_key())
    assert signature.decode() == model.model_signature(SECRET, "patravali-export-1", data)
