"""What a back-fill came to: on the screen, as JSON, and file by file in a report of its own."""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from cli.backfill.listing import Named, as_json, named_lines, passed_over_lines, states_sheet
from cli.backfill.sending import Outcome
from cli.client.campaigns import Campaign, Failure, Item, Progress
from cli.client.told import exit_code_of
from cli.extract import BAD_INPUT, OK, SERVICE_AT_FAULT
from core.errors import OutputFailed
from core.exports.to_csv import guarded
from core.exports.wording import heading, word
from core.messages import Language, say
from core.store.items import ITEM_VALUES

# What a person has to look for, and not the service.
_AT_FAULT = ("vanished", "changed", "missing")
_COLUMNS = ("file", "state", "why", "page_count", *ITEM_VALUES)


@dataclass
class Tally:
    """What this run did: files sent, and what was told of the others."""

    sent: int = 0
    bytes: int = 0
    left: defaultdict[str, Named] = field(default_factory=lambda: defaultdict(Named))
    others: Counter[str] = field(default_factory=Counter)

    def add(self, outcome: Outcome) -> None:
        if outcome.standing == "sent":
            self.sent += 1
            self.bytes += outcome.item.size or 0
        elif outcome.standing == "left":
            self.left[outcome.code or ""].add(outcome.item.path)
        else:
            self.others[outcome.standing] += 1


@dataclass(frozen=True)
class Report:
    """How the campaign stands after this run.

    `bare` are files without a row of the given catalogue, `unread` what of it could not be understood.
    """

    campaign: Campaign
    progress: Progress
    failures: tuple[Failure, ...]
    tally: Tally
    passed_over: Mapping[str, int]
    standing: Mapping[str, Named]
    bare: Named | None = None
    unread: tuple[str, ...] = ()

    def exit_code(self) -> int:
        """Return what the command ends with, as `dangan submit` does."""
        codes = [exit_code_of(failure.code) for failure in self.failures]
        codes += [BAD_INPUT for state in _AT_FAULT if self.progress.states.get(state)]
        if self.tally.left or self.progress.states.get("cancelled"):
            codes.append(SERVICE_AT_FAULT)
        if self.unread:
            codes.append(BAD_INPUT)
        return max(codes, default=OK)

    def as_json(self) -> dict[str, object]:
        """Return the report for programs."""
        return {
            "campaign": self.campaign.name,
            "id": self.campaign.id,
            **self.progress.model_dump(),
            "failures": [failure.model_dump(mode="json") for failure in self.failures],
            "sent": {"files": self.tally.sent, "bytes": self.tally.bytes},
            "left": as_json(self.tally.left),
            "passed_over": dict(self.passed_over),
            **{state: vars(named) for state, named in self.standing.items()},
            "without_row": None if self.bare is None else vars(self.bare),
            "unread_rows": list(self.unread),
        }

    def text(self, language: Language) -> str:
        """Return the report for people."""
        failed = {
            failure.code: Named(failure.files + failure.pages, list(failure.paths))
            for failure in self.failures
        }
        lines = [
            say("backfill", "stands", language, campaign=self.campaign.name),
            states_sheet(self.progress.states, language),
            say("backfill", "read", language, **self.progress.model_dump()),
            *named_lines(failed, language),
            *named_lines(self.standing, language),
            *named_lines(self.tally.left, language),
        ]
        if self.bare is not None and self.bare.count:
            lines += named_lines({"without_row": self.bare}, language)
        lines += self.unread
        lines += passed_over_lines(self.passed_over, language)
        return "\n".join(lines)


def write_report(path: Path, report: Report, items: Iterable[Item], language: Language) -> None:
    """Write the report with all files of the campaign, as they come; raises `OutputFailed`.

    A CSV has the files only, UTF-8 with a byte order mark.
    """
    try:
        if path.suffix.lower() == ".csv":
            with _replacing(path, "utf-8-sig") as out:
                _write_csv(out, items, language)
        else:
            with _replacing(path, "utf-8") as out:
                _write_json(out, report, items)
    except OSError as error:
        raise OutputFailed(path=str(path), reason=str(error.strerror)) from error


@contextmanager
def _replacing(path: Path, encoding: str) -> Iterator[TextIO]:
    """Give a file that takes its place when it is whole."""
    part = path.with_name(f".{path.name}.part")
    with part.open("w", encoding=encoding, newline="") as out:
        yield out
    part.replace(path)


def _write_csv(out: TextIO, items: Iterable[Item], language: Language) -> None:
    lines = csv.writer(out)
    lines.writerow(heading(code, language) for code in _COLUMNS)
    for item in items:
        told = {
            "file": item.path,
            "state": word(f"item_{item.state}", language),
            "why": item.trouble.code if item.trouble is not None else None,
            "page_count": item.pages,
        }
        values = (told[code] if code in told else getattr(item, code) for code in _COLUMNS)
        lines.writerow("" if it is None else guarded(str(it)) for it in values)


def _write_json(out: TextIO, report: Report, items: Iterable[Item]) -> None:
    head = json.dumps(report.as_json(), ensure_ascii=False, indent=2).removesuffix("\n}")
    out.write(f'{head},\n  "files": [')
    for place, item in enumerate(items):
        line = json.dumps(item.model_dump(mode="json"), ensure_ascii=False)
        out.write(f"{',' if place else ''}\n    {line}")
    out.write("\n  ]\n}\n")
