"""Guards of letters: drafted, approved in the version that was read, signed, and dispatched."""

from __future__ import annotations

from collections.abc import Mapping

from flows.rules import words
from flows.rules.cases import Case
from flows.rules.errors import Refusal
from flows.rules.guards_posts import Guard, holder, power
from flows.rules.labels import MODES, listed_codes
from flows.rules.parts import looks_at, takes


def holder_with_signing_power(case: Case) -> Refusal | None:
    return holder(case) or power("sign")(case)


@takes("text")
def letter_text_given(case: Case) -> Refusal | None:
    return None if case.parameters.text else Refusal("needs-letter-text", "text")


@takes("addressees")
def addressees_given(case: Case) -> Refusal | None:
    """At least one to whom it is written; others may get a copy."""
    given = case.parameters.addressees
    return None if any(not one.copy for one in given) else Refusal("needs-addressee", "addressees")


@looks_at("letters")
@takes("letter")
def letter_given(case: Case) -> Refusal | None:
    if case.parameters.letter is None:
        return words.missing("letter")
    return None if case.letter else Refusal("unknown-letter", "letter")


@looks_at("letters")
@takes("letter")
def letter_unsigned(case: Case) -> Refusal | None:
    """A letter of this file that nobody has signed or dropped: such a one is never revised."""
    found = letter_given(case)
    if found is not None or case.letter is None:
        return found
    if case.letter.dropped:
        return Refusal("letter-dropped", "letter")
    return Refusal("letter-signed", "letter") if case.letter.signed else None


@looks_at("letters")
@takes("letter", "letter_sha256")
def letter_as_read(case: Case) -> Refusal | None:
    """Where a letter is named, its latest version is the one that was read, and nobody has signed it."""
    given = case.parameters
    if given.letter is None:
        return Refusal("unknown-letter", "letter") if given.letter_sha256 else None
    if given.letter_sha256 is None:
        return letter_unsigned(case) or words.missing("letter_sha256")
    found = letter_unsigned(case)
    same = case.letter is not None and case.letter.sha256 == given.letter_sha256
    return found or (None if same else Refusal("letter-changed", "letter_sha256"))


@looks_at("letters")
def letter_approved(case: Case) -> Refusal | None:
    approved = case.letter is not None and case.letter.approved
    return None if approved else Refusal("letter-not-approved", "letter")


@looks_at("letters")
@takes("letter")
def letter_ready(case: Case) -> Refusal | None:
    """A letter of this file that is signed and was not dispatched."""
    found = letter_given(case)
    if found is not None or case.letter is None:
        return found
    if not case.letter.signed:
        return Refusal("letter-not-signed", "letter")
    return Refusal("letter-dispatched", "letter") if case.letter.dispatched else None


@looks_at("letters")
@takes("mode")
def mode_given(case: Case) -> Refusal | None:
    """How it goes out; by e-mail only where each addressee has an address, and the office a mail server.

    A notice for which there is no gateway is left out. A letter is not: nobody else would send it.
    """
    mode = case.parameters.mode
    if mode not in MODES:
        return Refusal("needs-mode", "mode", {"allowed": listed_codes(MODES)})
    letter = case.letter
    if letter is None or mode != "email":
        return None
    if letter.by_email < {*letter.addressees}:
        return Refusal("no-email", "mode")
    return None if "email" in case.channels else Refusal("email-not-set-up", "mode")


@looks_at("letters")
def no_letter_ready(case: Case) -> Refusal | None:
    """Nothing that was signed still waits to go out."""
    waits = next((one for one in case.history.letters if one.signed and not one.dispatched), None)
    return Refusal("letter-waits", facts={"number": str(waits.ordinal)}) if waits else None


WHO_OF_LETTERS: Mapping[str, Guard] = {"holder_with_signing_power": holder_with_signing_power}
NEEDS_OF_LETTERS: Mapping[str, Guard] = {
    "letter_text": letter_text_given,
    "addressees": addressees_given,
    "letter": letter_given,
    "letter_unsigned": letter_unsigned,
    "letter_as_read": letter_as_read,
    "letter_approved": letter_approved,
    "letter_ready": letter_ready,
    "mode": mode_given,
    "no_letter_ready": no_letter_ready,
}
