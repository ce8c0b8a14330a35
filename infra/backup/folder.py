"""The folder of a backup while it is written: under another name until all of it is on disk, or gone again."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Final

from infra.audit.export_format import ListedFile
from infra.backup.contents import MANIFEST, OBJECTS, BackupFault, object_path

INCOMPLETE: Final = ".incomplete"
_PIECE: Final = 1024 * 1024
_FULL: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@contextmanager
def new_folder(place: Path) -> Iterator[Path]:
    """A folder to write into, which takes its place only when the block ends well; it goes when it does not.

    What a killed backup left is removed first. Raises BackupFault where the place is taken, or there is no room.
    """
    place = place.absolute()
    _need_free(place)
    draft = place.with_name(f".{place.name}{INCOMPLETE}")
    with room_told(place):
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _only_writer(draft):
            _empty(draft)
            try:
                yield draft
                _sync_folders(draft)
                draft.rename(place)
            except BaseException:
                _empty(draft)
                draft.rmdir()
                raise
            sync(place.parent)


def _need_free(place: Path) -> None:
    """What the finished backup could not take the place of is told before hours were spent on it."""
    if os.path.ismount(place):
        raise BackupFault(f"{place} is where a disk is mounted: give a folder in it, such as {place / 'monday'}")
    if place.is_symlink() or (place.exists() and (not place.is_dir() or any(place.iterdir()))):
        raise BackupFault(f"{place} is there already and not empty: a backup needs a folder of its own")


@contextmanager
def room_told(place: Path) -> Iterator[None]:
    """Inside, a disk that is full or cannot be written becomes a sentence. Raises BackupFault."""
    try:
        yield
    except OSError as fault:
        if fault.errno in _FULL:
            raise BackupFault(no_room(place)) from None
        raise BackupFault(f"{fault.filename or place} cannot be written: {fault.strerror}") from None


def no_room(place: Path) -> str:
    """What is said of a full disk."""
    return f"there is no room left for {place}: nothing of this backup is kept, and what was there before stands"


@contextmanager
def _only_writer(draft: Path) -> Iterator[None]:
    """Makes the draft, or takes over what we left; the kernel lets go when the process ends, however it ends."""
    handle = _opened(draft)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise BackupFault(f"another backup to {draft} is being written at this moment") from None
    finally:
        os.close(handle)


def _opened(draft: Path) -> int:
    """Opens the draft, which is made or was ours before.

    Where others may write too, somebody may have put a folder of his in its place, or a link to another: what is
    in that would be removed, and the office's texts would be his.
    """
    try:
        draft.mkdir(mode=0o700)
    except FileExistsError:
        found = draft.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
            raise BackupFault(f"{draft} is none of ours: see what it is, and remove it first") from None
    return os.open(draft, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def write_file(folder: Path, name: str, data: bytes) -> ListedFile:
    """Write a small file; on disk when it returns."""
    with create(folder / name) as file:
        file.write(data)
        flush(file)
    return ListedFile(name, len(data), sha256(data).hexdigest())


def listed(folder: Path, name: str) -> ListedFile:
    """What the manifest says of a file that another program wrote; on disk when it returns."""
    with (folder / name).open("rb") as file:
        found = ListedFile(name, os.fstat(file.fileno()).st_size, digest_of(file))
        os.fsync(file.fileno())
    (folder / name).chmod(0o600)
    return found


def digest_of(file: BinaryIO) -> str:
    digest = sha256()
    while piece := file.read(_PIECE):
        digest.update(piece)
    return digest.hexdigest()


def create(path: Path) -> BinaryIO:
    """A new file that only its owner reads."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def flush(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sync_folders(folder: Path) -> None:
    for path, _, _ in os.walk(folder, topdown=False):
        sync(Path(path))


def earlier_objects(place: Path) -> list[Path]:
    """The folders of documents of the whole backups beside this one, newest first."""
    beside = [path.parent for path in place.absolute().parent.glob(f"*/{MANIFEST}") if path.parent != place]
    return sorted((b / OBJECTS for b in beside if (b / OBJECTS).is_dir()), key=os.path.getmtime, reverse=True)


def linked(sha256_hex: str, size: int, to: Path, earlier: list[Path]) -> bool:
    """Whether an earlier backup has these very bytes, which are then the same file in both.

    They are read and compared: a file that the disk has changed is not handed on.
    """
    for objects in earlier:
        source = object_path(objects, sha256_hex)
        try:
            with source.open("rb") as file:
                if os.fstat(file.fileno()).st_size != size or digest_of(file) != sha256_hex:
                    continue
            os.link(source, to)
        except OSError as fault:
            if fault.errno in _FULL:
                raise
            continue  # not there, or a file system that knows no second name for a file
        return True
    return False
