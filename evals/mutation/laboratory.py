"""Opens what the mutation test needs: a loose and a strict replay of one cassette over the same stores."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from evals.cassette import Cassette
from evals.replay import ReplayConnection
from evals.targets.assistant import AssistantTarget
from evals.targets.base import Target
from tools.shop import Shop


@dataclass(frozen=True)
class Laboratory:
    """Two targets that play recorded replies.

    Args:
        replay: finds a reply by the question alone, whatever else was changed on purpose.
        strict: finds a reply by the whole request.
    """

    replay: Target
    strict: Target


@contextmanager
def open_laboratory(
    cassette: Path, model: str, open_shop: Callable[[str], Shop], scratch: Path
) -> Iterator[Laboratory]:
    """Open both replays.

    Args:
        cassette: the recorded replies.
        model: the model that they were recorded with.
        open_shop: opens a store by name; called once for each, as a store is open only once.
        scratch: folder for the conversations.

    Raises:
        CassetteUnusable: the cassette is missing or unreadable.
    """
    with ExitStack() as stack:

        @cache
        def shop(name: str) -> Shop:
            opened = open_shop(name)
            stack.callback(opened.store.close)
            return opened

        loose = ReplayConnection(Cassette.load(cassette, match="user"), model)
        stack.callback(loose.close)
        strict = ReplayConnection(Cassette.load(cassette), model)
        stack.callback(strict.close)
        yield Laboratory(
            AssistantTarget(shop, loose, scratch / "replay"),
            AssistantTarget(shop, strict, scratch / "strict"),
        )
