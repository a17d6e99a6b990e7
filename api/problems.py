"""Errors as problem documents (RFC 9457), each with a stable `code` and whether to try again."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException

from api.languages import language_of
from core import errors
from core.errors import DanganError
from core.messages import Language, catalogue, explain, say
from core.readings import Frozen

MEDIA_TYPE = "application/problem+json"

# What is not named here is 422 where the input is at fault, 500 where our machine is.
_STATUS: Mapping[type[DanganError], HTTPStatus] = {
    errors.UnsupportedType: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    errors.OldOfficeFile: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    errors.JobNotFound: HTTPStatus.NOT_FOUND,
    errors.DocumentNotFound: HTTPStatus.NOT_FOUND,
    errors.RecordNotFound: HTTPStatus.NOT_FOUND,
    errors.DuplicateNotFound: HTTPStatus.NOT_FOUND,
    errors.CampaignNotFound: HTTPStatus.NOT_FOUND,
    errors.ItemNotFound: HTTPStatus.NOT_FOUND,
    errors.ItemChanged: HTTPStatus.CONFLICT,
    errors.NothingDrawn: HTTPStatus.NOT_FOUND,
    errors.NothingToDraw: HTTPStatus.CONFLICT,
    errors.IdempotencyConflict: HTTPStatus.CONFLICT,
    errors.JobEnded: HTTPStatus.CONFLICT,
    errors.NothingToRetry: HTTPStatus.CONFLICT,
    errors.VersionConflict: HTTPStatus.PRECONDITION_FAILED,
    errors.VersionNeeded: HTTPStatus.PRECONDITION_REQUIRED,
    errors.PictureMissing: HTTPStatus.NOT_FOUND,
    errors.ResultMissing: HTTPStatus.CONFLICT,
    errors.NoLayer: HTTPStatus.CONFLICT,
    errors.UploadTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.ArchiveTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.TooManyFiles: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.UploadBroken: HTTPStatus.BAD_REQUEST,
    errors.NoFiles: HTTPStatus.BAD_REQUEST,
    errors.KeyNeeded: HTTPStatus.UNAUTHORIZED,
    errors.ScopeNeeded: HTTPStatus.FORBIDDEN,
    errors.ForeignOrigin: HTTPStatus.FORBIDDEN,
    errors.ForeignHost: HTTPStatus.FORBIDDEN,
    errors.KeyInAddress: HTTPStatus.BAD_REQUEST,
    errors.KeyNotFound: HTTPStatus.NOT_FOUND,
    errors.MissingExtra: HTTPStatus.NOT_IMPLEMENTED,
    errors.RateExceeded: HTTPStatus.TOO_MANY_REQUESTS,
}

# What the middleware around the application refuses, whatever is called.
ANYWHERE: tuple[type[DanganError], ...] = (errors.ForeignOrigin, errors.KeyInAddress)

logger = logging.getLogger(__name__)


class Problem(Frozen):
    """What went wrong. `detail` is for people; programs go by `code` and `retryable`."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str
    retryable: bool


class ProblemResponse(JSONResponse):
    """A problem document."""

    media_type = MEDIA_TYPE


def status_of(error: type[DanganError]) -> HTTPStatus:
    """Return the HTTP status that a kind of error becomes."""
    for kind in error.__mro__:
        if kind in _STATUS:
            return _STATUS[kind]
    return (
        HTTPStatus.UNPROCESSABLE_ENTITY
        if error.blame == "input"
        else HTTPStatus.INTERNAL_SERVER_ERROR
    )


def problem_of(error: DanganError, language: Language) -> Problem:
    """Return the problem document of an error."""
    status = status_of(type(error))
    return _problem(status, error.code, explain(error, language), retryable=error.retryable)


def bad_request(error: RequestValidationError, language: Language) -> Problem:
    """Return the problem document for a request that does not fit its route."""
    wrong = error.errors()[0]
    place = ".".join(str(step) for step in wrong["loc"])
    detail = say("problems", "bad_request", language, place=place, reason=wrong["msg"])
    return _problem(HTTPStatus.UNPROCESSABLE_ENTITY, "bad_request", detail)


