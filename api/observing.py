"""Is the service there, is it well, and what has it done? For supervisors and for Prometheus."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from api.callers import KEY_ERRORS, Caller, require
from api.examples import READINESS, UNREADINESS, answered
from api.parts import PartsNeeded
from api.problems import problems
from core.health import Readiness, liveness, readiness
from core.metrics import collector
from core.readings import Frozen

router = APIRouter(tags=["observing"])

UNREADY = HTTPStatus.SERVICE_UNAVAILABLE


class Liveness(Frozen):
    """The process answers."""

    ok: bool


@router.get("/healthz", operation_id="get_health", responses=answered({"ok": True}))
def get_health() -> Liveness:
    """Say that the process answers; asks nothing else, so that nobody restarts it for others' faults."""
    return Liveness(ok=liveness())


@router.get(
    "/readyz",
    operation_id="get_readiness",
    responses={
        **answered(READINESS),
        UNREADY.value: {
            **answered(UNREADINESS)[200],
            "model": Readiness,
            "description": "A part that is needed is away",
        },
    },
)
def get_readiness(parts: PartsNeeded, response: Response) -> Readiness:
    """Ask every part whether it is well.

    503 where uploads cannot be taken in. Broker, scheduler and workers may be away for a while: what is
    handed in meanwhile is kept, and read when they are back.
    """
    found = readiness(parts.store, parts.blobs, parts.doorbell)
    if not found.ready:
        response.status_code = UNREADY
    return found


@router.get(
    "/metrics",
    operation_id="get_metrics",
    response_class=Response,
    responses={
        HTTPStatus.OK.value: {"content": {CONTENT_TYPE_LATEST: {"schema": {"type": "string"}}}},
        **problems(*KEY_ERRORS),
    },
)
def get_metrics(
    parts: PartsNeeded, caller: Annotated[Caller, Depends(require("read"))]
) -> Response:
    """Count everything in Prometheus' text format (docs/observing.md lists what there is)."""
    del caller
    content = generate_latest(collector(parts.store, parts.doorbell))
    return Response(content, media_type=CONTENT_TYPE_LATEST)
