"""Answers that were given, kept with their receipts."""

from __future__ import annotations

import json
from typing import Any

import duckdb


def save_answer(cursor: duckdb.DuckDBPyConnection, answer: dict[str, Any]) -> None:
    """Keep one answer, a dict that JSON can hold."""
    cursor.execute("INSERT INTO answers (answer) VALUES (?)", [json.dumps(answer, ensure_ascii=False)])


def read_answers(cursor: duckdb.DuckDBPyConnection, limit: int) -> list[dict[str, Any]]:
    """Return the last `limit` answers, newest first."""
    rows = cursor.execute("SELECT answer FROM answers ORDER BY number DESC LIMIT ?", [limit]).fetchall()
    return [json.loads(row[0]) for row in rows]
