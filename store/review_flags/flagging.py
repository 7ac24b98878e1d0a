"""Flags of one review by its words, and of a shop's reviews by each other."""

from __future__ import annotations

import duckdb
import pandas as pd

from store.review_flags.crowd import flag_together
from store.review_flags.cues import load_cues
from store.review_flags.emptiness import is_empty
from store.review_flags.kinds import FLAGS
from store.review_flags.reading import read_through

BY_CROWD = frozenset({"copied", "flood", "off_language"})


def flag_review(text: str) -> list[str]:
    """Return the flags that a review's own words earn, in the order of `FLAGS`; usually none.

    The rules know Chinese and English; a clever advert passes them. They rank and mark, they are no wall:
    review text stays untrusted whether it is flagged or not.

    Args:
        text: title and text, before anything in it is redacted.
    """
    readings = read_through(text)
    found = {flag for flag, cues in load_cues().items() if any(cues.are_in(reading) for reading in readings)}
    if not found and text.strip() and is_empty(text):
        found.add("useless")
    return [flag for flag in FLAGS if flag in found]


def refresh_flags(cursor: duckdb.DuckDBPyConnection) -> int:
    """Flag a shop's reviews by each other anew; to be called in the transaction that wrote reviews.

    What a review's own words earned stays: that was found before its text was redacted.

    Returns:
        How many reviews changed their flags.
    """
    columns = {row[0] for row in cursor.execute("DESCRIBE reviews").fetchall()}
    author = "author" if "author" in columns else "NULL AS author"
    rows = cursor.execute(
        f"SELECT review_id, product_id, ds, title, text, flags, {author} FROM reviews"
    ).fetchall()
    names = ["review_id", "product_id", "ds", "title", "text", "flags", "author"]
    reviews = pd.DataFrame(rows, columns=names, dtype=object)
    changed = []
    for review_id, held, together in zip(
        reviews["review_id"], reviews["flags"], flag_together(reviews), strict=True
    ):
        wanted = {flag for flag in held or () if flag not in BY_CROWD} | set(together)
        flags = [flag for flag in FLAGS if flag in wanted]
        if flags != list(held or ()):
            changed.append({"review_id": review_id, "flags": flags})
    _update(cursor, changed)
    return len(changed)


def _update(cursor: duckdb.DuckDBPyConnection, changed: list[dict[str, object]]) -> None:
    import pyarrow as pa

    schema = pa.schema([("review_id", pa.string()), ("flags", pa.list_(pa.string()))])
    cursor.register("flags_frame", pa.Table.from_pylist(changed, schema=schema))
    cursor.execute(
        "UPDATE reviews SET flags = flags_frame.flags FROM flags_frame"
        " WHERE reviews.review_id = flags_frame.review_id"
    )
    cursor.unregister("flags_frame")
