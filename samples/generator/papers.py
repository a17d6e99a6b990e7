"""Papers that lie between forms: covers, tables of contents, separators, letters, budgets, statistics.

They are blocks, as forms are; their words come from `corpora/papers.toml`. Nothing in them is real.
"""

from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Literal

from samples.generator.table import Block, Rows, Slot, Text, tile
from samples.generator.writing import corpus

PaperKind = Literal["cover", "contents", "separator", "letter", "budget", "functions", "statistics"]


def _filled(text: str, rng: Random) -> str:
    """Fill the places of a wording with believable words."""
    places, themes = corpus("places"), corpus("themes")
    theme = rng.choice(themes["theme"])
    return text.format(
        y=rng.choice((2021, 2022, 2023)),
        n=rng.randint(2, 28),
        office=rng.choice(places["places"]) + rng.choice(theme["offices"]),
        project=rng.choice(theme["projects"]),
    )


def _choose(words: Mapping[str, Sequence[str]], key: str, rng: Random) -> str:
    return _filled(rng.choice(words[key]), rng)


def _cover(rng: Random) -> tuple[Block, ...]:
    words = corpus("papers")["cover"]
    lines = [_filled(text, rng) for text in rng.sample(words["lines"], rng.randint(2, 4))]
    return (
        Text(_choose(words, "titles", rng), "title"),
        *(Text(line, "caption") for line in lines),
    )


def _contents(rng: Random) -> tuple[Block, ...]:
    words = corpus("papers")["contents"]
    title = Text(_choose(words, "titles", rng), "title")
    entries = [_choose(words, "entries", rng) for _ in range(rng.randint(6, 18))]
    numbers = sorted(rng.sample(range(1, 200), len(entries)))
    if rng.random() < 0.3:
        head = [Slot(text) for text in words["headings"]]
        rows = [
            [Slot(str(number)), Slot(entry, role="text"), Slot(str(page))]
            for number, (entry, page) in enumerate(zip(entries, numbers, strict=True), 1)
        ]
        return title, tile((3, 24, 4), [head, *rows])
    leader = rng.choice(words["leaders"])
    lines = (f"{entry}{leader}{page}" for entry, page in zip(entries, numbers, strict=True))
    return (title, *(Text(line, "note", align="left") for line in lines))


def _separator(rng: Random) -> tuple[Block, ...]:
    lines = corpus("papers")["separator"]["lines"]
    return tuple(Text(_filled(text, rng), "title") for text in rng.sample(lines, rng.randint(1, 2)))


def _letter(rng: Random) -> tuple[Block, ...]:
    words = corpus("papers")["letter"]
    paragraphs = rng.sample(words["paragraphs"], rng.randint(3, 5))
    return (
        Text(_choose(words, "titles", rng), "title"),
        Text(_choose(words, "greetings", rng), "note", align="left"),
        *(Text(f"　　{_filled(text, rng)}", "note", align="left") for text in paragraphs),
        Text(f"　　{rng.choice(words['closings'])}", "note", align="left"),
        Text(_filled("{office}", rng), "note", align="right"),
        Text(f"{rng.choice((2022, 2023))}年{rng.randint(1, 12)}月", "note", align="right"),
    )


def _amount(rng: Random) -> str:
    """Draw a figure as budgets print it; some are left out."""
    if rng.random() < 0.15:
        return ""
    return f"{rng.choice((rng.uniform(0, 90), rng.uniform(90, 9e4))):,.2f}"


def _figures(count: int, rng: Random) -> list[Slot]:
    return [Slot(_amount(rng), role="money") for _ in range(count)]


def _budget(rng: Random) -> tuple[Block, ...]:
    words = corpus("papers")["budget"]
    head = [
        [Slot("收　　入", 2), Slot("支　　出", 2)],
        [Slot("项　目"), Slot("预算数"), Slot("项　目"), Slot("预算数")],
    ]
    left, right = words["left"], words["right"]
    rows: Rows = []
    for number in range(max(len(left), len(right))):
        cells = (side[number] if number < len(side) else "" for side in (left, right))
        rows.append(
            [slot for text in cells for slot in (Slot(text, role="item"), *_figures(1, rng))]
        )
    total = [slot for text in ("收入总计", "支出总计") for slot in (Slot(text), *_figures(1, rng))]
    return (
        Text(_choose(words, "titles", rng), "title"),
        Text(words["unit"], "note", align="right"),
        tile((15, 7, 15, 7), [*head, *rows, total]),
    )


def _functions(rng: Random) -> tuple[Block, ...]:
    """Give expenses by function: a head of three rows, one narrow column for each part of the code."""
    words = corpus("papers")["functions"]
    head = [
        [
            Slot("功能分类科目编码", 3, 2),
            Slot("科目名称", 1, 3),
            Slot("合计", 1, 3),
            Slot("其中：", 3),
        ],
        [Slot("基本支出", 2), Slot("项目支出", 1, 2)],
        [Slot("类"), Slot("款"), Slot("项"), Slot("人员经费"), Slot("公用经费")],
    ]
    rows: Rows = []
    for name in rng.sample(words["names"], rng.randint(8, 16)):
        depth = rng.randint(1, 3)
        code = [str(rng.randint(201, 229)), f"{rng.randint(1, 12):02d}", f"{rng.randint(1, 9):02d}"]
        codes = [Slot(part if at < depth else "") for at, part in enumerate(code)]
        rows.append([*codes, Slot(name, role="item"), *_figures(4, rng)])
    rows.append([Slot("合　　计", 4), *_figures(4, rng)])
    return (
        Text(_choose(words, "titles", rng), "title"),
        Text(corpus("papers")["budget"]["unit"], "note", align="right"),
        tile((4, 3, 3, 14, 7, 7, 7, 7), [*head, *rows]),
    )


def _statistics(rng: Random) -> tuple[Block, ...]:
    """Give figures by groups: the first column spans the rows of each, the head has years over columns."""
    words = corpus("papers")["statistics"]
    columns = rng.sample(words["columns"], 2)
    head = [
        [Slot("类别", 1, 2), Slot("指标", 1, 2), *(Slot(f"{year}年", 2) for year in (2022, 2023))],
        [Slot(column) for column in columns * 2],
    ]
    rows: Rows = []
    for group in rng.sample(words["groups"], rng.randint(3, 6)):
        names = rng.sample(words["rows"], rng.randint(2, 5))
        for number, name in enumerate(names):
            side = [] if number else [Slot(group, 1, len(names))]
            rows.append([*side, Slot(name, role="item"), *_figures(4, rng)])
    return (
        Text(_choose(words, "titles", rng), "title"),
        tile((6, 12, 8, 8, 8, 8), [*head, *rows]),
    )


PAPERS: Mapping[PaperKind, Callable[[Random], tuple[Block, ...]]] = {
    "cover": _cover,
    "contents": _contents,
    "separator": _separator,
    "letter": _letter,
    "budget": _budget,
    "functions": _functions,
    "statistics": _statistics,
}
TABLES: tuple[PaperKind, ...] = ("budget", "functions", "statistics")
"""Papers that consist of a table."""


def draw_paper(kind: PaperKind, rng: Random) -> tuple[Block, ...]:
    """Give the blocks of a paper of that kind."""
    return PAPERS[kind](rng)
