"""Keys for callers: made, listed, revoked."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Depends
from pydantic import Field, StringConstraints

from api.callers import KEY_ERRORS, Caller, require
from api.examples import KEY, KEY_IN, NEW_KEY, answered
from api.parameters import Id
from api.parts import PartsNeeded
from api.problems import problems
from core.errors import KeyNotFound
from core.readings import Frozen
from core.store.keys import (
    AS_SET,
    KeyLimits,
    KeyView,
    NewKey,
    Scope,
    create_key,
    list_keys,
    revoke_key,
)

router = APIRouter(prefix="/api/v1", tags=["keys"])

Admin = Annotated[Caller, Depends(require("admin"))]
Name = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$"
    ),
]


class KeyIn(Frozen):
    """A key to be made: whose it is, what it may be used for, and limits of its own."""

    name: Name
    scopes: Annotated[tuple[Scope, ...], Field(min_length=1, max_length=4)]
    limits: KeyLimits = AS_SET


@router.post(
    "/keys",
    status_code=201,
    responses={**answered(NEW_KEY, 201), **problems(*KEY_ERRORS)},
)
def post_key(
    key: Annotated[KeyIn, Body(examples=[KEY_IN])],
    parts: PartsNeeded,
    caller: Admin,
) -> NewKey:
    """Make a key. Its secret is shown this once; from the first key on, every call needs one."""
    del caller
    return create_key(parts.store, key.name, key.scopes, key.limits)


@router.get("/keys", responses={**answered([KEY]), **problems(*KEY_ERRORS)})
def get_keys(parts: PartsNeeded, caller: Admin) -> tuple[KeyView, ...]:
    """List all keys, oldest first, the revoked ones too."""
    del caller
    return list_keys(parts.store)


@router.delete(
    "/keys/{key_id}",
    responses={
        **answered({**KEY, "revoked": "2026-03-03T09:00:00Z"}),
        **problems(*KEY_ERRORS, KeyNotFound),
    },
)
def delete_key(key_id: Id, parts: PartsNeeded, caller: Admin) -> KeyView:
    """Revoke a key: from now on it opens nothing. What it handed in stays."""
    del caller
    key = revoke_key(parts.store, key_id)
    if key is None:
        raise KeyNotFound(key=key_id)
    return key
