"""The grammar of printed values: what is repaired, what is left, and what nobody may change."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.values import Kind, Nature, decimal_of, kind_of, settle
from core.values.wording import wording

FIGURES = (Kind.MONEY, Kind.RATE, Kind.POINTS)
SUFFIXES = {Kind.MONEY: [""], Kind.RATE: ["", "%", "(%)"], Kind.POINTS: ["", "分"]}


@st.composite
def printed_numbers(draw: st.DrawFn) -> tuple[str, str]:
    """Draw a number as forms print it, and its typed value."""
    whole = draw(st.integers(0, 10**10))
    decimals = draw(st.sampled_from([0, 1, 2]))
    fraction = f".{draw(st.integers(0, 10**decimals - 1)):0{decimals}d}" if decimals else ""
    grouped = f"{whole:,}" if draw(st.booleans()) else f"{whole}"
    return grouped + fraction, f"{whole}{fraction}"


readings = st.text(
    alphabet=st.sampled_from(
        "0123456789..,,OolI|SBZ%（）()-—一/\\=>=<≥≤二%。、 \n年月日前分万次完成无"
    )
)


@given(printed_numbers(), st.sampled_from(FIGURES), st.data())
def test_a_canonical_number_is_left_alone(
    number: tuple[str, str], kind: Kind, data: st.DataObject
) -> None:
    printed, typed = number
    text = printed + data.draw(st.sampled_from(SUFFIXES[kind]))

    settled = settle(text, kind)

    assert (settled.raw, settled.typed, settled.nature) == (text, typed, "number")
    assert not settled.repaired
    assert settled.doubtful == (text == "1")
    assert decimal_of(settled.typed) == Decimal(typed)


@given(printed_numbers())
def test_points_for_commas_are_undone_or_doubtful(number: tuple[str, str]) -> None:
    printed, typed = number

    settled = settle(printed.replace(",", "."), Kind.MONEY)

    if settled.typed == typed:
        assert settled.raw == printed
    else:
        assert settled.doubtful


@given(readings, st.sampled_from(Kind))
def test_settling_what_is_settled_changes_nothing(read: str, kind: Kind) -> None:
    once = settle(read, kind)
    again = settle(once.raw, kind)

    assert (again.raw, again.typed, again.nature) == (once.raw, once.typed, once.nature)


@given(readings, st.sampled_from(Kind))
def test_no_repair_changes_drops_or_adds_a_digit(read: str, kind: Kind) -> None:
    settled = settle(read, kind)
    letters = wording().lookalikes.digits | wording().years.numerals
    expected = [char if char.isdecimal() else letters.get(char, "?") for char in read]
    digits = [char for char in settled.raw if char.isdecimal()]
    remaining = iter(expected)

    assert all(digit in remaining for digit in digits), "digits keep their order and their value"
    if "%0" not in read:  # a per mille sign read as %0 is a sign again
        kept = [char for char in read if char.isdecimal()]
        result = iter(digits)
        assert all(digit in result for digit in kept), "no digit of the reading is lost"


@given(readings, st.sampled_from(FIGURES))
def test_a_typed_number_is_a_number(read: str, kind: Kind) -> None:
    settled = settle(read, kind)

    assert (decimal_of(settled.typed) is not None) == (settled.nature == "number")


@given(st.text())
def test_prose_is_never_repaired(read: str) -> None:
    assume(read.strip())
    assert not settle(read, Kind.TEXT).repaired


@given(st.text(), st.sampled_from(Kind))
def test_any_reading_settles(read: str, kind: Kind) -> None:
    settled = settle(read, kind)

    assert settled.malformed == (settled.nature == "malformed")


@pytest.mark.parametrize("kind", FIGURES)
@pytest.mark.parametrize(
    ("read", "raw", "nature"),
    [
        ("", "", "empty"),
        (" \u00a0", "", "empty"),
        ("—", "—", "dash"),
        ("–", "—", "dash"),
        ("-", "—", "dash"),
        ("一", "—", "dash"),
        ("_", "—", "dash"),
        ("——", "——", "dash"),
        ("/", "/", "slash"),
        ("／", "/", "slash"),
        ("\\", "/", "slash"),
        ("O", "0", "number"),
        ("o", "0", "number"),
        ("〇", "0", "number"),
        ("D", "0", "number"),
        ("O.OO", "0.00", "number"),
        ("无", "无", "text"),
    ],
)
def test_marks_and_zeros_are_certain(read: str, raw: str, nature: Nature, kind: Kind) -> None:
    settled = settle(read, kind)

    assert (settled.raw, settled.nature) == (raw, nature)
    assert not settled.doubtful


def test_empty_dash_slash_and_unreadable_stay_apart() -> None:
    typed = [settle(read, Kind.MONEY).typed for read in ("", "-", "/", "|", "0")]

    assert typed == ["", "—", "/", "|", "0"]


@pytest.mark.parametrize(
    ("read", "raw"),
    [
        ("1.031.336.77", "1,031,336.77"),
        ("1,031.336.77", "1,031,336.77"),
        ("1.031,336.77", "1,031,336.77"),
        ("1,031,336,77", "1,031,336.77"),
        ("1031336,77", "1031336.77"),
        ("47.042.32", "47,042.32"),
        ("1.036,440", "1,036,440"),
        ("1031336。77", "1031336.77"),
        ("1、031、336.77", "1,031,336.77"),
        ("1,103.476.5", "1,103,476.5"),
    ],
)
def test_amounts_with_one_sound_reading_are_repaired(read: str, raw: str) -> None:
    settled = settle(read, Kind.MONEY)

    assert (settled.raw, settled.typed) == (raw, raw.replace(",", ""))
    assert settled.repaired
    assert not settled.doubtful


@pytest.mark.parametrize(
    ("read", "raw", "kind"),
    [
        ("1", "1", Kind.MONEY),
        ("1.036.440", "1,036,440", Kind.MONEY),
        ("47.042", "47.042", Kind.MONEY),
        ("47,04", "47.04", Kind.MONEY),
        ("l0", "10", Kind.POINTS),
        ("1OO.00%", "100.00%", Kind.RATE),
        ("8.6Z", "8.62", Kind.POINTS),
        ("B5S", "855", Kind.MONEY),
        ("-446523.50", "-446523.50", Kind.MONEY),
        ("10 20", "1020", Kind.POINTS),
        ("100.0096", "100.0096", Kind.RATE),
        ("1", "1", Kind.MEASURE),
        ("一", "—", Kind.MEASURE),
        ("一100%", "=100%", Kind.MEASURE),
        (">=1.000次", ">=1.000次", Kind.MEASURE),
        ("=5%o", "=5‰", Kind.MEASURE),
        ("=5l", "=5l", Kind.MEASURE),
        ("2O23年12月3l日前", "2023年12月31日前", Kind.MEASURE),
        ("≥95%，", "≥95%，", Kind.MEASURE),
        ("2023年12月31日。", "2023年12月31日。", Kind.MEASURE),
        ("50.00(%)已", "50.00(%)已", Kind.MEASURE),
        ("447（人次）第", "447（人次）第", Kind.MEASURE),
        ("一", "一", Kind.TEXT),
        ("1", "1", Kind.TEXT),
        ("20l9年度", "2019年度", Kind.YEAR),
    ],
)
def test_what_could_be_another_print_is_doubtful(read: str, raw: str, kind: Kind) -> None:
    settled = settle(read, kind)

    assert settled.raw == raw
    assert settled.doubtful


@pytest.mark.parametrize(
    ("read", "kind"),
    [
        ("12.34.56", Kind.MONEY),
        ("1,031,3367", Kind.MONEY),
        ("007", Kind.MONEY),
        ("B", Kind.MONEY),
        ("|", Kind.MONEY),
        ("1031336.77元", Kind.MONEY),
        ("94.95%o", Kind.RATE),
        ("%", Kind.RATE),
        ("10%", Kind.POINTS),
        (">=", Kind.MEASURE),
        (">=1.2.3%", Kind.MEASURE),
        ("2023年13月31日前", Kind.MEASURE),
        ("2203年度", Kind.YEAR),
        ("年度", Kind.YEAR),
    ],
)
def test_what_fits_no_grammar_goes_to_review(read: str, kind: Kind) -> None:
    settled = settle(read, kind)

    assert settled.malformed
    assert settled.raw == read


@pytest.mark.parametrize(
    ("read", "raw", "nature"),
    [
        (">=25万", ">=25万", "number"),
        ("≤8万", "≤8万", "number"),
        ("=100.00(%)", "=100.00(%)", "number"),
        ("＞=85%", ">=85%", "number"),
        (">-85%", ">=85%", "number"),
        (">一85%", ">=85%", "number"),
        ("<一3季度", "<=3季度", "number"),
        ("》=5次", ">=5次", "number"),
        ("V=84%", ">=84%", "number"),
        ("V=I", "V=I", "text"),
        ("二100%", "=100%", "number"),
        ("＝100％", "=100％", "number"),
        ("=O起", "=0起", "number"),
        ("O起", "0起", "number"),
        ("±10%", "±10%", "number"),
        ("=190台（套）", "=190台（套）", "number"),
        ("<=1.5m", "<=1.5m", "number"),
        ("2023年12月31日前", "2023年12月31日前", "date"),
        ("2024-01-01", "2024-01-01", "date"),
        (">=3次/2年", ">=3次/2年", "text"),
        ("O2O平台", "O2O平台", "text"),
        ("G60科创走廊", "G60科创走廊", "text"),
        ("一般", "一般", "text"),
        ("效果明显", "效果明显", "text"),
        ("/", "/", "slash"),
        ("", "", "empty"),
    ],
)
def test_targets_and_actual_values(read: str, raw: str, nature: Nature) -> None:
    settled = settle(read, Kind.MEASURE)

    assert (settled.raw, settled.typed, settled.nature) == (raw, raw, nature)
    assert not settled.doubtful


@pytest.mark.parametrize(
    "read", ["(2023 年度)", "（2023年度）", "2023年度)", "2023", "2O23年度", "二〇二三年度"]
)
def test_a_fiscal_year_is_typed_as_its_digits(read: str) -> None:
    assert settle(read, Kind.YEAR).typed == "2023"


def test_wrapped_print_is_joined() -> None:
    assert settle("1,031,336.7\n7", Kind.MONEY).raw == "1,031,336.77"
    assert settle("推进长三角 G60\n科创走廊", Kind.TEXT).raw == "推进长三角 G60科创走廊"
    assert settle("绩\n效 指\n标", Kind.LABEL).raw == "绩效指标"


@pytest.mark.parametrize(
    ("pointer", "kind"),
    [
        ("/funding/0/executed", Kind.MONEY),
        ("/funding/1/execution_rate", Kind.RATE),
        ("/funding/1/weight", Kind.POINTS),
        ("/indicators/3/score", Kind.POINTS),
        ("/total/score", Kind.POINTS),
        ("/indicators/3/actual", Kind.MEASURE),
        ("/goals/actual", Kind.TEXT),
        ("/indicators/3/level1", Kind.LABEL),
        ("/indicators/3/level3", Kind.TEXT),
        ("/fiscal_year", Kind.YEAR),
        ("/project_name", Kind.TEXT),
    ],
)
def test_the_kind_follows_from_the_place(pointer: str, kind: Kind) -> None:
    assert kind_of(pointer) is kind


@pytest.mark.parametrize("read", [">=97计%", "5.2万‰", "<=958万.元", "=1300元/月L", "≤7%第1"])
def test_nothing_stands_before_the_sign_of_a_share_or_within_a_unit(read: str) -> None:
    assert settle(read, Kind.MEASURE).doubtful


@pytest.mark.parametrize("read", [">=97%", "3‰", "2个百分点", "30毫克/L", "5kW", "98%以上"])
def test_shares_are_not_doubted_for_their_sign(read: str) -> None:
    assert not settle(read, Kind.MEASURE).doubtful
