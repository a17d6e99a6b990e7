"""Sign in with a key, sign out, change the language."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Query, Request, Response

from api.callers import KEY_COOKIE
from api.languages import COOKIE, language_of
from api.pages.rendering import page
from api.pages.routes import own_path, page_router, see
from api.parts import PartsNeeded
from core.errors import KeyNeeded
from core.messages import Language, explain
from core.store.keys import find_key

YEAR_S = 365 * 24 * 3600

router = page_router()

Text = Annotated[str, Form(max_length=2000)]


@router.get("/login")
def get_login(
    request: Request, way: Annotated[str, Query(alias="next", max_length=2000)] = "/"
) -> Response:
    """Ask for a key."""
    return page(request, "login.html", way=own_path(way), trouble=None)


@router.post("/login")
def post_login(
    request: Request,
    parts: PartsNeeded,
    key: Text = "",
    way: Annotated[str, Form(alias="next", max_length=2000)] = "/",
) -> Response:
    """Take a key; the browser keeps it where no script can read it."""
    if find_key(parts.store, key.strip()) is None:
        trouble = explain(KeyNeeded(), language_of(request))
        return page(request, "login.html", 401, way=own_path(way), trouble=trouble)
    answer = see(own_path(way))
    answer.set_cookie(
        KEY_COOKIE,
        key.strip(),
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return answer


@router.post("/logout")
def post_logout() -> Response:
    """Have the browser forget the key."""
    answer = see("/login")
    answer.delete_cookie(KEY_COOKIE, httponly=True, samesite="strict")
    return answer


@router.post("/language")
def post_language(
    lang: Annotated[Language, Form()],
    way: Annotated[str, Form(alias="next", max_length=2000)] = "/",
) -> Response:
    """Remember a language."""
    answer = see(own_path(way))
    answer.set_cookie(COOKIE, lang, max_age=YEAR_S, httponly=True, samesite="lax")
    return answer
