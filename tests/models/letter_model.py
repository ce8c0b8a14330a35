"""The letters of a file as plain models, written from the design; it imports nothing of the program.

A letter is approved in the version that was read, signed by a post with the power, and goes out once.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.models.office_file_rules import APPROVALS, MODES
from tests.models.office_model import Move


@dataclass
class LetterModel:
    """A letter as its latest version stands; ``mailed``: each addressee of that one has an e-mail address."""

    mailed: bool
    versions: int = 1
    outcome: str | None = None
    signed: bool = False
    dispatched: bool = False
    dropped: bool = False

    @property
    def approved(self) -> bool:
        return self.outcome in APPROVALS

    @property
    def waits(self) -> bool:
        """Signed, and still to go out."""
        return self.signed and not self.dispatched

    def snapshot(self) -> list[object]:
        return [self.versions, self.outcome, self.signed, self.dispatched, self.dropped]


@dataclass
class Decided:
    """A decision: on a letter, if ``letter`` names one by its place, or on the matter; ``told``: a letter went out
    after it, that letter or any.
    """

    outcome: str
    post: str
    letter: int | None
    told: bool = False


@dataclass
class LetterBook:
    """All letters of a file, the decisions on it, and how many numbers it has given out."""

    letters: list[LetterModel] = field(default_factory=list[LetterModel])
    decisions: list[Decided] = field(default_factory=list[Decided])
    numbers: int = 0

    def named(self, move: Move) -> LetterModel | None:
        known = move.letter is not None and 1 <= move.letter <= len(self.letters)
        return self.letters[move.letter - 1] if known and move.letter is not None else None

    @property
    def communicated(self) -> Decided | None:
        """The last decision of which a letter told outside; one on the matter goes before one on a letter."""
        told = [one for one in self.decisions if one.told]
        on_the_matter = [one for one in told if one.letter is None]
        return (on_the_matter or told)[-1] if told else None

    # --- what is against a move

    def against_words(self, move: Move) -> set[str]:
        """A letter says something, to somebody who does not only get a copy."""
        found = set[str]() if move.subject else {"missing"}
        found |= set() if move.text else {"needs-letter-text"}
        return found | (set() if move.addressees in ("posted", "mailed") else {"needs-addressee"})

    def against_letter(self, move: Move) -> set[str]:
        if move.letter is None:
            return {"missing"}
        return set() if self.named(move) else {"unknown-letter"}

    def against_unsigned(self, move: Move) -> set[str]:
        """It is one that nobody has signed or dropped."""
        letter = self.named(move)
        if letter is None:
            return self.against_letter(move)
        if letter.dropped:
            return {"letter-dropped"}
        return {"letter-signed"} if letter.signed else set()

    def against_reading(self, move: Move) -> set[str]:
        """Where a letter is named, so is the version that was read, and it is the latest."""
        letter = self.named(move)
        if move.letter is None:
            return {"unknown-letter"} if move.version else set()
        found = self.against_unsigned(move) | (set() if move.version else {"missing"})
        return found if letter is None or move.version == letter.versions else found | {"letter-changed"}

    def against_signing(self, move: Move) -> set[str]:
        letter = self.named(move)
        found = self.against_letter(move) | self.against_reading(move)
        return found if letter is not None and letter.approved else found | {"letter-not-approved"}

    def against_dispatch(self, move: Move) -> set[str]:
        letter, found = self.named(move), self.against_letter(move)
        if letter is not None and not letter.signed:
            found.add("letter-not-signed")
        if letter is not None and letter.dispatched:
            found.add("letter-dispatched")
        if move.mode not in MODES:
            found.add("needs-mode")
        return found | ({"no-email"} if letter and move.mode == "email" and not letter.mailed else set())

    # --- what follows

    def decide(self, move: Move) -> None:
        assert move.outcome is not None
        self.decisions.append(Decided(move.outcome, move.who, move.letter))
        letter = self.named(move)
        if letter is not None:
            letter.outcome = move.outcome

    def write(self, move: Move) -> None:
        """A letter begins, or has a further version, on which nobody has decided yet."""
        mailed, letter = move.addressees == "mailed", self.named(move)
        if letter is None:
            self.letters.append(LetterModel(mailed))
        else:
            letter.mailed, letter.versions, letter.outcome = mailed, letter.versions + 1, None

    def dispatch(self, move: Move) -> None:
        """It goes out under numbers of its own, and with it what was decided on it and on the matter is told."""
        letter = self.named(move)
        assert letter is not None
        letter.dispatched = True
        self.numbers += 1 if letter.mailed else 2
        for one in self.decisions:
            one.told = one.told or one.letter in (None, move.letter)
