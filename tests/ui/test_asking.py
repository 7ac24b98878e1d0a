"""`shopcast ask` on the terminal: it says what goes on in the reader's language, and Ctrl+C ends it at once."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from agent.events import Event, PlanStarted
from serving.interrupt import Interrupt
from tests.browser.scripted import WORDS, ScriptedAssistant
from ui import asking

PATIENCE_SECONDS = 20.0


class Pondering(ScriptedAssistant):
    """Presses Ctrl+C as a reader would, then thinks until the interrupt is noticed."""

    def stream(
        self,
        question: str,
        conversation_id: str = "default",
        *,
        turn_number: int | None = None,
        interrupt: Interrupt | None = None,
    ) -> Iterator[Event]:
        assert interrupt is not None
        yield PlanStarted()
        os.kill(os.getpid(), signal.SIGINT)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not interrupt.is_pressed and time.monotonic() < deadline:
            time.sleep(0.01)
        self.interrupted += interrupt.is_pressed


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Lets `shopcast ask` talk to an assistant that plays a script."""

    class Nobody:
        def close(self) -> None: ...

    def use(assistant: ScriptedAssistant) -> None:
        @contextmanager
        def opened(store: str, connection: Any) -> Iterator[ScriptedAssistant]:
            yield assistant

        monkeypatch.setattr(asking, "connect", Nobody)
        monkeypatch.setattr(asking, "assistant_for", opened)

    return use


@pytest.mark.parametrize(("question", "lang"), [("What is trending?", "en"), ("最近什么卖得火？", "zh")])
def test_the_answer_stands_alone_on_standard_output(
    terminal: Any, capsys: pytest.CaptureFixture[str], question: str, lang: str
) -> None:
    terminal(ScriptedAssistant())
    assert asking.ask_one(question, "bazaar", as_json=False, receipt=False) == 0
    printed = capsys.readouterr().out
    assert "412" in printed
    assert WORDS[lang][-6:] in printed


@pytest.mark.parametrize(
    ("question", "said"), [("please die", "It can be asked anew"), ("die 死机", "请再问一次")]
)
def test_a_failure_is_told_in_the_readers_language(
    terminal: Any, capsys: pytest.CaptureFixture[str], question: str, said: str
) -> None:
    terminal(ScriptedAssistant())
    assert asking.ask_one(question, "bazaar", as_json=False, receipt=False) == 1
    captured = capsys.readouterr()
    assert said in captured.err
    assert captured.out == ""


def test_ctrl_c_ends_the_answer_and_says_so(terminal: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assistant = Pondering()
    terminal(assistant)
    before = signal.getsignal(signal.SIGINT)
    started = time.monotonic()
    assert asking.ask_one("上周卖了多少？", "bazaar", as_json=False, receipt=False) == 1
    assert time.monotonic() - started < PATIENCE_SECONDS / 2
    assert assistant.interrupted == 1
    assert "已停止" in capsys.readouterr().err
    assert signal.getsignal(signal.SIGINT) is before
