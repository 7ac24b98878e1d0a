"""A conversation on the page: its turns, its server-made id, and the chats that the browser keeps."""

from __future__ import annotations

import hashlib
import logging
import secrets
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from agent.events import ChartReady, Event, PlanMade, ReceiptReady, TextDelta
from agent.language import detect_language
from serving.interrupt import Interrupt
from store.feedback import Feedback, Verdict
from tools.results import Lang
from ui.texts import load_texts
from ui.web_bubble import Bubble, Message

CHATS_KEPT = 30
TITLE_CHARS = 48
# What gradio calls a filled thumb.
THUMBS: dict[Verdict, str | None] = {"up": "Like", "down": "Dislike", "withdrawn": None}
# Browsers redraw the whole bubble at each update; more than this a second only makes them stutter.
UPDATES_PER_SECOND = 12
# What the next event shows as well: each redraw sends the whole chat.
FOLLOWED_AT_ONCE = (PlanMade, ChartReady, ReceiptReady)

log = logging.getLogger(__name__)


class Answering(Protocol):
    """Whoever answers questions as a stream of events; `agent.assistant.Assistant` does."""

    def stream(
        self,
        question: str,
        conversation_id: str = ...,
        *,
        turn_number: int | None = ...,
        interrupt: Interrupt | None = ...,
    ) -> Iterator[Event]:
        """Yield what happens until the answer stands, or until the interrupt is pressed."""


@dataclass
class Turn:
    """A question and the answer under it."""

    question: str
    bubble: Bubble
    running: bool = False
    verdict: Verdict = "withdrawn"
    interrupt: Interrupt = field(default_factory=Interrupt)


@dataclass
class Chat:
    """One conversation with one store.

    Args:
        lang: the page's language.
        store: the store's name.
        id: random and made here; the agent's memory of the conversation is found by it.
    """

    lang: Lang
    store: str
    id: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    turns: list[Turn] = field(default_factory=list)

    @property
    def running(self) -> bool:
        """Whether the last question's answer is under way; an earlier one that was stopped is no matter."""
        return bool(self.turns) and self.turns[-1].running

    @property
    def title(self) -> str:
        """The first question, shortened, as the list of chats shows it."""
        first = " ".join(self.turns[0].question.split())
        return first if len(first) <= TITLE_CHARS else first[: TITLE_CHARS - 1] + "…"

    def ask(self, question: str) -> None:
        """Add a question with its first status line; the answer follows in `answer`."""
        for turn in self.turns:
            turn.bubble.options = []
        detected = detect_language(question)
        # The words answer in the question's language; what stands around them follows.
        lang = self.lang if detected == "other" else detected
        bubble = Bubble(lang, status=load_texts(lang)("status.reading"))
        self.turns.append(Turn(question, bubble, running=True))

    def ask_again(self, message: int, question: str | None = None) -> None:
        """Go back to the question at `message` and ask it anew, in other words if there are any.

        It and whatever followed is dropped; the assistant forgets it when the answer begins.
        """
        position = next(n for n, start in enumerate(self._answer_starts()) if start == message + 1)
        asked = question or self.turns[position].question
        self.stop()
        del self.turns[position:]
        self.ask(asked)

    def answer(self, assistant: Answering) -> Iterator[None]:
        """Grow the last bubble by the assistant's events; yields whenever the page should be redrawn."""
        turn = self.turns[-1]
        drawn = 0.0
        try:
            answering = assistant.stream(
                turn.question, self.id, turn_number=len(self.turns) - 1, interrupt=turn.interrupt
            )
            with closing(answering) as events:  # type: ignore[type-var]
                for event in events:
                    # Stopped by another thread: what comes late must not be added to what was said.
                    if not turn.running:
                        return
                    turn.bubble.take(event, turn.question)
                    if isinstance(event, FOLLOWED_AT_ONCE):
                        continue
                    # Words come in many small pieces; all else is rare enough to be drawn at once.
                    if not isinstance(event, TextDelta) or time.monotonic() - drawn > 1 / UPDATES_PER_SECOND:
                        drawn = time.monotonic()
                        yield
        except Exception:
            # The page stays usable whatever broke below it: the reader gets a message, the log the cause.
            log.exception("the answer to %r could not be finished", turn.question[:200])
            words = load_texts(turn.bubble.lang)
            turn.bubble.fail(words.join(words("status.lost"), words("status.lost_remedy")), turn.question)
        if turn.running:
            turn.running = False
            yield

    def refuse(self, reason: str) -> None:
        """End the last answer before it began, with the reason and a retry."""
        turn = self.turns[-1]
        turn.bubble.fail(reason, turn.question)
        turn.running = False

    def stop(self) -> None:
        """End the last answer because the reader pressed stop, or went elsewhere."""
        if self.running:
            self.turns[-1].running = False
            self.turns[-1].interrupt.press()
            self.turns[-1].bubble.stop(self.turns[-1].question)

    def rate(self, message: int, verdict: Verdict) -> Feedback | None:
        """Note what the reader thinks of the answer that begins at `message`; None while it is under way."""
        position = next(n for n, start in enumerate(self._answer_starts()) if start == message)
        turn = self.turns[position]
        if turn.running:
            return None
        turn.verdict = verdict
        return Feedback(
            # One way only: whoever reads the feedback cannot find the conversation's memory by it.
            id=hashlib.sha256(f"{self.id}/{position}".encode()).hexdigest()[:16],
            verdict=verdict,
            at=datetime.now(UTC),
            question=turn.question,
            earlier_turns=[earlier.question for earlier in self.turns[:position]],
            language=turn.bubble.lang,
            store=self.store,
            answer=turn.bubble.words,
            **turn.bubble.origin,
        )

    def thumbs(self) -> list[str | None]:
        """Return each answer's filled thumb, as the chat component knows it."""
        return [THUMBS[turn.verdict] for turn in self.turns]

    def _answer_starts(self) -> Iterator[int]:
        """Yield the place of each answer's first message."""
        place = 0
        for turn in self.turns:
            yield place + 1
            place += 1 + len(turn.bubble.messages())

    def messages(self) -> list[Message]:
        """Return the whole conversation as chat messages."""
        shown: list[Message] = []
        for turn in self.turns:
            shown.append({"role": "user", "content": turn.question})
            shown += turn.bubble.messages()
        return shown

    def dump(self) -> dict[str, Any]:
        """Return the conversation as JSON data for the browser."""
        turns = [
            {"question": turn.question, "bubble": turn.bubble.dump(), "verdict": turn.verdict}
            for turn in self.turns
        ]
        return {"id": self.id, "store": self.store, "title": self.title, "turns": turns}

    @classmethod
    def load(cls, stored: dict[str, Any], lang: Lang) -> Chat:
        """Rebuild a conversation from what `dump` returned."""
        turns = [
            # Chats that an earlier version kept have no verdicts.
            Turn(turn["question"], Bubble.load(turn["bubble"]), verdict=turn.get("verdict", "withdrawn"))
            for turn in stored["turns"]
        ]
        return cls(lang, stored["store"], stored["id"], turns)


def keep(chats: list[dict[str, Any]], chat: Chat) -> list[dict[str, Any]]:
    """Return the browser's chats with this one first, the oldest beyond the limit left off."""
    if not chat.turns:
        return chats
    return [chat.dump(), *(old for old in chats if old["id"] != chat.id)][:CHATS_KEPT]
