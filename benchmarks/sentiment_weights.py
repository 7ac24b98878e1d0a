"""Make serving/sentiment.npz from public labels: `python -m benchmarks.sentiment_weights [FOLDER]`.

Read from FOLDER (default ../shared/data): the Chinese ten-category set (0/1 labels), Women's Clothing and the
Datafiniti reviews (four and five stars content, one and two not; three stars are left out of learning and of
scoring). A text's hash decides its part, so the same words never stand on both sides: 20% held out for
`benchmarks.text`, 10% to calibrate, the rest to learn. Only numbers are written, no word of any review.
"""

from __future__ import annotations

import hashlib
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from serving.logistic import fit_logistic
from serving.sentiment import Calibration
from serving.text_features import hash_texts

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
WEIGHTS = Path(__file__).resolve().parents[1] / "serving" / "sentiment.npz"
_RIDGE = 0.3
# Sentences of English reviews take their review's label: they teach how short texts read, which clauses are.
_SENTENCE_WEIGHT = 0.5
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|[。！？；，,;]+")
_SEED = 7
_LEVELS = 127


def read_labelled(folder: Path) -> pd.DataFrame:
    """Return source, text, label (1 content, 0 not, -1 three stars) and part of every distinct review."""
    chinese = pd.read_parquet(folder / "zh_online_shopping_10_cats" / "reviews.parquet")
    clothing = pd.read_parquet(folder / "en_womens_clothing" / "reviews.parquet")
    electronics = pd.read_parquet(folder / "en_datafiniti_amazon" / "reviews.parquet")
    frame = pd.concat(
        [
            _rows("zh", "", chinese["review"], chinese["label"]),
            _rows("clothing", clothing["Title"], clothing["Review Text"], _from_stars(clothing["Rating"])),
            _rows(
                "electronics", electronics["title"], electronics["text"], _from_stars(electronics["rating"])
            ),
        ],
        ignore_index=True,
    ).drop_duplicates(["source", "text"], ignore_index=True)
    tenths = [int(hashlib.sha256(text.encode()).hexdigest()[:8], 16) % 10 for text in frame["text"]]
    frame["part"] = np.select([np.array(tenths) < 2, np.array(tenths) == 2], ["test", "calibrate"], "learn")
    return frame


def _rows(source: str, titles: Any, texts: pd.Series[Any], labels: pd.Series[Any]) -> pd.DataFrame:
    heads = titles.fillna("") + " " if isinstance(titles, pd.Series) else ""
    frame = pd.DataFrame({"text": (heads + texts).str.strip(), "label": labels})
    frame = frame[texts.fillna("").str.strip().ne("") & labels.notna()]
    return frame.astype({"label": int}).assign(source=source)


def _from_stars(stars: pd.Series[Any]) -> pd.Series[Any]:
    return pd.Series(np.select([stars >= 4, stars <= 2], [1, 0], -1), index=stars.index).where(stars.notna())


def class_weights(frame: pd.DataFrame) -> np.ndarray:
    """Return each row's weight: a source's bad reviews count as much as its good ones, though they are rarer."""
    weights = np.ones(len(frame))
    for source in frame["source"].unique():
        bad = ((frame["source"] == source) & (frame["label"] == 0)).to_numpy()
        good = ((frame["source"] == source) & (frame["label"] == 1)).sum()
        weights[bad] = good / bad.sum()
    return weights


def split_sentences(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the pieces of reviews with their review's label, as many of good ones as of bad ones."""
    sentences = frame.assign(text=frame["text"].map(_SENTENCE_END.split)).explode("text", ignore_index=True)
    sentences = sentences[sentences["text"].str.len() > 2]
    rarest = sentences["label"].value_counts().min()
    return sentences.groupby("label").sample(rarest, random_state=_SEED).assign(source="sentences")


def fit_line(frame: pd.DataFrame, weights: np.ndarray) -> Calibration:
    """Return Platt's line from the scores of texts to logits."""
    rows = sparse.csr_matrix((hash_texts(frame["text"].tolist()) @ weights).reshape(-1, 1))
    slope, offset = fit_logistic(rows, frame["label"].to_numpy(float), np.ones(len(frame)), 1e-6)
    return Calibration(float(slope[0]), offset)


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else SHARED
    frame = read_labelled(folder).query("label >= 0")
    reviews = frame[frame["part"] == "learn"]
    sentences = split_sentences(reviews[reviews["source"] != "zh"])
    learn = pd.concat([reviews, sentences])
    importance = np.concatenate([class_weights(reviews), np.full(len(sentences), _SENTENCE_WEIGHT)])
    weights, _ = fit_logistic(
        hash_texts(learn["text"].tolist()), learn["label"].to_numpy(float), importance, _RIDGE
    )
    # Eight bits a weight: the file is a tenth as large, and no held-out figure moves in its third decimal.
    step = np.float32(np.quantile(np.abs(weights), 0.9999) / _LEVELS)
    levels = np.clip(np.round(weights / step), -_LEVELS, _LEVELS).astype(np.int8)
    rounded = levels.astype(np.float32) * step
    rest = frame[frame["part"] == "calibrate"]
    lines: dict[str, Any] = {}
    for language, rows in (
        ("chinese", rest[rest["source"] == "zh"]),
        ("english", rest[rest["source"] != "zh"]),
    ):
        lines[f"{language}_reviews"] = fit_line(rows, rounded)
        lines[f"{language}_clauses"] = fit_line(split_sentences(rows), rounded)
    np.savez_compressed(WEIGHTS, levels=levels, step=step, **lines)
    print(f"{WEIGHTS.name}: {WEIGHTS.stat().st_size:,} bytes from {len(reviews):,} reviews; {lines}")


if __name__ == "__main__":
    main()
