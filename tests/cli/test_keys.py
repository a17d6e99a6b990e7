"""`dangan keys`: the way to the first key."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from cli.service.serve import serve
from core.errors import KeysMissing
from core.settings import Settings
from core.store import open_store
from core.store.database import sqlite_url
from core.store.keys import find_key


def run(data: Path, *arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["keys", *arguments, "--data", str(data)])
    return done.exit_code, done.stdout, done.stderr


def test_a_key_is_made_listed_and_revoked(tmp_path: Path) -> None:
    data = tmp_path / "data"
    code, secret, told = run(data, "create", "审核", "--scope", "read", "--scope", "review")
    assert code == 0
    assert secret.startswith("dangan_")
    assert secret.strip() not in told
    store = open_store(sqlite_url(data / "dangan.db"))
    key = find_key(store, secret.strip())
    assert key is not None
    assert (key.name, key.scopes) == ("审核", ("read", "review"))
    assert key.id in run(data, "list")[1]
    assert run(data, "revoke", key.id)[0] == 0
    assert find_key(store, secret.strip()) is None
    store.close()
    code, _, told = run(data, "revoke", "nothing")
    assert code == 3
    assert told.startswith("key_not_found: ")
    assert run(data, "create", "x", "--scope", "all")[0] == 2
    assert run(data, "create", "x", "--rate", "0")[0] == 2
    assert run(data, "create", "慢", "--rate", "2.5", "--upload-mb", "20")[0] == 0
    assert "慢  (20 MB, 2.5/s)" in run(data, "list")[1]


def test_nobody_serves_others_without_a_key(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data", host="0.0.0.0")
    with pytest.raises(KeysMissing):
        serve(settings, lambda _: None, lambda *_: pytest.fail("something was started"))
