"""Where webhooks may go: only to addresses of the public internet, unless the operator lists others.

The address is looked up once and the connection goes to that very address, so that a name which answers
differently the second time (DNS rebinding) leads nowhere else.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import cast

import httpcore

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_NAT64 = IPv6Network("64:ff9b::/96")


class ForbiddenAddress(httpcore.ConnectError):
    """The name leads to an address that webhooks may not call; nothing was written there."""


def networks_of(listed: str) -> tuple[Network, ...]:
    """The networks of a setting, with commas. Raises ValueError for what is none."""
    return tuple(ip_network(one.strip()) for one in listed.split(",") if one.strip())


def may_call(address: Address, allowed: Iterable[Network]) -> bool:
    """Whether an address is of the public internet, or listed; one that hides another counts as that one."""
    meant = _meant(address)
    if any(meant in network for network in allowed if network.version == meant.version):
        return True
    return meant.is_global and not meant.is_multicast


def _meant(address: Address) -> Address:
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


class PublicNetwork(httpcore.AsyncNetworkBackend):
    """Connects only where ``may_call`` allows; a name of which one address is forbidden is forbidden."""

    def __init__(self, allowed: tuple[Network, ...] = ()) -> None:
        self._allowed = allowed
        self._through = cast("httpcore.AsyncNetworkBackend", httpcore.AnyIOBackend())

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = [ip_address(str(place[4][0]).partition("%")[0]) for place in found]
        if not addresses or not all(may_call(address, self._allowed) for address in addresses):
            raise ForbiddenAddress(host)
        return await self._through.connect_tcp(str(addresses[0]), port, timeout, local_address, socket_options)

    async def sleep(self, seconds: float) -> None:
        await self._through.sleep(seconds)
