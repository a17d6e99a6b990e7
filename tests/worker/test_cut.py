from core.geometry import Box
from core.readings import PageReading
from core.vocabulary import standard
from tests.worker.forms import EFFECT, HEAD, HEADER, OUTPUT, TITLE, TOTAL, WHOLE, side
from tests.worker.readings import ROW_PX, TOP_PX, drawn, line_of, page_of
from worker.cut import Cut, cut

FIRST_HALF = (*HEAD, HEADER, *OUTPUT)
SECOND_HALF = (side(EFFECT[0]), *EFFECT[1:], TOTAL)


def cut_pages(*pages: PageReading) -> Cut:
    return cut(pages, standard())


def codes(found: Cut) -> list[tuple[str, int]]:
    return [(finding.code, finding.page) for finding in found.findings]


def test_form_over_two_pages() -> None:
    found = cut_pages(
        page_of(1, [drawn(FIRST_HALF)], TITLE), page_of(2, [drawn(SECOND_HALF)], foot=["- 5 -"])
    )
    assert [form.pages for form in found.forms] == [(1, 2)]
    assert found.kinds == {1: "form", 2: "continuation"}
    assert not found.findings


def test_two_forms_on_one_page() -> None:
    below = TOP_PX + ROW_PX * (len(WHOLE) + 4)
    second = drawn(WHOLE, top=below)
    page = page_of(1, [second, drawn(WHOLE)], TITLE)
    title = line_of(TITLE[0], second.upright._replace(top=below - 150, bottom=below - 110))
    page = page.model_copy(update={"lines": (*page.lines, title)})
    found = cut_pages(page)
    assert [form.pages for form in found.forms] == [(1,), (1,)]
    assert [line.text for line in found.forms[1].parts[0].head] == [TITLE[0]]


def test_two_forms_in_one_table_are_cut_at_the_title() -> None:
    title = " | ".join([TITLE[0], *["<"] * 8])
    found = cut_pages(page_of(1, [drawn((*WHOLE, title, *WHOLE))], TITLE))
    assert [form.parts[0].table.rows for form in found.forms] == [len(WHOLE), len(WHOLE) + 1]


def test_two_up_pages_are_read_left_one_first() -> None:
    left, right = drawn(WHOLE, scale=0.5), drawn(WHOLE, scale=0.5, shift=1200, top=TOP_PX - 20)
    found = cut_pages(page_of(1, [right, left]))
    assert [form.parts[0].table for form in found.forms] == [left, right]


def test_form_begins_without_a_readable_title_or_name() -> None:
    head = (HEAD[0].replace("项目名称", "?"), *HEAD[1:])
    found = cut_pages(page_of(1, [drawn((*head, HEADER, *OUTPUT, *EFFECT, TOTAL))]))
    assert len(found.forms) == 1


def test_total_alone_on_a_page_continues_the_form() -> None:
    found = cut_pages(
        page_of(1, [drawn((*FIRST_HALF, *EFFECT))], TITLE), page_of(2, [drawn([TOTAL])])
    )
    assert [form.pages for form in found.forms] == [(1, 2)]


def test_page_behind_a_finished_form_is_an_orphan() -> None:
    found = cut_pages(page_of(1, [drawn(WHOLE)], TITLE), page_of(2, [drawn(SECOND_HALF)]))
    assert [form.pages for form in found.forms] == [(1,)]
    assert found.kinds[2] == "continuation"
    assert [part.page for part in found.orphans] == [2]


def test_notes_behind_a_finished_form_belong_to_it() -> None:
    tail = drawn(
        ["评价结论 | < | 良好 | < | < | < | < | < | <", "存在问题 | < | 无 | < | < | < | < | < | <"]
    )
    found = cut_pages(page_of(1, [drawn(WHOLE)], TITLE), page_of(2, [tail]))
    assert [form.pages for form in found.forms] == [(1, 2)]


def test_other_kind_of_form_is_one_by_itself_with_its_later_pages() -> None:
    found = cut_pages(
        page_of(1, [drawn(FIRST_HALF)], ["项目支出绩效运行监控表"]),
        page_of(2, [drawn(SECOND_HALF)]),
        page_of(3, [drawn(WHOLE)], TITLE),
    )
    assert found.kinds == {1: "other", 2: "other", 3: "form"}
    assert [(form.template, form.pages) for form in found.forms] == [
        ("monitoring", (1, 2)),
        ("project-self-evaluation", (3,)),
    ]
    assert not codes(found)


