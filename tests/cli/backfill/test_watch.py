"""A folder that a scanner drops files into: only what is finished is taken, and that once."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import pytest

from cli.backfill import command as module
from cli.backfill.ledger import opened_ledger
from cli.backfill.shelf import Folder, Found
from cli.backfill.stillness import Stillness, is_whole
from tests.api.uploads.archives import packed
from tests.cli.backfill.fake_campaign import FakeCampaign, Reply, problem, serving
from tests.cli.backfill.test_backfill import ran, scan

PDF = b"%PDF-1.7 one page\n%%EOF\n"


@pytest.mark.parametrize(
    ("content", "whole"),
    [
        (PDF, True),
        (PDF[:-8], False),
        (b"", False),
        (packed({"a.pdf": PDF}), True),
        (packed({"a.pdf": PDF})[:-30], False),
        (b"\x89PNG\r\n\x1a\n pixels IEND\xaeB`\x82", True),
        (b"\x89PNG\r\n\x1a\n pixels", False),
        (b"\xff\xd8\xff pixels \xff\xd9", True),
        (b"\xff\xd8\xff pixels", False),
        (b"II*\0 has no mark at its end", True),
    ],
)
def test_a_file_is_whole_when_its_end_is_there(content: bytes, whole: bool) -> None:
    assert is_whole(io.BytesIO(content)) == whole


def test_a_file_is_finished_when_it_holds_still_and_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    shelf = Folder(tmp_path)
    now = 0.0
    with opened_ledger(None, "") as ledger:
        still = Stillness(shelf, ledger, quiet_s=10, patience_s=100, clock=lambda: now)

        def finished() -> bool:
            return still(Found("a.pdf", str(path)), shelf.stamp(str(path)))

        path.write_bytes(PDF[:9])
        assert not finished()
        now = 99
        assert not finished()
        now = 100
        assert finished()
        path.write_bytes(PDF)
        assert not finished()
        now = 109
        assert not finished()
        now = 110
        assert finished()


def script(monkeypatch: pytest.MonkeyPatch, *steps: Callable[[], object]) -> None:
    """Take a step instead of each rest of the watch, and end it after the last."""
    left = iter(steps)

    def nap(_: Event) -> Callable[[float], None]:
        def rest(_: float) -> None:
            step = next(left, None)
            if step is None:
                raise KeyboardInterrupt
            step()

        return rest

    monkeypatch.setattr(module, "_nap", nap)


@pytest.fixture
def campaign() -> FakeCampaign:
    return FakeCampaign()


@pytest.fixture
def url(campaign: FakeCampaign) -> Iterator[str]:
    with serving(campaign) as url:
        yield url


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    (tmp_path / "disk").mkdir()
    return tmp_path / "disk"


def nothing() -> None:
    return


def test_what_comes_is_taken_when_it_is_finished_and_a_restart_doubles_nothing(
    campaign: FakeCampaign, url: str, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (disk / "a.pdf").write_bytes(PDF)
    script(
        monkeypatch,
        nothing,
        lambda: (disk / "growing.pdf").write_bytes(PDF[:12]),
        nothing,
        lambda: scan(disk, "b.pdf", "%%EOF"),
        nothing,
    )

    assert ran(url, disk, watch=True, quiet_s=0)[0] == 0

    assert campaign.states() == {"disk/a.pdf": "done", "disk/b.pdf": "done"}
    entered = campaign.calls["POST manifest"]
    assert entered == 2
    (disk / "growing.pdf").write_bytes(PDF + b"grown %%EOF")
    script(monkeypatch, nothing, nothing)
    assert ran(url, disk, watch=True, quiet_s=0)[0] == 0
    assert campaign.states()["disk/growing.pdf"] == "done"
    assert campaign.puts == {"disk/a.pdf": 1, "disk/b.pdf": 1, "disk/growing.pdf": 1}


def test_what_changes_before_it_is_sent_has_not_vanished(
    campaign: FakeCampaign, url: str, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan(disk, "a.pdf", "%%EOF")
    (disk / "b.zip").write_bytes(packed({"in.pdf": PDF}))
    later = [problem(500, "defect")] * 2

    def once(method: str, _: str) -> Reply | None:
        return later.pop() if method == "PUT" and later else None

    campaign.faults.append(once)
    seen: list[dict[str, str]] = []

    def rescanned() -> None:
        scan(disk, "a.pdf", "again")
        (disk / "b.zip").write_bytes(packed({"in.pdf": PDF})[:-30])

    def finished() -> None:
        seen.append(campaign.states())
        scan(disk, "a.pdf", "again %%EOF")
        (disk / "b.zip").write_bytes(packed({"in.pdf": PDF + b"%%EOF"}))

    script(monkeypatch, rescanned, finished, nothing)

    assert ran(url, disk, watch=True, quiet_s=0)[0] == 0

    assert seen == [{"disk/a.pdf": "changed", "disk/b.zip!/in.pdf": "changed"}]
    assert set(campaign.states().values()) == {"done"}


def test_a_watch_outlives_a_service_that_is_away(
    campaign: FakeCampaign, url: str, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "STEADY", module.BRIEF)
    (disk / "a.pdf").write_bytes(PDF)

    def away(_: str, step: str) -> Reply | None:
        return problem(503, "unavailable", retry_after="0") if step == "manifest" else None

    campaign.faults.append(away)
    script(monkeypatch, *[nothing] * 3, campaign.faults.clear, nothing)

    assert ran(url, disk, watch=True, quiet_s=0)[0] == 0

    assert campaign.states() == {"disk/a.pdf": "done"}
