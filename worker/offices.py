"""Departments and units by the register of an installation.

A name that the register knows, under whatever name of its own or of earlier years, becomes the name of
today in the record; what is printed stays in the field. A name that is nearly one of the register's goes to
a person. An empty register says nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from core.extraction import Field
from core.vocabulary import Vocabulary, squash
from core.vocabulary.matching import distance
from worker.cut import Finding
from worker.rebuild import Rebuilt

NOT_IN_REGISTER = "not_in_register"


@dataclass(frozen=True)
class RegisterParams:
    """A name of the register is near when at most `near_ratio` of its characters differ: one in six."""

    near_ratio: float = 0.17


@dataclass(frozen=True)
class Register:
    """The names of today, by every name that an office has or had (squashed)."""

    names: Mapping[str, str]
    vocabulary: Vocabulary
    params: RegisterParams = RegisterParams()

    @classmethod
    def of(cls, vocabulary: Vocabulary) -> Register:
        """Return the register of the vocabulary's files."""
        names = {
            squash(name): office.name
            for office in vocabulary.content.departments
            for name in (office.name, *office.aliases, *office.former)
        }
        return cls(names, vocabulary)

    def settled(self, rebuilt: Rebuilt, page: int) -> tuple[Rebuilt, tuple[Finding, ...]]:
        """Return the form with the register's names, and findings about names that are nearly one of them."""
        updates: dict[str, str] = {}
        fields: dict[str, Field] = dict(rebuilt.fields)
        findings: list[Finding] = []
        for key in ("department", "implementing_unit"):
            printed = getattr(rebuilt.record, key)
            if not printed:
                continue
            bare = self._bare(printed)
            if bare in self.names:
                updates[key] = self.names[bare]
            elif near := self._near(bare):
                findings.append(
                    Finding("department_near", "warning", page, {"printed": printed, "near": near})
                )
                fields[f"/{key}"] = _doubted(fields[f"/{key}"], near)
        record = rebuilt.record.model_copy(update=updates) if updates else rebuilt.record
        return replace(rebuilt, record=record, fields=fields), tuple(findings)

    def _bare(self, printed: str) -> str:
        """Return a name without the code in front of it."""
        code = self.vocabulary.search("office_code", printed)
        return squash(printed)[code.end() :] if code else squash(printed)

    def _near(self, bare: str) -> str | None:
        """Return the one name of today that `bare` is nearly, None where there is none or several."""
        near = {
            today
            for name, today in self.names.items()
            if distance(bare, name, limit := int(len(name) * self.params.near_ratio)) <= limit
        }
        return near.pop() if len(near) == 1 else None


def _doubted(field: Field, near: str) -> Field:
    if field.status != "ok":
        return field
    return field.model_copy(
        update={
            "status": "review",
            "why": NOT_IN_REGISTER,
            "alternatives": (*field.alternatives, near),
        }
    )
