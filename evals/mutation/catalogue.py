"""All mutants by name."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatch

from evals.errors import EvalError
from evals.mutation.answers import answer_mutants
from evals.mutation.arguments import argument_mutants
from evals.mutation.checker import checker_mutants
from evals.mutation.matchers import matcher_mutants
from evals.mutation.mutant import Mutant
from evals.mutation.prompt import prompt_mutants
from evals.mutation.schema import schema_mutants
from evals.mutation.scoring import scoring_mutants
from evals.mutation.walk import walk_mutants

_GROUPS = (
    matcher_mutants,
    scoring_mutants,
    checker_mutants,
    prompt_mutants,
    schema_mutants,
    argument_mutants,
    walk_mutants,
    answer_mutants,
)


def all_mutants(patterns: Sequence[str] = ("*",)) -> list[Mutant]:
    """Return the mutants whose names fit one of the patterns ("schema/*", "*/get_sales*"); always the same order.

    Raises:
        EvalError: no name fits.
    """
    known = [mutant for group in _GROUPS for mutant in group()]
    chosen = [mutant for mutant in known if any(fnmatch(mutant.name, pattern) for pattern in patterns)]
    if not chosen:
        groups = ", ".join(f"{group}/*" for group in dict.fromkeys(mutant.group for mutant in known))
        raise EvalError(f"no mutant is called {' or '.join(map(repr, patterns))}", f"try one of {groups}")
    return chosen
