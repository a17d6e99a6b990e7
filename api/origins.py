"""Refuse what the page of another site makes a browser send.

A browser adds its cookies to such requests, and an installation without keys on loopback needs none at
all: any page that somebody has open could upload to it, or delete. Programs send neither of the two
headers that browsers do, and pass.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api.languages import language_of
from api.problems import ProblemResponse, problem_of
from core.errors import ForeignOrigin

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class SameOriginOnly:
    """ASGI middleware: an unsafe request of a browser must come from a page of this service."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in SAFE:
            request = Request(scope)
            if is_foreign(request.headers):
                problem = problem_of(ForeignOrigin(), language_of(request))
                answer = ProblemResponse(problem.model_dump(), status_code=problem.status)
                await answer(scope, receive, send)
                return
        await self.app(scope, receive, send)


def is_foreign(headers: Headers) -> bool:
    """Return whether a browser says that another origin's page sent this.

    `Sec-Fetch-Site` comes over https and to loopback only; elsewhere `Origin` is held against `Host`.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != headers.get("host")
