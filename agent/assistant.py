"""Answers questions about one shop: the entrance that every face uses."""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterator
from contextlib import closing
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from agent import replies
from agent.answer import Answer
from agent.answering import refuse
from agent.events import AnswerReady, Event, Failed, PlanStarted, ReceiptReady, TextDelta
from agent.language import clean_question, detect_language
from agent.memory import Memory
from agent.planning import constant_messages
from agent.turn import Turn
from forecasting.errors import ForecastingError
from serving.errors import ServingError
from serving.interrupt import Interrupt, Stopped, raise_if_stopped
from serving.settings import load_settings
from tools.refreshing import HORIZON_DAYS
from tools.results import Lang, ToolError
from tools.shop import Shop

if TYPE_CHECKING:
    from langgraph.checkpoint.sqlite import SqliteSaver
    from langgraph.graph.state import CompiledStateGraph

    from agent.conversations import Conversations
    from serving.connection import ModelConnection

logger = logging.getLogger(__name__)
# A planning prompt of this length still fits the smallest model's context beside the tools.
LONGEST_QUESTION = 2_000
MOST_WARMED = 5
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

    def stream(
        self,
        question: str,
        conversation_id: str = "default",
        *,
        turn_number: int | None = None,
        interrupt: Interrupt | None = None,
    ) -> Iterator[Event]:
        """Answer one question and tell what happens meanwhile; the last event is AnswerReady or Failed.

        An answer that is given up, by closing the stream or by `interrupt`, ends without a further event and
        leaves nothing in the conversation's memory.

        Args:
            question: the reader's words.
            conversation_id: whose memory the question continues.
            turn_number: the question's place in the conversation, from 0. What was remembered of that turn and
                of later ones is forgotten: the question is an edited one, or asked again. By default the next.
            interrupt: gives the answer up from another thread.
        """
        yield PlanStarted(waking=self.connection is not None and not self.connection.is_awake)
        try:
            yield from self._answer(question, conversation_id, turn_number, interrupt or Interrupt())
        except Stopped:
            logger.info("given up: %r", question[:200])
        except Exception:
            logger.exception("the walk broke at %r", question[:200])
            yield _broken()

    def warm(self) -> None:
        """Load what the first question would wait for: forecasters, panel, the model and its prompt."""
        try:
            for product in self.shop.catalogue.products[:MOST_WARMED]:
                # One that borrows its history wakes hardly any forecaster.
                if not self.shop.engine.forecast(product.product_id, HORIZON_DAYS).borrowed_from:
                    break
        except ForecastingError as error:
            logger.info("nothing to warm the forecasters with: %s", error)
        if self.connection is not None:
            self._warm_model(self.connection)
        if self.shop.meanings is not None:
            self.shop.meanings.warm()

    def _warm_model(self, connection: ModelConnection) -> None:
        try:
            connection.client()
            connection.warm(constant_messages())
        except ServingError as error:
            # The first question will say it to whoever asks; keywords serve meanwhile.
            logger.warning("the model is not ready: %s", error)

    def _answer(
        self, question: str, conversation_id: str, turn_number: int | None, interrupt: Interrupt
    ) -> Iterator[Event]:
        question = clean_question(question)
        detected = detect_language(question)
        lang: Lang = "en" if detected == "other" else detected
        turn = Turn(question, lang, Memory())
        conversations = self._conversations
        if turn_number is not None:
            conversations.forget(conversation_id, turn_number)
        refused = self._refusal(question, detected)
        if refused:
            refusal = refuse(turn, self.shop, refused)
            self._trace(turn, refusal, conversation_id)
            yield from _tell(refusal)
            return
        turn.memory, following = conversations.last(conversation_id)
        number = following if turn_number is None else turn_number
        told = False
        try:
            answer = yield from self._walk(turn, conversations.config(conversation_id, number), interrupt)
            self._trace(turn, answer, conversation_id)
            *pieces, ready = _tell(answer)
            yield from pieces
            if interrupt.is_pressed:
                raise Stopped
            conversations.trim(conversation_id, number + 1)
            told = True
            yield ready
        finally:
            # The walk remembers its turn as soon as it ends; whoever gave up before the words has not read it.
            if not told:
                conversations.forget(conversation_id, number)

    def _walk(self, turn: Turn, config: Any, interrupt: Interrupt) -> Generator[Event, None, Answer]:
        # Only what the turn leaves behind is worth a write; its steps are never resumed.
        walked = self._graph.stream({"turn": turn}, config, stream_mode="custom", durability="exit")
        with closing(cast("Generator[Event, None, None]", walked)) as events:
            while True:
                # In force for each step alone: the caller may take every event in a thread of its own.
                with interrupt.in_force():
                    raise_if_stopped()
                    event = next(events, None)
                if event is None:
                    break
                yield event
        if turn.answer is None:
            raise RuntimeError("the walk ended without an answer")
        if self.trial_folder is None:
            self.shop.store.save_answer(turn.answer.model_dump(mode="json"))
        return turn.answer

    def _trace(self, turn: Turn, answer: Answer, conversation_id: str) -> None:
        from agent.tracing import keep_trace, make_trace

        folder = Path(self.shop.store.folder) if self.trial_folder is None else None
        keep_trace(make_trace(turn, answer, conversation_id), folder)

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

    @cached_property
    def _graph(self) -> CompiledStateGraph[Any, Any, Any, Any]:
        from agent.graph import Walk, build_graph

        walk = Walk(self.shop, self.connection, self.timeout_seconds)
        folder = self.trial_folder or Path(self.shop.store.folder)
        return build_graph(walk, folder / CONVERSATIONS_FILE)

    @cached_property
    def _conversations(self) -> Conversations:
        from agent.conversations import Conversations

        return Conversations(cast("SqliteSaver", self._graph.checkpointer))


def _tell(answer: Answer) -> Iterator[Event]:
    for paragraph in answer.answer.split("\n\n"):
        yield TextDelta(paragraph + "\n\n")
    if answer.receipt or answer.citations:
        by_id = {fact.id: fact for fact in answer.facts}
        yield ReceiptReady([by_id[name] for name in answer.receipt], answer.citations)
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
