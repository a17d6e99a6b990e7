"""Post a message to an address that a stranger named, without being led anywhere else.

The name is looked up once, every address that it stands for is checked, and the connection goes to one
of those: who controls the name cannot have it mean something else a moment later. Redirects, proxies
and cookies are not followed, used or kept. Whatever the other side does, it is over in `total_s`.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from dataclasses import dataclass
from ipaddress import ip_address

import httpx2

from core.callback_address import (
    Address,
    check_addresses,
    check_callback,
    parse_address,
)
from core.messages import visible
from core.settings import Networks
from worker.webhook_message import Message


@dataclass(frozen=True)
class PostLimits:
    """How long a post may take, and how much of the answer is looked at.

    `connect_s` is for each of the addresses that a name stands for, `total_s` for everything.
    """

    connect_s: float = 3.0
    total_s: float = 8.0
    excerpt_bytes: int = 200


@dataclass(frozen=True)
class Answer:
    """What the other side said: its status, and the first words of its body on one line."""

    status: int
    excerpt: str

    @property
    def is_success(self) -> bool:
        return httpx2.codes.is_success(self.status)


async def post(url: str, message: Message, allowed: Networks, limits: PostLimits) -> Answer:
    """Post; raises `BadCallback`, TimeoutError, OSError (no such name) and httpx2.HTTPError."""
    address = check_callback(url, allowed)
    async with asyncio.timeout(limits.total_s):
        places = await _look_up(address)
        check_addresses(places, allowed)
        # trust_env: a proxy would look the name up for itself. The certificates are those that the
        # system trusts, so that an office's own authority can be among them.
        async with httpx2.AsyncClient(
            verify=ssl.create_default_context(),
            timeout=httpx2.Timeout(limits.total_s, connect=limits.connect_s),
            follow_redirects=False,
            trust_env=False,
        ) as client:
            *others, last = places
            for place in others:
                try:
                    return await _post_to(client, address, place, message, limits)
                except (httpx2.ConnectError, httpx2.ConnectTimeout):
                    continue
            return await _post_to(client, address, last, message, limits)


async def _look_up(address: httpx2.URL) -> tuple[Address, ...]:
    host = address.raw_host.decode("ascii")
    numeric = parse_address(host)
    if numeric is not None:
        return (numeric,)
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(ip_address(place[0]) for *_, place in found))


async def _post_to(
    client: httpx2.AsyncClient,
    address: httpx2.URL,
    place: Address,
    message: Message,
    limits: PostLimits,
) -> Answer:
    request = client.build_request(
        "POST",
        address.copy_with(host=str(place)),
        content=message.body,
        headers={**message.headers, "Host": address.netloc.decode("ascii")},
        # The certificate has to be that of the name.
        extensions={"sni_hostname": address.raw_host.decode("ascii")},
    )
    response = await client.send(request, stream=True)
    try:
        return Answer(response.status_code, await _excerpt(response, limits.excerpt_bytes))
    finally:
        await response.aclose()


async def _excerpt(response: httpx2.Response, limit: int) -> str:
    head = b""
    # Raw: nothing is unpacked, so a small answer cannot grow.
    async for chunk in response.aiter_raw():
        head += chunk[:limit]
        if len(head) >= limit:
            break
    return visible(head[:limit].decode(errors="replace")).strip()
