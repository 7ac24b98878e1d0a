"""What a kill costs: `python -m benchmarks.kills [KILLS A SCENARIO]`.

A child process writes to a store without pause and says after every step that it is done; at a random moment it is
killed (SIGKILL), the store is opened again, and what it holds is compared with what was acknowledged. The same store
lives through all kills of a scenario. Steps: imports and undos (each whole or not at all), a refresh (forecasts by
chunks), a build of the review index (rebuilt where it broke, never the truth).
"""

from __future__ import annotations

import multiprocessing
import sys
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.kills_imports import kill_imports
from benchmarks.kills_index import kill_index_builds
from benchmarks.kills_refreshes import kill_refreshes

# What each child would otherwise import anew.
_PRELOADED = [
    "store.database",
    "store.forecasts",
    "tools.refreshing",
    "forecasting.forecast",
    "chromadb",
    "store.review_index",
]
SCENARIOS = (kill_imports, kill_refreshes, kill_index_builds)


def preload() -> None:
    """Let children begin with what is imported already: an import of Chroma takes longer than most get to live."""
    multiprocessing.get_context("forkserver").set_forkserver_preload(_PRELOADED)


def main(kills: int) -> int:
    """Print a table; status 1 when anything was lost or torn."""
    preload()
    print(
        "| killed in | kills | steps done | lost | torn | done, not announced | index rebuilt | reopening, median | max |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    status = 0
    for scenario in SCENARIOS:
        with tempfile.TemporaryDirectory() as folder:
            found = scenario(Path(folder), kills)
        status |= bool(found.lost or found.torn)
        print(
            f"| {found.scenario} | {found.kills} | {found.steps} | {found.lost} | {found.torn} | {found.unannounced} |"
            f" {found.rebuilt} | {np.median(found.reopening):.2f} s | {max(found.reopening):.2f} s |",
            flush=True,
        )
    print("\ntarget: 100 kills or more, nothing lost, nothing torn")
    return status


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100))
