"""What every answer says, and one thing that no address may: the middleware around the application."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.languages import language_of
from api.problems import answer_of
from core.errors import KeyInAddress
from core.store.keys import PREFIX

DEFAULTS = {
    "Content-Security-Policy": "default-src 'self'; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
# The pages that show the OpenAPI document begin with a script of their own; no document's text is on
# them.
DOCS = ("/docs", "/redoc")
DOCS_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; worker-src blob:; frame-ancestors 'none'"
)


class SafeAnswers:
    """ASGI middleware: adds the headers that an answer lacks."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if scope["path"].startswith(DOCS):
                    headers.setdefault("Content-Security-Policy", DOCS_POLICY)
                for name, value in DEFAULTS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, sending)


class NoKeysInAddresses:
    """ASGI middleware: refuses a key in an address, which is written to logs and histories."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _holds_key(scope):
            answer = answer_of(KeyInAddress(), language_of(Request(scope)))
            await answer(scope, receive, send)
            return
        await self.app(scope, receive, send)


def _holds_key(scope: Scope) -> bool:
    query: bytes = scope.get("query_string", b"")
    # Longer than any word that begins like one: a secret has 43 characters.
    return any(
        len(value) > len(PREFIX) + 30 and value.startswith(PREFIX.encode())
        for value in query.replace(b"=", b"&").split(b"&")
    )