def database_away(error: OperationalError, language: Language) -> Problem:
    """Return the problem document for a database that does not answer, and log why."""
    logger.error("the database does not answer: %s", error)
    detail = say("problems", "unavailable", language)
    return _problem(HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", detail, retryable=True)


def http_problem(error: HTTPException, language: Language) -> Problem:
    """Return the problem document of what the framework refuses: an unknown address, say."""
    status = HTTPStatus(error.status_code)
    detail = say("problems", "http", language, phrase=status.phrase)
    return _problem(status, status.name.lower(), detail)


def answer_of(error: DanganError, language: Language) -> ProblemResponse:
    """Return the answer to a call that an error ended."""
    answer = _answer(problem_of(error, language))
    if isinstance(error, errors.RateExceeded):
        answer.headers["Retry-After"] = str(error.details["seconds"])
    if isinstance(error, errors.KeyNeeded):
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def problems(*kinds: type[DanganError]) -> dict[int | str, dict[str, Any]]:
    """Describe the problems of a route for its OpenAPI document, one example a code.

    What may happen to any call (`ANYWHERE`, a bad request, a database that is away) need not be named.
    """
    described: dict[int | str, dict[str, Any]] = {}
    for kind in dict.fromkeys((*kinds, *ANYWHERE)):
        words = catalogue("en")["errors"][kind.code]
        _describe(described, _problem(status_of(kind), kind.code, words, retryable=kind.retryable))
    said = catalogue("en")["problems"]
    _describe(
        described, _problem(HTTPStatus.UNPROCESSABLE_ENTITY, "bad_request", said["bad_request"])
    )
    _describe(
        described,
        _problem(
            HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", said["unavailable"], retryable=True
        ),
    )
    return described


def _describe(described: dict[int | str, dict[str, Any]], problem: Problem) -> None:
    reference = {"$ref": f"#/components/schemas/{Problem.__name__}"}
    content = {MEDIA_TYPE: {"schema": reference, "examples": {}}}
    entry = described.setdefault(problem.status, {"description": problem.title, "content": content})
    entry["content"][MEDIA_TYPE]["examples"][problem.code] = {"value": problem.model_dump()}


def install(app: FastAPI) -> None:
    """Have every error of an application answered by a problem document."""
    app.exception_handler(DanganError)(_on_error)
    app.exception_handler(RequestValidationError)(_on_bad_request)
    app.exception_handler(HTTPException)(answer_http_error)
    app.exception_handler(OperationalError)(_on_database_away)
    app.exception_handler(Exception)(_on_defect)


def _on_error(request: Request, error: DanganError) -> ProblemResponse:
    if error.blame == "service":
        logger.error("%s: %s", error.code, error.details)
    return answer_of(error, language_of(request))


def _on_bad_request(request: Request, error: RequestValidationError) -> ProblemResponse:
    return _answer(bad_request(error, language_of(request)))


def answer_http_error(request: Request, error: HTTPException) -> ProblemResponse:
    """Answer what the framework refuses."""
    answer = _answer(http_problem(error, language_of(request)))
    answer.headers.update(error.headers or {})
    return answer


def _on_database_away(request: Request, error: OperationalError) -> ProblemResponse:
    answer = _answer(database_away(error, language_of(request)))
    answer.headers["Retry-After"] = "5"
    return answer


def _on_defect(request: Request, error: Exception) -> ProblemResponse:
    del error  # The server logs it with its traceback; callers are not shown our insides.
    detail = say("problems", "defect", language_of(request))
    return _answer(_problem(HTTPStatus.INTERNAL_SERVER_ERROR, "defect", detail))


def _problem(status: HTTPStatus, code: str, detail: str, *, retryable: bool = False) -> Problem:
    return Problem(
        title=status.phrase, status=status.value, detail=detail, code=code, retryable=retryable
    )


def _answer(problem: Problem) -> ProblemResponse:
    return ProblemResponse(problem.model_dump(), status_code=problem.status)
