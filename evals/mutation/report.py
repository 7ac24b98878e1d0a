"""The mutation report as text: the score by group, and every survivor by name."""

from __future__ import annotations

from collections.abc import Callable

from evals.mutation.running import MutationReport

LEAST_SCORE = 0.95
_LINE = "{:<10}{:>9}{:>14}{:>9}{:>14}{:>9}{:>8}"


def print_report(report: MutationReport, say: Callable[[str], object]) -> int:
    """Print the score, the groups and the survivors.

    Args:
        report: what came of the mutants.
        say: takes lines for the terminal.

    Returns:
        The exit status: 0, or 1 where more survive than may.
    """
    say(_LINE.format("broken", "mutants", "by behaviour", "by miss", "by specimen", "survive", "score"))
    for group in dict.fromkeys(verdict.group for verdict in report.verdicts):
        say(_row(group, report.of_group(group)))
    say(_row("all", report))
    for survivor in report.survivors:
        looked = (
            f"{survivor.tried} cases or specimens stay green"
            if survivor.tried
            else "nothing green concerns it"
        )
        say(f"survives: {survivor.mutant} ({looked})")
    verdict = "at least" if report.score >= LEAST_SCORE else "below"
    say(f"mutation score {report.score:.3f}, {verdict} {LEAST_SCORE:g}, in {report.seconds:.0f} s")
    return int(report.score < LEAST_SCORE)


def _row(name: str, report: MutationReport) -> str:
    killed = [report.killed(how) for how in ("behaviour", "miss", "specimen")]
    return _LINE.format(name, len(report.verdicts), *killed, len(report.survivors), f"{report.score:.3f}")
