"""What is printed in a form, as values: the truth that scans are measured against.

All values are text as printed (`1,031,336.77`, `100.00%`, `—`), without line wraps; what a form does not print is "".
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

MONEY = ("initial_budget", "annual_budget", "executed")


@dataclass(frozen=True)
class Funding:
    """One row of the funding block; the first row of a form is the total of the others."""

    label: str
    initial_budget: str = ""
    annual_budget: str = ""
    executed: str = ""
    weight: str = ""
    execution_rate: str = ""
    score: str = ""


@dataclass(frozen=True)
class Goals:
    """What was to be reached, and what was."""

    expected: str
    actual: str


@dataclass(frozen=True)
class Indicator:
    """One indicator; the levels repeat on every row they span."""

    level1: str
    level2: str
    level3: str
    target: str = ""
    actual: str = ""
    weight: str = ""
    score: str = ""
    deviation: str = ""


@dataclass(frozen=True)
class Total:
    """The last row of a scored form."""

    weight: str = ""
    score: str = ""


@dataclass(frozen=True)
class Form:
    """One form. `extra` holds what single layouts print besides (JSON values, keys in the truth's top level)."""

    title: str
    fiscal_year: int
    project_name: str
    project_level: str
    department: str
    implementing_unit: str
    money_unit: str
    funding: tuple[Funding, ...]
    goals: Goals
    indicators: tuple[Indicator, ...]
    total: Total
    extra: Mapping[str, Any] = field(default_factory=dict)

    def truth(self) -> dict[str, Any]:
        """Give the form in the truth file's shape (JSON types only)."""
        plain = asdict(self)
        extra = plain.pop("extra")
        return {
            **plain,
            "funding": list(plain["funding"]),
            "indicators": list(plain["indicators"]),
            **extra,
        }


def read_form(truth: Mapping[str, Any]) -> Form:
    """Take a form from its truth; keys that are not a form's own go into `extra`."""
    own = set(Form.__dataclass_fields__) - {"extra"}
    return Form(
        title=truth["title"],
        fiscal_year=int(truth["fiscal_year"]),
        project_name=truth["project_name"],
        project_level=truth["project_level"],
        department=truth["department"],
        implementing_unit=truth["implementing_unit"],
        money_unit=truth["money_unit"],
        funding=tuple(Funding(**row) for row in truth["funding"]),
        goals=Goals(**truth["goals"]),
        indicators=tuple(Indicator(**row) for row in truth["indicators"]),
        total=Total(**truth["total"]),
        extra={key: value for key, value in truth.items() if key not in own},
    )
