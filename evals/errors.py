"""What can go wrong with an evaluation, each with its remedy; the command line prints them and exits 2."""

from __future__ import annotations


class EvalError(Exception):
    """Base of the evaluation's own errors.

    Args:
        message: what is wrong.
        remedy: what to do about it.
    """

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message, remedy)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message}. Remedy: {self.remedy}"


class SuiteInvalid(EvalError):
    """A suite's file cannot be used."""


class TargetUnusable(EvalError):
    """The thing to be evaluated cannot be reached or opened at all."""


class TargetFailed(EvalError):
    """One case got no usable answer: a hang, a crash, rubbish. The run goes on."""


class CassetteMiss(TargetFailed):
    """A request that the cassette never heard."""


class CassetteUnusable(EvalError):
    """A cassette that is missing or cannot be read."""


class BaselineUnreadable(EvalError):
    """A baseline report that cannot be compared with."""


class JudgeRefused(EvalError):
    """A judge whose agreement with people is unknown or too low."""
