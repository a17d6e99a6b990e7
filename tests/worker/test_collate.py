from collections.abc import Callable

from core.readings import PageReading
from core.vocabulary import standard
from tests.worker.forms import EFFECT, HEAD, HEADER, OUTPUT, TITLE, TOTAL, side
from tests.worker.readings import drawn, page_of
from worker.collate import collate
from worker.cut import Cut, FormParts, cut

FIRST = (*HEAD, HEADER, *OUTPUT)
SECOND = (side(EFFECT[0]), *EFFECT[1:], TOTAL)
UNSCORED = (side(EFFECT[0]), *EFFECT[1:])


def first(number: int, foot: str = "", rows: tuple[str, ...] = FIRST) -> PageReading:
    return page_of(number, [drawn(rows)], TITLE, foot=[foot] if foot else [])


def later(number: int, foot: str = "", rows: tuple[str, ...] = SECOND) -> PageReading:
    return page_of(number, [drawn(rows)], foot=[foot] if foot else [])


def collated(
    *pages: PageReading, agrees: Callable[[FormParts], bool | None] = lambda _: None
) -> Cut:
    return collate(cut(pages, standard()), standard(), agrees)


def belonging(*forms: tuple[int, ...]) -> Callable[[FormParts], bool]:
    """Return arithmetic that holds for these sets of pages only."""
    return lambda form: form.pages in forms


def pages(found: Cut) -> list[tuple[int, ...]]:
    return [form.pages for form in found.forms]


def codes(found: Cut) -> list[tuple[str, int]]:
    return [(finding.code, finding.page) for finding in found.findings]


def test_file_in_order_stays_as_it_is() -> None:
    found = collated(first(1), later(2), first(3), later(4))
    assert pages(found) == [(1, 2), (3, 4)]
    assert not codes(found)


def test_second_page_before_the_first_is_put_behind_it() -> None:
    found = collated(first(1), later(2), later(3), first(4))
    assert pages(found) == [(1, 2), (4, 3)]
    assert codes(found) == [("pages_reordered", 4)]
    assert found.kinds == {1: "form", 2: "continuation", 3: "continuation", 4: "form"}


def test_printed_numbers_tell_whose_pages_are_whose() -> None:
    found = collated(first(1, "- 3 -"), first(2, "- 1 -"), later(3, "- 4 -"), later(4, "- 2 -"))
    assert pages(found) == [(1, 3), (2, 4)]
    assert codes(found) == [("pages_reordered", 1), ("pages_reordered", 2)]


def test_arithmetic_tells_whose_pages_are_whose() -> None:
    found = collated(first(1), first(2), later(3), later(4), agrees=belonging((1, 3), (2, 4)))
    assert pages(found) == [(1, 3), (2, 4)]


def test_crossed_pages_are_exchanged_though_no_page_is_left_over() -> None:
    found = collated(first(1), later(2), first(3), later(4), agrees=belonging((1, 4), (3, 2)))
    assert pages(found) == [(1, 4), (3, 2)]


def test_wrong_sum_alone_takes_no_page_away() -> None:
    found = collated(first(1), later(2), first(3), later(4), agrees=belonging((3, 4)))
    assert pages(found) == [(1, 2), (3, 4)]
    assert not codes(found)


def test_what_cannot_be_told_is_left_open_and_said() -> None:
    rows = (*FIRST[:-2], *UNSCORED[:1])
    found = collated(
        first(1, rows=rows), first(2, rows=rows), first(3, rows=rows), later(4), later(5)
    )
    assert pages(found)[:2] == [(1,), (2,)]
    assert ("orphan_continuation", 5) in codes(found)
    assert {page for code, page in codes(found) if code == "form_incomplete"} == {1, 2}


def test_levels_that_come_again_part_two_forms() -> None:
    whole = (*FIRST, *EFFECT)
    found = collated(first(1, rows=whole), later(2, rows=(*UNSCORED, *UNSCORED[1:])), first(3))
    assert pages(found) == [(1,), (3, 2)]


def test_form_without_its_last_page_is_said_to_lack_it() -> None:
    found = collated(first(1), first(2), later(3), agrees=belonging((2, 3)))
    assert pages(found) == [(1,), (2, 3)]
    assert codes(found) == [("form_incomplete", 1)]
