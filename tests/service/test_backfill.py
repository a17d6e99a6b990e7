"""`dangan backfill` as a process, against a real API with real workers behind it: nothing lost, nothing twice."""

from __future__ import annotations

import csv
import json
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.store.campaign_progress import campaign_progress
from core.store.campaigns import find_campaign, list_campaigns
from core.store.items import list_items
from tests.api.uploads.archives import named_raw, packed
from tests.parts import RedisServer, eventually
from tests.service.test_client import Online

BACKFILL = ("backfill", "scans", "--campaign", "2018—2022/一", "--json")


@pytest.fixture
def online(tmp_path: Path, redis_server: RedisServer) -> Iterator[Online]:
    made = Online(tmp_path, redis_server)
    yield made
    made.close()


def order(**asked: object) -> bytes:
    """Return a file that the API takes for a PDF, and the fake pipeline for an order."""
    return json.dumps({"is": "%PDF-", "pages": 1, **asked}).encode()


def states(online: Online) -> Counter[str]:
    campaign = find_campaign(online.store, BACKFILL[3])
    counts = campaign_progress(online.store, campaign.id).states
    return Counter({state: count for state, count in counts.items() if count})


def taken(online: Online) -> int:
    """Return how many files have come in."""
    campaigns = list_campaigns(online.store)
    items = [it for each in campaigns for it in list_items(online.store, each.id, limit=999).items]
    return sum(item.job_id is not None for item in items)


def report_of(out: str) -> dict[str, object]:
    *_, last = map(json.loads, out.splitlines())
    assert last.pop("event") == "report"
    return dict(last)


def fill(online: Online) -> Path:
    """Lay down 30 good scans, a copy, a locked one, no scan, an empty one, and an archive of three."""
    scans = online.folder / "scans"
    for number in range(30):
        online.scan(f"2019/市教育局/{number:02}.pdf", n=number)
    (scans / "copy.pdf").write_bytes((scans / "2019/市教育局/07.pdf").read_bytes())
    (scans / "locked.pdf").write_bytes(order(open="encrypted"))
    (scans / "letter.pdf").write_bytes(b"GIF8 a picture")
    (scans / "empty.pdf").touch()
    (scans / "notes.txt").touch()
    (scans / "2020.zip").write_bytes(packed({"市财政局/一.pdf": order(n=101), "空.pdf": b""}))
    (scans / "旧.zip").write_bytes(named_raw("2021年.pdf".encode("gbk"), order(n=102)))
    return scans


def test_a_client_that_is_killed_goes_on_and_every_file_is_accounted_for(online: Online) -> None:
    online.api()
    online.worker()
    scans = fill(online)
    killed = online.dangan(*BACKFILL, "--at-once", "1")
    eventually(lambda: taken(online) > 0, 60, "some are sent", every_s=0.01)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    before = taken(online)
    assert 0 < before < 30
    changed, vanished = scans / "2019/市教育局/28.pdf", scans / "2019/市教育局/29.pdf"
    changed.write_bytes(order(n=128))
    vanished.unlink()

    code, out, err = online.ran(*BACKFILL, "--wait", "--report", "report.csv")

    assert code == 3, err
    assert states(online) == {
        "done": 31,
        "duplicate": 1,
        "failed": 1,
        "refused": 3,
        "vanished": 1,
    }
    online.check_history()
    read = Counter(entry.sha256 for entry in online.entries("assemble"))
    assert len(read) == 31
    assert set(read.values()) == {1}
    report = report_of(out)
    assert report["states"] == {**dict.fromkeys(report["states"], 0), **states(online)}  # type: ignore[call-overload]
    failures = {it["code"]: it["files"] for it in report["failures"]}  # type: ignore[attr-defined]
    assert failures == {"encrypted_file": 1, "unsupported_type": 1, "empty_file": 2}
    assert report["passed_over"] == {".txt": 1}
    with (online.folder / "report.csv").open(encoding="utf-8-sig", newline="") as written:
        lines = {line["File"]: line["State"] for line in csv.DictReader(written)}
    assert len(lines) == 37
    assert lines["scans/旧.zip!/2021年.pdf"] == "done"
    assert lines["scans/2019/市教育局/29.pdf"] == "vanished"

    again, out, err = online.ran(*BACKFILL, "--wait")
    assert (again, report_of(out)["sent"]) == (3, {"files": 0, "bytes": 0}), err
    assert Counter(entry.sha256 for entry in online.entries("assemble")) == read


def test_a_catalogue_goes_onto_the_files_and_a_campaign_is_steered(online: Online) -> None:
    online.api()
    online.scan("a.pdf", n=1)
    (online.folder / "目录.csv").write_text(
        "路径,年度,部门,件号\na.pdf,2018,市教育局,0001\nb.pdf,2018,市教育局,0002\n", "gb18030"
    )
    name = BACKFILL[3]

    code, out, _ = online.ran("backfill", "scans", "--campaign", name, "--manifest", "目录.csv")
    assert code == 3
    assert "in the catalogue, without a file (missing): 1\n    scans/b.pdf" in out
    (item, missing) = list_items(online.store, find_campaign(online.store, name).id).items
    assert (item.fiscal_year, item.item_number, missing.state) == (2018, "0001", "missing")

    code, out, err = online.ran("campaign", name, "--pause", "--json")
    assert code == 0, err
    assert json.loads(out)["state"] == "paused"
    assert find_campaign(online.store, name).state == "paused"
    code, out, _ = online.ran("campaign", name, "--resume", "--priority", "interactive")
    assert (code, find_campaign(online.store, name).priority) == (0, "interactive")
    online.worker()
    code, out, err = online.ran("backfill", "scans", "--campaign", name, "--wait")
    assert code == 3, err
    assert states(online) == {"done": 1, "missing": 1}


def test_a_restart_of_the_api_is_survived(online: Online) -> None:
    api = online.api()
    for number in range(20):
        online.scan(f"{number:02}.pdf", n=number)
    running = online.dangan(*BACKFILL, "--at-once", "2")
    eventually(lambda: taken(online) > 0, 60, "some are sent", every_s=0.01)
    api.kill()
    api.wait()
    online.api()
    _, err = running.communicate(timeout=120)
    assert running.returncode == 0, err
    assert states(online) == {"queued": 20}
    assert taken(online) == 20


def test_a_watch_takes_what_comes_and_ends_with_its_report(online: Online) -> None:
    online.api()
    (online.folder / "scans").mkdir()
    watching = online.dangan(*BACKFILL, "--watch", "--quiet", "1")
    eventually(lambda: bool(list_campaigns(online.store)), 60, "it has begun")
    growing = online.folder / "scans" / "growing.pdf"
    growing.write_bytes(b"%PDF-1.7 a page")
    (online.folder / "scans" / "whole.pdf").write_bytes(b"%PDF-1.7 a page %%EOF")
    eventually(lambda: taken(online) == 1, 60, "what is whole is taken")
    growing.write_bytes(b"%PDF-1.7 two pages %%EOF")
    eventually(lambda: taken(online) == 2, 60, "the other too, when it is")

    watching.send_signal(signal.SIGINT)
    out, err = watching.communicate(timeout=60)

    assert watching.returncode == 0, err
    report = report_of(out)
    assert report["states"]["queued"] == 2  # type: ignore[index]
    # What the service had taken the client may not have heard yet when it was interrupted.
    assert report["sent"]["files"] in {1, 2}  # type: ignore[index]
    assert states(online) == {"queued": 2}
