"""Who may call."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Literal, cast

from pydantic import Field
from sqlalchemy import select

from core.readings import Frozen
from core.store.database import Store
from core.store.identifiers import new_id
from core.store.tables import ApiKey

Scope = Literal["upload", "read", "review", "admin"]
PREFIX = "dangan_"
# What a column holds, and more than a process answers.
MOST_UPLOAD_MB = 1_000_000
MOST_PER_S = 10_000.0


class KeyLimits(Frozen):
    """What one upload of a key may be, and how often it may call; None as in the settings."""

    upload_mb: Annotated[int, Field(ge=1, le=MOST_UPLOAD_MB)] | None = None
    rate_per_s: Annotated[float, Field(gt=0, le=MOST_PER_S)] | None = None


AS_SET = KeyLimits()


class KeyView(Frozen):
    """A key without its secret."""

    id: str
    name: str
    scopes: tuple[Scope, ...]
    limits: KeyLimits = AS_SET
    created: datetime
    revoked: datetime | None


class NewKey(Frozen):
    """A key that was just made; `secret` is stored nowhere and cannot be shown again."""

    key: KeyView
    secret: str


def create_key(
    store: Store, name: str, scopes: Iterable[Scope], limits: KeyLimits = AS_SET
) -> NewKey:
    """Make a key."""
    secret = PREFIX + secrets.token_urlsafe(32)
    with store.accepting() as session:
        key = ApiKey(
            id=new_id(),
            name=name,
            digest=_digest(secret),
            scopes=sorted(set(scopes)),
            upload_mb=limits.upload_mb,
            rate_per_s=limits.rate_per_s,
            created=store.now(session),
        )
        session.add(key)
        return NewKey(key=_view(key), secret=secret)


def find_key(store: Store, secret: str) -> KeyView | None:
    """Return the key with this secret unless it was revoked.

    It is looked up by its hash, so the time that takes says nothing about the secret.
    """
    with store.reading() as session:
        key = session.scalars(
            select(ApiKey).where(ApiKey.digest == _digest(secret), ApiKey.revoked.is_(None))
        ).first()
        return None if key is None else _view(key)


def any_key(store: Store) -> bool:
    """Return whether callers need a key: from the first on, also when all have been revoked.

    To revoke the last one must close the service, not open it to everybody.
    """
    with store.reading() as session:
        return session.scalars(select(ApiKey.id).limit(1)).first() is not None


def list_keys(store: Store) -> tuple[KeyView, ...]:
    """Return all keys, the revoked ones too, oldest first."""
    with store.reading() as session:
        return tuple(_view(key) for key in session.scalars(select(ApiKey).order_by(ApiKey.id)))


def revoke_key(store: Store, key_id: str) -> KeyView | None:
    """Revoke a key and return it; None where there is none."""
    with store.accepting() as session:
        key = session.get(ApiKey, key_id)
        if key is None:
            return None
        key.revoked = key.revoked or store.now(session)
        return _view(key)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _view(key: ApiKey) -> KeyView:
    return KeyView(
        id=key.id,
        name=key.name,
        scopes=tuple(cast("list[Scope]", key.scopes)),
        limits=KeyLimits(upload_mb=key.upload_mb, rate_per_s=key.rate_per_s),
        created=key.created,
        revoked=key.revoked,
    )
