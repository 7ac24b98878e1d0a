"""How answers came about, as lines beside the store, keyed by the answer's id.

Like the readers' verdicts they are no table: the DuckDB file is locked by the running page while somebody looks.
The long instructions of a prompt are the same for every question; each wording of them is kept once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from store.lines import append_line, read_lines

TRACES_FILE = "traces.jsonl"
OLDER_TRACES_FILE = "traces.old.jsonl"
PROMPTS_FOLDER = "trace_prompts"
LARGEST_FILE_BYTES = 16 * 2**20
_SHORTEST_SHARED = 400


def append_trace(folder: Path, trace: dict[str, Any]) -> None:
    """Keep one answer's trace; the oldest go once two files are full.

    Args:
        folder: the store's.
        trace: plain JSON with `id` and `model_calls`, each with its `messages`.

    Raises:
        OSError: the disk is full or the folder cannot be written.
    """
    path = folder / TRACES_FILE
    if path.exists() and path.stat().st_size > LARGEST_FILE_BYTES:
        path.replace(folder / OLDER_TRACES_FILE)
    calls = [
        {**call, "messages": [_shared(folder, message) for message in call["messages"]]}
        for call in trace["model_calls"]
    ]
    append_line(path, json.dumps({**trace, "model_calls": calls}, ensure_ascii=False))


def read_traces(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the kept traces, oldest first; a line that a crash cut short is passed over."""
    for name in (OLDER_TRACES_FILE, TRACES_FILE):
        for line in read_lines(folder / name):
            try:
                trace = json.loads(line)
                for call in trace["model_calls"]:
                    call["messages"] = [_whole(folder, message) for message in call["messages"]]
            except (ValueError, KeyError, TypeError):
                continue
            yield trace


def _shared(folder: Path, message: dict[str, str]) -> dict[str, str]:
    content = message["content"]
    if message["role"] != "system" or len(content) < _SHORTEST_SHARED:
        return message
    digest = hashlib.sha256(content.encode()).hexdigest()[:16]
    path = folder / PROMPTS_FOLDER / f"{digest}.md"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return {"role": "system", "prompt": digest}


def _whole(folder: Path, message: dict[str, str]) -> dict[str, str]:
    if "prompt" not in message:
        return message
    path = folder / PROMPTS_FOLDER / f"{message['prompt']}.md"
    return {"role": message["role"], "content": path.read_text(encoding="utf-8") if path.exists() else ""}
