"""The secret that signs what is sent to callback addresses."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from core.settings import Settings


def settled_webhook_secret(settings: Settings) -> str:
    """Return the secret of an installation; without a setting, one that is made once and kept.

    It stands in the data folder and not in the database: a copy of the database is not enough to
    forge a message. Where schedulers run on several machines it has to be set.
    """
    if settings.webhook_secret is not None:
        return settings.webhook_secret.get_secret_value()
    return _kept_secret(webhook_secret_file(settings))


def webhook_secret_file(settings: Settings) -> Path:
    """Return where the secret is kept that nobody set."""
    return settings.data / "webhook-secret"


def _kept_secret(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        whole = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        descriptor = os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(32) + "\n")
        try:
            # Appears whole, and never over the one that another process made meanwhile.
            path.hardlink_to(whole)
        except FileExistsError:
            pass
        finally:
            whole.unlink()
    return path.read_text().strip()
