"""Traces beside the store: whole again when read, whatever a crash left behind."""

import json
from pathlib import Path
from typing import Any

from store import traces
from store.traces import PROMPTS_FOLDER, TRACES_FILE, append_trace, read_traces

INSTRUCTIONS = {"role": "system", "content": "Choose the tools. " * 60}


def trace(name: str, question: str = "上周卖了多少？") -> dict[str, Any]:
    messages = [INSTRUCTIONS, {"role": "user", "content": question}]
    return {"id": name, "question": question, "model_calls": [{"reply": "{}", "messages": messages}]}


def test_what_is_kept_comes_back_in_order(tmp_path: Path) -> None:
    for name in ("a", "b"):
        append_trace(tmp_path, trace(name))
    assert list(read_traces(tmp_path)) == [trace("a"), trace("b")]
    assert list(read_traces(tmp_path / "elsewhere")) == []


def test_the_constant_instructions_are_kept_once(tmp_path: Path) -> None:
    for name in "abcde":
        append_trace(tmp_path, trace(name))
    assert len(list((tmp_path / PROMPTS_FOLDER).iterdir())) == 1
    assert INSTRUCTIONS["content"] not in (tmp_path / TRACES_FILE).read_text()
    (tmp_path / PROMPTS_FOLDER / next((tmp_path / PROMPTS_FOLDER).iterdir()).name).unlink()
    assert next(read_traces(tmp_path))["model_calls"][0]["messages"][0]["content"] == ""


def test_a_line_that_a_crash_cut_short_costs_only_itself(tmp_path: Path) -> None:
    append_trace(tmp_path, trace("a"))
    with (tmp_path / TRACES_FILE).open("a") as file:
        file.write('{"id": "b", "model_ca')
    append_trace(tmp_path, trace("c"))
    assert [kept["id"] for kept in read_traces(tmp_path)] == ["a", "c"]
    with (tmp_path / TRACES_FILE).open("a") as file:
        file.write(json.dumps({"id": "no calls"}) + "\n[]\n")
    assert [kept["id"] for kept in read_traces(tmp_path)] == ["a", "c"]


def test_the_oldest_go_when_two_files_are_full(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(traces, "LARGEST_FILE_BYTES", 1_000)
    for number in range(60):
        append_trace(tmp_path, trace(f"{number:03}"))
    kept = [found["id"] for found in read_traces(tmp_path)]
    assert kept == sorted(kept) and kept[-1] == "059" and 2 <= len(kept) < 30
