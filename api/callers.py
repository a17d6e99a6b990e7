"""Who calls, and what they may do.

Without any key in the database whoever reaches the service may do all: it listens on loopback only then
(`api.app`). As soon as there is one, every call needs a key with the right scope.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from fastapi import Depends, Request
from fastapi.security import HTTPBearer
from fastapi.security.utils import get_authorization_scheme_param

from api.admission import Rates, refuse_foreign_host
from api.parts import Parts, parts_of
from core.errors import DanganError, ForeignHost, KeyNeeded, RateExceeded, ScopeNeeded
from core.readings import Frozen
from core.store.keys import AS_SET, KeyLimits, Scope, any_key, find_key

ALL_SCOPES: tuple[Scope, ...] = ("upload", "read", "review", "admin")

KEY_COOKIE = "dangan_key"
"""The key of who signed in on the pages; `api.origins` sees that no other site makes use of it."""

bearer = HTTPBearer(auto_error=False, description="An API key, `dangan_…`.")


class Caller(Frozen):
    """A caller; `id` is that of the key, or `""` where no keys are in use.

    `limits` are those of the key where it has its own.
    """

    id: str
    name: str
    scopes: tuple[Scope, ...]
    limits: KeyLimits = AS_SET

    @property
    def owner(self) -> str | None:
        """Whose jobs the caller sees: an admin, and who needs no key, those of all."""
        return None if "admin" in self.scopes else self.id

    def may(self, scope: Scope) -> bool:
        """Return whether the caller has a scope; `admin` includes all."""
        return scope in self.scopes or "admin" in self.scopes


ANYBODY = Caller(id="", name="", scopes=ALL_SCOPES)


def caller_of(request: Request) -> Caller:
    """Return who calls; raises `KeyNeeded`."""
    parts = parts_of(request)
    secret = _secret_of(request)
    if not secret:
        return _without_key(parts)
    key = find_key(parts.store, secret)
    if key is None:
        raise KeyNeeded
    return Caller(id=key.id, name=key.name, scopes=key.scopes, limits=key.limits)


@cache
def require(*scopes: Scope) -> Callable[..., Caller]:
    """Return the dependency of a route that needs one of these scopes; `admin` includes all.

    Always the same for the same scopes, so that a route which asks twice counts as one call.
    """

    def allowed(request: Request, _: object = Depends(bearer)) -> Caller:
        caller = caller_of(request)
        admit(request, caller)
        if not any(map(caller.may, scopes)):
            raise ScopeNeeded(scope=scopes[0])
        return caller

    return allowed


def _secret_of(request: Request) -> str:
    """Return the key that came in the header or, without one, in the cookie of the pages."""
    header = request.headers.get("authorization")
    if header is None:
        return request.cookies.get(KEY_COOKIE, "")
    scheme, secret = get_authorization_scheme_param(header)
    return secret if scheme.lower() == "bearer" else ""


def admit(request: Request, caller: Caller) -> None:
    """Raise `RateExceeded` for a key that calls too often, `ForeignHost` where none is in use."""
    if caller.id:
        rates: Rates = request.app.state.rates
        rates.take(caller.id, caller.limits.rate_per_s)
    else:
        refuse_foreign_host(request)


def _without_key(parts: Parts) -> Caller:
    if any_key(parts.store):
        raise KeyNeeded
    return ANYBODY


KEY_ERRORS: tuple[type[DanganError], ...] = (
    KeyNeeded,
    ScopeNeeded,
    ForeignHost,
    RateExceeded,
)
