"""Templates become pages.

Every value is escaped, and what a page may load or run comes from this service alone: text of a
document that got past the first could still do nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache, partial
from importlib.metadata import version

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from api.callers import KEY_COOKIE
from api.languages import language_of
from core.messages import Language, say

# The other headers are those of all answers (`api.headers`): nothing inline, nothing from elsewhere.
# With their `no-referrer`, browsers would take the origin from our own forms as well (`api.origins`).
HEADERS = {"Referrer-Policy": "same-origin"}


def page(request: Request, template: str, status: int = 200, **context: object) -> HTMLResponse:
    """Render a template in the language of the request."""
    language = language_of(request)
    said: Callable[..., str] = partial(_say, language)
    content = (
        environment()
        .get_template(template)
        .render(
            t=said,
            language=language,
            here=here(request),
            signed_in=KEY_COOKIE in request.cookies,
            **context,
        )
    )
    return HTMLResponse(content, status, HEADERS)


def here(request: Request) -> str:
    """Return the path that a person is at, with its query."""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


@cache
def environment() -> Environment:
    """Return the templates of this installation."""
    templates = Environment(
        loader=PackageLoader("api"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.globals["version"] = version("dangan")
    templates.filters["moment"] = moment
    templates.filters["size"] = size
    return templates


def moment(time: datetime) -> str:
    """Return a time as the clock on the server's wall shows it."""
    return time.astimezone().strftime("%Y-%m-%d %H:%M")


def size(count: int) -> str:
    """Return a number of bytes in kilobytes or megabytes."""
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{max(1, round(count / 1e3))} kB"


def _say(language: Language, code: str, **details: object) -> str:
    return say("pages", code, language, **details)
