"""The words of the checks, from `wording.toml`, validated on load."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from core.readings import Frozen


class Wording(Frozen):
    """The whole file."""

    execution_indicators: frozenset[str]


@cache
def wording() -> Wording:
    """Return the wording that comes with the package. Raises ValidationError when it is flawed."""
    text = (files(__package__) / "wording.toml").read_text(encoding="utf-8")
    return Wording.model_validate(tomllib.loads(text))
