"""The secret that nobody set is made once, for its owner's eyes only."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from core.settings import Settings, read_settings
from core.webhook_secret import settled_webhook_secret, webhook_secret_file


def test_it_is_made_once_whoever_asks_first(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data")
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: settled_webhook_secret(settings), range(16)))
    (secret,) = made
    assert len(secret) >= 40
    assert webhook_secret_file(settings).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in settings.data.iterdir()] == ["webhook-secret"]


def test_a_setting_goes_before_it_and_is_not_shown(tmp_path: Path) -> None:
    settings = read_settings({"DANGAN_WEBHOOK_SECRET": "geheim", "DANGAN_DATA": str(tmp_path)})
    assert settled_webhook_secret(settings) == "geheim"
    assert "geheim" not in repr(settings)
    assert list(tmp_path.iterdir()) == []
