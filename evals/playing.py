"""Plays one case against a target: under its time limit, errors caught, written to the journal."""

from __future__ import annotations

import logging
import time

import anyio
from anyio.to_thread import run_sync
from pydantic_core import PydanticSerializationError

from evals.case import Case
from evals.journal import Journal
from evals.observed import Observed
from evals.results import case_hash
from evals.targets.base import Target

logger = logging.getLogger(__name__)


async def play(
    case: Case, epoch: int, target: Target, journal: Journal, limiter: anyio.CapacityLimiter
) -> Observed:
    """Return what came of a case: from the journal where it ran before without an error, else from the target."""
    fingerprint = case_hash(case)
    before = journal.find(case.id, epoch)
    if before is not None and before.error is None and before.case_hash == fingerprint:
        return before
    observed = Observed(case_id=case.id, epoch=epoch, case_hash=fingerprint)
    started = time.monotonic()
    limit = case.timeout * len(case.turns)
    try:
        # A thread that hangs cannot be ended; it is left behind, and its case errs.
        with anyio.fail_after(limit):
            observed.turns = await run_sync(target.run, case, abandon_on_cancel=True, limiter=limiter)
        if len(observed.turns) != len(case.turns):
            observed.error = f"the target gave {len(observed.turns)} turns for {len(case.turns)}"
    except TimeoutError:
        observed.error = f"no answer within {limit:g} s"
    except Exception as error:
        # Whatever breaks below is this case's verdict, never the run's end.
        logger.info("case %s erred", case.id, exc_info=True)
        observed.error = f"{type(error).__name__}: {error}"
    observed.seconds = time.monotonic() - started
    try:
        journal.add(observed)
    except PydanticSerializationError:
        # Half a surrogate pair came out of the target: rubbish, too.
        observed.turns, observed.error = [], "the answer is not valid Unicode"
        journal.add(observed)
    return observed
