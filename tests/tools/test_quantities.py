import pytest

from tools.numerals import fold, parse_number
from tools.quantities import resolve_count, resolve_duration, resolve_percent
from tools.results import ToolError


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("three weeks", 21),
        ("未来三周", 21),
        ("两周", 14),
        ("14 days", 14),
        ("14", 14),
        ("十四天", 14),
        ("半个月", 15),
        ("一个半月", 45),
        ("两周半", 18),
        ("a month", 30),
        ("a month and a half", 45),
        ("next quarter", 90),
        ("next week", 7),
        ("下个月", 30),
        ("the next fortnight", 14),
        ("2 weeks and 3 days", 17),
        ("3 week lead time", 21),
        ("10-14 days", 14),
        ("2 to 3 weeks", 21),
        ("半年", 182),
        ("五天到货", 5),
        ("１４天", 14),
    ],
)
def test_durations_in_both_languages(said, days):
    assert resolve_duration(said) == days


@pytest.mark.parametrize(
    "said", ["0", "0 days", "-3", "-3 days", "负三天", "minus 3 days", "100000", "100000 days", "两年"]
)
def test_durations_outside_a_year_are_refused(said):
    error = resolve_duration(said)
    assert isinstance(error, ToolError)
    assert error.code == "duration_out_of_range"
    assert "1 to 365" in error.remedy["en"]
    assert "1 到 365" in error.remedy["zh"]


@pytest.mark.parametrize("said", ["banana", "", "月饼", "生日礼物", "11月", "today", "birthday card"])
def test_words_that_only_look_like_a_duration(said):
    assert resolve_duration(said).code == "duration_not_understood"


@pytest.mark.parametrize(
    ("said", "units"),
    [
        ("300 units", 300),
        ("三百件", 300),
        ("1.2k", 1200),
        ("1万", 10_000),
        ("a dozen", 12),
        ("我还有50件", 50),
        ("0", 0),
    ],
)
def test_counts(said, units):
    assert resolve_count(said) == units


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("-5", "count_out_of_range"),
        ("负五件", "count_out_of_range"),
        ("some", "count_not_understood"),
        ("3 or 4", "count_not_understood"),
    ],
)
def test_counts_that_cannot_be_used(said, code):
    assert resolve_count(said).code == code


@pytest.mark.parametrize(
    ("said", "share"),
    [
        ("95%", 0.95),
        ("95 percent", 0.95),
        ("0.95", 0.95),
        ("95", 0.95),
        ("九成五", 0.95),
        ("九成", 0.9),
        ("百分之九十五", 0.95),
        ("99.5%", 0.995),
    ],
)
def test_percents(said, share):
    assert resolve_percent(said) == pytest.approx(share)


@pytest.mark.parametrize("said", ["120%", "0", "-5%", "100%"])
def test_percents_outside_zero_to_one(said):
    assert resolve_percent(said).code == "percent_out_of_range"


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("twenty-five", 25),
        ("two hundred and fifty", 250),
        ("half a dozen", 6),
        ("三百二", 320),
        ("三百零二", 302),
        ("一万二", 12_000),
        ("十二", 12),
        ("二〇二六", 2026),
        ("1,200", 1200),
        ("jacket", None),
    ],
)
def test_number_words(said, value):
    assert parse_number(said) == value


def test_full_width_text_is_folded():
    assert fold("ＬＡＳＴ  ７ Days") == "last 7 days"
