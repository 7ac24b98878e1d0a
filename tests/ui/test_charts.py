"""A chart specification becomes a figure that says the same in both languages and both themes."""

from __future__ import annotations

import json
from typing import Any

import plotly.graph_objects as go
import pytest

from ui.charts import HISTORY_DAYS, INK, draw_chart

DAYS = [f"2025-{month:02d}-{day:02d}" for month in (1, 2, 3, 4, 5) for day in range(1, 29)]
AHEAD = ["2025-06-01", "2025-06-02", "2025-06-03"]


def forecast_chart() -> dict[str, Any]:
    return {
        "kind": "forecast",
        "title": {"en": "Lamp: the next days", "zh": "台灯：未来几天"},
        "unit": "units",
        "history": {"ds": DAYS, "y": [float(index % 7) for index in range(len(DAYS))]},
        "forecast": {
            "ds": AHEAD,
            "mean": [5.0, 6.0, 7.0],
            "lo80": [4.0, 5.0, 6.0],
            "hi80": [6.0, 7.0, 8.0],
            "lo95": [3.0, 4.0, 5.0],
            "hi95": [7.0, 8.0, 9.0],
        },
    }


def bars_chart() -> dict[str, Any]:
    return {
        "kind": "bars",
        "title": {"en": "Movers", "zh": "涨跌"},
        "labels": {
            "en": ["Lamp", "Lamp", "A very long product title that no phone shows"],
            "zh": ["台灯", "台灯", "灯"],
        },
        "values": [31.0, 12.4, -20.0],
        "unit": "percent_change",
    }


def opinions_chart() -> dict[str, Any]:
    return {
        "kind": "opinions",
        "title": {"en": "What reviews say", "zh": "评价怎么说"},
        "labels": {"en": ["the zip", "delivery"], "zh": ["拉链", "物流"]},
        "pleased": [0, 5],
        "not_pleased": [26, 2],
    }


def series_chart() -> dict[str, Any]:
    return {
        "kind": "series",
        "title": {"en": "Sales", "zh": "销量"},
        "series": [
            {"name": {"en": "Recent", "zh": "近期"}, "ds": DAYS[-5:], "y": [1.0, 2.0, None, 4.0, 5.0]},
            {"name": {"en": "Expected", "zh": "预期"}, "ds": DAYS[-5:], "y": [1.0, 1.0, 1.0, 1.0, 1.0]},
        ],
        "marks": [{"ds": DAYS[-3], "label": {"en": "Price cut", "zh": "降价"}}],
    }


def names(figure: go.Figure) -> list[str]:
    return [trace.name for trace in figure.data]


def test_the_forecast_starts_where_history_ends_and_lies_in_its_bands() -> None:
    band95, band80, history, mean = draw_chart(forecast_chart(), "en").data
    assert list(mean.x) == AHEAD
    assert list(mean.y) == [5.0, 6.0, 7.0]
    assert history.x[-1] == DAYS[-1]
    assert max(band95.y) > max(band80.y) > max(mean.y)
    assert min(band95.y) < min(band80.y) < min(mean.y)
    # One closed outline: up along the high side, back along the low side.
    assert list(band80.x) == [*AHEAD, *reversed(AHEAD)]
    assert list(band80.y) == [6.0, 7.0, 8.0, 6.0, 5.0, 4.0]


def test_only_the_recent_history_is_drawn() -> None:
    history = draw_chart(forecast_chart(), "en").data[2]
    assert list(history.x) == DAYS[-HISTORY_DAYS:]
    assert len(history.y) == HISTORY_DAYS


def test_title_legend_and_dates_follow_the_language() -> None:
    english, chinese = (draw_chart(forecast_chart(), lang) for lang in ("en", "zh"))
    assert names(english) == ["95% range", "80% range", "Sold", "Forecast"]
    assert names(chinese) == ["95% 区间", "80% 区间", "实际销量", "预测"]
    assert english.layout.title.text == "Lamp: the next days"
    assert chinese.layout.title.text == "台灯：未来几天"
    assert "月" in chinese.layout.xaxis.tickformat
    assert chinese.layout.yaxis.title.text == "件"


def test_a_forecast_without_a_95_band_still_draws_the_80() -> None:
    chart = forecast_chart()
    del chart["forecast"]["lo95"], chart["forecast"]["hi95"]
    assert names(draw_chart(chart, "en")) == ["80% range", "Sold", "Forecast"]


@pytest.mark.parametrize(
    "chart", [forecast_chart(), series_chart(), bars_chart(), opinions_chart()], ids=lambda c: c["kind"]
)
def test_every_chart_is_transparent_with_an_ink_for_both_themes(chart: dict[str, Any]) -> None:
    figure = draw_chart(chart, "zh")
    assert figure.layout.paper_bgcolor == figure.layout.plot_bgcolor == "rgba(0,0,0,0)"
    assert figure.layout.font.color == INK
    # The browser keeps chats: a figure must not carry a template of a thousand lines.
    assert len(figure.to_json()) < 12_000


def test_bars_of_equal_names_stay_apart_and_show_sign_and_unit() -> None:
    figure = draw_chart(bars_chart(), "en")
    (bars,) = figure.data
    assert len(set(bars.y)) == 3
    assert list(bars.text) == ["+31%", "+12%", "-20%"]
    assert bars.marker.color[0] == bars.marker.color[1] != bars.marker.color[2]
    assert all(len(tick) <= 26 for tick in figure.layout.yaxis.ticktext)
    assert bars.hovertext[2] == "A very long product title that no phone shows"


def test_opinions_stand_on_two_sides_of_a_line_and_show_plain_counts() -> None:
    unhappy, happy = draw_chart(opinions_chart(), "zh").data
    assert (unhappy.name, happy.name) == ("不满意", "满意")
    assert all(x <= 0 for x in unhappy.x) and all(x >= 0 for x in happy.x)
    assert list(unhappy.text) == ["26", "2"] and list(happy.text) == ["", "5"]


def test_bars_grow_with_their_number() -> None:
    many = bars_chart() | {"labels": {"en": ["x"] * 12, "zh": ["x"] * 12}, "values": [1.0] * 12}
    assert draw_chart(many, "en").layout.height > draw_chart(bars_chart(), "en").layout.height


def test_series_carry_their_marks_and_leave_gaps_open() -> None:
    figure = draw_chart(series_chart(), "zh")
    assert names(figure) == ["近期", "预期"]
    assert figure.data[0].y[2] is None
    assert [note.text for note in figure.layout.annotations] == ["降价"]
    assert figure.layout.shapes[0].x0 == DAYS[-3]


def test_a_figure_is_json_that_a_page_can_hold() -> None:
    assert json.loads(draw_chart(series_chart(), "en").to_json())["data"][0]["mode"] == "lines"


def test_an_unknown_kind_is_named() -> None:
    with pytest.raises(ValueError, match="chart kind 'pie' is not one of"):
        draw_chart({"kind": "pie", "title": {"en": "", "zh": ""}}, "en")
