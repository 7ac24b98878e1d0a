"""Answers questions about one shop: the entrance that every face uses."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from agent import replies
from agent.answer import Answer
from agent.answering import refuse
from agent.events import AnswerReady, Event, Failed, PlanStarted, TextDelta
from agent.language import detect_language
from agent.memory import Memory
from agent.planning import constant_messages
from agent.turn import Turn
from forecasting.errors import ForecastingError
from serving.errors import ServingError
from serving.settings import load_settings
from tools.results import Lang, ToolError
from tools.shop import Shop

if TYPE_CHECKING:
    from langgraph.graph.state import CompiledStateGraph

    from serving.connection import ModelConnection

logger = logging.getLogger(__name__)
# A planning prompt of this length still fits the smallest model's context beside the tools.
LONGEST_QUESTION = 2_000
WARMING_DAYS = 14
CONVERSATIONS_FILE = "conversations.sqlite"


class Assistant:
    """One shop, one model, any number of conversations.

    Args:
        shop: the session's shop; the caller closes its store.
        connection: where plans come from; None answers by keywords.
        timeout_seconds: the longest a plan may take before keywords serve instead; by default what
            SHOPCAST_LLM_TIMEOUT_SECONDS says.
        trial_folder: where a trial keeps its conversations; its answers do not enter the store. By default the
            store keeps both.
    """

    def __init__(
        self,
        shop: Shop,
        connection: ModelConnection | None,
        timeout_seconds: float | None = None,
        trial_folder: Path | None = None,
    ) -> None:
        self.shop = shop
        self.connection = connection
        self.timeout_seconds = timeout_seconds or load_settings().llm_timeout_seconds
        self.trial_folder = trial_folder

    def ask(self, question: str, conversation_id: str = "default") -> Answer:
        """Answer one question.

        Raises:
            RuntimeError: the walk itself broke (a bug; the log has its trace).
        """
        for event in self.stream(question, conversation_id):
            if isinstance(event, AnswerReady):
                return event.answer
            if isinstance(event, Failed):
                raise RuntimeError(event.message["en"])
        raise RuntimeError("the walk ended without an answer")

    def stream(self, question: str, conversation_id: str = "default") -> Iterator[Event]:
        """Answer one question and tell what happens meanwhile; the last event is AnswerReady or Failed."""
        yield PlanStarted(waking=self.connection is not None and not self.connection.is_awake)
        detected = detect_language(question)
        lang: Lang = "en" if detected == "other" else detected
        turn = Turn(question.strip(), lang, Memory())
        refused = self._refusal(question, detected)
        if refused:
            yield from _tell(refuse(turn, self.shop, refused))
            return
        try:
            turn.memory = self._memory(conversation_id)
            # Only what the turn leaves behind is worth a write; its steps are never resumed.
            walked = self._graph.stream(
                {"turn": turn}, _thread(conversation_id), stream_mode="custom", durability="exit"
            )
            yield from cast("Iterator[Event]", walked)
        except Exception:
            logger.exception("the walk broke at %r", question[:200])
            yield _broken()
            return
        if turn.answer is None:
            yield _broken()
            return
        if self.trial_folder is None:
            self.shop.store.save_answer(turn.answer.model_dump(mode="json"))
        yield from _tell(turn.answer)

    def warm(self) -> None:
        """Load what the first question would wait for: forecasters, panel, the model and its prompt."""
        try:
            for product in self.shop.catalogue.products[:1]:
                self.shop.engine.forecast(product.product_id, WARMING_DAYS)
        except ForecastingError as error:
            logger.info("nothing to warm the forecasters with: %s", error)
        if self.connection is None:
            return
        try:
            self.connection.client()
            self.connection.warm(constant_messages())
        except ServingError as error:
            # The first question will say it to whoever asks; keywords serve meanwhile.
            logger.warning("the model is not ready: %s", error)

    def _refusal(self, question: str, detected: str) -> ToolError | None:
        if not question.strip():
            return replies.empty_question()
        if len(question) > LONGEST_QUESTION:
            return replies.long_question(len(question), LONGEST_QUESTION)
        if detected == "other":
            return replies.other_language()
        if self.shop.store.info.as_of is None:
            return replies.empty_store(self.shop.store.info.name)
        return None

    def _memory(self, conversation_id: str) -> Memory:
        kept = self._graph.get_state(_thread(conversation_id)).values.get("memory")
        return Memory.model_validate(kept) if kept else Memory()

    @cached_property
    def _graph(self) -> CompiledStateGraph[Any, Any, Any, Any]:
        from agent.graph import Walk, build_graph

        walk = Walk(self.shop, self.connection, self.timeout_seconds)
        folder = self.trial_folder or Path(self.shop.store.folder)
        return build_graph(walk, folder / CONVERSATIONS_FILE)


def _thread(conversation_id: str) -> Any:
    return {"configurable": {"thread_id": conversation_id}}


def _tell(answer: Answer) -> Iterator[Event]:
    for paragraph in answer.answer.split("\n\n"):
        yield TextDelta(paragraph + "\n\n")
    yield AnswerReady(answer)


def _broken() -> Failed:
    return Failed(
        "internal",
        message={"en": "Something broke on our side while answering.", "zh": "回答时程序出错了。"},
        remedy={
            "en": "Ask again; if it stays, run `shopcast doctor`.",
            "zh": "请再问一次；若仍如此，请运行 shopcast doctor。",
        },
    )
