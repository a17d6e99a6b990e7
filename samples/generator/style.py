"""How a form looks on paper: every choice that is not content. One frozen value, and random ones to have variety."""

from dataclasses import dataclass, replace
from random import Random
from typing import Literal

Align = Literal["left", "center", "right"]


@dataclass(frozen=True)
class Style:
    """Sizes are points, page sizes A4 portrait unless said otherwise; `leading`s are multiples of the type's size."""

    body: str = "song"
    title: str = "hei"
    latin: str | None = None
    size_pt: float = 9.5
    title_size_pt: float = 16.0
    bold_title: bool = False
    leading: float = 1.25
    text_leading: float = 1.25
    """Of the indicators' wording, which some systems space out."""

    page_pt: tuple[float, float] = (595.28, 841.89)
    margin_left_pt: float = 45.0
    margin_right_pt: float = 45.0
    margin_top_pt: float = 56.0
    margin_bottom_pt: float = 56.0
    pad_x_pt: float = 2.5
    pad_y_pt: float = 4.0
    min_row_pt: float = 18.0
    column_spread: float = 0.0
    """Columns are this share wider or narrower than the layout wishes, by `column_seed`."""
    column_seed: int = 0

    rule_pt: float = 0.6
    outer_rule_pt: float = 0.6
    rule_gray: float = 0.0
    """0 black … 1 white."""
    rule_dash_pt: tuple[float, ...] = ()

    side: Literal["layout", "one", "two", "wrap"] = "layout"
    """Characters on a line of a side label: as the layout says, one, two, or as many as fit."""
    grow: bool = True
    """Rows grow to hold labels that span them; if not, long labels run over the ruling lines."""
    value_align: Align = "center"
    money_align: Align = "center"
    text_align: Align = "center"
    prose_top: bool = False
    level_top: bool = False
    prose_indent_em: float = 0.0

    count_wrap: bool = False
    """Break lines where the layout counts characters, not where the column ends."""
    kinsoku: bool = True
    """No line begins with a closing mark."""
    keep_words: bool = True
    """Numbers and Latin words are not broken when they fit on a line."""

    split: Literal["rows", "lines"] = "rows"
    """Where a page may end: between rows, or between the lines of one cell."""
    spanning: Literal["flow", "first", "last", "every"] = "flow"
    """Where the text of a label over a page break goes: each line where it falls, all before, all after, or both times."""
    closed_bottom: bool = True
    closed_top: bool = True
    """Whether the table has a border where a page break cuts it."""
    share_pages: bool = False
    """The next form begins on the page where the last one ends, if there is room."""
    page_number: str = ""
    """A format with {page}; "" prints none."""
    page_number_size_pt: float = 9.0


PLAIN = Style()

# What systems and offices print, weighed by how often such forms are seen.
_BODIES = ("song", "song", "song", "song-gb", "hei", "hei-micro", "kai", "kai-gb")
_TITLES = ("hei", "hei-micro", "song", "kai")
_LATINS = (None, None, "serif", "serif", "sans", "mono")
A4 = (595.28, 841.89)
_PAGES = (*[A4] * 17, A4[::-1], A4[::-1], (612.0, 792.0))
"""Mostly A4 upright, some lying, a little letter paper."""
_PAGE_NUMBERS = ("", "", "- {page} -", "-{page}-", "第 {page} 页", "{page}")


def random_style(rng: Random) -> Style:
    """Draw a believable style."""
    size = rng.uniform(8.6, 10.6)
    rule = rng.choice((0.35, 0.5, 0.6, 0.75, 1.0))
    margin = rng.uniform(34, 58)
    open_break = rng.random() < 0.5
    return Style(
        body=rng.choice(_BODIES),
        title=rng.choice(_TITLES),
        latin=rng.choice(_LATINS),
        size_pt=round(size, 2),
        page_pt=rng.choice(_PAGES),
        title_size_pt=round(size * rng.uniform(1.5, 2.0), 2),
        bold_title=rng.random() < 0.3,
        leading=round(rng.uniform(1.12, 1.5), 3),
        text_leading=round(rng.uniform(1.12, 1.6), 3),
        margin_left_pt=margin,
        margin_right_pt=margin * rng.uniform(0.85, 1.15),
        margin_top_pt=rng.uniform(40, 80),
        margin_bottom_pt=rng.uniform(45, 80),
        pad_x_pt=rng.uniform(2.0, 4.0),
        pad_y_pt=rng.uniform(1.5, 6.0),
        min_row_pt=rng.uniform(15, 26),
        column_spread=rng.uniform(0, 0.08),
        column_seed=rng.randrange(10**6),
        rule_pt=rule,
        outer_rule_pt=rule * rng.choice((1, 1, 1, 2)),
        rule_gray=rng.choice((0.0, 0.0, 0.0, 0.25, 0.4)),
        side=rng.choice(("layout", "one", "two", "wrap", "wrap")),
        grow=rng.random() < 0.7,
        value_align=rng.choice(("center", "center", "center", "left")),
        money_align=rng.choice(("center", "center", "right")),
        text_align=rng.choice(("center", "left")),
        prose_top=rng.random() < 0.25,
        level_top=rng.random() < 0.12,
        prose_indent_em=rng.choice((0.0, 0.0, 2.0)),
        count_wrap=rng.random() < 0.25,
        kinsoku=rng.random() < 0.6,
        keep_words=rng.random() < 0.6,
        split=rng.choice(("rows", "lines")),
        spanning=rng.choice(("flow", "flow", "first", "last", "every")),
        closed_bottom=not open_break or rng.random() < 0.3,
        closed_top=not open_break,
        share_pages=rng.random() < 0.08,
        page_number=rng.choice(_PAGE_NUMBERS),
    )


def with_faint_rules(style: Style, rng: Random) -> Style:
    """Give a style whose ruling lines are thin and pale, or broken into dashes."""
    if rng.random() < 0.5:
        return replace(style, rule_gray=rng.uniform(0.6, 0.78), rule_pt=0.35, outer_rule_pt=0.35)
    return replace(
        style,
        rule_dash_pt=(rng.uniform(2, 9), rng.uniform(0.6, 1.6)),
        rule_gray=rng.uniform(0.0, 0.4),
    )
