"""The truth of a box accounts for every page and every form of it."""

from collections.abc import Iterator
from typing import Any

import pytest

from samples.generator.box import Box, describe_box, draw_box


@pytest.fixture(scope="module")
def box() -> Box:
    return draw_box(3, 40)


def forms(truth: dict[str, Any]) -> Iterator[dict[str, Any]]:
    return (item for item in truth["items"] if item["truth"])


def test_items_and_pages_name_each_other(box: Box) -> None:
    truth = describe_box(box)
    assert len(truth["pages"]) == len(box.scans) >= 40
    for number, item in enumerate(truth["items"]):
        holding = {page["number"] for page in truth["pages"] if number in page["items"]}
        assert holding == set(item["pages"]) != set()


def test_lost_pages_are_told_and_copies_name_their_first(box: Box) -> None:
    truth = describe_box(box)
    lost = [item for item in forms(truth) if item["lost"]]
    assert all(item["mishap"] == "missing" for item in lost)
    for item in forms(truth):
        if item["copy_of"] is not None:
            first = truth["items"][item["copy_of"]]
            assert first["truth"] == item["truth"]
            assert not set(first["pages"]) & set(item["pages"])


def test_sheets_of_a_spread_lie_beside_each_other(box: Box) -> None:
    pages = [
        (page, scan)
        for page, scan in zip(box.pages, box.scans, strict=True)
        if len(scan.sheets) == 2
    ]
    assert pages
    for page, scan in pages:
        left = scan.sheets[0].page
        assert page.size_pt[0] == sum(sheet.page.size_pt[0] for sheet in scan.sheets)
        shares = [piece.box[0] >= left.size_pt[0] for piece in page.pieces]
        assert shares == sorted(shares)
        assert all(
            piece.box[2] <= left.size_pt[0] or piece.box[0] >= left.size_pt[0]
            for piece in page.pieces
        )


def test_seed_makes_the_same_box() -> None:
    assert describe_box(draw_box(4, 20)) == describe_box(draw_box(4, 20))
