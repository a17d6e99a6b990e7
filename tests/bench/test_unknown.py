"""Tables are held against each other by their cells and as trees."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.unknown import Count, Table, TableCell, count, draw, line, teds

HEAD = TableCell(0, 0, 1, 2, "收入")
LEFT, RIGHT = TableCell(1, 0, 1, 1, "税收"), TableCell(1, 1, 1, 1, "12.50")
TABLE: Table = (HEAD, LEFT, RIGHT)


def test_table_is_like_itself() -> None:
    assert teds(TABLE, TABLE) == 1
    assert count([TABLE], [TABLE]) == Count(1, 1, 3, 3, 3, 1.0)


def test_wrong_character_counts_by_its_share() -> None:
    misread = (HEAD, LEFT, TableCell(1, 1, 1, 1, "12.60"))
    assert teds(TABLE, misread) == pytest.approx(1 - 0.2 / 6)
    assert count([TABLE], [misread]).right == 2
    assert count([TABLE], [misread]).in_place == 3


def test_lost_span_row_and_table() -> None:
    halved = (TableCell(0, 0, 1, 1, "收入"), TableCell(0, 1, 1, 1, ""), LEFT, RIGHT)
    assert teds(TABLE, halved) == pytest.approx(1 - 2 / 7)
    assert teds(TABLE, (HEAD,)) == pytest.approx(1 - 3 / 6)
    assert count([TABLE], []) == Count(tables=1, cells=3)


def test_papers_have_a_table_and_the_same_seed_draws_the_same(tmp_path: Path) -> None:
    tables = [draw(tmp_path, 1, number, []) for number in range(3)]
    assert tables == [draw(tmp_path, 1, number, []) for number in range(3)]
    assert all(len({cell.row for cell in table}) > 8 for (table,) in tables)
    assert "| digital | 0 of 1 |" in line("digital", count(tables[0], []))
