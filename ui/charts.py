"""Chart specifications (neutral JSON from the tools) drawn with plotly, in the page's language."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from tools.results import Lang
from ui.texts import load_texts

# One ink that reads on white and on near-black: the page's theme may change while the chart stands.
INK = "#7b828c"
GRID = "rgba(123,130,140,0.20)"
ACCENT = "#0d9488"
FALL = "#c2612c"
SERIES = (ACCENT, "#5b7db1", "#b7791f", "#8a63a8", INK)
BAND95 = "rgba(13,148,136,0.14)"
BAND80 = "rgba(13,148,136,0.26)"
FONT = (
    "system-ui, -apple-system, 'Segoe UI', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"
)
HEIGHT_PX = 320
ROW_PX = 34
LEGEND_PX, AXIS_PX = 56, 28
# Beyond this much history before the forecast the days of interest shrink to a sliver.
HISTORY_DAYS = 90


def draw_chart(chart: dict[str, Any], lang: Lang) -> go.Figure:
    """Return the figure of one chart specification.

    Args:
        chart: `{"kind": "forecast" | "series" | "bars" | "opinions", "title": {"en", "zh"}, ...}`.
        lang: the page's language: title, legend and dates follow it.

    Raises:
        ValueError: a kind that this page cannot draw.
    """
    painters = {
        "forecast": _draw_forecast,
        "series": _draw_series,
        "bars": _draw_bars,
        "opinions": _draw_opinions,
    }
    kind = chart.get("kind")
    if kind not in painters:
        raise ValueError(f"chart kind {kind!r} is not one of {sorted(painters)}")
    figure = painters[kind](chart, lang)
    return _dress(figure, chart["title"][lang], has_legend=kind != "bars")


def _draw_forecast(chart: dict[str, Any], lang: Lang) -> go.Figure:
    words = load_texts(lang)
    past, ahead = chart["history"], chart["forecast"]
    past_days, past_units = past["ds"][-HISTORY_DAYS:], past["y"][-HISTORY_DAYS:]
    figure = go.Figure()
    for low, high, fill, name in (
        ("lo95", "hi95", BAND95, "chart.band95"),
        ("lo80", "hi80", BAND80, "chart.band80"),
    ):
        if ahead.get(low) and ahead.get(high):
            figure.add_trace(_band(ahead["ds"], ahead[low], ahead[high], fill, words(name)))
    figure.add_trace(_line(past_days, past_units, INK, words("chart.history")))
    figure.add_trace(_line(ahead["ds"], ahead["mean"], ACCENT, words("chart.mean"), width=2.5))
    _date_axis(figure, lang)
    figure.update_yaxes(rangemode="tozero", title_text=_unit(chart, lang))
    return figure


def _draw_series(chart: dict[str, Any], lang: Lang) -> go.Figure:
    figure = go.Figure()
    for index, series in enumerate(chart["series"]):
        color = SERIES[index % len(SERIES)]
        figure.add_trace(_line(series["ds"], series["y"], color, series["name"][lang]))
    for mark in chart.get("marks", []):
        figure.add_vline(x=mark["ds"], line={"color": INK, "width": 1, "dash": "dot"})
        label = {"text": mark["label"][lang], "x": mark["ds"], "y": 1, "yref": "paper", "yanchor": "bottom"}
        figure.add_annotation(label | {"showarrow": False, "font": {"size": 11, "color": INK}})
    _date_axis(figure, lang)
    figure.update_yaxes(rangemode="tozero", title_text=_unit(chart, lang))
    return figure


def _draw_bars(chart: dict[str, Any], lang: Lang) -> go.Figure:
    """Lay bars flat: product titles are long, and a phone is narrow."""
    labels, values = chart["labels"][lang], chart["values"]
    suffix = "%" if str(chart.get("unit", "")).startswith("percent") else ""
    figure = go.Figure(
        go.Bar(
            x=values,
            # Two products may share a shortened title; the position keeps their bars apart.
            y=list(range(len(values))),
            orientation="h",
            marker={"color": [ACCENT if value >= 0 else FALL for value in values]},
            text=[f"{value:+,.0f}{suffix}" for value in values],
            textposition="auto",
            cliponaxis=False,
            hovertext=labels,
            hoverinfo="text+x",
            showlegend=False,
        )
    )
    _label_rows(figure, labels)
    figure.update_xaxes(showgrid=True, gridcolor=GRID, zerolinecolor=INK, ticksuffix=suffix)
    return figure


def _draw_opinions(chart: dict[str, Any], lang: Lang) -> go.Figure:
    """Lay the content to the right of a line and the others to the left."""
    words = load_texts(lang)
    labels = chart["labels"][lang]
    figure = go.Figure()
    for name, side, color in (("not_pleased", -1, FALL), ("pleased", 1, ACCENT)):
        counts = chart[name]
        figure.add_trace(
            go.Bar(
                x=[side * count for count in counts],
                y=list(range(len(counts))),
                orientation="h",
                name=words(f"chart.{name}"),
                marker={"color": color},
                text=[str(count) if count else "" for count in counts],
                textposition="auto",
                textangle=0,
                cliponaxis=False,
                hovertext=labels,
                hoverinfo="text+name",
            )
        )
    _label_rows(figure, labels)
    figure.update_xaxes(showgrid=True, gridcolor=GRID, zerolinecolor=INK, showticklabels=False)
    figure.update_layout(barmode="relative")
    return figure


def _label_rows(figure: go.Figure, labels: list[str]) -> None:
    figure.update_yaxes(
        autorange="reversed",
        tickmode="array",
        tickvals=list(range(len(labels))),
        ticktext=[_shorten(label) for label in labels],
        automargin=True,
    )
    figure.update_layout(height=max(180, 90 + ROW_PX * len(labels)), bargap=0.35)


def _line(days: list[str], values: list[float], color: str, name: str, width: float = 1.6) -> go.Scatter:
    return go.Scatter(
        x=days,
        y=values,
        mode="lines",
        name=name,
        line={"color": color, "width": width},
        hovertemplate="%{y:,.0f}",
    )


def _band(days: list[str], low: list[float], high: list[float], fill: str, name: str) -> go.Scatter:
    """Outline the interval as one closed shape, so that it has one legend entry and no hover of its own."""
    return go.Scatter(
        x=[*days, *reversed(days)],
        y=[*high, *reversed(low)],
        mode="lines",
        fill="toself",
        fillcolor=fill,
        line={"width": 0},
        name=name,
        hoverinfo="skip",
    )


def _date_axis(figure: go.Figure, lang: Lang) -> None:
    figure.update_xaxes(
        type="date",
        tickformat="%-m月%-d日" if lang == "zh" else "%-d %b",
        nticks=6,
        tickangle=0,
        showgrid=False,
        linecolor=GRID,
    )
    figure.update_layout(hovermode="x unified")


def _dress(figure: go.Figure, title: str, *, has_legend: bool) -> go.Figure:
    """Give every chart the page's calm: no paper, grey ink, a legend below, no buttons over the lines."""
    figure.update_layout(
        template="none",
        title={"text": title, "x": 0, "xanchor": "left", "xref": "container", "font": {"size": 14}},
        font={"family": FONT, "size": 12, "color": INK},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        margin={"l": 44, "r": 16, "t": 44, "b": LEGEND_PX if has_legend else AXIS_PX},
        height=figure.layout.height or HEIGHT_PX,
        legend={"orientation": "h", "x": 0, "y": -0.16, "yanchor": "top"},
        hoverlabel={"font": {"family": FONT, "size": 12}},
        dragmode=False,
    )
    figure.update_yaxes(gridcolor=GRID, zeroline=False, fixedrange=True)
    figure.update_xaxes(fixedrange=True)
    return figure


def _unit(chart: dict[str, Any], lang: Lang) -> str:
    return load_texts(lang).get(f"chart.{chart.get('unit', '')}", "")


def _shorten(label: str, limit: int = 26) -> str:
    return label if len(label) <= limit else label[: limit - 1] + "…"
