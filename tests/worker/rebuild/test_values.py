from dataclasses import replace

import pytest

from core.geometry import Box
from core.readings import ReadCell, ReaderName, Reading
from core.values import Kind
from core.vocabulary import standard
from tests.worker.readings import line_of
from worker.rebuild.print import Print, print_of, print_of_lines
from worker.rebuild.values import MISSING, REVIEW, closed, entry, has_overlay, without_overlay
from worker.sheet import PageLine, Piece, SheetCell

BOX = Box(10, 20, 110, 60)


def printed(text: str, confidence: float = 0.99, *, illegible: bool = False) -> Print:
    return Print(text, confidence, 1, BOX, "ppocr", illegible=illegible)


def cell_of(*texts: str, illegible: bool = False, unsound: bool = False) -> SheetCell:
    lines = tuple(
        line_of(text, Box(12, 20 + 30 * at, 90, 45 + 30 * at)) for at, text in enumerate(texts)
    )
    read = ReadCell(
        row=0,
        col=0,
        row_span=1,
        col_span=1,
        box=BOX,
        upright=BOX,
        lines=lines,
        illegible=illegible,
        unsound=unsound,
    )
    return SheetCell(0, 0, 1, 1, (Piece(1, read),))


def test_wrapped_lines_join_and_printed_spaces_stay() -> None:
    found = print_of([cell_of("推进长三角 G60 科", "创走廊")])
    assert found is not None
    assert found.text == "推进长三角 G60 科创走廊"
    assert found.box == Box(12, 20, 90, 75)


def test_blank_cell_has_the_box_of_the_cell() -> None:
    value = entry(print_of([cell_of()]), Kind.TEXT, REVIEW)
    assert (value.typed, value.field.raw, value.field.status) == ("", "", "ok")
    assert value.field.box == BOX


@pytest.mark.parametrize("texts", [("1,031.50",), ()])
def test_what_stands_in_an_unsound_cell_goes_to_review(texts: tuple[str, ...]) -> None:
    found = entry(print_of([cell_of(), cell_of(*texts, unsound=True)]), Kind.MONEY, REVIEW)
    assert (found.field.status, found.field.why) == ("review", "grid")


def test_illegible_blank_and_missing_are_three_things() -> None:
    illegible = entry(print_of([cell_of(illegible=True)]), Kind.MONEY, REVIEW)
    assert (illegible.typed, illegible.field.status, illegible.field.why) == (
        None,
        "review",
        "illegible",
    )
    assert entry(None, Kind.MONEY, REVIEW) == MISSING
    assert MISSING.field.status == "missing"


PROSE = "水质明显改善，沿湖居民出行环境得到提升"


def read_as(text: str, *others: str, sure: float = 0.9999, hand: bool = False) -> Print:
    """Return a print of one line as the first reader and its witnesses read it."""
    engines: tuple[ReaderName, ReaderName] = ("ppocr-tiny", "tesseract")
    line = line_of(text, BOX, sure).model_copy(
        update={
            "hand": hand,
            "others": tuple(
                Reading(text=other, confidence=0.9, engine=engine)
                for other, engine in zip(others, engines, strict=False)
            ),
        }
    )
    return print_of_lines([PageLine(1, line)])


def test_an_unsure_figure_goes_to_review_where_prose_does_not() -> None:
    figure = entry(read_as("93.65", "93.65", sure=0.8), Kind.MONEY, REVIEW).field
    assert (figure.status, figure.why) == ("review", "low_confidence")
    assert entry(read_as(PROSE, PROSE, sure=0.8), Kind.TEXT, REVIEW).field.status == "ok"


def test_a_figure_that_no_witness_reads_alike_goes_to_review() -> None:
    value = entry(read_as("98.26", "98.62"), Kind.POINTS, REVIEW)
    assert (value.typed, value.field.status) == ("98.26", "review")
    assert (value.field.why, value.field.alternatives) == ("readers_disagree", ("98.62",))


def test_a_witness_of_another_family_upholds_a_sure_figure() -> None:
    assert entry(read_as("98.26", "98.62", "98.26"), Kind.POINTS, REVIEW).field.status == "ok"


@pytest.mark.parametrize("other", ["1.031.336.77", "1,031,336.77", "1031336.77"])
def test_separators_are_no_dissent(other: str) -> None:
    assert entry(read_as("1,031,336.77", other), Kind.MONEY, REVIEW).field.status == "ok"


def test_a_guess_that_says_the_same_supports_nobody() -> None:
    found = read_as("西安市鄂邑区人力资源局", "西安市鄂邑区人力资源局", sure=0.89)
    (line,) = found.lines
    faint = line.model_copy(
        update={"others": (line.others[0].model_copy(update={"confidence": 0.34}),)}
    )
    guessed = replace(found, lines=(faint,))

    assert entry(found, Kind.TEXT, REVIEW).field.status == "ok"
    assert entry(guessed, Kind.TEXT, REVIEW).field.why == "readers_disagree"


