"""What all routes of pages share: troubles are told as pages, and who has no key is asked for it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from fastapi.routing import APIRoute
from sqlalchemy.exc import OperationalError

from api.languages import language_of
from api.pages.rendering import here, page
from api.problems import Problem, bad_request, database_away, problem_of
from core.errors import DanganError, KeyNeeded

SEE_OTHER = 303


class PageRoute(APIRoute):
    """A route whose answers are for people, those to errors included."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler of FastAPI with its errors as pages."""
        handle = super().get_route_handler()

        async def handle_for_people(request: Request) -> Response:
            try:
                return await handle(request)
            except KeyNeeded:
                return RedirectResponse(f"/login?next={quote(_way_back(request))}", SEE_OTHER)
            except DanganError as error:
                return problem_page(request, problem_of(error, language_of(request)))
            except RequestValidationError as error:
                return problem_page(request, bad_request(error, language_of(request)))
            except OperationalError as error:
                return problem_page(request, database_away(error, language_of(request)))

        return handle_for_people


def page_router() -> APIRouter:
    """Return a router for pages; they are no part of the API's description."""
    return APIRouter(route_class=PageRoute, include_in_schema=False)


def problem_page(request: Request, problem: Problem) -> Response:
    """Show a problem to a person."""
    return page(request, "problem.html", problem.status, problem=problem)


def see(path: str) -> RedirectResponse:
    """Send a browser to another page after a form was posted."""
    return RedirectResponse(path, SEE_OTHER)


def own_path(path: str) -> str:
    """Return `path` if it leads to a page of ours, else the way home: an address is easily forged."""
    is_ours = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if is_ours else "/"


def _way_back(request: Request) -> str:
    return here(request) if request.method == "GET" else "/"
