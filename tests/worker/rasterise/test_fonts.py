"""Print in fonts that the file does not carry appears, or its absence is an error."""

from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from core.errors import RenderFailed
from core.kind import Kind
from tests.worker.rasterise.files import add_page, blank_pdf, request_for
from worker.rasterise import pdf
from worker.rasterise.fonts import borrows_fonts


@pytest.fixture
def borrowing(tmp_path: Path) -> Path:
    """Return a page of Chinese print whose font is only named."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(300, 100))
    canvas.setFont("STSong-Light", 20)
    canvas.drawString(20, 40, "项目支出绩效自评表")
    canvas.save()
    return tmp_path / "a.pdf"


def test_print_in_a_borrowed_font_appears(borrowing: Path) -> None:
    page = pdf.render(request_for(borrowing, Kind.PDF))
    assert min(page.pixels) < 64


def test_print_without_a_font_is_an_error(
    borrowing: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "none").mkdir()
    (tmp_path / "fonts.conf").write_text(
        f"<fontconfig><dir>{tmp_path}/none</dir><cachedir>{tmp_path}</cachedir></fontconfig>"
    )
    monkeypatch.setenv("FONTCONFIG_FILE", str(tmp_path / "fonts.conf"))
    with pytest.raises(RenderFailed) as caught:
        pdf.render(request_for(borrowing, Kind.PDF))
    assert caught.value.details["reason"] == "missing_font"


def test_other_complaints_of_poppler_lose_no_page(tmp_path: Path) -> None:
    with pikepdf.new() as document:
        add_page(document, (72, 72), "BT /Nowhere 10 Tf (x) Tj ET nonsense")
        document.save(tmp_path / "b.pdf")
    assert pdf.render(request_for(tmp_path / "b.pdf", Kind.PDF)).width == 300


@pytest.mark.parametrize("carried", [False, True])
@pytest.mark.parametrize("in_form", [False, True])
def test_fonts_are_found(tmp_path: Path, *, carried: bool, in_form: bool) -> None:
    with pikepdf.open(blank_pdf(tmp_path / "b.pdf")) as document:
        descriptor = Dictionary(Type=Name.FontDescriptor)
        if carried:
            descriptor.FontFile2 = document.make_stream(b"")
        descendant = Dictionary(Subtype=Name.CIDFontType2, FontDescriptor=descriptor)
        font = Dictionary(Subtype=Name.Type0, DescendantFonts=Array([descendant]))
        resources = Dictionary(Font=Dictionary(F9=font))
        page = document.pages[0]
        if in_form:
            form = document.make_stream(b"", Subtype=Name.Form, Resources=resources)
            page.obj.Resources = Dictionary(XObject=Dictionary(Fm=form))
        else:
            page.obj.Resources = resources
        assert borrows_fonts(page) is not carried