def test_words_against_which_both_witnesses_speak_go_to_review() -> None:
    found = read_as(f"{PROSE}。", f"{PROSE}，", f"{PROSE}，")

    assert entry(found, Kind.TEXT, REVIEW).field.why == "readers_disagree"


def test_a_line_on_which_all_agree_does_not_count_against_the_others() -> None:
    unsure, sure = read_as(PROSE, PROSE, PROSE, sure=0.5), read_as(PROSE, PROSE)
    both = replace(unsure, text=PROSE * 2, lines=(*unsure.lines, *sure.lines))

    assert entry(both, Kind.TEXT, REVIEW).field.status == "ok"
    assert entry(read_as(PROSE, PROSE, sure=0.5), Kind.TEXT, REVIEW).field.status == "review"


def test_no_text_begins_with_a_mark_that_closes() -> None:
    title = "：部门预算项目绩效目标自评表"

    assert entry(read_as(title, title), Kind.TEXT, REVIEW).field.why == "doubtful"


def test_a_per_cent_that_a_witness_takes_for_a_per_mille_goes_to_review() -> None:
    value = entry(read_as("≤5%", "≤5%0", "<5%o"), Kind.MEASURE, REVIEW)
    assert (value.field.raw, value.field.status) == ("≤5%", "review")


def test_what_the_grammar_refuses_gives_way_to_two_witnesses() -> None:
    value = entry(read_as("0.0日", "0.00", "0.00", sure=0.55), Kind.MONEY, REVIEW)
    assert (value.typed, value.field.why) == ("0.00", "readers_disagree")
    assert value.field.alternatives[0] == "0.0日"


def test_what_is_no_figure_is_what_the_surest_witness_of_a_figure_reads_and_for_a_person() -> None:
    value = entry(read_as("日", "0", "g"), Kind.MONEY, REVIEW)
    assert (value.typed, value.field.why) == ("0", "readers_disagree")
    assert value.field.alternatives[0] == "日"
    value = entry(read_as("日", "口", "目"), Kind.MONEY, REVIEW)
    assert value.field.why == "malformed"


def test_one_witness_changes_nothing() -> None:
    value = entry(read_as("0.0日", "0.00", sure=0.55), Kind.MONEY, REVIEW)
    assert (value.field.raw, value.field.why) == ("0.0日", "malformed")


def test_a_sure_reading_stands_against_two_witnesses_but_is_marked() -> None:
    value = entry(read_as("98.26", "98.62", "98.62"), Kind.POINTS, REVIEW)
    assert (value.typed, value.field.status) == ("98.26", "review")


@pytest.mark.parametrize("read", ["机制健全性.", "·大宣传力度", "机制健.全性"])
def test_a_speck_in_words_goes_to_review(read: str) -> None:
    assert entry(read_as(read, read), Kind.TEXT, REVIEW).field.why == "doubtful"


def test_a_speck_beside_a_figure_is_taken_off_and_marked() -> None:
    value = entry(read_as(".8", ".8"), Kind.POINTS, REVIEW)
    assert (value.typed, value.field.why, value.field.alternatives) == ("8", "doubtful", (".8",))


def test_a_lone_one_is_no_slash_where_the_readers_are_sure() -> None:
    assert entry(read_as("1", "1"), Kind.POINTS, REVIEW).field.status == "ok"
    assert entry(read_as("1", "1", sure=0.9), Kind.POINTS, REVIEW).field.why == "doubtful"
    assert entry(read_as("1", "/"), Kind.POINTS, REVIEW).field.why == "doubtful"


@pytest.mark.parametrize("sure", [0.7, 0.9999])
def test_handwriting_is_for_a_person_however_it_is_read(sure: float) -> None:
    written = entry(read_as("同意", "同意", sure=sure, hand=True), Kind.TEXT, REVIEW)
    assert (written.field.status, written.field.why) == ("review", "handwritten")


@pytest.mark.parametrize("read", ["1、持续性项目2、新增性项目□", "√", "☑ 是"])
def test_what_a_pen_ticked_is_for_a_person(read: str) -> None:
    assert entry(read_as(read, read), Kind.TEXT, REVIEW).field.why == "doubtful"


def test_confidence_is_a_probability() -> None:
    agreed = entry(read_as("98.26", "98.26", sure=0.98), Kind.POINTS, REVIEW).field.confidence
    alone = entry(read_as("98.26", "98.62", sure=0.98), Kind.POINTS, REVIEW).field.confidence
    assert alone < 0.98 < agreed < 1


def test_repair_keeps_what_was_read() -> None:
    value = entry(printed("1O0.00"), Kind.POINTS, REVIEW)
    assert value.typed == "100.00"
    assert "1O0.00" in value.field.alternatives


