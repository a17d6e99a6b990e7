"""Pages for people: server-rendered, in Chinese or English, without a word from elsewhere.

They show what the store holds and leave uploads, pictures and downloads to the calls of `/api/v1`.
"""

from __future__ import annotations

from fastapi import APIRouter

from api.pages import acceptance, campaigns, coverage, duplicates, home, jobs, records, signing

ROUTERS: tuple[APIRouter, ...] = (
    home.router,
    jobs.router,
    records.router,
    duplicates.router,
    campaigns.router,
    coverage.router,
    acceptance.router,
    signing.router,
)
