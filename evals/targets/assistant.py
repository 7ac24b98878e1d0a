"""The assistant in this process: the whole walk, the model behind whatever connection is configured."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable
from uuid import uuid4

from agent.answer import Answer
from agent.assistant import Assistant
from evals.case import Case
from evals.errors import CassetteMiss, TargetFailed
from evals.observed import ObservedTurn, observe_answer
from tools.shop import Shop

if TYPE_CHECKING:
    from serving.connection import ModelConnection


@runtime_checkable
class Missing(Protocol):
    """A connection that knows which requests it could not answer: a replay."""

    def take_miss(self, question: str) -> CassetteMiss | None:
        """Return and forget the miss on a question."""


class AssistantTarget:
    """Plays cases against `agent.assistant.Assistant`.

    Args:
        open_shop: opens a store by name; each is opened once and closed in `close`.
        connection: where plans come from; the caller closes it.
        scratch: folder for the conversations; the stores themselves stay as they are.
    """

    description = "assistant in process"

    def __init__(self, open_shop: Callable[[str], Shop], connection: ModelConnection, scratch: Path) -> None:
        self.model = connection.description
        self._open_shop = open_shop
        self._connection = connection
        self._scratch = scratch
        self._lock = threading.Lock()
        self._assistants: dict[str, Assistant] = {}

    def run(self, case: Case) -> list[ObservedTurn]:
        """Play a case's turns in one fresh conversation.

        Raises:
            CassetteMiss: a replay did not know the request.
            TargetFailed: the model did not answer, so that keywords did: that is not what is tested.
            StoreError: the store cannot be opened.
        """
        assistant = self.assistant(case.store)
        conversation = f"{case.id}-{uuid4()}"
        return [
            observe_answer(self._checked(assistant.ask(turn.say, conversation), turn.say))
            for turn in case.turns
        ]

    def assistant(self, store: str) -> Assistant:
        """Return the assistant of a store, opened at its first case."""
        with self._lock:
            if store not in self._assistants:
                folder = self._scratch / store
                folder.mkdir(parents=True, exist_ok=True)
                shop = self._open_shop(store)
                self._assistants[store] = Assistant(shop, self._connection, trial_folder=folder)
            return self._assistants[store]

    def close(self) -> None:
        """Close the stores."""
        for assistant in self._assistants.values():
            assistant.shop.store.close()
        self._assistants.clear()

    def _checked(self, answer: Answer, question: str) -> Answer:
        if answer.planned_by != "keywords":
            return answer
        if isinstance(self._connection, Missing):
            miss = self._connection.take_miss(question)
            if miss:
                raise miss
        raise TargetFailed(
            f"the model did not plan {question[:80]!r}; keywords answered", "run `shopcast doctor`"
        )
