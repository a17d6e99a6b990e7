"""`dangan keys`: make, list and revoke the keys of an installation, on its own machine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import get_args

import typer

from core.errors import KeyNotFound
from core.messages import Language, say
from core.places import open_settled_store
from core.settings import Settings
from core.store import Store, upgrade
from core.store.keys import KeyLimits, KeyView, Scope, create_key, list_keys, revoke_key


@contextmanager
def _store(settings: Settings) -> Iterator[Store]:
    """Give the database of an installation, made or brought up to date if need be."""
    if settings.database_url is None:
        settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    store = open_settled_store(settings)
    try:
        upgrade(store)
        yield store
    finally:
        store.close()


def parse_scopes(names: Sequence[str]) -> tuple[Scope, ...]:
    """Return scopes by their names; an unknown one is an error of usage."""
    known: dict[str, Scope] = {scope: scope for scope in get_args(Scope)}
    for name in names:
        if name not in known:
            raise typer.BadParameter(f"{name} ({', '.join(known)})", param_hint="--scope")
    return tuple(known[name] for name in names)


def create(
    settings: Settings,
    name: str,
    scopes: Sequence[Scope],
    limits: KeyLimits,
    language: Language,
) -> None:
    """Make a key and print its secret, alone on the standard output."""
    with _store(settings) as store:
        made = create_key(store, name, scopes, limits)
    typer.echo(say("cli", "key_made", language, id=made.key.id), err=True)
    typer.echo(made.secret)


def show(settings: Settings, language: Language) -> None:
    """Print all keys, one a line."""
    with _store(settings) as store:
        for key in list_keys(store):
            typer.echo(_line(key, language))


def revoke(settings: Settings, key_id: str, language: Language) -> None:
    """Revoke a key; raises `KeyNotFound`."""
    with _store(settings) as store:
        key = revoke_key(store, key_id)
    if key is None:
        raise KeyNotFound(key=key_id)
    typer.echo(_line(key, language))


def _line(key: KeyView, language: Language) -> str:
    state = "key_valid" if key.revoked is None else "key_revoked"
    moment = f"{(key.revoked or key.created).astimezone():%Y-%m-%d %H:%M}"
    told = say("cli", state, language, moment=moment)
    return f"{key.id}  {','.join(key.scopes):<24}  {told}  {key.name}{_limits(key.limits)}"


def _limits(limits: KeyLimits) -> str:
    told = []
    if limits.upload_mb is not None:
        told.append(f"{limits.upload_mb} MB")
    if limits.rate_per_s is not None:
        told.append(f"{limits.rate_per_s:g}/s")
    return f"  ({', '.join(told)})" if told else ""
