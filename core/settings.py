"""Deployment settings: what an installation fixes through its environment.

All names begin with `DANGAN_`; a name that is not known is refused, so that a misspelt setting is
not silently without effect. An empty value counts as not set, as compose files write it.
docs/settings.md lists them for people.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, SecretStr, ValidationError

from core.errors import BadSetting, UnknownSetting
from core.messages import Language
from core.readings import Frozen

PREFIX = "DANGAN_"
Networks = tuple[IPv4Network | IPv6Network, ...]
LogForm = Literal["text", "json"]


def _default_data() -> Path:
    """Return the user's folder for data, after the XDG base directory specification."""
    base = os.environ.get("XDG_DATA_HOME", "")
    return (Path(base) if base.startswith("/") else Path.home() / ".local" / "share") / "dangan"


def _split(value: object) -> object:
    return value.replace(",", " ").split() if isinstance(value, str) else value


class Settings(Frozen):
    """The settings and their defaults.

    `jobs` is the number of reading processes, None for one a core. `task_limit_s` is the wall time
    after which a process that is still busy with one page is ended. `vocabulary` is the folder of the
    installation's own vocabulary files, None for the one in `data`.

    Of the service: `data` is the folder that holds all it keeps, unless `database_url`, `blobs_url`
    and `broker_url` name other places. `page_soft_s` and `page_hard_s` bound the work on one page
    (the process is told to stop, and is killed); `lease_s` is the silence after which a worker counts
    as dead, `sweep_s` the pause between two looks for work that nobody does. One upload may have
    `upload_mb` and `upload_files` files, and its archives may unpack to `expanded_mb`. A key may make
    `rate_per_s` calls a second, and four times that at once. `log` is the form of log lines.
    `webhook_secret` signs what is sent to callback addresses; `webhook_private` are the networks that
    these may be in though they are not public.

    Of a client: `server` is the service that it talks to, `key` the API key that it shows there.
    """

    lang: Language = "zh"
    jobs: int | None = Field(default=None, ge=1)
    task_limit_s: float = Field(default=300.0, gt=0)
    vocabulary: Path | None = None
    data: Path = Field(default_factory=_default_data)
    database_url: str | None = None
    blobs_url: str | None = None
    broker_url: str | None = None
    host: str = "127.0.0.1"
    port: int = Field(default=8760, ge=0, le=65535)
    page_soft_s: float = Field(default=120.0, gt=0)
    page_hard_s: float = Field(default=150.0, gt=0)
    lease_s: float = Field(default=30.0, gt=0)
    sweep_s: float = Field(default=10.0, gt=0)
    upload_mb: int = Field(default=2_000, ge=1)
    upload_files: int = Field(default=1_000, ge=1)
    expanded_mb: int = Field(default=4_000, ge=1)
    rate_per_s: float = Field(default=50.0, gt=0)
    log: LogForm = "text"
    webhook_secret: SecretStr | None = None
    webhook_private: Annotated[Networks, BeforeValidator(_split)] = ()
    server: str = "http://127.0.0.1:8760"
    key: SecretStr | None = None


def known_settings() -> tuple[str, ...]:
    """Return the full names of all settings."""
    return tuple(PREFIX + name.upper() for name in Settings.model_fields)


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Take the settings from an environment; raises `UnknownSetting` or `BadSetting`."""
    given = {name: value for name, value in environment.items() if name.startswith(PREFIX)}
    for name in sorted(given):
        if name not in known_settings():
            raise UnknownSetting(name=name, known=", ".join(known_settings()))
    values = {name.removeprefix(PREFIX).lower(): value for name, value in given.items() if value}
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        wrong = error.errors()[0]
        name = PREFIX + str(wrong["loc"][0]).upper()
        raise BadSetting(name=name, value=given[name], reason=wrong["msg"]) from error
