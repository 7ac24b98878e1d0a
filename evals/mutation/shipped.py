"""The mutation test of what ships: all mutants against all suites, replayed from the shipped cassette."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from evals.errors import TargetUnusable
from evals.mutation.catalogue import all_mutants
from evals.mutation.laboratory import open_laboratory
from evals.mutation.running import MutationReport, Verdict, try_mutants
from evals.replay import configured_model
from evals.session import CASSETTE, open_store
from evals.suite import load_suite
from serving.settings import load_settings
from store.location import list_stores


def run_mutation(
    patterns: Sequence[str] = ("*",), on_verdict: Callable[[Verdict], None] | None = None
) -> MutationReport:
    """Break one thing after another and look for a case or specimen that turns red.

    Cases of stores that do not exist here are left out.

    Args:
        patterns: which mutants, by name ("schema/*").
        on_verdict: told of each mutant as it ends.

    Raises:
        EvalError: an unknown mutant, a cassette that is missing or older than the prompt, or no store at all.
    """
    mutants = all_mutants(patterns)
    stores = list_stores()
    here = [case for case in load_suite("all").cases if case.store in stores]
    if not here:
        raise TargetUnusable("no store of the shipped suites is here", "make one: `shopcast demo --once`")
    with (
        tempfile.TemporaryDirectory(prefix="shopcast-mutation-") as scratch,
        open_laboratory(CASSETTE, configured_model(load_settings()), open_store, Path(scratch)) as laboratory,
    ):
        return try_mutants(mutants, here, laboratory, on_verdict=on_verdict)
