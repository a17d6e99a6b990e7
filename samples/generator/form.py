"""What is printed in a form, as values: the truth that scans are measured against.

All values are text as printed (`1,031,336.77`, `100.00%`, `—`), without line wraps. "" is an empty cell, None is what this kind of
form does not have.
"""

from collections.abc import Container, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, TypeVar

MONEY = ("initial_budget", "annual_budget", "executed")
SELF_EVALUATION = "project-self-evaluation"


@dataclass(frozen=True)
class Funding:
    """One row of the funding block; the first row of a form is the total of the others."""

    label: str
    initial_budget: str | None = None
    annual_budget: str | None = None
    executed: str | None = None
    weight: str | None = None
    execution_rate: str | None = None
    score: str | None = None


@dataclass(frozen=True)
class Goals:
    """What was to be reached, and what was."""

    expected: str | None = None
    actual: str | None = None


@dataclass(frozen=True)
class Indicator:
    """One indicator; the levels repeat on every row they span."""

    level1: str | None = None
    level2: str | None = None
    level3: str | None = None
    target: str | None = None
    actual: str | None = None
    weight: str | None = None
    score: str | None = None
    deviation: str | None = None


@dataclass(frozen=True)
class Total:
    """The last row of a scored form."""

    weight: str | None = None
    score: str | None = None


Row = TypeVar("Row", Funding, Goals, Indicator, Total)


@dataclass(frozen=True)
class Form:
    """One form.

    `extra` is what is peculiar to it, by printed label. `beside` holds what a truth file says besides (JSON values, keys in the
    truth's top level), `drawing` what only the drawing needs to know.
    """

    title: str
    fiscal_year: int
    project_name: str | None
    project_level: str
    department: str | None
    implementing_unit: str | None
    money_unit: str | None
    funding: tuple[Funding, ...]
    goals: Goals
    indicators: tuple[Indicator, ...]
    total: Total
    template: str = SELF_EVALUATION
    extra: Mapping[str, str] = field(default_factory=dict)
    beside: Mapping[str, Any] = field(default_factory=dict)
    drawing: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @property
    def is_self_evaluation(self) -> bool:
        return "self-evaluation" in self.template

    def truth(self) -> dict[str, Any]:
        """Give the form in the truth file's shape (JSON types only).

        A form that is no self-evaluation has no more than a head: its tables are tables.
        """
        plain = asdict(self)
        beside = plain.pop("beside")
        plain.pop("drawing")
        if not self.is_self_evaluation:
            plain |= {"money_unit": None, "funding": (), "indicators": (), "extra": {}}
            plain |= {"goals": asdict(Goals()), "total": asdict(Total())}
        return {
            **plain,
            "funding": list(plain["funding"]),
            "indicators": list(plain["indicators"]),
            **beside,
        }


def read_form(truth: Mapping[str, Any]) -> Form:
    """Take a form from its truth; keys that are not a form's own go into `beside`."""
    own = set(Form.__dataclass_fields__)
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
        template=truth.get("template", SELF_EVALUATION),
        extra=truth.get("extra", {}),
        beside={key: value for key, value in truth.items() if key not in own},
    )


def only(row: Row, keys: Container[str]) -> Row:
    """Give a row with None for what is not in `keys`; the label of a funding row stays."""
    lacking: dict[str, Any] = {key.name: None for key in fields(row) if key.name not in keys}
    lacking.pop("label", None)
    return replace(row, **lacking)
