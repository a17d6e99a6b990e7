import pytest

from core.geometry import Box
from core.vocabulary import standard
from tests.worker.readings import drawn, line_of, page_of
from worker.papers import paper_of

PROSE = "根据本级财政部门的工作部署，我单位对全部项目开展了自评。"


@pytest.mark.parametrize(
    ("lines", "paper"),
    [
        (["2022年度项目支出绩效自评材料汇编", "编制单位：某局", "2023年3月"], "cover"),
        (["目　录", "湖区保洁"], "contents"),
        ([f"第{number}个项目……………{number}" for number in range(4)], "contents"),
        (["第二部分　自评表"], "separator"),
        (["关于报送材料的函", PROSE, PROSE, PROSE], "letter"),
        (["甲", "乙", "丙", "丁"], None),
        (["某局", PROSE], None),
    ],
)
def test_papers_without_a_table(lines: list[str], paper: str | None) -> None:
    assert paper_of(page_of(1, lines=lines), standard()) == paper


def test_page_of_a_form_whose_grid_was_not_found_is_no_paper() -> None:
    assert paper_of(page_of(1, lines=["项目名称：湖区保洁", "主管部门"]), standard()) is None


def test_table_is_no_paper_unless_it_is_one_of_contents() -> None:
    table = drawn(["序号 | 项目名称 | 页码", "1 | 湖区保洁 | 3"])
    assert paper_of(page_of(1, [table]), standard()) is None
    assert paper_of(page_of(1, [table], ["目录"]), standard()) == "contents"


def test_title_set_wide_and_entries_apart_from_their_pages() -> None:
    beside = [("录", 1500, 100), ("目", 900, 104)]
    beside += [(text, 250, 200 + 60 * at) for at, text in enumerate(["湖区保洁", "道路养护"])]
    beside += [(text, 2000, 203 + 60 * at) for at, text in enumerate(["3", "17"])]
    lines = tuple(line_of(text, Box(x, y, x + 200, y + 40)) for text, x, y in beside)
    page = page_of(1, lines=["目"]).model_copy(update={"lines": lines})
    assert paper_of(page, standard()) == "contents"
