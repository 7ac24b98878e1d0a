"""The chat page in one language: gradio components and what happens when they are used."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import gradio as gr

from tools.results import Lang
from ui.texts import load_texts
from ui.web_chat import Answering, Chat, keep
from ui.web_feedback import FeedbackLine
from ui.web_stores import StoreCard

Assistants = Callable[[str], Answering]
CONCURRENT_ANSWERS = 8
LOGOUT_PATH = "/logout"
PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


class ChatPage:
    """One language's page.

    Args:
        lang: the page's language.
        cards: the stores to choose from; may be empty.
        assistants: returns the assistant of a store; may take long, or raise, at its first call.
        secret: encrypts the chats that the browser keeps; the same secret reads them after a restart.
        owner: whose chats they are, where several merchants may use one browser.
    """

    def __init__(
        self, lang: Lang, cards: Sequence[StoreCard], assistants: Assistants, secret: str, owner: str = ""
    ) -> None:
        self.lang, self.words = lang, load_texts(lang)
        self.cards = {card.name: card for card in cards}
        self.assistants = assistants
        with gr.Blocks(
            title=self.words("page.title"), fill_height=True, analytics_enabled=False
        ) as self.blocks:
            self._lay_out(secret, owner)
            self._connect()

    def _lay_out(self, secret: str, owner: str) -> None:
        words = self.words
        storage_key = f"shopcast.chats.{self.lang}.v1{owner and '.'}{owner}"
        first = next(iter(self.cards), "")
        # Filled per visitor when the page loads: a default made here would give all of them one id.
        self.chat = gr.State(None)
        self.kept = gr.BrowserState([], storage_key=storage_key, secret=secret)
        with gr.Sidebar(open=False, width=280, elem_id="chats"):
            gr.HTML(f"<h2>{words('page.chats')}</h2>")
            self.new = gr.Button(words("page.new_chat"), size="sm", elem_id="new-chat")
            self.list = gr.Radio([], show_label=False, container=False, elem_id="chat-list")
            gr.HTML(f'<p class="muted">{words("page.no_chats")}</p>')
            if owner:
                gr.HTML(
                    f'<a href="{LOGOUT_PATH}" target="_self">{words("page.log_out")}</a>', elem_id="log-out"
                )
        with gr.Row(elem_id="top"):
            gr.HTML(_brand(words("page.title"), words("page.tagline")), elem_id="brand")
            self.store = gr.Dropdown(
                [(card.choice(self.lang), card.name) for card in self.cards.values()],
                value=first or None,
                label=words("page.store"),
                show_label=False,
                container=False,
                filterable=False,
                elem_id="store",
                min_width=180,
            )
            link = f'<a href="{words("page.other_path")}" target="_self">{words("page.other_language")}</a>'
            gr.HTML(link, elem_id="language")
        self.line = gr.HTML(self._line(first), elem_id="store-line")
        self.view = gr.Chatbot(
            elem_id="chat",
            show_label=False,
            container=False,
            scale=1,
            height="100%",
            layout="bubble",
            sanitize_html=True,
            allow_tags=False,
            buttons=["copy"],
            editable="user",
            latex_delimiters=[],
            placeholder=f"## {words('page.welcome')}\n{words('page.welcome_note')}",
            examples=[{"text": text} for text in words.examples],
        )
        self.feedback = FeedbackLine(words)
        self.box = gr.Textbox(
            placeholder=words("page.ask"),
            show_label=False,
            container=False,
            autofocus=True,
            max_lines=6,
            submit_btn=True,
            stop_btn=False,
            interactive=bool(self.cards),
            elem_id="ask",
        )

    def _connect(self) -> None:
        begun = [self.box, self.chat, self.view]
        starts = [
            self.box.submit(self._begin, [self.box, self.chat], begun, **PRIVATE),
            self.view.option_select(self._pick, [self.chat], begun, **PRIVATE),
            self.view.example_select(self._pick, [self.chat], begun, **PRIVATE),
        ]
        again = [
            self.view.edit(self._edit, [self.chat], begun, **PRIVATE),
            self.view.retry(self._retry, [self.chat], begun, **PRIVATE),
        ]
        answers = [
            start.then(
                self._answer,
                [self.chat],
                begun,
                concurrency_limit=CONCURRENT_ANSWERS,
                concurrency_id="answer",
                **PRIVATE,
            )
            for start in [*starts, *again]
        ]
        saving = ([self.kept, self.chat], [self.kept, self.list])
        for answer in answers:
            answer.then(self._save, *saving, **PRIVATE)
        stopped = self.box.stop(self._stop, [self.chat], begun, cancels=answers, **PRIVATE)
        stopped.then(self._save, *saving, **PRIVATE)

        opened = [self.chat, self.view, self.list, self.store, self.line]
        self.blocks.load(self._restore, [self.kept, self.chat], opened, **PRIVATE)
        moves = [
            self.list.input(
                self._open, [self.list, self.kept, self.chat], opened, cancels=answers, **PRIVATE
            ),
            self.store.input(self._start_over, [self.store, self.chat], opened, cancels=answers, **PRIVATE),
            self.new.click(self._start_over, [self.store, self.chat], opened, cancels=answers, **PRIVATE),
        ]
        self._connect_feedback([*starts, *again, *moves])

    def _connect_feedback(self, moves: Sequence[Any]) -> None:
        """Take up thumbs; the line about one leaves as soon as the reader moves on."""
        line = self.feedback
        rated = self.view.like(line.rate, [self.chat], [self.view, *line.parts], **PRIVATE)
        rated.then(self._save_verdict, [self.kept, self.chat], [self.kept, self.list], **PRIVATE)
        for complaint, button in line.buttons.items():
            button.click(partial(line.complain, complaint), [line.rated], line.parts, **PRIVATE)
        line.note.submit(line.write, [line.note, line.rated], line.parts, **PRIVATE)
        for move in moves:
            move.then(line.put_away, None, line.parts, **PRIVATE)

    def _begin(self, question: str, chat: Chat | None) -> tuple[Any, ...]:
        """Show the question and the first status line before anything slow begins."""
        chat = chat or Chat(self.lang, next(iter(self.cards), ""))
        if not question.strip() or chat.running or not self.cards:
            return gr.skip(), chat, gr.skip()
        chat.ask(question.strip())
        return gr.update(value="", submit_btn=False, stop_btn=True), chat, chat.messages()

    def _pick(self, chat: Chat, picked: gr.SelectData) -> tuple[Any, ...]:
        value = picked.value
        return self._begin(value["text"] if isinstance(value, dict) else str(value), chat)

    def _edit(self, chat: Chat, edited: gr.EditData) -> tuple[Any, ...]:
        question = str(edited.value).strip()
        return self._ask_again(chat, edited.index, question) if question else (gr.skip(), chat, _shown(chat))

    def _retry(self, chat: Chat, retried: gr.RetryData) -> tuple[Any, ...]:
        return self._ask_again(chat, retried.index)

    def _ask_again(self, chat: Chat, message: Any, question: str | None = None) -> tuple[Any, ...]:
        chat.ask_again(int(message), question)
        return gr.update(submit_btn=False, stop_btn=True), chat, _shown(chat)

    def _answer(self, chat: Chat) -> Iterator[tuple[Any, ...]]:
        if not chat.running:
            yield gr.update(submit_btn=True, stop_btn=False), chat, chat.messages()
            return
        try:
            assistant = self.assistants(chat.store)
        except Exception as error:
            chat.refuse(str(error))
        else:
            interrupt = chat.turns[-1].interrupt
            for _ in chat.answer(assistant):
                yield gr.skip(), chat, chat.messages()
            if interrupt.is_pressed:
                # Whoever pressed it has drawn the page anew, maybe with another chat. Gradio repeats what was
                # yielded last: that must not be the answer as it stood before.
                yield gr.skip(), gr.skip(), gr.skip()
                return
        yield gr.update(submit_btn=True, stop_btn=False), chat, chat.messages()

    def _stop(self, chat: Chat) -> tuple[Any, ...]:
        chat.stop()
        return gr.update(submit_btn=True, stop_btn=False), chat, chat.messages()

    def _save(self, kept: list[dict[str, Any]], chat: Chat) -> tuple[Any, ...]:
        kept = keep(kept, chat)
        return kept, self._listed(kept, chat)

    def _save_verdict(self, kept: list[dict[str, Any]], chat: Chat) -> tuple[Any, ...]:
        # An answer under way is saved when it stands, verdicts on earlier ones with it.
        return (gr.skip(), gr.skip()) if chat.running else self._save(kept, chat)

    def _restore(self, kept: list[dict[str, Any]], chat: Chat | None) -> tuple[Any, ...]:
        """Come back to the latest chat, where its store still exists."""
        if chat is not None:
            # Whoever typed faster than the page loaded keeps their question.
            return self._opened(chat, kept)
        known = self._known(kept)
        chat = Chat.load(known[0], self.lang) if known else Chat(self.lang, next(iter(self.cards), ""))
        return self._opened(chat, kept)

    def _open(self, chat_id: str, kept: list[dict[str, Any]], left: Chat) -> tuple[Any, ...]:
        left.stop()
        chosen = next(chat for chat in self._known(kept) if chat["id"] == chat_id)
        return self._opened(Chat.load(chosen, self.lang), kept)

    def _start_over(self, store: str, left: Chat) -> tuple[Any, ...]:
        left.stop()
        store = store if store in self.cards else next(iter(self.cards), "")
        chat = Chat(self.lang, store)
        return chat, _shown(chat), gr.update(value=None), gr.skip(), self._line(store)

    def _opened(self, chat: Chat, kept: list[dict[str, Any]]) -> tuple[Any, ...]:
        store = chat.store or None
        return chat, _shown(chat), self._listed(kept, chat), store, self._line(chat.store)

    def _listed(self, kept: list[dict[str, Any]], chat: Chat) -> Any:
        entries = [(old["title"], old["id"]) for old in self._known(kept)]
        return gr.update(choices=entries, value=chat.id if chat.turns else None)

    def _known(self, kept: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the chats with a store of this page: the browser may send others, and verdicts are filed by it."""
        return [chat for chat in kept if chat["store"] in self.cards]

    def _line(self, store: str) -> str:
        if store in self.cards:
            return self.cards[store].line(self.lang)
        return f'<div class="store-line"><span class="badge">{self.words("page.no_store")}</span></div>'


def _shown(chat: Chat) -> Any:
    """Return the update that shows another conversation, its thumbs too."""
    return gr.update(value=chat.messages(), feedback_value=chat.thumbs())


def _brand(title: str, tagline: str) -> str:
    return f'<div class="brand"><strong>{title}</strong><span class="muted">{tagline}</span></div>'


def build_page(
    lang: Lang,
    cards: Sequence[StoreCard],
    assistants: Assistants,
    *,
    secret: str = "shopcast",
    owner: str = "",
) -> gr.Blocks:
    """Return the chat page in one language, ready to be mounted."""
    return ChatPage(lang, cards, assistants, secret, owner).blocks
