"""From use to case: goes through the thumbs-down of a store's chat and makes cases of them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

from evals.appending import append_case
from evals.errors import EvalError
from evals.labelling import ABSTENTION, CLARIFICATION, Ask, Show, ask_expectation
from evals.suite import read_cases
from serving.settings import home
from store.feedback import Feedback, RatedCall, Review, append_review, read_feedback, reviewed_ids
from store.location import list_stores, store_folder

SUITE_FILE = "triaged.yaml"
_ID = re.compile(r"triaged-(\d+)")
_CHOICES = {"l": "label", "s": "skip", "d": "discard", "q": "quit"}


class Said(NamedTuple):
    """What makes two complaints the same: the words up to and with the question, spelling details aside."""

    store: str
    turns: tuple[str, ...]


@dataclass
class Triaged:
    """What a round of triage came to, in verdicts; `left` ones come again next time."""

    labelled: int = 0
    discarded: int = 0
    left: int = 0


def triage_feedback(store: str, suite_file: Path | None = None, *, ask: Ask, show: Show) -> Triaged:
    """Go through the thumbs-down that nobody reviewed yet; each decision is kept at once.

    Args:
        store: the store whose answers were judged; its database is not touched.
        suite_file: where the cases go; default `evals/triaged.yaml` in SHOPCAST_HOME.
        ask: puts a question with its default and returns the answer.
        show: prints a text.

    Raises:
        EvalError: no such store, or the suite's file cannot be used.
    """
    folder = store_folder(store)
    if not folder.is_dir():
        known = ", ".join(list_stores()) or "none yet"
        raise EvalError(f"there is no store {store!r}", f"name one of those here: {known}")
    return _Round(folder, suite_file or home() / "evals" / SUITE_FILE, ask, show).run()


class _Round:
    """One sitting: the complaints that are open, the cases that there are, and what was decided."""

    def __init__(self, folder: Path, suite_file: Path, ask: Ask, show: Show) -> None:
        self.folder, self.suite_file, self.ask, self.show = folder, suite_file, ask, show
        cases = [case for case, _ in read_cases(suite_file)] if suite_file.exists() else []
        self.cases = {_plain(case.store, [turn.say for turn in case.turns]): case.id for case in cases}
        self.done = Triaged()

    def run(self) -> Triaged:
        kept = read_feedback(self.folder)
        if kept.broken_lines:
            self.show(f"{kept.broken_lines} broken lines of feedback were left out")
        reviewed = reviewed_ids(self.folder)
        groups = _grouped([f for f in kept.feedback if f.verdict == "down" and f.id not in reviewed])
        groups = [group for group in groups if not self._is_a_case(group)]
        for number, group in enumerate(groups, start=1):
            self.show(f"\n[{number}/{len(groups)}] {describe(group)}")
            if self._decide(group) == "quit":
                self.done.left += sum(map(len, groups[number - 1 :]))
                break
        done = self.done
        self.show(f"\n{done.labelled} labelled, {done.discarded} discarded, {done.left} left")
        return done

    def _is_a_case(self, group: list[Feedback]) -> bool:
        """Whether an earlier label answers this complaint; it then counts as reviewed."""
        same = self.cases.get(_said(group[-1]))
        if same:
            self.show(f"{_printable(group[-1].question)!r} is the case {same} already")
            self._keep(group, "labelled", same)
        return same is not None

    def _decide(self, group: list[Feedback]) -> str:
        while True:
            said = self.ask("[l]abel, [s]kip, [d]iscard, [q]uit", "l").strip().lower()
            decision = _CHOICES.get(said[:1], "")
            if decision:
                break
            self.show(f"  {said!r} is no choice")
        if decision == "label":
            case_id = self._label(group[-1])
            self._keep(group, "labelled", case_id)
            self.show(f"  {case_id} is in {str(self.suite_file)!r}")
        elif decision == "discard":
            self._keep(group, "discarded")
        elif decision == "skip":
            self.done.left += len(group)
        return decision

    def _label(self, feedback: Feedback) -> str:
        used = [int(match[1]) for case_id in self.cases.values() if (match := _ID.fullmatch(case_id))]
        expect = ask_expectation(feedback, self.ask, self.show)
        written = write_case(feedback, expect, max(used, default=0) + 1)
        append_case(self.suite_file, written, _comment(feedback))
        self.cases[_said(feedback)] = written["id"]
        return str(written["id"])

    def _keep(
        self, group: list[Feedback], decision: Literal["labelled", "discarded"], case_id: str = ""
    ) -> None:
        for feedback in group:
            append_review(self.folder, Review(id=feedback.id, decision=decision, case_id=case_id))
        if decision == "labelled":
            self.done.labelled += len(group)
        else:
            self.done.discarded += len(group)


def write_case(feedback: Feedback, expect: dict[str, Any], number: int) -> dict[str, Any]:
    """Return a complaint and what should have come of it as a case is written."""
    tools = [call["tool"] for call in expect.get("calls", [])]
    about = tools[0] if tools else CLARIFICATION if "clarify" in expect else ABSTENTION
    shape = "multi_turn" if feedback.earlier_turns else "chained" if len(tools) > 1 else "single"
    kinds = {ABSTENTION: ["abstention"], CLARIFICATION: ["clarification"]}
    return {
        "id": f"triaged-{number}",
        "skill": f"triaged/{about}",
        "language": feedback.language,
        "store": feedback.store,
        "tags": ["triaged", shape, *kinds.get(about, [])],
        "turns": [*feedback.earlier_turns, feedback.question],
        "expect": expect,
    }


def describe(group: Sequence[Feedback]) -> str:
    """Return a complaint as an engineer reads it: what was said, called and answered."""
    last = group[-1]
    notes = list(dict.fromkeys(feedback.note for feedback in group if feedback.note))
    times = f" · {len(group)} times" if len(group) > 1 else ""
    head = f"{last.store} · {last.language} · {last.at:%Y-%m-%d} · data until {last.data_as_of}{times}"
    lines = [head, *(f"  note:   {note}" for note in notes)]
    lines += [f"  before: {said}" for said in last.earlier_turns]
    lines.append(f"  asked:  {last.question}")
    lines += [f"  called: {_call(call)}" for call in last.calls] or ["  called: nothing"]
    outcome = " · ".join(filter(None, [last.outcome, last.reason, last.model]))
    lines.append(f"  answer: ({outcome})" if outcome else "  answer:")
    lines += [f"    {line}" for line in last.answer.splitlines() if line.strip()]
    return _printable("\n".join(lines))


def _call(call: RatedCall) -> str:
    resolved = ", ".join(f"{name}={value}" for name, value in call.arguments.items())
    said = ", ".join(f"{name} {value!r}" for name, value in call.said.items())
    return f"{call.tool}({resolved})" + (f" from {said}" if said else "")


def _grouped(complaints: Sequence[Feedback]) -> list[list[Feedback]]:
    groups: dict[Said, list[Feedback]] = {}
    for feedback in complaints:
        groups.setdefault(_said(feedback), []).append(feedback)
    return list(groups.values())


def _said(feedback: Feedback) -> Said:
    return _plain(feedback.store, [*feedback.earlier_turns, feedback.question])


def _plain(store: str, turns: Sequence[str]) -> Said:
    return Said(store, tuple(_folded(turn) for turn in turns))


def _folded(turn: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", turn).casefold().split()).rstrip(" .,?!。，？！")


def _comment(feedback: Feedback) -> str:
    note = " ".join(_printable(feedback.note).split())
    said = f"thumbs-down of {feedback.at:%Y-%m-%d}, data until {feedback.data_as_of}"
    return f"{said}: {note}" if note else said


def _printable(text: str) -> str:
    """Return a text without signs that would steer the terminal."""
    return "".join(char if char.isprintable() or char == "\n" else " " for char in text)
