"""A checkpoint is signed as a whole, read strictly, and follows on from the one before it."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from flows.rules.audit_checkpoint import (
    BrokenCheckpoint,
    Checkpoint,
    SignedCheckpoint,
    check_link,
    is_signed_by,
    key_id,
    next_checkpoint,
    parse_checkpoint,
    sign_checkpoint,
)
from flows.rules.audit_tree import Leaf, ProvingTree
from flows.rules.audit_values import UnfitForAudit
from flows.rules.canonical_json import Json, canonical

OFFICE = UUID(int=5)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
AT = datetime(2026, 4, 1, tzinfo=UTC)


def _next(before: Checkpoint | None = None, at: datetime = AT, epoch: int = 1) -> Checkpoint:
    leaf = Leaf(f"docket:{OFFICE}", 3, bytes(32))
    root = ProvingTree([leaf.hash()]).root()
    key = key_id(KEY.public_key())
    return next_checkpoint(before, office=OFFICE, epoch=epoch, at=at, size=1, root=root, key=key)


def test_a_signed_checkpoint_reads_back_and_follows_on() -> None:
    first = _next()
    signed = sign_checkpoint(first, KEY)
    assert is_signed_by(signed, KEY.public_key())
    assert parse_checkpoint(signed.body) == first
    check_link(None, first)
    check_link(first, _next(first, AT + timedelta(hours=1)))


def test_another_key_did_not_sign_it() -> None:
    other = Ed25519PrivateKey.generate()
    assert not is_signed_by(sign_checkpoint(_next(), KEY), other.public_key())
    with pytest.raises(BrokenCheckpoint):
        sign_checkpoint(_next(), other)


def test_any_changed_byte_of_the_body_is_unsigned() -> None:
    signed = sign_checkpoint(_next(), KEY)
    for place in range(len(signed.body)):
        body = signed.body[:place] + bytes([signed.body[place] ^ 1]) + signed.body[place + 1 :]
        assert not is_signed_by(SignedCheckpoint(body, signed.signature), KEY.public_key())


@pytest.mark.parametrize(
    "change",
    [
        {"number": 3},
        {"previous": bytes(32)},
        {"previous_root": bytes(32)},
        {"office": UUID(int=6)},
        {"epoch": 0},
        {"at": AT - timedelta(hours=1)},
    ],
)
def test_what_does_not_follow_on_is_refused(change: dict[str, object]) -> None:
    first = _next()
    with pytest.raises(BrokenCheckpoint):
        check_link(first, replace(_next(first), **change))  # type: ignore[arg-type]


def test_a_later_checkpoint_cannot_pass_as_the_first() -> None:
    with pytest.raises(BrokenCheckpoint):
        check_link(None, _next(_next()))


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("at", "2026-04-01"),
        ("at", "2026-04-01T05:30:00.000000+05:30"),
        ("epoch", -1),
        ("format", 2),
        ("format", True),
        ("key", "A" * 64),
        ("number", 0),
        ("number", True),
        ("office", str(OFFICE).replace("0", "A")),
        ("size", "1"),
        ("more", None),
    ],
)
def test_a_faulty_member_is_refused(member: str, value: Json) -> None:
    body = json.loads(_next().body())
    body[member] = value
    with pytest.raises(BrokenCheckpoint):
        parse_checkpoint(canonical(body))


@pytest.mark.parametrize("leaf", [("docket:x", 1, bytes(32)), (f"docket:{OFFICE}", 0, bytes(32))])
def test_a_leaf_names_a_chain_that_has_entries(leaf: tuple[str, int, bytes]) -> None:
    with pytest.raises(UnfitForAudit):
        Leaf(*leaf)
