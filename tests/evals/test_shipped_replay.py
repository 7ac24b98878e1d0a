"""Every shipped case, replayed from the recorded replies: what a changed prompt, schema or tool would break."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from evals.figures import breached_floors, compute_figures, read_floors
from evals.running import Finished, run_suite
from evals.session import CASSETTE, FLOORS, Options, open_target
from evals.suite import load_suite


@pytest.fixture(scope="session")
def replayed(suite_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """The shipped suites, as far as their stores can be made here, replayed once."""
    stores = {path.name for path in (suite_home / "stores").iterdir()}
    suite = load_suite("all")
    here = type(suite)(suite.name, tuple(case for case in suite.cases if case.store in stores))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHOPCAST_HOME", str(suite_home))
        with open_target(Options(here, replay=CASSETTE)) as target:
            return run_suite(here, target, tmp_path_factory.mktemp("run"), parallel=os.cpu_count() or 1)


@pytest.mark.timeout(600)
def test_every_request_was_recorded_with_this_prompt_schema_and_model(replayed: Finished) -> None:
    missed = [f"{row.case_id}: {row.error}" for row in replayed.run.rows if row.error]
    assert not missed, f"{len(missed)} of {len(replayed.run.rows)} erred; the first: {missed[0]}"


def test_no_figure_is_below_its_floor(replayed: Finished) -> None:
    assert breached_floors(compute_figures(replayed.run), read_floors(FLOORS)) == []


def test_no_number_reached_the_reader_without_a_receipt(replayed: Finished) -> None:
    rows = [row for row in replayed.run.rows if "grounding" in row.dimensions]
    assert len(rows) >= 400
    assert [f"{row.case_id}: {row.problems}" for row in rows if not row.dimensions["grounding"]] == []
