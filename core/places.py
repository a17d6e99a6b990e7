"""Where the service keeps what, and the doors to it, from the deployment settings.

<data>/dangan.db      the database, unless DANGAN_DATABASE_URL names one
<data>/blobs/         uploads and pictures, unless DANGAN_BLOBS_URL names a place
<data>/redis/         the queue of the private broker, unless DANGAN_BROKER_URL names one
<data>/incoming/      uploads that are not whole yet
<data>/vocabulary/    the installation's own vocabulary files, unless DANGAN_VOCABULARY names a folder
"""

from __future__ import annotations

from pathlib import Path

from core.blobs import Blobs, open_blobs
from core.queue import Doorbell
from core.settings import Settings
from core.store.database import Store, open_store, sqlite_url

# The path of a Unix socket fits into 108 bytes, its end included (unix(7)).
SOCKET_PATH_BYTES = 107


def open_settled_store(settings: Settings) -> Store:
    """Open the database of an installation."""
    return open_store(settings.database_url or sqlite_url(settings.data / "dangan.db"))


def open_settled_blobs(settings: Settings) -> Blobs:
    """Open the blobs of an installation."""
    return open_blobs(settings.blobs_url or str(settings.data / "blobs"))


def open_settled_doorbell(settings: Settings) -> Doorbell:
    """Open the way to the workers of an installation."""
    return Doorbell(settled_broker_url(settings))


def settled_broker_url(settings: Settings) -> str:
    """Return the broker's URL; without a setting, the socket of the private one."""
    return settings.broker_url or f"redis+socket://{broker_socket(settings.data)}"


def broker_socket(data: Path) -> Path:
    """Return where the private broker listens."""
    return data.absolute() / "redis" / "redis.sock"


def vocabulary_folder(settings: Settings) -> Path | None:
    """Return the folder of the installation's own vocabulary files; None where it has none."""
    if settings.vocabulary is not None:
        return settings.vocabulary
    folder = settings.data / "vocabulary"
    return folder if folder.is_dir() else None


def incoming_folder(settings: Settings) -> Path:
    """Return the folder for uploads that are not whole yet, made if need be."""
    folder = settings.data / "incoming"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
