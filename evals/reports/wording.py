"""How reports write shares, times and counts."""

from __future__ import annotations

from evals.baseline import Comparison
from evals.figures import Estimate


def percent(share: float) -> str:
    """Return a share in percent; only a full one is 100."""
    return "100%" if share == 1 else f"{min(share, 0.9994):.1%}"


def interval(estimate: Estimate) -> str:
    """Return the ends of an interval in percent."""
    return f"{100 * estimate.low:.1f} – {100 * estimate.high:.1f}"


def duration(seconds: float) -> str:
    """Return a time to the precision that matters."""
    if seconds < 1:
        return f"{1000 * seconds:.0f} ms"
    if seconds < 90:
        return f"{seconds:.1f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


def count(number: int, noun: str) -> str:
    """Return "1 case", "1,000 cases"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def probability(p_value: float) -> str:
    """Return a p-value; a very small one as a bound."""
    return "< 0.001" if p_value < 0.001 else f"{p_value:.3f}"


def comparison_in_words(comparison: Comparison) -> str:
    """Return what came of a comparison, and how many cases could not be compared."""
    one = comparison.overall
    left_out = (
        f"{len(comparison.changed)} changed, {len(comparison.added)} new, "
        f"{len(comparison.removed)} only in the baseline"
    )
    if not one.cases:
        return f"No case is common and unchanged: nothing was compared ({left_out})."
    drops = ", ".join(drop.name for drop in comparison.drops)
    return (
        f"{f'Regression in {drops}' if drops else 'No significant drop'}: of {count(one.cases, 'common case')} "
        f"{percent(one.before)} passed before and {percent(one.after)} now; "
        f"{len(one.lost)} lost, {len(one.gained)} gained (p {probability(one.p_value)}). Not compared: {left_out}."
    )
