"""The tables of `make bench-forecast`: every target beside what was reached, then every model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pydantic import BaseModel

from benchmarks.forecasting.figures import Measured, SetFigures
from benchmarks.forecasting.judging import Figures
from benchmarks.forecasting.models import (
    AUTO_ARIMA,
    FEW_PRODUCTS,
    LAST_WEEKS,
    MODELS,
    NAIVE,
    NEURAL_LSTM,
    OURS,
    OWN_LSTM,
    THETA,
)

_NOTHING = "–"
POOLED_COVERAGE, CLASS_COVERAGE = (0.77, 0.83), (0.70, 0.90)
# Of fewer products a share says little: shown, not judged.
LEAST_PRODUCTS_OF_A_CLASS = 10
MOST_SECONDS, MOST_WARM_SECONDS, MOST_GB, MOST_OF_AUTO_ARIMA = 0.5, 0.3, 3.0, 1 / 6


class Row(BaseModel):
    """One target; `met` is None where nothing was measured."""

    figure: str
    target: str
    reached: str
    met: bool | None


def make_rows(found: Measured) -> list[Row]:
    """Return the targets in their order."""
    return [
        _ratio_row(found, "sql", OURS, THETA, 0.88),
        _ratio_row(found, "sql", OURS, NAIVE, 0.72),
        _ratio_row(found, "sql", OURS, _name(found.best("sql", "member")), 0.98, "best single member"),
        _ratio_row(found, "rmsse", OURS, _name(found.best("rmsse", "peer")), 0.98, "best single peer"),
        *_wape_rows(found),
        *_coverage_rows(found),
        _ratio_row(found, "sql", OWN_LSTM, NEURAL_LSTM, 0.80),
        *_cost_rows(found),
    ]


def _name(best: tuple[str, float] | None) -> str | None:
    return best[0] if best else None


def _ratio_row(
    found: Measured, figure: str, ours: str, other: str | None, most: float, role: str = ""
) -> Row:
    title = MODELS[other].title if other else role
    row = Row(
        figure=f"{figure.upper()} of {MODELS[ours].title}, mean over the sets",
        target=f"≤ {most:.2f} × {f'{role} ({title})' if role and other else title}",
        reached=_NOTHING,
        met=None,
    )
    top, bottom = found.over_sets(figure, ours), found.over_sets(figure, other) if other else None
    if top is None or bottom is None:
        return row
    ratio = found.ratios.get(figure, {}).get(other or "") if ours == OURS else None
    spread = f" [{ratio.interval[0]:.3f}, {ratio.interval[1]:.3f}]" if ratio else ""
    reached = f"{top:.3f} / {bottom:.3f} = {top / bottom:.3f}{spread}"
    return row.model_copy(update={"reached": reached, "met": top / bottom <= most})


def _wape_rows(found: Measured) -> Iterator[Row]:
    for one in found.sets.values():
        ours, peer = one.models.get(OURS), one.models.get(LAST_WEEKS)
        yield Row(
            figure=f"WAPE of {found.horizon}-day totals, {one.title}",
            target=f"< {MODELS[LAST_WEEKS].title}" + (f" ({peer.wape_of_totals:.3f})" if peer else ""),
            reached=f"{ours.wape_of_totals:.3f}" if ours else _NOTHING,
            met=ours.wape_of_totals < peer.wape_of_totals if ours and peer else None,
        )


def _coverage_rows(found: Measured) -> Iterator[Row]:
    for figure, title in (("coverage", "daily"), ("coverage_of_totals", "totals")):
        for one in found.sets.values():
            ours = one.models.get(OURS)
            share = getattr(ours, figure) if ours else None
            yield Row(
                figure=f"80% interval, {title}, {one.title}, pooled",
                target=_range(POOLED_COVERAGE),
                reached=_share(share),
                met=None if share is None else _within(share, POOLED_COVERAGE),
            )
            yield _class_row(one, figure, title)


def _class_row(one: SetFigures, figure: str, title: str) -> Row:
    shares = {
        name: (getattr(figures, figure), figures.products)
        for name, figures in one.classes.get(OURS, {}).items()
        if getattr(figures, figure) is not None
    }
    judged = [share for share, products in shares.values() if products >= LEAST_PRODUCTS_OF_A_CLASS]
    return Row(
        figure=f"80% interval, {title}, {one.title}, by class",
        target=f"{_range(CLASS_COVERAGE)} each",
        reached="; ".join(f"{name} {_share(share)} of {count}" for name, (share, count) in shares.items())
        or _NOTHING,
        met=all(_within(share, CLASS_COVERAGE) for share in judged) if judged else None,
    )


def _cost_rows(found: Measured) -> Iterator[Row]:
    scale = found.scale
    seconds = scale.seconds_a_product
    yield Row(
        figure=f"CPU s a product, whole engine, {scale.products_timed or 1000:,} products",
        target=f"≤ {MOST_SECONDS}",
        reached=_number(seconds),
        met=None if seconds is None else seconds <= MOST_SECONDS,
    )
    slow = [
        spent
        for one in found.sets.values()
        if AUTO_ARIMA in one.models and (spent := one.models[AUTO_ARIMA].cpu_seconds_a_product)
    ]
    arima = sum(slow) / len(slow) if slow else None
    yield Row(
        figure="the same over AutoARIMA default",
        target="≤ 1/6",
        reached=_NOTHING if seconds is None or arima is None else f"{seconds / arima:.3f}",
        met=None if seconds is None or arima is None else seconds / arima <= MOST_OF_AUTO_ARIMA,
    )
    warm = scale.warm_p95_seconds
    yield Row(
        figure="one forecast on demand, warm, p95",
        target=f"≤ {MOST_WARM_SECONDS} s",
        reached=f"{_number(warm)} s, {scale.warm_forecasts} forecasts" if warm else _NOTHING,
        met=None if warm is None else warm <= MOST_WARM_SECONDS,
    )
    memory = scale.peak_gb
    yield Row(
        figure=f"peak memory, {scale.memory_products or 10_000:,} products × 730 days",
        target=f"≤ {MOST_GB:g} GB",
        reached=f"{memory:.2f} GB" if memory else _NOTHING,
        met=None if memory is None else memory <= MOST_GB,
    )


def write_markdown(found: Measured) -> str:
    """Return the tables with what must be known to read them."""
    rows = make_rows(found)
    lines = [f"{found.machine}, {found.date}", ""]
    lines += _lay_out(
        ["figure", "target", "Shopcast", "met"],
        [[row.figure, row.target, row.reached, _verdict(row.met)] for row in rows],
    )
    for one in found.sets.values():
        lines += ["", f"## {one.title}", "", _describe(one, found.horizon), ""]
        lines += _lay_out(_HEADS, [[MODELS[name].title, *_cells(of)] for name, of in one.models.items()])
        if one.few:
            lines += ["", f"On the {FEW_PRODUCTS} products of AutoARIMA:", ""]
            lines += _lay_out(_HEADS, [[MODELS[name].title, *_cells(of)] for name, of in one.few.items()])
        if OURS in one.classes:
            lines += ["", "Shopcast by demand class:", ""]
            lines += _lay_out(_HEADS, [[name, *_cells(of)] for name, of in one.classes[OURS].items()])
    return "\n".join([*lines, "", *_notes(found)]) + "\n"


_HEADS = [
    "model", "products", "SQL", "RMSSE", "WAPE of totals", "bias", "80% daily", "80% daily, ties split", "80% totals",
    "CPU s a product",
]  # fmt: skip


def _cells(of: Figures) -> list[str]:
    return [
        str(of.products),
        f"{of.sql:.3f}",
        f"{of.rmsse:.3f}",
        f"{of.wape_of_totals:.3f}",
        f"{of.bias:+.3f}",
        _share(of.coverage),
        _share(of.coverage_without_ties),
        _share(of.coverage_of_totals),
        _number(of.cpu_seconds_a_product),
    ]


def _lay_out(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    table = [heads, ["---"] * len(heads), *rows]
    return [f"| {' | '.join(row)} |" for row in table]


def _describe(one: SetFigures, horizon: int) -> str:
    left_out = (
        f", {one.left_out} left out because repeating last week was never wrong" if one.left_out else ""
    )
    return f"{one.products} products{left_out}; {horizon} days from {', '.join(one.origins)}."


def _notes(found: Measured) -> list[str]:
    notes = [
        "SQL: mean pinball loss over the levels .05 … .95, twice, over the product's in-sample mean absolute "
        "seasonal-naive error. RMSSE: of the mean, over the in-sample root mean squared seasonal-naive error. Weekdays "
        "on which the shop never opens are not scored. Brackets: 95% over products drawn anew.",
        "80% daily counts a value on the interval's edge as inside, so that a perfect forecast of a product that "
        "mostly sells nothing holds more than 90%; with ties split it holds 80%.",
        "CPU seconds: processor time in one thread, imports left out, each model in a process of its own. AutoARIMA's "
        f"are of {FEW_PRODUCTS} products and stand for all by extrapolation.",
    ]
    return notes + [f"{cell} failed: {reason}" for cell, reason in found.failures.items()]


def _verdict(met: bool | None) -> str:
    return {True: "met", False: "**missed**", None: "not measured"}[met]


def _within(share: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= share <= limits[1]


def _range(limits: tuple[float, float]) -> str:
    return f"{limits[0]:.2f}–{limits[1]:.2f}"


def _share(value: float | None) -> str:
    return _NOTHING if value is None else f"{value:.3f}"


def _number(value: float | None) -> str:
    return _NOTHING if value is None else f"{value:.3g}"


def describe_gaps(rows: Sequence[Row]) -> str:
    """Return in a line which targets were missed."""
    missed = [f"{row.figure} ({row.target})" for row in rows if row.met is False]
    unknown = sum(row.met is None for row in rows)
    return (f"missed: {'; '.join(missed)}" if missed else "no target was missed") + (
        f"; {unknown} of {len(rows)} not measured" if unknown else ""
    )
