"""Forgetting a customer: what a store keeps of one is removed, and with it what answers quoted of it."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from store import batches
from store.database import Store
from store.database_file import draft_of
from store.feedback import FEEDBACK_FILE
from store.lines import read_lines
from store.location import DATABASE_FILE, INDEX_FOLDER
from store.privacy import SECRET_FILE, hash_customer
from store.review_flags import refresh_flags
from store.traces import OLDER_TRACES_FILE, TRACES_FILE
from store.vector_cache import forget_vectors

Mentions = Callable[[Any], bool]
# Shorter words than these are anybody's: "Good." in an answer is no quotation.
_SHORTEST_QUOTE = 12
_QUOTED_CHARS = 40
_BRACKETED = re.compile(r"\[([^\[\]]+)\]")


@dataclass(frozen=True)
class ForgetReceipt:
    """What was removed, in numbers: a receipt that named it would keep it.

    `sales_lines` is always 0: a store keeps days, not lines. `earlier_versions` counts rows of the import log.
    """

    customer: str
    reviews: int
    earlier_versions: int
    answers: int
    traces: int
    feedback: int
    sales_lines: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing of the customer was there."""
        return not (self.reviews or self.earlier_versions)

    def as_dict(self) -> dict[str, Any]:
        """Return the receipt as plain data."""
        return asdict(self)


def forget_customer(store_name: str, customer: str, *, home: Path | str | None = None) -> ForgetReceipt:
    """Remove a customer's reviews, their earlier versions, and every answer, trace and verdict that quotes them.

    The database is written anew, because a deleted row's bytes would stay in its file; the review index goes and is
    built again by the next question. A run that is killed is finished by the next one. Backups that were made before still
    hold the customer.

    Args:
        store_name: of the store; no other process may have it open.
        customer: id, nickname or e-mail address, as the shop's platform writes it.
        home: base folder instead of `SHOPCAST_HOME`.

    Returns:
        How much was removed. Forgetting a second time removes nothing.

    Raises:
        StoreError: the store cannot be opened, or there is no room for its new file.
    """
    with Store.open(store_name, home=home) as store:
        folder = store.folder
        if not (folder / SECRET_FILE).exists():
            # Nobody was ever hashed here.
            return ForgetReceipt("", 0, 0, 0, 0, 0)
        author = hash_customer(folder, customer)
        held = _read_held(store, author)
        unfinished = draft_of(folder / DATABASE_FILE)
        if not held and not unfinished.exists():
            return ForgetReceipt(author, 0, 0, 0, 0, 0)
        # A kill from here on leaves it: the next call then does what this one did not come to. The rows go last,
        # since what quotes them is found by them.
        unfinished.touch()
        mentions = _mentions({review_id for review_id, _ in held}, [text or "" for _, text in held])
        shutil.rmtree(folder / INDEX_FOLDER, ignore_errors=True)
        traces = sum(_forget_lines(folder / name, mentions) for name in (TRACES_FILE, OLDER_TRACES_FILE))
        feedback = _forget_lines(folder / FEEDBACK_FILE, mentions)
        receipt = _forget_rows(store, author, sorted({review_id for review_id, _ in held}), mentions)
        store.rewrite()
    return replace(receipt, traces=traces, feedback=feedback)


def _read_held(store: Store, author: str) -> list[tuple[str, str | None]]:
    """Return id and text of every review of an author, earlier versions too."""
    query = (
        "SELECT review_id, text FROM reviews WHERE author = $author"
        " UNION SELECT review_id, text FROM batch_reviews WHERE author = $author"
    )
    return store.cursor().execute(query, {"author": author}).fetchall()


def _forget_rows(store: Store, author: str, ids: list[str], mentions: Mentions) -> ForgetReceipt:
    with store.transaction() as cursor:
        counted = [
            _count(cursor, f"SELECT count(*) FROM {table} WHERE review_id IN (SELECT unnest(?))", ids)
            for table in ("reviews", "batch_reviews")
        ]
        cursor.execute("DELETE FROM reviews WHERE review_id IN (SELECT unnest(?))", [ids])
        batches.forget_reviews(cursor, ids)
        forget_vectors(cursor)
        refresh_flags(cursor)
        answers = _forget_answers(cursor, mentions) if ids else 0
    return ForgetReceipt(author, counted[0], counted[1], answers, 0, 0)


def _count(cursor: Any, query: str, ids: list[str]) -> int:
    return int(cursor.execute(query, [ids]).fetchone()[0])


def _mentions(review_ids: Collection[str], texts: Collection[str]) -> Mentions:
    """Return a test: do plain data hold one of the ids, alone or in a citation's brackets, or begin to quote a text?"""
    ids = frozenset(review_ids)
    told = [" ".join(text.split())[:_QUOTED_CHARS] for text in texts if len(text) >= _SHORTEST_QUOTE]

    def mentions(data: Any) -> bool:
        if isinstance(data, dict):
            return any(mentions(value) for value in data.values())
        if isinstance(data, list):
            return any(mentions(value) for value in data)
        if not isinstance(data, str):
            return False
        if data in ids or not ids.isdisjoint(_BRACKETED.findall(data)):
            return True
        plain = " ".join(data.split())
        return any(text in plain for text in told)

    return mentions


def _forget_answers(cursor: Any, mentions: Mentions) -> int:
    rows = cursor.execute("SELECT number, answer FROM answers").fetchall()
    numbers = [number for number, answer in rows if mentions(json.loads(answer))]
    cursor.execute("DELETE FROM answers WHERE number IN (SELECT unnest(?))", [numbers])
    return len(numbers)


def _forget_lines(path: Path, mentions: Mentions) -> int:
    lines = list(read_lines(path))
    kept = [line for line in lines if not _line_mentions(line, mentions)]
    if len(kept) < len(lines):
        # Whole or not at all: a crash here must cost nobody else's line.
        draft = path.with_name(f"{path.name}.draft")
        draft.write_bytes(b"".join(line.rstrip(b"\n") + b"\n" for line in kept))
        draft.chmod(0o600)
        draft.replace(path)
    return len(lines) - len(kept)


def _line_mentions(line: bytes, mentions: Mentions) -> bool:
    try:
        return mentions(json.loads(line))
    except ValueError:
        # What a crash cut short can be read by nobody; nobody can say whom it quotes either.
        return True
