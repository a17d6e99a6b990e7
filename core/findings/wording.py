"""The words of the warnings, from `wording.toml`, validated on load."""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal
from functools import cache
from importlib.resources import files

from core.readings import Frozen


class Years(Frozen):
    """How prose names a year, and when an earlier one is no mistake."""

    pattern: re.Pattern[str]
    range: re.Pattern[str]
    title: re.Pattern[str]
    event_after: tuple[re.Pattern[str], ...]
    event_before: tuple[re.Pattern[str], ...]


class Wording(Frozen):
    """The whole file."""

    no_reason: frozenset[str]
    time_words: tuple[str, ...]
    deadline_words: tuple[str, ...]
    full_stops: tuple[str, ...]
    label_weight: re.Pattern[str]
    level_weights: tuple[dict[str, Decimal], ...]
    years: Years


@cache
def wording() -> Wording:
    """Return the wording that comes with the package. Raises ValidationError when it is flawed."""
    text = (files(__package__) / "wording.toml").read_text(encoding="utf-8")
    return Wording.model_validate(tomllib.loads(text))
