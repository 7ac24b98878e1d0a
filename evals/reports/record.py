"""The report for machines, which is also what a later run takes as its baseline."""

from __future__ import annotations

import json

from evals.baseline import Record
from evals.reports.result import Result


def json_record(result: Result) -> str:
    """Return the run and its figures as JSON."""
    record = Record(run=result.run, figures=result.figures)
    # Not pydantic's own JSON: that fails on half a character, which the file can carry as an escape.
    return json.dumps(record.model_dump(mode="json"), ensure_ascii=False)
