from random import Random

from bench.hand import PLACES, Fate, marks_on, table
from samples.generator.draw import describe_geometry
from samples.generator.layouts import LAYOUTS
from samples.generator.random_set import print_random


def test_each_mark_has_a_cell_of_its_own_where_its_kind_may_stand() -> None:
    printed = print_random(LAYOUTS["mof2020"], 1, Random(1))
    marks = marks_on(describe_geometry(printed.pages), Random(2))

    assert len({mark.pointer for mark in marks}) == len(marks) == 5
    assert all(PLACES[mark.pen.kind].fullmatch(mark.pointer) for mark in marks)
    assert marks == marks_on(describe_geometry(printed.pages), Random(2))


def test_what_is_not_marked_is_silent_and_print_that_is_named_is_the_price() -> None:
    found = [
        Fate("tick", flagged=True, why="handwritten"),
        Fate("tick", flagged=True, why="malformed"),
        Fate("tick", flagged=False, why=""),
        Fate(None, flagged=True, why="handwritten"),
        Fate(None, flagged=False, why=""),
    ]

    assert "| tick | 3 | 2 | 1 | 1 |" in table(found)
    assert "| nothing | 2 | | 1 | |" in table(found)
