from hypothesis import given
from hypothesis import strategies as st

from core.vocabulary.matching import STANDARD, Word, best_match, distance, split_bracket, squash

WORDS = (Word("department", "主管部门"), Word("unit", "实施单位"), Word("weight", "分值"))

texts = st.text(alphabet="主管部门实施单位分值得分", max_size=8)


def test_squash_removes_width_and_wraps() -> None:
    assert squash("项\n目\xa0资金（元）") == "项目资金(元)"


def test_bracket_is_set_aside_and_kept() -> None:
    assert split_bracket("全年预算数（A）") == ("全年预算数", "A")
    assert split_bracket("项目资金(元") == ("项目资金", "元")
    assert split_bracket("实施单位 (盖章)：") == ("实施单位", "盖章")


def test_text_in_brackets_alone_is_no_bracket_group() -> None:
    assert split_bracket("(2023年度)").body == "(2023年度)"


def test_exact_word_wins_over_near_one() -> None:
    words = (Word("a", "项目名称"), Word("b", "专项名称"))
    match = best_match("专项名称", words, STANDARD)
    assert match is not None
    assert (match.role, match.distance) == ("b", 0)


def test_one_wrong_character_of_four_is_forgiven() -> None:
    match = best_match("主管邪门", WORDS, STANDARD)
    assert match is not None
    assert (match.role, match.distance) == ("department", 1)


def test_equally_near_roles_give_no_match() -> None:
    words = (Word("a", "数量指标"), Word("b", "质量指标"))
    assert best_match("效量指标", words, STANDARD) is None


def test_short_words_are_forgiven_only_where_others_vouch() -> None:
    assert best_match("分直", WORDS, STANDARD) is None
    match = best_match("分直", WORDS, STANDARD, lenient=True)
    assert match is not None
    assert match.role == "weight"


@given(texts, texts)
def test_distance_is_a_metric(first: str, second: str) -> None:
    gap = distance(first, second, 20)
    assert gap == distance(second, first, 20)
    assert (gap == 0) == (first == second)
    assert abs(len(first) - len(second)) <= gap <= max(len(first), len(second))


@given(texts, texts, st.integers(0, 8))
def test_distance_stops_at_its_limit(first: str, second: str, limit: int) -> None:
    assert distance(first, second, limit) == min(distance(first, second, 20), limit + 1)