def test_other_readings_of_a_line_are_alternatives_of_the_whole() -> None:
    second = line_of("12", BOX).model_copy(
        update={"others": (Reading(text="17", confidence=0.5, engine="tesseract"),)}
    )
    found = print_of_lines([PageLine(1, line_of("不少于", BOX)), PageLine(1, second)])
    assert found.alternatives == ("不少于17",)


def test_misread_label_becomes_the_word_of_the_list() -> None:
    value = closed(printed("产出指栎", 0.5), standard().level("产出指栎", "level1"), REVIEW)
    assert value.typed == "产出指标"
    assert value.field.status == "ok"
    assert value.field.alternatives == ("产出指栎",)


def test_word_beside_the_list_that_was_read_for_sure_is_for_a_person() -> None:
    value = closed(printed("产出指栎"), standard().level("产出指栎", "level1"), REVIEW)
    assert (value.field.status, value.field.why) == ("review", "not_in_vocabulary")


def test_weight_in_brackets_stays_printed() -> None:
    text = "产出指栎(50分)"
    value = closed(printed(text, 0.5), standard().level(text, "level1"), REVIEW)
    assert value.typed == "产出指标(50分)"


def test_a_label_whose_bracket_is_lost_is_for_a_person() -> None:
    match = standard().level("满意度指际", "level1")
    assert match is not None

    assert closed(printed("满意度指际(10分", 0.8), match, REVIEW).field.why == "not_in_vocabulary"


def test_marks_around_a_label_go() -> None:
    match = standard().label(")上年结转资金", "funding_row")
    value = closed(printed(")上年结转资金"), match, REVIEW)
    assert value.typed == "上年结转资金"
    assert value.field.status == "ok"


def test_marks_inside_of_a_label_go() -> None:
    match = standard().level("服务对象满。意度指标", "level2")
    value = closed(printed("服务对象满。意度指标"), match, REVIEW)
    assert (value.typed, value.field.status) == ("服务对象满意度指标", "ok")
    assert value.field.alternatives == ("服务对象满。意度指标",)


def test_stray_overlay_comes_off_a_measure_only() -> None:
    found = without_overlay(printed(">=85% 总计:"), Kind.MEASURE, standard())
    value = entry(found, Kind.MEASURE, REVIEW)
    assert value.typed == ">=85%"
    assert ">=85% 总计:" in value.field.alternatives
    assert without_overlay(printed("按月合计"), Kind.MEASURE, standard()).text == "按月合计"


@pytest.mark.parametrize(
    ("read", "value"),
    [
        ("14%第1页", "14%"),
        ("28场 第 3 页", "28场"),
        ("100.00(%)第1页", "100.00(%)"),
        ("10第1页，共3页", "10"),
        ("第12页≥90%", "≥90%"),
        ("14% - 5 -", "14%"),
    ],
)
def test_a_page_number_comes_off_a_measure(read: str, value: str) -> None:
    found = without_overlay(printed(read), Kind.MEASURE, standard())
    assert found.text == value
    assert read in found.alternatives


@pytest.mark.parametrize("read", ["改善第1页", "第 1 页", "28-5-", "100 — 5 —", "-5-", "第3页无"])
def test_a_page_number_that_may_be_the_value_goes_to_review(read: str) -> None:
    found = without_overlay(printed(read), Kind.MEASURE, standard())
    assert found.text == read
    assert has_overlay(entry(found, Kind.MEASURE, REVIEW), standard())


@pytest.mark.parametrize("read", ["2023-12-31", "5-10天", "合计", "印刷200页", "第1期"])
def test_what_looks_like_a_stray_stays(read: str) -> None:
    found = without_overlay(printed(read), Kind.MEASURE, standard())
    assert found.text == read
    value = entry(found, Kind.MEASURE, REVIEW)
    assert not has_overlay(value, standard())


@pytest.mark.parametrize("read", ["≥81%√", "10个★", ">=85%|"])
def test_a_mark_of_no_quantity_goes_to_review(read: str) -> None:
    assert entry(read_as(read, read), Kind.MEASURE, REVIEW).field.why == "doubtful"


@pytest.mark.parametrize("read", ["≤16/10万", "=100.00(%)", "2023年12月31日前", "±10%", "399元/月"])
def test_marks_of_quantities_stand(read: str) -> None:
    assert entry(read_as(read, read), Kind.MEASURE, REVIEW).field.status == "ok"


@pytest.mark.parametrize(("read", "doubted"), [("25万元合", True), ("3项", False), ("综合", False)])
def test_what_a_border_leaves_of_a_word_over_a_measure_is_doubted(read: str, doubted: bool) -> None:
    value = entry(printed(read), Kind.MEASURE, REVIEW)
    assert has_overlay(value, standard()) is doubted
