"""The test of the tests: break the thing under test on purpose, and see which case turns red."""

from evals.mutation.report import print_report
from evals.mutation.shipped import run_mutation

__all__ = ["print_report", "run_mutation"]
