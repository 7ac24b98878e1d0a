"""Every suite by name: the shipped ones, files, and public sets read from the folder that holds them."""

from __future__ import annotations

from pathlib import Path

from evals.errors import SuiteInvalid
from evals.suite import Suite, load_suite, shipped_suites
from serving.settings import home

PUBLIC_SETS = ("bfcl", "bfcl-live", "agentdojo")
_SEED = 7


def find_suite(name: str, data: Path | None = None, limit: int | None = None) -> Suite:
    """Return a suite.

    Args:
        name: a shipped suite, "all", a YAML file or a folder of them, or a public set.
        data: where a public set lies; only for those.
        limit: of a public set, how many cases to draw (seeded).

    Raises:
        SuiteInvalid: no such suite, or one that cannot be used.
    """
    if name not in PUBLIC_SETS:
        return load_suite(name)
    if data is None:
        raise SuiteInvalid(f"{name!r} is read from a folder of its own data", "name it with --data FOLDER")
    if name == "agentdojo":
        from evals.adapters.agentdojo import load_injections

        return load_injections(data, home=home())
    from evals.adapters.bfcl import load_irrelevance

    return load_irrelevance(data, live=name == "bfcl-live", store="bazaar", limit=limit, seed=_SEED)


def is_shipped(name: str) -> bool:
    """Whether a name is that of a shipped suite, so that the shipped floors hold for it."""
    return name == "all" or name in shipped_suites()
