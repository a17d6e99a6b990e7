from core.geometry import Box
from core.readings import ReadCell, Reading
from core.values import Kind
from core.vocabulary import standard
from tests.worker.readings import line_of
from worker.rebuild.print import Print, print_of, print_of_lines
from worker.rebuild.values import MISSING, REVIEW, closed, entry, without_overlay
from worker.sheet import PageLine, Piece, SheetCell

BOX = Box(10, 20, 110, 60)


def printed(text: str, confidence: float = 0.99, *, illegible: bool = False) -> Print:
    return Print(text, confidence, 1, BOX, "ppocr", illegible=illegible)


def cell_of(*texts: str, illegible: bool = False) -> SheetCell:
    lines = tuple(
        line_of(text, Box(12, 20 + 30 * at, 90, 45 + 30 * at)) for at, text in enumerate(texts)
    )
    read = ReadCell(
        row=0, col=0, row_span=1, col_span=1, box=BOX, upright=BOX, lines=lines, illegible=illegible
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


def test_illegible_blank_and_missing_are_three_things() -> None:
    illegible = entry(print_of([cell_of(illegible=True)]), Kind.MONEY, REVIEW)
    assert (illegible.typed, illegible.field.status, illegible.field.why) == (
        None,
        "review",
        "illegible",
    )
    assert entry(None, Kind.MONEY, REVIEW) == MISSING
    assert MISSING.field.status == "missing"


def test_an_unsure_figure_goes_to_review_where_prose_does_not() -> None:
    assert entry(printed("93.65", 0.8), Kind.MONEY, REVIEW).field.why == "low_confidence"
    assert entry(printed("水质达标", 0.8), Kind.TEXT, REVIEW).field.status == "ok"
    assert entry(printed(">=85%", 0.8), Kind.MEASURE, REVIEW).field.why == "low_confidence"
    assert entry(printed("及时", 0.8), Kind.MEASURE, REVIEW).field.status == "ok"


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


def test_marks_around_a_label_go() -> None:
    match = standard().label(")上年结转资金", "funding_row")
    value = closed(printed(")上年结转资金"), match, REVIEW)
    assert value.typed == "上年结转资金"
    assert value.field.status == "ok"


def test_stray_overlay_comes_off_a_measure_only() -> None:
    found = without_overlay(printed(">=85% 总计:"), Kind.MEASURE, standard())
    value = entry(found, Kind.MEASURE, REVIEW)
    assert value.typed == ">=85%"
    assert ">=85% 总计:" in value.field.alternatives
    assert without_overlay(printed("按月合计"), Kind.MEASURE, standard()).text == "按月合计"
