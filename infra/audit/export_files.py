"""Reads the files of an export with distrust: nothing unlisted, no links, every length and hash, bounded lines."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from infra.audit.export_format import CHAINS, DOCUMENTS, MANIFEST, PUBLIC_KEY, SIGNATURE, ListedFile, Manifest
from infra.audit.report import Report
from infra.commands.operator import InputFault

LONGEST_LINE = 16 * 1024 * 1024
_CHUNK = 1024 * 1024
# One of these is enough for an export, however much of it is gone: what lacks the rest is damaged.
_MARKS = (MANIFEST, SIGNATURE, PUBLIC_KEY, CHAINS)


class NoExport(InputFault):
    """There is no export where one was said to be; the message says what is there instead."""


def need_export(folder: Path) -> None:
    """See that the folder holds an export or what is left of one. Raises NoExport."""
    try:
        names = os.listdir(folder)
    except FileNotFoundError:
        found = "there is no such folder"
    except NotADirectoryError:
        found = "this is a file, and an export is a folder"
    except OSError as fault:
        found = f"the folder cannot be read: {fault.strerror}"
    else:
        if any(mark in names for mark in _MARKS):
            return
        found = f"the folder holds no export, for it has no {MANIFEST}" if names else "the folder is empty"
    raise NoExport(f"{folder}: {found}; give the folder that “patravali audit export” wrote")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a stream, without its line feed, and where it stands."""

    file: str
    number: int
    data: bytes


class ExportFolder:
    """The folder of an export. Only files that were found to be plain files are ever opened."""

    def __init__(self, root: Path, report: Report) -> None:
        self._root = root
        self._report = report
        self._plain: set[str] = set()

    def look(self) -> None:
        """Find the plain files; anything that is neither one nor a folder is a fault."""
        pending = [""]
        while pending:
            inside = pending.pop()
            try:
                found = sorted(os.scandir(self._root / inside), key=lambda item: item.name)
            except OSError as fault:
                self._report.fault(f"the folder cannot be read: {fault.strerror}", file=_shown(inside) or ".")
                continue
            if inside and not found:
                self._report.fault("this folder is empty, and so belongs to no listed file", file=_shown(inside))
            for item in found:
                self._sort(f"{inside}/{item.name}" if inside else item.name, item, pending)

    def _sort(self, path: str, item: "os.DirEntry[str]", folders: list[str]) -> None:
        if item.is_dir(follow_symlinks=False):
            folders.append(path)
        elif stat.S_ISREG(item.stat(follow_symlinks=False).st_mode):
            self._plain.add(path)
        else:
            self._report.fault("this is not a plain file: an export has no links", file=_shown(path))

    def has(self, path: str) -> bool:
        """Whether there is a plain file of this name."""
        return path in self._plain

    def read(self, path: str, longest: int | None = None) -> bytes | None:
        """The bytes of one file, up to `longest` and one; None where it is missing, which is a fault."""
        if not self.has(path):
            self._report.fault("this file is missing", file=path)
            return None
        try:
            with self._open(path) as file:
                return file.read(-1 if longest is None else longest + 1)
        except OSError as fault:
            self._report.fault(f"the file cannot be read: {fault.strerror}", file=path)
            return None

    def _open(self, path: str) -> BinaryIO:
        return os.fdopen(os.open(self._root / path, os.O_RDONLY | os.O_NOFOLLOW), "rb")

    def check(self, manifest: Manifest) -> None:
        """Compare what is there with what the manifest lists, byte for byte."""
        names = {file.path for file in manifest.files} | {MANIFEST, SIGNATURE}
        for path in sorted(self._plain - names):
            self._report.fault("the manifest does not list this file", file=_shown(path))
        for file in manifest.files:
            if self.has(file.path):
                self._check_file(file)
            else:
                self._report.fault("this file is listed in the manifest and missing", file=file.path)

    def _check_file(self, listed: ListedFile) -> None:
        length, digest = 0, sha256()
        try:
            with self._open(listed.path) as file:
                while chunk := file.read(_CHUNK):
                    length += len(chunk)
                    digest.update(chunk)
        except OSError as fault:
            self._report.fault(f"the file cannot be read: {fault.strerror}", file=listed.path)
            return
        self._report.counts.files += 1
        self._report.counts.bytes += length
        if length != listed.length:
            self._report.fault(
                f"the file has {length} bytes where the manifest says {listed.length}", file=listed.path
            )
        elif digest.hexdigest() != listed.sha256:
            self._report.fault("the file's bytes are not those that the manifest lists", file=listed.path)
        if listed.path.startswith(f"{DOCUMENTS}/") and not listed.path.endswith(digest.hexdigest()):
            self._report.fault("the document's bytes are not those of its name", file=listed.path)

    def lines(self, manifest: Manifest, stream: str, *, report: bool = True) -> Iterator[Line]:
        """The lines of a stream through all of its files; `report=False` for reading it a second time."""
        for path in manifest.shards(stream):
            if not self.has(path):
                continue
            try:
                with self._open(path) as file:
                    yield from self._lines_of(path, file, report)
            except OSError as fault:
                self._report.fault(f"the file cannot be read: {fault.strerror}", file=path)

    def _lines_of(self, path: str, file: BinaryIO, report: bool) -> Iterator[Line]:
        number = 0
        while data := file.readline(LONGEST_LINE + 1):
            number += 1
            if not data.endswith(b"\n"):
                if report:
                    self._report.fault(
                        "the line is cut or too long, so the file is not read on", file=path, line=number
                    )
                return
            yield Line(path, number, data[:-1])


def _shown(path: str) -> str:
    # A name on disk may be any bytes; a report is text.
    return path.encode("utf-8", "backslashreplace").decode("utf-8")
