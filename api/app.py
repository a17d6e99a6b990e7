"""The web application: `uvicorn --factory api.app:create_app`."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib.metadata import version

from fastapi import APIRouter, FastAPI
from fastapi_offline import FastAPIOffline

from api import (
    campaigns,
    events,
    exports,
    jobs,
    keys,
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
from api.parts import opened
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
    campaigns.router,
    keys.router,
)

DESCRIPTION = """\
Scanned evaluation forms in, checked records out. Upload with `POST /api/v1/jobs`, watch the job, fetch
its result. Errors are problem documents (RFC 9457): programs go by `code` and `retryable`.
"""


def create_app(settings: Settings | None = None) -> FastAPI:
    """Make the application for an installation, by default that of the environment."""
    app = FastAPIOffline(
        title="Dangan 档案",
        version=version("dangan"),
        description=DESCRIPTION,
        lifespan=_lifespan(settings or read_settings(os.environ)),
    )
    problems.install(app)
    app.add_middleware(SameOriginOnly)
    app.add_middleware(NoKeysInAddresses)
    app.add_middleware(SafeAnswers)
    for router in ROUTERS:
        app.include_router(router)
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
