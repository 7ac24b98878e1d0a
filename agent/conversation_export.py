"""What conversations remember, as plain data for whoever asks what is kept."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite import SqliteSaver

from agent.assistant import CONVERSATIONS_FILE
from agent.conversations import Conversations


def read_conversations(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield each conversation of the store in `folder`: its id, its number of turns and what it remembers."""
    file = folder / CONVERSATIONS_FILE
    if not file.exists():
        return
    with closing(sqlite3.connect(file)) as connection:
        saver = SqliteSaver(connection, serde=JsonPlusSerializer(allowed_msgpack_modules=None))
        conversations = Conversations(saver)
        rows = connection.execute("SELECT DISTINCT thread_id FROM checkpoints ORDER BY thread_id").fetchall()
        for (name,) in rows:
            memory, turns = conversations.last(name)
            yield {"conversation": name, "turns": turns, "memory": memory.model_dump(mode="json")}
