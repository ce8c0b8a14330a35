"""Our Merkle tree is the one that RFC 6962 defines, and a proof shows nothing but what is in the tree."""

from hypothesis import given
from hypothesis import strategies as st

from flows.rules.audit_tree import ProvingTree, leaf_hash, verify_inclusion
from tests.factories.synthetic_audit import grown
from tests.models.merkle_model import model_proof, model_root

_leaves = st.lists(st.binary(max_size=6), max_size=40)


@given(_leaves)
def test_both_trees_have_the_root_of_the_model(leaves: list[bytes]) -> None:
    hashes = [leaf_hash(leaf) for leaf in leaves]
    assert grown(hashes).root() == ProvingTree(hashes).root() == model_root(leaves)


@given(_leaves.filter(bool), st.data())
def test_a_proof_is_the_model_s_and_holds(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    hashes = [leaf_hash(leaf) for leaf in leaves]
    tree = ProvingTree(hashes)
    assert tree.proof(index) == model_proof(index, leaves)
    assert verify_inclusion(hashes[index], index, len(leaves), tree.proof(index), tree.root())


@given(st.integers(1, 40), st.data())
def test_a_changed_proof_holds_for_nothing(size: int, data: st.DataObject) -> None:
    hashes = [leaf_hash(bytes([place])) for place in range(size)]
    index = data.draw(st.integers(0, size - 1))
    tree = ProvingTree(hashes)
    proof = tree.proof(index)
    assert not verify_inclusion(leaf_hash(b"another"), index, size, proof, tree.root())
    assert not verify_inclusion(hashes[index], index, size, [*proof, bytes(32)], tree.root())
    assert not verify_inclusion(hashes[index], -1, size, proof, tree.root())
    assert not verify_inclusion(hashes[index], size, size, proof, tree.root())
    for place in range(len(proof)):
        assert not verify_inclusion(hashes[index], index, size, proof[:place] + proof[place + 1 :], tree.root())
    other = data.draw(st.integers(0, size - 1).filter(lambda other: size == 1 or other != index))
    if other != index:
        assert not verify_inclusion(hashes[index], other, size, proof, tree.root())
