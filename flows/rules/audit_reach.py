"""What goes beside the copy of a checkpoint: how far it covers each chain, numbers of dockets, and number series.

A checkpoint itself states only the root over its leaves. After a restore from an older backup the leaves say
which dockets were longer, the series which numbers were given, and the lists and orders of erasure what was erased
since and has come back. The leaves are bound by the checkpoint's signature; the rest is not: it names what was
lost, and only ever moves a series upwards.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, cast

from flows.rules.audit_checkpoint import BrokenCheckpoint, Checkpoint
from flows.rules.audit_entry import is_chain_name
from flows.rules.audit_tree import GrowingTree, Leaf
from flows.rules.audit_values import is_hex_hash
from flows.rules.canonical_json import Json, NotCanonical, canonical, parse_canonical

LARGEST_SERIAL: Final = 2_000_000_000
_LEAF = {"chain", "head", "length", "number"}


@dataclass(frozen=True, slots=True)
class Reach:
    """The leaves of one checkpoint in their order, dockets' numbers by chain, the last number of each series.

    ``orders``: lists and orders of erasure that two people had signed (“list 3”), and how many lines each has.
    """

    leaves: tuple[Leaf, ...]
    numbers: Mapping[str, str] = field(default_factory=dict[str, str])
    series: Mapping[str, int] = field(default_factory=dict[str, int])
    orders: Mapping[str, int] = field(default_factory=dict[str, int])

    def data(self) -> bytes:
        """The record's bytes: a line with the series and the orders, then one for each leaf."""
        lines = [canonical({"orders": dict(self.orders), "series": dict(self.series)})]
        for leaf in self.leaves:
            stated: dict[str, Json] = {"chain": leaf.chain, "head": leaf.head.hex(), "length": leaf.length}
            lines.append(canonical({**stated, "number": self.numbers.get(leaf.chain)}))
        return b"\n".join(lines)


def parse_reach(data: bytes, checkpoint: Checkpoint) -> Reach:
    """Read the record that stands beside a checkpoint. Raises BrokenCheckpoint where it is not that one's."""
    try:
        first, *rest = (parse_canonical(line) for line in data.split(b"\n"))
    except NotCanonical as fault:
        raise BrokenCheckpoint(f"the record of its leaves cannot be read: {fault}") from fault
    given = _first(first)
    tree, leaves = GrowingTree(), list[Leaf]()
    numbers: dict[str, str] = {}
    for line in rest:
        leaf, number = _leaf(line)
        tree.add(leaf.hash())
        leaves.append(leaf)
        if number is not None:
            numbers[leaf.chain] = number
    if (tree.size, tree.root()) != (checkpoint.size, checkpoint.root):
        raise BrokenCheckpoint("the record of its leaves does not have those that it signed")
    return Reach(tuple(leaves), numbers, given["series"], given.get("orders", {}))


def _first(value: Json) -> dict[str, dict[str, int]]:
    # The release before named no orders.
    known = isinstance(value, dict) and value.keys() in ({"series"}, {"orders", "series"})
    if isinstance(value, dict) and known and all(map(_are_serials, value.values())):
        return cast("dict[str, dict[str, int]]", value)
    raise BrokenCheckpoint("the record of its leaves does not begin with the number series")


def _are_serials(value: Json) -> bool:
    return isinstance(value, dict) and all(map(_is_serial, value.values()))


def _is_serial(value: Json) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST_SERIAL


def _leaf(value: Json) -> tuple[Leaf, str | None]:
    if not isinstance(value, dict) or value.keys() != _LEAF or not is_chain_name(value["chain"]):
        raise BrokenCheckpoint("the record of its leaves names no chain")
    length, head, number = value["length"], value["head"], value["number"]
    if not isinstance(length, int) or isinstance(length, bool) or length < 1 or not is_hex_hash(head):
        raise BrokenCheckpoint("a leaf in the record is malformed")
    if number is not None and not isinstance(number, str):
        raise BrokenCheckpoint("a docket's number in the record is no text")
    return Leaf(cast("str", value["chain"]), length, bytes.fromhex(head)), number
