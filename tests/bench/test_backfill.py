"""A campaign under blows is accounted for, path by path."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from bench.backfill import BLOWS, Chaos, run_chaos
from bench.small_scans import Fate, write_scans
from cli.backfill.manifest import Look, manifest
from cli.backfill.shelf import open_shelf
from core.vocabulary import of_folder


def test_the_list_names_what_a_walk_finds(tmp_path: Path) -> None:
    folder = tmp_path / "扫描"
    folder.mkdir()
    written = write_scans(folder, 300, seed=2)
    rows = {it.row.path: it.row for it in manifest(open_shelf(str(folder)), Look(of_folder(None)))}
    assert rows.keys() == written.fates.keys()
    refused = {
        path: Fate("refused", row.code) for path, row in rows.items() if row.standing == "refused"
    }
    assert refused == {
        path: fate for path, fate in written.fates.items() if fate.state == "refused"
    }
    sent = [row.sha256 for row in rows.values() if row.standing == "planned"]
    copies = [fate for fate in written.fates.values() if fate.state == "duplicate"]
    assert len(sent) - len(set(sent)) == len(copies) > 0


def test_a_small_campaign_under_blows_comes_out_as_the_list_has_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    # A socket's path is short, and those of the tests are not.
    with tempfile.TemporaryDirectory(prefix="dangan-chaos-") as folder:
        assert run_chaos(Path(folder), Chaos(files=30, worker_s=5.0, within_s=900.0)) == []
    said = capsys.readouterr().out
    assert all(f"ended: {blow.name}\n" in said for blow in BLOWS)