def test_every_page_is_accounted_for() -> None:
    found = cut_pages(
        page_of(1),
        page_of(2, trouble="render_failed"),
        page_of(3, lines=["印章", "签名", "日期", "地址"]),
        page_of(4, [drawn(["一幅图"])]),
        page_of(5, [drawn(["甲 | 乙", "丙 | 丁"])]),
        page_of(6, lines=["- 6 -"]),
    )
    assert found.kinds == {
        1: "blank",
        2: "unreadable",
        3: "other",
        4: "other",
        5: "other",
        6: "blank",
    }
    assert codes(found) == [
        ("page_unreadable", 2),
        ("page_without_table", 3),
        ("page_without_table", 4),
        ("other_document", 5),
    ]


def test_frame_around_the_page_is_no_table() -> None:
    frame = drawn([""], scale=10, top=50)
    found = cut_pages(page_of(1, [frame, drawn(WHOLE)], TITLE))
    assert [len(form.parts) for form in found.forms] == [1]


def test_table_with_a_title_of_its_own_does_not_go_on_with_a_form() -> None:
    budget = drawn(
        ["甲 | < | < | 乙 | 丙 | 丁 | 戊 | 己 | 庚", *["一 | < | < | 1 | 2 | 3 | 4 | 5 | 6"] * 3]
    )
    found = cut_pages(
        page_of(1, [drawn(FIRST_HALF)], TITLE), page_of(2, [budget], ["2023年部门收支预算总表"])
    )
    assert [form.pages for form in found.forms] == [(1,)]
    assert codes(found) == [("other_document", 2)]


def test_label_like_that_of_the_project_begins_no_form() -> None:
    budget = drawn(["科目名称 | 合计", "教育支出 | 1.00", "合计 | 1.00"])
    contents = drawn(["序号 | 项目名称 | 页码", "1 | 湖区保洁 | 3"])
    found = cut_pages(
        page_of(1, [budget], ["一般公共预算支出表"]), page_of(2, [contents], ["目　录"])
    )
    assert not found.forms
    assert codes(found) == [("other_document", 1), ("page_contents", 2)]


def test_page_number_that_goes_back_speaks_against_a_page() -> None:
    first = page_of(1, [drawn(FIRST_HALF)], TITLE, foot=["- 7 -"])
    found = cut_pages(first, page_of(2, [drawn(SECOND_HALF)], foot=["- 6 -"]))
    assert [form.pages for form in found.forms] == [(1,)]
    assert [part.page for part in found.orphans] == [2]


def test_nothing_goes_on_past_a_document_with_a_title_of_its_own() -> None:
    budget = drawn(["甲 | 乙", "一 | 1"])
    remarks = drawn(["存在问题 | 无", "改进措施 | 加强论证"])
    found = cut_pages(
        page_of(1, [drawn(FIRST_HALF)], ["项目支出绩效运行监控表"]),
        page_of(2, [budget], ["政府性基金预算支出表"]),
        page_of(3, [remarks]),
    )
    assert [form.pages for form in found.forms] == [(1,)]
    assert [part.page for part in found.orphans] == [3]


def test_notes_over_the_page_go_on_though_their_first_line_is_read_in_pieces_and_leans() -> None:
    page = page_of(2, foot=["第2页"])
    box = Box(300, 200, 1800, 240)
    lines = (
        line_of("注：1.得分", box._replace(top=204, bottom=240, right=500)),
        line_of("档最高不能超过该指标分值上限。", box._replace(left=560)),
        line_of("2.定性指标根据完成情况分为三档。", box._replace(top=260, bottom=300)),
    )
    noted = page.model_copy(update={"lines": (*lines, *page.lines), "blank": False})
    found = cut_pages(page_of(1, [drawn(WHOLE)], TITLE), noted)
    assert found.kinds == {1: "form", 2: "continuation"}
    assert [form.pages for form in found.forms] == [(1, 2)]
    assert found.forms[0].parts[0].foot[0].line.text == "注：1.得分"
