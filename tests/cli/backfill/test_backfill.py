"""A back-fill against a service that goes wrong as told: each file once, all accounted for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.backfill import command as module
from cli.backfill.command import BackfillOrder, backfill
from cli.client.progress import Progresses
from cli.client.server import Address
from cli.client.told import ServerSaid
from core.errors import FileNotFound, NamesakeFolder, OutputFailed, ServerUnreachable
from core.vocabulary import standard
from tests.api.uploads.archives import named_raw, packed
from tests.cli.backfill.fake_campaign import FakeCampaign, Reply, problem, serving


@pytest.fixture
def campaign(monkeypatch: pytest.MonkeyPatch) -> FakeCampaign:
    monkeypatch.setattr(module, "ROUND_S", 0)
    return FakeCampaign()


@pytest.fixture
def url(campaign: FakeCampaign) -> Iterator[str]:
    with serving(campaign) as url:
        yield url


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    folder = tmp_path / "disk"
    (folder / "2019" / "市教育局").mkdir(parents=True)
    return folder


def scan(disk: Path, name: str, more: str = "") -> Path:
    path = disk / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"%PDF- {name} {more}")
    return path


def ran(url: str, disk: Path, **options: object) -> tuple[int, str]:
    """Return the exit code, and what stood on standard output."""
    said: list[str] = []
    settings = {"cache": disk.parent / "cache", **options}
    order = BackfillOrder(str(disk), "x", standard(), **settings)  # type: ignore[arg-type]
    code = backfill(order, Address(url, None, "en"), Progresses("en"), said.append)
    return code, "\n".join(said)


def test_everything_goes_in_once_and_a_second_time_changes_nothing(
    campaign: FakeCampaign, url: str, disk: Path
) -> None:
    for number in range(10):
        scan(disk, f"2019/市教育局/{number}.pdf")
    members = packed({f"{number}.pdf": b"%PDF-" + bytes([number]) for number in range(5)})
    (disk / "2020.zip").write_bytes(members)
    (disk / "gbk.zip").write_bytes(named_raw("财政局.pdf".encode("gbk"), b"%PDF-gbk"))

    assert ran(url, disk)[0] == 0

    assert len(campaign.puts) == 16
    assert campaign.states()["disk/gbk.zip!/财政局.pdf"] == "done"
    assert campaign.items["disk/2019/市教育局/3.pdf"]["fiscal_year"] == 2019
    assert ran(url, disk)[0] == 0
    assert set(campaign.puts.values()) == {1}


def test_a_second_folder_of_one_name_is_no_change_of_the_first(
    campaign: FakeCampaign, url: str, disk: Path
) -> None:
    scan(disk, "a.pdf", "of the first")
    other = disk.parent / "mnt" / "disk"
    scan(other, "a.pdf", "of the second")
    cache = disk.parent / "cache"
    assert ran(url, disk, cache=cache)[0] == 0
    with pytest.raises(NamesakeFolder, match="disk"):
        ran(url, other, cache=cache)
    assert len(campaign.puts) == 1
    assert ran(url, other, cache=cache, called="disk 2")[0] == 0
    assert set(campaign.states()) == {"disk/a.pdf", "disk 2/a.pdf"}
    # The same folder, moved: said to be so once, known from then on.
    moved = disk.rename(disk.parent / "mnt" / "moved")
    assert ran(url, moved, cache=cache, called="disk")[0] == 0
    assert set(campaign.puts.values()) == {1}


def test_of_files_with_the_same_bytes_one_is_sent(
    campaign: FakeCampaign, url: str, disk: Path
) -> None:
    for name in ("a.pdf", "b.pdf", "c.pdf", "d.pdf", "e.pdf"):
        (disk / name).write_bytes(b"%PDF- the same")

    assert ran(url, disk, at_once=2)[0] == 0

    assert sum(campaign.puts.values()) == 1
    assert sorted(campaign.states().values()) == ["done", *["duplicate"] * 4]


def test_where_the_first_of_them_is_refused_another_is_tried(
    campaign: FakeCampaign, url: str, disk: Path
) -> None:
    (disk / "a.pdf").write_bytes(b"%PDF- the same")
    (disk / "b.pdf").write_bytes(b"%PDF- the same")
    refusals = iter([problem(415, "unsupported_type")])

    def once(method: str, _: str) -> Reply | None:
        return next(refusals, None) if method == "PUT" else None

    campaign.faults.append(once)

    assert ran(url, disk)[0] == 3

    assert campaign.states() == {"disk/a.pdf": "refused", "disk/b.pdf": "done"}


def test_what_the_service_refuses_is_told_by_its_code(
    campaign: FakeCampaign, url: str, disk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scan(disk, "good.pdf")
    scan(disk, "large.pdf")
    (disk / "empty.pdf").touch()

    def refused(method: str, step: str) -> Reply | None:
        large = (
            method == "PUT" and step == f"items/{campaign.items['disk/large.pdf']['id']}/content"
        )
        return problem(413, "upload_too_large") if large else None

    campaign.faults.append(refused)

    code, out = ran(url, disk)

    assert code == 3
    assert "empty (empty_file): 1\n    disk/empty.pdf" in out
    assert "larger than one upload may be (upload_too_large): 1" in out
    assert "upload_too_large: about upload_too_large" in capsys.readouterr().err
    assert campaign.states()["disk/large.pdf"] == "refused"


def test_files_that_change_or_vanish_before_they_are_sent(
    campaign: FakeCampaign, url: str, disk: Path
) -> None:
    scan(disk, "changes.pdf")
    scan(disk, "stays.pdf")
    scan(disk, "vanishes.pdf")
    (disk / "a.zip").write_bytes(packed({"in.pdf": b"%PDF-1"}))
    told: list[str] = []

    def meanwhile(_: str, step: str) -> Reply | None:
        if step == "wanted" and not told:
            told.append(step)
            scan(disk, "changes.pdf", "anew")
            (disk / "vanishes.pdf").unlink()
            (disk / "a.zip").write_bytes(packed({"in.pdf": b"%PDF-22"}))
        return None

    campaign.faults.append(meanwhile)

    code, out = ran(url, disk)

    assert campaign.states() == {
        "disk/a.zip!/in.pdf": "done",
        "disk/changes.pdf": "done",
        "disk/stays.pdf": "done",
        "disk/vanishes.pdf": "vanished",
    }
    assert code == 3
    assert "vanished before they were sent (vanished): 1\n    disk/vanishes.pdf" in out
    assert set(campaign.puts.values()) == {1}


def test_a_file_that_never_holds_still_is_told_as_changed(
    campaign: FakeCampaign, url: str, disk: Path
) -> None:
    scan(disk, "a.pdf")
    times = iter(range(1000))

    def grows(_: str, step: str) -> Reply | None:
        if step == "wanted":
            scan(disk, "a.pdf", "x" * next(times))
        return None

    campaign.faults.append(grows)

    assert ran(url, disk)[0] == 3
    assert campaign.states() == {"disk/a.pdf": "changed"}
    campaign.faults.clear()
    assert ran(url, disk)[0] == 0
    assert campaign.states() == {"disk/a.pdf": "done"}


def test_what_was_moved_away_between_two_runs_has_vanished(
    campaign: FakeCampaign, url: str, disk: Path
) -> None:
    scan(disk, "a.pdf")
    gone = scan(disk, "b.pdf")
    campaign.faults.append(
        lambda method, _: problem(401, "key_needed") if method == "PUT" else None
    )
    with pytest.raises(ServerSaid):
        ran(url, disk)
    campaign.faults.clear()
    campaign.items["other/c.pdf"] = {**campaign.items["disk/a.pdf"], "path": "other/c.pdf"}
    gone.unlink()

    assert ran(url, disk)[0] == 3

    assert campaign.states()["disk/b.pdf"] == "vanished"
    assert campaign.items["disk/b.pdf"]["sha256"] is not None


def test_a_busy_service_is_asked_again_and_one_bad_file_stops_nothing(
    campaign: FakeCampaign, url: str, disk: Path
) -> None:
    for number in range(6):
        scan(disk, f"{number}.pdf")
    answers = iter([problem(429, "rate_exceeded", retry_after="0"), problem(503, "unavailable")])

    def busy(method: str, step: str) -> Reply | None:
        if method == "PUT" and step.split("/")[1] == campaign.items["disk/3.pdf"]["id"]:
            return problem(500, "defect")
        return next(answers, None) if method == "PUT" else None

    campaign.faults.append(busy)

    code, out = ran(url, disk)

    assert code == 4
    assert list(campaign.states().values()).count("done") == 5
    assert "defect: 1\n    disk/3.pdf" in out
    campaign.faults.clear()
    assert ran(url, disk)[0] == 0
    assert set(campaign.puts.values()) == {1}


def test_a_service_that_goes_away_ends_the_run_and_the_next_goes_on(
    campaign: FakeCampaign, url: str, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "STEADY", module.BRIEF)
    for number in range(6):
        scan(disk, f"{number}.pdf")
    answered: list[str] = []

    def away(method: str, step: str) -> Reply | None:
        if method == "PUT":
            answered.append(step)
        if len(answered) > 3:
            raise ConnectionResetError
        return None

    campaign.faults.append(away)
    with pytest.raises(ServerUnreachable):
        ran(url, disk, at_once=1)
    assert len(campaign.puts) == 3
    campaign.faults.clear()
    assert ran(url, disk)[0] == 0
    assert set(campaign.puts.values()) == {1}


def test_the_report_names_every_file(campaign: FakeCampaign, url: str, disk: Path) -> None:
    scan(disk, "a.pdf")
    (disk / "b.pdf").touch()
    (disk / "c.odt").touch()

    code, out = ran(url, disk, json=True, report=disk.parent / "r.json", wait=True)

    *_, last = map(json.loads, out.splitlines())
    assert (code, last["event"], last["states"]) == (3, "report", {"done": 1, "refused": 1})
    assert last["passed_over"] == {".odt": 1}
    assert [failure["code"] for failure in last["failures"]] == ["empty_file"]
    written = json.loads((disk.parent / "r.json").read_text())
    assert [(file["path"], file["state"]) for file in written["files"]] == [
        ("disk/a.pdf", "done"),
        ("disk/b.pdf", "refused"),
    ]
    ran(url, disk, report=disk.parent / "r.csv")
    lines = (disk.parent / "r.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",")[:3] for line in lines] == [
        ["File", "State", "Explanation"],
        ["disk/a.pdf", "done", ""],
        ["disk/b.pdf", "refused", "empty_file"],
    ]
    assert campaign.calls["PUT items"] == 1


def test_a_catalogue_says_what_files_are_and_which_are_missing(
    campaign: FakeCampaign, url: str, disk: Path
) -> None:
    scan(disk, "a.pdf")
    scan(disk, "new.pdf")
    catalogue = disk / "目录.csv"
    catalogue.write_text("路径,年度,件号\na.pdf,2018,1\nb.pdf,2018,2\n", encoding="gb18030")

    planned = ran(url, disk, catalogue=catalogue, plan=True)[1]
    code, out = ran(url, disk, catalogue=catalogue)

    for text in (planned, out):
        assert "in the catalogue, without a file (missing): 1\n    disk/b.pdf" in text
        assert "not in the catalogue (without_row): 1\n    disk/new.pdf" in text
    assert code == 3
    assert campaign.states() == {
        "disk/a.pdf": "done",
        "disk/new.pdf": "done",
        "disk/b.pdf": "missing",
    }
    assert campaign.items["disk/a.pdf"]["declared"] == ["fiscal_year", "item_number"]
    scan(disk, "b.pdf")
    assert ran(url, disk, catalogue=catalogue)[0] == 0
    assert campaign.states()["disk/b.pdf"] == "done"


def test_a_plan_changes_nothing_and_says_what_the_service_has(
    campaign: FakeCampaign, url: str, disk: Path
) -> None:
    scan(disk, "2019/市教育局/a.pdf")
    scan(disk, "2019/市教育局/b.pdf")
    (disk / "c.pdf").touch()
    (disk / "d.txt").touch()

    code, out = ran(url, disk, plan=True)

    assert code == 0
    assert not campaign.made
    assert "2019   市教育局" in out
    assert "The service has 0 of them; 2 would be sent" in out
    assert "empty (empty_file): 1" in out
    assert ".txt 1" in out
    ran(url, disk)
    scan(disk, "2019/市教育局/b.pdf", "anew")
    planned = json.loads(ran(url, disk, plan=True, json=True)[1].splitlines()[-1])
    assert planned["held"] == {"files": 1, "bytes": (disk / "2019/市教育局/a.pdf").stat().st_size}
    assert planned["places"] == [
        {"fiscal_year": 2019, "department": "市教育局", "files": 2, "bytes": planned["bytes"]}
    ]


def test_a_plan_needs_no_service(disk: Path) -> None:
    scan(disk, "a.pdf")
    code, out = ran("http://127.0.0.1:9", disk, plan=True)
    assert code == 0
    assert "did not answer" in out


def test_what_cannot_be_begun_is_told_at_once(url: str, disk: Path) -> None:
    with pytest.raises(FileNotFound):
        ran(url, disk / "nothing")
    with pytest.raises(OutputFailed):
        ran(url, disk, report=disk / "r.txt")
