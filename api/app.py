"""The web application: `uvicorn --factory api.app:create_app`."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib.metadata import version

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from fastapi_offline import FastAPIOffline

from api import (
    campaigns,
    duplicates,
    events,
    exports,
    jobs,
    keys,
    observing,
    pages,
    pictures,
    problems,
    records,
    results,
    submit,
)
from api.admission import Rates
from api.events import watching
from api.headers import NoKeysInAddresses, SafeAnswers
from api.origins import SameOriginOnly
from api.pages import strays
from api.pages.assets import STATIC, Assets
from api.parts import opened
from api.problems import Problem
from api.uploads.incoming import clear_abandoned
from core.exposure import check_exposure
from core.places import incoming_folder
from core.settings import Settings, read_settings

ROUTERS: tuple[APIRouter, ...] = (
    submit.router,
    jobs.router,
    events.router,
    results.router,
    pictures.router,
    records.router,
    exports.router,
    duplicates.router,
    *campaigns.ROUTERS,
    observing.router,
    keys.router,
    *pages.ROUTERS,
)

DESCRIPTION = """\
Scanned evaluation forms in, checked records out. Upload with `POST /api/v1/jobs`, watch the job, fetch
its result. Errors are problem documents (RFC 9457): programs go by `code` and `retryable`.
"""


TAGS = [
    {"name": "jobs", "description": "Hand in files, watch them being read, steer that."},
    {"name": "results", "description": "What came of a job."},
    {"name": "pictures", "description": "The pages that were read, and the files themselves."},
    {"name": "records", "description": "The forms of the whole archive: look, correct, export."},
    {"name": "campaigns", "description": "Years of paper: files that go in together."},
    {"name": "observing", "description": "For supervisors and for Prometheus."},
    {"name": "keys", "description": "Who may call."},
]


def operation_id(route: APIRoute) -> str:
    """Return the name that generated clients give to a call: that of its function."""
    return route.name


def create_app(settings: Settings | None = None) -> FastAPI:
    """Make the application for an installation, by default that of the environment."""
    app = FastAPIOffline(
        title="Dangan 档案",
        version=version("dangan"),
        description=DESCRIPTION,
        openapi_tags=TAGS,
        generate_unique_id_function=operation_id,
        lifespan=_lifespan(settings or read_settings(os.environ)),
    )
    problems.install(app)
    strays.install(app)
    app.add_middleware(SameOriginOnly)
    app.add_middleware(NoKeysInAddresses)
    app.add_middleware(SafeAnswers)
    app.mount("/static", Assets(directory=STATIC), name="static")
    for router in ROUTERS:
        app.include_router(router)
    # Made now, of all routes, since this is where our problems can still be put in.
    app.openapi()["components"]["schemas"][Problem.__name__] = Problem.model_json_schema()
    return app


def _lifespan(settings: Settings) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        clear_abandoned(incoming_folder(settings))
        with opened(settings) as parts:
            check_exposure(settings.host, parts.store)
            app.state.parts = parts
            app.state.rates = Rates(settings.rate_per_s)
            async with watching(parts.store) as watcher:
                app.state.watcher = watcher
                yield

    return lifespan
