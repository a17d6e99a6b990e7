"""May the service listen where it is told to?"""

from __future__ import annotations

from ipaddress import ip_address

from core.errors import KeysMissing
from core.store.database import Store
from core.store.keys import any_key


def check_exposure(host: str, store: Store) -> None:
    """Raise `KeysMissing` for an address that others can reach while nobody needs a key."""
    if not is_loopback(host) and not any_key(store):
        raise KeysMissing(host=host)


def is_loopback(host: str) -> bool:
    """Return whether a name or an address is that of this machine, and nothing else."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
