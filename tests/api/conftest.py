"""The application on an installation of its own, with calls in the process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.parts import Parts, opened
from core.places import open_settled_store
from core.settings import Settings
from core.store import upgrade


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Give the settings of an installation; its broker does not answer, which nobody may notice."""
    return Settings(
        data=tmp_path / "data",
        lang="en",
        broker_url=f"redis+socket://{tmp_path}/nobody.sock",
        upload_mb=1,
        upload_files=5,
        expanded_mb=2,
    )


@pytest.fixture
def parts(settings: Settings) -> Iterator[Parts]:
    """Give the parts of the installation, for what a test does behind the API's back."""
    settings.data.mkdir()
    store = open_settled_store(settings)
    upgrade(store)
    store.close()
    with opened(settings) as parts:
        yield parts


@pytest.fixture
def client(settings: Settings, parts: Parts) -> Iterator[TestClient]:
    """Give a client of the running application, as a program on this machine is one."""
    del parts
    with TestClient(create_app(settings), base_url="http://127.0.0.1:8760") as client:
        yield client
