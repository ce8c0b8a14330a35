"""Becomes another program that cannot outlive the process which asked for it, as another user if need be.

Run as a file, without the package: ``python -I -S launcher.py PARENT DEATH_SIGNAL UID GID PROGRAM ARGUMENT…``
(a uid of -1 keeps the user). A program in between is what makes this safe: code between fork and exec of a
process with threads may hang, and the kernel forgets the death signal when the user changes.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1
ORPHANED = 70


def become(parent: int, death_signal: int, uid: int, gid: int, argv: list[str]) -> None:
    """Turn into ``argv``; the kernel sends it ``death_signal`` when ``parent`` is gone."""
    control = ctypes.CDLL(None, use_errno=True).prctl
    if uid >= 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if control(PR_SET_PDEATHSIG, death_signal, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
    if os.getppid() != parent:  # it died before the signal was asked for
        sys.exit(ORPHANED)
    os.execv(argv[0], argv)  # noqa: S606 - becoming the program is the purpose


if __name__ == "__main__":
    numbers = [int(text) for text in sys.argv[1:5]]
    become(*numbers, sys.argv[5:])  # type: ignore[arg-type]
