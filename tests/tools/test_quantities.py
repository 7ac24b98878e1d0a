from datetime import date

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


TODAY = date(2026, 10, 28)  # a Wednesday


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("until Christmas", 58),
        ("till Christmas Day", 58),
        ("before Christmas", 57),
        ("between now and Christmas", 58),
        ("from now until Christmas", 58),
        ("through Christmas", 58),
        ("until Black Friday", 30),
        ("through the end of December", 64),
        ("until the end of December", 64),
        ("until December", 33),
        ("through December", 64),
        ("until 15 November", 18),
        ("by 15 November", 18),
        ("until Nov 15th", 18),
        ("until the end of the month", 3),
        ("to month end", 3),
        ("by year end", 64),
        ("until the end of the year", 64),
        ("until the end of next month", 33),
        ("the rest of the month", 3),
        ("rest of the year", 64),
        ("the rest of this week", 4),
        ("until Friday", 2),
        ("until next Friday", 2),
        ("until mid-December", 53),
        ("until 2026-11-11", 14),
        ("到年底", 64),
        ("到月底", 3),
        ("月底前", 2),
        ("到下个月底", 33),
        ("到双十一", 14),
        ("双十一之前", 13),
        ("从现在到春节", 101),
        ("到11月15号", 18),
        ("一直到圣诞节", 58),
        ("撑到元旦", 65),
        ("截至12月底", 64),
        ("本月剩下的时间", 3),
        ("到下周五", 9),
        ("到周五", 2),
    ],
)
def test_horizons_that_name_a_day_to_come(said, days):
    assert resolve_duration(said, TODAY) == days


def test_a_month_that_is_over_has_no_rest():
    error = resolve_duration("the rest of the month", date(2026, 10, 31))
    assert error.code == "duration_is_over"
    assert "next month" in error.remedy["en"]
    assert resolve_duration("到月底", date(2026, 10, 31)).code == "duration_is_over"


def test_a_horizon_to_a_day_that_does_not_exist_says_so():
    error = resolve_duration("until 31 November", TODAY)
    assert error.code == "duration_impossible"
    assert "30 days" in error.message["en"]


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("6 wks", 42),
        ("a fortnight", 14),
        ("two fortnights", 28),
        ("10 days or so", 10),
        ("about 10 days", 10),
        ("ten working days", 10),
        ("3-4 weeks", 28),
        ("3 to 4 weeks", 28),
        ("three or four weeks", 28),
        ("a week or two", 14),
        ("a couple of weeks", 14),
        ("a few days", 3),
        ("1.5 months", 45),
        ("2½ weeks", 18),
        ("one and a half months", 45),
        ("half a month", 15),
        ("half a year", 182),
        ("the whole of next week", 7),
        ("30-day", 30),
        ("a year", 365),
        ("下个月", 30),
        ("半个月", 15),
        ("一个半月", 45),
        ("三周半", 24),
        ("一周半", 10),
        ("两三周", 21),
        ("三五天", 5),
        ("三四个星期", 28),
        ("十来天", 10),
        ("十几天", None),
        ("大概10天左右", 10),
        ("三到四周", 28),
        ("3~4周", 28),
        ("未来半年", 182),
        ("下个季度", 90),
        ("两个礼拜", 14),
        ("几天", 3),
        ("400 g", None),
        ("2L", None),
        ("10骨", None),
        ("24 cm", None),
        ("日式收纳盒", None),
        ("last 14 days", None),
        ("过去三周", None),
        ("three weeks ago", None),
        ("14 days of stock for the 3 weeks", None),
        ("95%", None),
        ("300件", None),
        ("until Christmas", None),
        ("forecast to the end of the month", None),
        ("卖到下个月底", None),
        ("到下周五", None),
        ("三周之内到货", 21),
    ],
)
def test_lengths_of_time_as_people_say_them(said, days):
    length = resolve_duration(said)
    if days is None:
        assert length.code == "duration_not_understood", length
    else:
        assert length == days


@pytest.mark.parametrize(
    ("said", "units"),
    [
        ("2k units", 2000),
        ("1.2万件", 12_000),
        ("1万2", 12_000),
        ("三百来件", 300),
        ("300多件", 300),
        ("一千二百件", 1200),
        ("half a gross", 72),
        ("two gross", 288),
        ("half a dozen", 6),
        ("a couple of dozen", 24),
        ("3 dozen", 36),
        ("两打", 24),
        ("半打", 6),
        ("a hundred or so", 100),
        ("about 1,250 pcs", 1250),
        ("1 250 units", 1250),
        ("fifty-two left", 52),
        ("300 of the 24 cm pan", 300),
        ("24厘米平底锅还有80个", 80),
        ("库存 120", 120),
        ("no stock: 0", 0),
        ("400 g", None),
        ("2L", None),
        ("2 m", None),
        ("10骨", None),
        ("24 cm", None),
        ("20寸", None),
        ("10000 mAh", None),
        ("95%", None),
        ("九成五", None),
        ("5 days", None),
        ("三周", None),
        ("£300", None),
        ("300元", None),
        ("3 boxes", None),
        ("两箱", None),
        ("几百件", None),
        ("十几件", None),
        ("两三件", None),
        ("a few", None),
        ("3 or 4", None),
    ],
)
def test_stock_counts_as_people_say_them(said, units):
    count = resolve_count(said)
    if units is None:
        assert count.code == "count_not_understood", count
    else:
        assert count == units


@pytest.mark.parametrize(
    ("said", "share"),
    [
        ("95% of the time", 0.95),
        ("99 percent", 0.99),
        ("ninety-five percent", 0.95),
        ("98 per cent", 0.98),
        ("service level 95", 0.95),
        ("95th percentile", 0.95),
        ("a 10% risk of a stockout", 0.9),
        ("running dry one cycle in fifty", 0.98),
        ("断货的概率别超过百分之二", 0.98),
        ("十回最多断一回货", 0.9),
        ("95% sure not to run out", 0.95),
        ("19 times out of 20", 0.95),
        ("nine out of ten", 0.9),
        ("never run out", 0.999),
        ("I never want to run out of it", 0.999),
        ("九成五", 0.95),
        ("九成半", 0.95),
        ("9成", 0.9),
        ("百分之九十八", 0.98),
        ("百分之九十九点五", 0.995),
        ("９５％", 0.95),
        ("95%的把握", 0.95),
        ("绝对不能断货", 0.999),
        ("永不缺货", 0.999),
        ("95% for the 24 cm pan in 5 days", 0.95),
        ("400 g", None),
        ("2L", None),
        ("10骨", None),
        ("24 cm", None),
        ("5 days", None),
        ("三周", None),
        ("50 units", None),
        ("80件", None),
        ("often", None),
    ],
)
def test_shares_as_people_say_them(said, share):
    value = resolve_percent(said)
    if share is None:
        assert value.code == "percent_not_understood", value
    else:
        assert value == pytest.approx(share)
