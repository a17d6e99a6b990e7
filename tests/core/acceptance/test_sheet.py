"""The acceptance sheet, as Poppler reads it."""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest

from core.acceptance import sheet
from core.acceptance.sheet import SheetContent, write_sheet
from core.acceptance.verdict import Figures, Machine, judge
from core.errors import MissingFont
from core.messages import Language
from core.store.acceptance import AcceptanceView, FindingView, Rework, SampleView, Stratum
from core.store.items import ItemState, ItemView

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOSTILE = "<b>误</b>&"


def item(number: int, state: ItemState = "done") -> ItemView:
    return ItemView(
        id=f"i{number}",
        path=f"2023年/教育局/扫描件{number:04}.pdf",
        state=state,
        size=1,
        sha256="0" * 64,
        pages=1,
        pages_done=1,
        pages_failed=0,
        fiscal_year=2023,
        department="教育局",
        project_name=None,
        box="012",
        item_number=f"{number:04}",
        archive_number=None,
        declared=(),
        job_id="j",
        position=0,
        pipeline="p",
        trouble=None,
        updated=NOW,
    )


def finding(*, values: bool = True, note: str = "") -> FindingView:
    return FindingView(
        id="f",
        picture=True,
        match=True,
        values=values,
        note=note,
        by="王晓明",
        created=NOW,
        stale=False,
    )


def sample(number: int, *findings: FindingView) -> SampleView:
    return SampleView(place=number, item=item(number), findings=findings)


def content(samples: Iterable[SampleView], reworks: Iterable[Rework] = ()) -> SheetContent:
    drawn = tuple(samples)
    machine = Machine(files=20 * len(drawn), checked=20 * len(drawn), waiting=0)
    found = [it.latest for it in drawn if it.latest is not None]
    view = AcceptanceView(
        id="a",
        campaign="2023年回填",
        seed=20231,
        figures=Figures(),
        drawn=len(drawn),
        draws=2,
        machine=machine,
        outcome=judge(Figures(), machine, len(drawn), found),
        by="李芳",
        created=NOW,
    )
    stratum = Stratum(
        fiscal_year=2023,
        department="教育局",
        checked=machine.checked,
        drawn=len(drawn),
        looked_at=len(found),
        wrong=0,
    )
    return SheetContent(view, (stratum,), iter(drawn), iter(tuple(reworks)), NOW)


def pages(told: SheetContent, tmp_path: Path, language: Language = "zh") -> list[str]:
    """Return the text of each page, without the spaces that lines break at."""
    target = tmp_path / "sheet.pdf"
    with target.open("wb") as out:
        write_sheet(told, out, language)
    text = subprocess.run(
        ["pdftotext", "-layout", str(target), "-"], check=True, capture_output=True, text=True
    ).stdout
    return [re.sub(r"\s+", "", page) for page in text.split("\f")[:-1]]


def test_the_first_page_is_what_people_sign(tmp_path: Path) -> None:
    first, *_ = pages(content([sample(n, finding()) for n in range(1, 21)]), tmp_path)
    for said in ("抽检验收单", "2023年回填", "20231", "李芳", "20件/机检通过400件", "第2次"):
        assert said in first
    assert "结论合格" in first
    assert re.search(r"图像与目录对应≥100%20/20100%达到", first)
    for signed in ("检查人（签字）日期", "移交方（签字）日期", "接收方（签字）日期"):
        assert signed in first


def test_lists_repeat_their_heads_and_every_page_its_number(tmp_path: Path) -> None:
    found = pages(content(sample(n, finding()) for n in range(1, 81)), tmp_path)
    head = "序号件号档号年度部门文件结果检查人"
    assert len(found) > 3
    assert all(head in page for page in found[2:-1])
    for number, page in enumerate(found, start=1):
        assert page.endswith(f"第{number}页/共{len(found)}页")
        assert "种子20231" in page
    whole = "".join(found)
    assert [number for number in range(1, 81) if f"{number:04}" not in whole] == []


def test_what_is_wrong_stands_in_both_lists_as_it_was_written(tmp_path: Path) -> None:
    wrong = sample(1, finding(values=False, note=HOSTILE))
    reworks = [Rework(item=item(7, "missing"), finding=None)]
    reworks += [Rework(item=wrong.item, finding=wrong.latest)]
    text = "".join(pages(content([wrong], reworks), tmp_path))
    assert text.count(HOSTILE) == 2
    assert "附表三返工清单（2件）" in text
    assert "目录有而文件缺" in text
    assert "结论不合格" in text


def test_a_share_is_never_rounded_up_to_what_is_asked_for(tmp_path: Path) -> None:
    findings = [finding(values=number > 100) for number in range(1, 2000)]
    told = content(sample(n, it) for n, it in enumerate(findings, start=1))
    assert "内容（识读与著录）≥95%1899/199994.99%未达到" in pages(told, tmp_path)[0]


def test_a_list_too_long_to_print_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "MOST_ROWS", 5)
    text = "".join(pages(content(sample(n) for n in range(1, 9)), tmp_path))
    assert "附表二抽检明细（8件）" in text
    assert "只列前5件，另有3件" in text
    assert "0006" not in text
    assert "结论未完成" in text


def test_it_is_told_in_english_and_its_font_is_in_it(tmp_path: Path) -> None:
    assert "Acceptancesheet" in pages(content([sample(1)]), tmp_path, "en")[0]
    with pikepdf.open(tmp_path / "sheet.pdf") as pdf:
        fonts = [obj for obj in pdf.objects if isinstance(obj, pikepdf.Dictionary)]
        embedded = [obj for obj in fonts if "/FontFile2" in obj]
    assert embedded


def test_without_the_font_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    sheet.register_font.cache_clear()
    monkeypatch.setattr(sheet, "FONT_FOLDERS", (Path("/nowhere"),))
    with pytest.raises(MissingFont) as raised:
        write_sheet(content([sample(1)]), io.BytesIO(), "zh")
    assert raised.value.details["package"] == "fonts-wqy-microhei"
