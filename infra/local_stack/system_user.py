"""The system user that PostgreSQL runs as when we are root, since its programs refuse to run as root."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

NAME = "patravali"


class NoSystemUser(Exception):
    """The user for PostgreSQL could not be made; run as an ordinary user, or make the user "patravali" first."""


@dataclass(frozen=True)
class SystemUser:
    name: str
    uid: int
    gid: int

    def may_enter(self, folder: Path) -> bool:
        """Whether this user gets as far as reading the folder, judged by the kernel and not by mode bits."""
        tried = subprocess.run(
            ["/usr/bin/test", "-r", str(folder), "-a", "-x", str(folder)],
            user=self.uid,
            group=self.gid,
            extra_groups=[],
            check=False,
            cwd="/",
        )
        return tried.returncode == 0

    def own(self, folder: Path) -> None:
        """Give the folder itself to this user and keep everyone else out."""
        os.chown(folder, self.uid, self.gid)
        folder.chmod(0o700)


def server_user() -> SystemUser | None:
    """The user that PostgreSQL must run as: None is ourselves. As root it is made when it is not there."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(NAME)
    except KeyError:
        _make()
        entry = pwd.getpwnam(NAME)
    return SystemUser(NAME, entry.pw_uid, entry.pw_gid)


def _make() -> None:
    program = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if program is None:
        raise NoSystemUser(NoSystemUser.__doc__)
    asked = [program, "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    made = subprocess.run(
        [*asked, "--shell", "/usr/sbin/nologin", NAME], capture_output=True, text=True, check=False
    )
    if made.returncode not in (0, 9):  # 9: another start made it meanwhile
        raise NoSystemUser(f"{NoSystemUser.__doc__} ({made.stderr.strip()})")
