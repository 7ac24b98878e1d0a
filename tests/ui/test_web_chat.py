"""A conversation grows by events, survives its browser's storage, and ends readably whatever happens."""

from __future__ import annotations

import json
import logging

import pytest

from tests.browser.scripted import AS_OF, FOLLOW_UPS, WORDS, ScriptedAssistant
from ui.web_chat import CHATS_KEPT, Chat, keep


def answered(question: str, chat: Chat | None = None) -> Chat:
    chat = chat or Chat("en", "bazaar")
    chat.ask(question)
    for _ in chat.answer(ScriptedAssistant()):
        pass
    return chat


def text_of(chat: Chat) -> str:
    return "\n".join(str(message["content"]) for message in chat.messages())


def test_the_question_and_a_status_stand_before_the_assistant_is_called() -> None:
    chat = Chat("zh", "bazaar")
    chat.ask("上个月卖了多少？")
    user, status = chat.messages()
    assert user == {"role": "user", "content": "上个月卖了多少？"}
    assert status["metadata"] == {"title": "正在理解问题…", "status": "pending"}
    assert chat.running


def test_what_surrounds_the_words_is_in_the_questions_language() -> None:
    chat = answered("最近什么卖得火？", Chat("en", "bazaar"))
    titles = [message["metadata"]["title"] for message in chat.messages() if "metadata" in message]
    assert "数字出处" in titles


def test_an_answer_ends_with_no_spinner_and_its_follow_ups() -> None:
    chat = answered("What is trending?")
    states = [message["metadata"]["status"] for message in chat.messages() if "metadata" in message]
    assert states
    assert set(states) == {"done"}
    assert [option["value"] for option in chat.messages()[-1]["options"]] == FOLLOW_UPS["en"]
    assert WORDS["en"] in text_of(chat)
    assert not chat.running


def test_only_the_last_answer_keeps_its_buttons() -> None:
    chat = answered("And what falls?", answered("What is trending?"))
    assert sum("options" in message for message in chat.messages()) == 1


def test_a_dead_model_leaves_what_was_found_and_a_retry() -> None:
    chat = answered("please die")
    text = text_of(chat)
    assert "RABBIT NIGHT LIGHT" in text
    assert "The model stopped in the middle of the answer." in text
    assert chat.messages()[-1]["options"] == [{"label": "Try again", "value": "please die"}]
    titles = [message["metadata"]["title"] for message in chat.messages() if "metadata" in message]
    assert "Forecast demand · Not finished" in titles


def test_an_unforeseen_fault_is_logged_and_told(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        chat = answered("please break")
    assert "nobody foresaw" in caplog.text
    assert "nobody foresaw" not in text_of(chat)
    assert "shopcast doctor" in text_of(chat)
    assert not chat.running


def test_stopping_keeps_the_words_and_closes_the_assistant() -> None:
    chat, assistant = Chat("en", "bazaar"), ScriptedAssistant()
    chat.ask("endless")
    growing = chat.answer(assistant)
    while "word 3" not in text_of(chat):
        next(growing)
    growing.close()
    chat.stop()
    assert assistant.closed == 1
    assert "word 3" in text_of(chat)
    assert "Stopped." in text_of(chat)
    assert not chat.running


def test_a_chat_comes_back_from_json_as_it_was() -> None:
    chat = answered("What is trending?")
    stored = json.loads(json.dumps(chat.dump()))
    again = Chat.load(stored, "en")
    assert (again.id, again.store, again.title) == (chat.id, chat.store, "What is trending?")
    assert again.dump() == chat.dump()
    assert [m.get("metadata") for m in again.messages()] == [m.get("metadata") for m in chat.messages()]


def test_a_stored_chat_stays_small() -> None:
    """Browsers give a site about five megabytes for thirty chats."""
    size = len(json.dumps(answered("What is trending?").dump()))
    assert size < 20_000


def test_the_browser_keeps_the_latest_chats_first_and_each_once() -> None:
    kept: list[dict[str, object]] = []
    chats = [answered("What is trending?") for _ in range(3)]
    for chat in [*chats, chats[0]]:
        kept = keep(kept, chat)
    assert [entry["id"] for entry in kept] == [chats[0].id, chats[2].id, chats[1].id]
    many = [{"id": str(number)} for number in range(CHATS_KEPT)]
    assert len(keep(many, chats[0])) == CHATS_KEPT
    assert keep(kept, Chat("en", "bazaar")) == kept


def first_messages(chat: Chat) -> list[int]:
    """Where each answer begins: what the page names it by."""
    roles = [message["role"] for message in chat.messages()]
    return [n for n in range(1, len(roles)) if roles[n] == "assistant" and roles[n - 1] == "user"]


def test_a_verdict_holds_all_that_explains_the_answer() -> None:
    chat = answered("涨得最猛的那款能卖多少？", answered("What is trending?"))
    feedback = chat.rate(first_messages(chat)[1], "down")
    assert feedback is not None
    assert (feedback.verdict, feedback.language, feedback.store) == ("down", "zh", "bazaar")
    assert feedback.question == "涨得最猛的那款能卖多少？"
    assert feedback.earlier_turns == ["What is trending?"]
    assert feedback.answer == WORDS["zh"]
    assert [call.tool for call in feedback.calls] == ["list_trending", "forecast_demand"]
    assert feedback.calls[1].arguments == {"product_id": "P007", "horizon_days": 14}
    assert (feedback.outcome, feedback.model, feedback.data_as_of) == ("answered", "Scripted planner", AS_OF)
    assert chat.id not in feedback.model_dump_json()


def test_a_verdict_can_be_given_on_a_chat_that_comes_from_the_browser() -> None:
    chat = answered("What is trending?")
    (place,) = first_messages(chat)
    given = chat.rate(place, "down")
    again = Chat.load(json.loads(json.dumps(chat.dump())), "en")
    assert again.thumbs() == ["Dislike"]
    changed = again.rate(place, "up")
    assert given
    assert changed
    assert changed.id == given.id
    assert changed.calls == given.calls
    assert again.thumbs() == ["Like"]


def test_a_chat_of_an_earlier_version_can_be_judged_too() -> None:
    chat = answered("What is trending?")
    stored = json.loads(json.dumps(chat.dump()))
    for turn in stored["turns"]:
        del turn["verdict"], turn["bubble"]["origin"]
    again = Chat.load(stored, "en")
    assert again.thumbs() == [None]
    feedback = again.rate(1, "down")
    assert feedback
    assert (feedback.question, feedback.calls) == ("What is trending?", [])


def test_an_answer_that_failed_midway_says_so_with_the_calls_that_were_made() -> None:
    feedback = answered("please die").rate(1, "down")
    assert feedback
    assert feedback.outcome == "failed"
    assert [call.tool for call in feedback.calls] == ["list_trending"]


def test_no_verdict_on_an_answer_that_is_under_way() -> None:
    chat = Chat("en", "bazaar")
    chat.ask("What is trending?")
    assert chat.rate(1, "down") is None
    assert chat.thumbs() == [None]


def test_conversation_ids_are_long_and_never_repeat() -> None:
    ids = {Chat("en", "bazaar").id for _ in range(100)}
    assert len(ids) == 100
    assert min(map(len, ids)) >= 20
