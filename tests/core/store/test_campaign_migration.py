"""Jobs that were handed in under the name of a campaign are its items after the migration."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from sqlalchemy import select

from core.store import Store, open_store, upgrade
from core.store.database import sqlite_url
from core.store.schema import _config
from core.store.submission import submit
from core.store.tables import Campaign, CampaignItem, Job
from tests.core.store.orders import order, sha_of


def test_jobs_of_a_campaign_become_its_items(tmp_path: Path) -> None:
    store = open_store(sqlite_url(tmp_path / "dangan.db"))
    upgrade(store)
    _downgrade(store, "0003")
    job_id = submit(store, order("a", "b")).job_id
    submit(store, order("c"))
    with store.writing() as session:
        session.get_one(Job, job_id).options = {"campaign": "回填", "fiscal_year": 2019}

    upgrade(store)

    with store.reading() as session:
        campaign = session.scalars(select(Campaign)).one()
        items = session.scalars(select(CampaignItem).order_by(CampaignItem.position)).all()
    assert campaign.name == "回填"
    assert [(it.campaign_id, it.job_id, it.sha256, it.fiscal_year) for it in items] == [
        (campaign.id, job_id, sha_of(name), 2019) for name in ("a", "b")
    ]
    store.close()


def _downgrade(store: Store, revision: str) -> None:
    config = _config()
    with store.engine.connect() as connection, connection.begin():
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
