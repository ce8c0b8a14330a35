"""The list of kinds agrees with itself."""

from __future__ import annotations

from storage.documents.kinds import KINDS, is_known_extension


def test_every_extension_kept_is_known_and_has_one_true_type_first() -> None:
    assert all(is_known_extension(e) for kind in KINDS for e in kind.extensions)
    assert len({kind.media_type for kind in KINDS}) == len(KINDS)


def test_programs_and_pages_are_known_as_what_they_are() -> None:
    assert all(map(is_known_extension, ["exe", "js", "html", "svg", "docm", "zip", "py"]))


def test_the_end_of_a_number_or_of_a_sentence_is_no_type() -> None:
    assert not any(map(is_known_extension, ["2025", "final", "शाखा", ""]))
