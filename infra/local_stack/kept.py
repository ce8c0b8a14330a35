"""What is made once and kept in the data folder: passwords, ports, keys of checkpoints and second factors."""

from __future__ import annotations

import base64
import os
import random
import secrets
import socket
from collections.abc import Callable, Iterable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

# Below the range from which the kernel takes ports for outgoing connections: a client that goes on knocking
# while a server is down must not be given that server's port.
PORTS = range(15_000, 32_000)


class PortTaken(Exception):
    """The port that a setting asks for is another program's; the message says which."""


class NoFreePort(Exception):
    """No free port was found between 15000 and 32000 on the loopback address."""


def private_folder(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    return folder


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner reads, whole or not at all, also if we are killed meanwhile."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def kept(path: Path, make: Callable[[], bytes]) -> bytes:
    """The content of a private file, made at the first call."""
    if not path.exists():
        private_folder(path.parent)
        write_private(path, make())
    return path.read_bytes()


def kept_password(path: Path) -> str:
    """A password of 32 URL-safe characters (so that it stands in an address as it is)."""
    return kept(path, lambda: secrets.token_urlsafe(24).encode()).decode()


def kept_signing_key(path: Path) -> Path:
    """Where the Ed25519 key (PEM) of the checkpoints stands."""
    kept(path, _signing_key)
    return path


def kept_factor_key(path: Path) -> Path:
    """Where the key stands under which the secrets of second factors are encrypted (32 bytes in base64)."""
    kept(path, lambda: base64.urlsafe_b64encode(secrets.token_bytes(32)))
    return path


def kept_port(path: Path, preferred: int | None = None) -> int:
    """A loopback port, the same at every start as long as nobody else took it; reserved while this process lives.

    A server may take many seconds until it listens. Meanwhile the reservation keeps the port from every other
    stack of this machine, which the port itself, still free, would not. Raises NoFreePort.
    """
    return _first_free(path, [*_kept(path), *_wanted(preferred), *_any_ports()])


def preferred_port(path: Path, preferred: int) -> int:
    """The preferred port at every start at which it is free; else one as ``kept_port``. Raises NoFreePort."""
    return _first_free(path, [preferred, *_kept(path), *_any_ports()])


def only_port(path: Path, port: int, setting: str) -> int:
    """The port that a setting asks for and no other, reserved likewise. Raises PortTaken."""
    try:
        return _first_free(path, [port])
    except NoFreePort:
        why = "another program has it" if port >= 1024 else "another program has it, or it is for root only"
        raise PortTaken(f"{setting} asks for port {port}, and {why}; free it, or set another port") from None


def _first_free(path: Path, candidates: Iterable[int]) -> int:
    free_port(path)
    for port in candidates:
        reservation = _reserve(port)
        if reservation is None:
            continue
        if is_free(port):
            _reserved[path.resolve()] = reservation
            private_folder(path.parent)
            write_private(path, str(port).encode())
            return port
        reservation.close()
    raise NoFreePort(NoFreePort.__doc__)


def free_port(path: Path) -> None:
    """Gives this process's reservation of a kept port back; the choice stands."""
    reservation = _reserved.pop(path.resolve(), None)
    if reservation is not None:
        reservation.close()


# By the file that keeps the port.
_reserved: dict[Path, socket.socket] = {}


def _reserve(port: int) -> socket.socket | None:
    """An abstract socket's name is one for the machine and goes with its process, however that ends."""
    reservation = socket.socket(socket.AF_UNIX)
    try:
        reservation.bind(f"\0patravali/{port}")
    except OSError:
        reservation.close()
        return None
    return reservation


def _kept(path: Path) -> list[int]:
    return [int(path.read_text())] if path.exists() else []


def _wanted(port: int | None) -> list[int]:
    return [port] if port else []


def _any_ports() -> list[int]:
    return random.SystemRandom().sample(PORTS, 200)


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _signing_key() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
