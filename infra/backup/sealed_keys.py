"""The keys in a backup: files that cannot be made anew, sealed as age (age-encryption.org) or left out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyrage

from infra.backup.contents import KEYS
from infra.backup.read import Backup
from infra.commands.operator import KEPT, InputFault
from infra.local_stack.kept import private_folder, write_private
from storage.settings import PREFIX, Settings

CHECKPOINT_KEY: Final = "checkpoint.pem"
FACTOR_KEY: Final = "second-factor.key"
PRACTICE_PASSWORDS: Final = "practice-passwords.json"


class SealFault(InputFault):
    """Keys cannot be sealed or opened with what was given; the message says why."""


@dataclass(frozen=True, slots=True)
class Seal:
    """With what keys are sealed: a passphrase, or the public key (age1…) of who may open them. One of the two."""

    passphrase: str = ""
    recipient: str = ""

    def close(self, data: bytes) -> bytes:
        """Seal bytes. Raises SealFault for a recipient that is none."""
        if not self.recipient:
            return pyrage.passphrase.encrypt(data, self.passphrase)
        try:
            to = pyrage.x25519.Recipient.from_str(self.recipient)
        except pyrage.RecipientError as fault:
            raise SealFault(f"“{self.recipient}” is no public key of age, such as age1…: {fault}") from None
        return pyrage.encrypt(data, [to])


def seal_of(settings: Settings, recipient: str) -> Seal | None:
    """The seal that the operator chose: the recipient given, else what the settings name; None for none."""
    if to := recipient or settings.backup_recipient:
        return Seal(recipient=to)
    passphrase = settings.backup_passphrase.get_secret_value()
    return Seal(passphrase=passphrase) if passphrase else None


def key_files(settings: Settings) -> dict[str, Path]:
    """Files that cannot be made anew, by their names in a backup; passwords of database roles can."""
    files = {
        PRACTICE_PASSWORDS: settings.data / "practice" / "passwords.json",
        FACTOR_KEY: settings.data / KEPT["SECOND_FACTOR_KEY"],
    }
    if settings.checkpoint_key_file is not None:
        files[CHECKPOINT_KEY] = settings.checkpoint_key_file
    return files


def _standing(settings: Settings) -> dict[str, bytes]:
    """The content of all of them that are there; the second factors' key may be given and be no file of ours."""
    found = {name: path.read_bytes() for name, path in key_files(settings).items() if path.exists()}
    given = settings.second_factor_key.get_secret_value()
    return found | ({FACTOR_KEY: given.encode()} if given else {})


def read_keys(settings: Settings) -> bytes:
    """The content of all of them that are there, to be sealed."""
    return json.dumps({name: content.decode() for name, content in _standing(settings).items()}).encode()


def keys_in(backup: Backup, settings: Settings, identity: Path | None) -> dict[str, bytes] | None:
    """The keys in a backup by name; None where it holds none, or nothing was given to open them with.

    Raises SealFault where what was given does not open them.
    """
    if backup.manifest.file(KEYS) is None:
        return None
    return open_keys((backup.folder / KEYS).read_bytes(), settings, identity)


def open_keys(sealed: bytes, settings: Settings, identity: Path | None) -> dict[str, bytes] | None:
    """The keys by name, opened with an age identity's file or the passphrase of the settings.

    None where neither was given. Raises SealFault where what was given does not open them.
    """
    passphrase = settings.backup_passphrase.get_secret_value()
    if identity is None and not passphrase:
        return None
    try:
        if identity is not None:
            opened = pyrage.decrypt(sealed, [_identity(identity)])
        else:
            opened = pyrage.passphrase.decrypt(sealed, passphrase)
    except pyrage.DecryptError as fault:
        what = f"the identity in {identity}" if identity else f"the passphrase in {PREFIX}BACKUP_PASSPHRASE"
        raise SealFault(f"{what} does not open the keys of this backup: {fault}") from None
    return {name: text.encode() for name, text in json.loads(opened).items()}


def _identity(path: Path) -> pyrage.x25519.Identity:
    try:
        lines = path.read_text("utf-8").splitlines()
        return pyrage.x25519.Identity.from_str(next(one for one in lines if one.startswith("AGE-SECRET-KEY-")))
    except (OSError, UnicodeDecodeError, StopIteration, pyrage.IdentityError) as fault:
        raise SealFault(f"{path} holds no identity of age (AGE-SECRET-KEY-…): {fault}") from None


def differing(keys: dict[str, bytes], settings: Settings) -> list[str]:
    """Where another key stands already than the one that would be put there: its file, or its setting."""
    places, standing = key_files(settings), _standing(settings)
    return [
        str(places[name]) if places[name].exists() else f"{PREFIX}SECOND_FACTOR_KEY"
        for name, content in keys.items()
        if name in standing and standing[name].strip() != content.strip()
    ]


def put_keys(keys: dict[str, bytes], settings: Settings) -> list[Path]:
    """Write the keys where the settings say that they stand; answers which files were written."""
    written, standing = list[Path](), _standing(settings)
    for name, path in key_files(settings).items():
        if name in keys and name not in standing:
            private_folder(path.parent)
            write_private(path, keys[name])
            written.append(path)
    return written
