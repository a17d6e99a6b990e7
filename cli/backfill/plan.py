"""`dangan backfill --plan`: what would be done, without doing any of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from cli.backfill.ledger import Ledger
from cli.backfill.listing import Named, as_json, named_lines, passed_over_lines, sheet
from cli.backfill.show import MB
from cli.client.campaigns import Item
from core.exports.wording import heading
from core.messages import Language, say
from core.store.items import ManifestRow

Place = tuple[int | None, str | None]
"""A year and a department."""


@dataclass
class Plan:
    """Files to be taken in, by where they belong; and what cannot be, by its code or standing.

    `pages` counts those of files whose pages are known.
    `held` counts what the server has of them; None where it could not be asked.
    """

    files: int = 0
    bytes: int = 0
    pages: int = 0
    places: Counter[Place] = field(default_factory=Counter)
    place_bytes: Counter[Place] = field(default_factory=Counter)
    refused: defaultdict[str, Named] = field(default_factory=lambda: defaultdict(Named))
    passed_over: Counter[str] = field(default_factory=Counter)
    held: int | None = None
    held_bytes: int = 0
    gone: Named = field(default_factory=Named)
    bare: Named | None = None
    unread: Sequence[str] = ()

    def add(self, rows: Iterable[ManifestRow]) -> None:
        """Count rows of the manifest."""
        for row in rows:
            if row.standing != "planned":
                self.refused[row.code or row.standing].add(row.path)
                continue
            place = row.fiscal_year, row.department
            self.files += 1
            self.bytes += row.size or 0
            self.pages += row.pages or 0
            self.places[place] += 1
            self.place_bytes[place] += row.size or 0

    def compare(self, items: Iterable[Item], ledger: Ledger) -> None:
        """Count what the server has already, and what it was once told of and is here no more."""
        self.held = self.held or 0
        for item in items:
            seen = ledger.find(item.path)
            if seen is None:
                if item.state != "missing":
                    self.gone.add(item.path)
            elif item.job_id is not None and item.sha256 == seen.row.sha256:
                self.held += 1
                self.held_bytes += seen.row.size or 0

    def as_json(self) -> Mapping[str, object]:
        """Return the plan for programs."""
        return {
            "files": self.files,
            "bytes": self.bytes,
            "pages": self.pages,
            "places": [
                {
                    "fiscal_year": year,
                    "department": department,
                    "files": self.places[year, department],
                    "bytes": self.place_bytes[year, department],
                }
                for year, department in self._ordered()
            ],
            "refused": as_json(self.refused),
            "passed_over": dict(self.passed_over),
            "held": None if self.held is None else {"files": self.held, "bytes": self.held_bytes},
            "gone": vars(self.gone),
            "without_row": None if self.bare is None else vars(self.bare),
            "unread_rows": list(self.unread),
        }

    def text(self, language: Language) -> str:
        """Return the plan for people."""

        def told(code: str, **details: object) -> str:
            return say("backfill", code, language, **details)

        parts = [
            sheet(
                [heading(code, language) for code in ("fiscal_year", "department")]
                + [told("files"), told("size")],
                [
                    (
                        str(place[0] or "—"),
                        place[1] or "—",
                        str(self.places[place]),
                        f"{self.place_bytes[place] / MB:.1f} MB",
                    )
                    for place in self._ordered()
                ],
            ),
            told("plan", files=self.files, pages=self.pages, mb=self.bytes / MB),
        ]
        if self.held is None:
            parts.append(told("plan_unasked"))
        else:
            left = self.files - self.held
            mb = (self.bytes - self.held_bytes) / MB
            parts.append(told("plan_held", held=self.held, left=left, mb=mb))
        parts += named_lines(self.refused, language)
        if self.gone.count:
            parts += named_lines({"gone": self.gone}, language)
        if self.bare is not None and self.bare.count:
            parts += named_lines({"without_row": self.bare}, language)
        parts += self.unread
        parts += passed_over_lines(self.passed_over, language)
        return "\n".join(parts)

    def _ordered(self) -> Sequence[Place]:
        return sorted(self.places, key=lambda place: (place[0] or 0, place[1] or ""))
