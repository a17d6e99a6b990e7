"""A small box is cut, and its figures are counted against what was put in."""

from __future__ import annotations

from bench.box import cuts, page_kinds, perfect_pages
from core.extraction import Source
from worker.assemble import assemble

SOURCE = Source(file="box.pdf", sha256="0" * 64, pages=1, pipeline="test")


def test_box_is_cut_and_every_page_is_called_what_it_is() -> None:
    truth, pages = perfect_pages(seed=5, pages=16)
    extraction = assemble(SOURCE, pages)
    kinds = list(page_kinds(truth, extraction))
    assert [number for number, _, _ in kinds] == [page.number for page in pages]
    assert all(wanted == given for _, wanted, given in kinds)
    made = cuts(truth, extraction)
    assert made
    assert not any(cut.merged or cut.silent for cut in made)


def test_form_with_a_page_of_another_counts_as_merged() -> None:
    truth, pages = perfect_pages(seed=5, pages=16)
    extraction = assemble(SOURCE, pages)
    forms = list(extraction.forms)
    stranger = forms[1].pages[0]
    forms[0] = forms[0].model_copy(update={"pages": (*forms[0].pages, stranger)})
    made = cuts(truth, extraction.model_copy(update={"forms": tuple(forms)}))
    assert [cut.merged for cut in made if stranger in (cut.given or ())].count(True) == 1
