"""The line under the chat that takes up a thumb: what was wrong, in one press, and a quiet thank-you."""

from __future__ import annotations

import logging
from typing import Any

import gradio as gr

from store.feedback import Feedback, Verdict, append_feedback
from store.location import store_folder
from ui.texts import Texts
from ui.web_chat import Chat

# What can be said in one press; "other" asks for a few words instead.
COMPLAINTS = ("wrong_product", "wrong_numbers", "no_answer", "other")
MOST_NOTE_CHARS = 500
# Gradio tells a thumb up, down or taken back as True, False or "".
VERDICTS: dict[bool | str, Verdict] = {True: "up", False: "down", "": "withdrawn"}

log = logging.getLogger(__name__)


class FeedbackLine:
    """The components of the line and what happens when they are used; made inside the page's blocks.

    Every handler returns updates of `parts`. A thumb is kept at once; a complaint is kept as a second line
    with the same id, so that whoever only presses the thumb has said something too.

    Args:
        words: the page's words.
    """

    def __init__(self, words: Texts) -> None:
        self.words = words
        self.rated = gr.State(None)
        with gr.Row(visible=False, elem_id="feedback") as self.row:
            self.text = gr.HTML(elem_id="feedback-words")
            self.buttons = {
                name: gr.Button(words(f"feedback.{name}"), size="sm", min_width=0) for name in COMPLAINTS
            }
            self.note = gr.Textbox(
                placeholder=words("feedback.note"),
                show_label=False,
                container=False,
                max_lines=1,
                max_length=MOST_NOTE_CHARS,
                submit_btn=True,
                visible=False,
                elem_id="feedback-note",
            )

    @property
    def parts(self) -> list[Any]:
        """The components that the handlers update, in the order of their updates."""
        return [self.rated, self.row, self.text, *self.buttons.values(), self.note]

    def rate(self, chat: Chat, pressed: gr.LikeData) -> tuple[Any, ...]:
        """Keep a thumb; the first update is the chat's own, of its filled thumbs."""
        feedback = chat.rate(int(str(pressed.index)), VERDICTS[pressed.liked])
        thumbs = gr.update(feedback_value=chat.thumbs())
        if feedback is None:
            return thumbs, *self.put_away()
        return thumbs, *self._keep(feedback, asking=feedback.verdict == "down")

    def complain(self, complaint: str, rated: Feedback) -> tuple[Any, ...]:
        """Keep what was wrong, or ask for it in words; engineers read it in English."""
        if complaint == "other":
            return self._show("feedback.question", rated, noting=True)
        return self._keep(rated.model_copy(update={"note": complaint.replace("_", " ")}))

    def write(self, note: str, rated: Feedback) -> tuple[Any, ...]:
        """Keep what the reader wrote."""
        return self._keep(rated.model_copy(update={"note": note.strip()[:MOST_NOTE_CHARS] or "other"}))

    def put_away(self) -> tuple[Any, ...]:
        """Hide the line: the conversation goes on."""
        return self._show("", None)

    def _keep(self, feedback: Feedback, *, asking: bool = False) -> tuple[Any, ...]:
        try:
            append_feedback(store_folder(feedback.store), feedback)
        except (OSError, ValueError):
            log.exception("a verdict on %r could not be kept", feedback.question[:200])
            return self._show("feedback.lost", None)
        if feedback.verdict == "withdrawn":
            return self.put_away()
        return self._show("feedback.question" if asking else "feedback.thanks", feedback, asking=asking)

    def _show(
        self, key: str, rated: Feedback | None, *, asking: bool = False, noting: bool = False
    ) -> tuple[Any, ...]:
        return (
            rated,
            gr.update(visible=bool(key)),
            self.words(key) if key else "",
            *(gr.update(visible=asking) for _ in self.buttons),
            gr.update(visible=noting, value=""),
        )
