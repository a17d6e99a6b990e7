"""Which addresses we may be told to call.

Whoever hands in a job names an address that our machine then calls, from inside the network that it
stands in. So no address but public ones, unless the installation allows a network of its own: not
this machine, not its neighbours, not the metadata service of a cloud. A name is looked up when it is
called, and what it stands for is checked then (`worker.webhooks`).
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

import httpx2

from core.errors import BadCallback
from core.settings import Networks

Address = IPv4Address | IPv6Address

SCHEMES: Final = frozenset({"http", "https"})
MAX_LENGTH: Final = 2000
# Not private by any registry, yet answered by the machine's own host: the wire server of Azure.
PLATFORM: Final[Networks] = (ip_network("168.63.129.16/32"),)
# IPv6 addresses that hold an IPv4 address which they lead to (RFC 6052 §2.1); the others are told by
# the standard library.
NAT64: Final = IPv6Network("64:ff9b::/96")


def check_callback(url: str, allowed: Networks = ()) -> httpx2.URL:
    """Return the address, taken apart; raises `BadCallback`.

    Nothing is looked up, so a name passes whatever it stands for.
    """
    if len(url) > MAX_LENGTH or not url.isprintable() or " " in url:
        raise BadCallback(reason="callback_form")
    try:
        address = httpx2.URL(url)
    except httpx2.InvalidURL as error:
        raise BadCallback(reason="callback_form") from error
    if address.scheme not in SCHEMES:
        raise BadCallback(reason="callback_scheme")
    if address.userinfo:
        raise BadCallback(reason="callback_credentials")
    host = address.raw_host.decode("ascii").rstrip(".")
    if not host or _is_disguised(host):
        raise BadCallback(reason="callback_form")
    if host == "localhost" or host.endswith(".localhost"):
        check_addresses((ip_address("127.0.0.1"),), allowed)
    numeric = parse_address(host)
    if numeric is not None:
        check_addresses((numeric,), allowed)
    return address


def check_addresses(addresses: Iterable[Address], allowed: Networks) -> None:
    """Raise `BadCallback` unless each address is public or in an allowed network."""
    if not all(is_public(address) or _is_in(address, allowed) for address in addresses):
        raise BadCallback(reason="callback_private")


def parse_address(host: str) -> Address | None:
    """Return the address that a host is, None where it is a name."""
    try:
        return ip_address(host)
    except ValueError:
        return None


def is_public(address: Address) -> bool:
    """Return whether an address leads out into the public network, whatever it is wrapped in."""
    plain = _unwrapped(address)
    return plain.is_global and not plain.is_multicast and not _is_in(plain, PLATFORM)


def _unwrapped(address: Address) -> Address:
    if isinstance(address, IPv4Address):
        return address
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None) or address


def _is_in(address: Address, networks: Networks) -> bool:
    plain = _unwrapped(address)
    return any(plain in network or address in network for network in networks)


def _is_disguised(host: str) -> bool:
    """Return whether a resolver would take a host for a number though it is written as none.

    `127.1`, `0x7f000001` and `2130706433` are all loopback to it (inet_aton(3)).
    """
    last = host.rpartition(".")[2].lower()
    is_number = last.isdigit() or last.startswith("0x")
    return is_number and parse_address(host) is None
