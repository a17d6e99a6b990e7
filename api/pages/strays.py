"""Whoever strays from the pages is told so by a page, not by a problem document."""

from __future__ import annotations

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException

from api.languages import language_of
from api.pages.routes import problem_page
from api.problems import answer_http_error, http_problem


def install(app: FastAPI) -> None:
    """Have addresses that lead nowhere answered by a page where a person asks."""
    app.exception_handler(HTTPException)(_on_http_error)


def wants_page(request: Request) -> bool:
    """Return whether a browser asks for a page; the calls of the API answer programs alone."""
    return not request.url.path.startswith("/api/") and "text/html" in request.headers.get(
        "accept", ""
    )


def _on_http_error(request: Request, error: HTTPException) -> Response:
    if not wants_page(request):
        return answer_http_error(request, error)
    answer = problem_page(request, http_problem(error, language_of(request)))
    answer.headers.update(error.headers or {})
    return answer
