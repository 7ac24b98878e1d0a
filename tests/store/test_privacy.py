"""Customers are hashes under a secret; one who asks to be forgotten leaves no byte behind."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from store import reviews
from store.database import Store
from store.errors import StoreError
from store.export import export_store, write_readme
from store.feedback import FEEDBACK_FILE
from store.forgetting import forget_customer
from store.privacy import SECRET_FILE, SecretUnreadable, hash_customer, hash_customers
from store.review_flags import refresh_flags
from store.traces import TRACES_FILE
from store.vector_cache import keep_vectors, read_vectors, text_key

ANN_SAYS = "The quagmire coloured zip broke after two days of use."
BOB_SAYS = "Lovely bag, sturdy handles, would buy again."


def test_a_hash_is_the_stores_own_and_stays(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    assert hash_customer(one, "17850") == hash_customer(one, " 17850 ") == hash_customer(one, "１７８５０")
    assert hash_customer(one, "Ann@Example.org") == hash_customer(one, "ann@example.org")
    assert hash_customer(one, "abC") != hash_customer(one, "abc")
    assert hash_customer(one, "17850") != hash_customer(other, "17850")
    assert stat.S_IMODE((one / SECRET_FILE).stat().st_mode) == 0o600
    assert [p.name for p in one.iterdir()] == [SECRET_FILE]


def test_many_are_hashed_as_one_is_and_nobody_stays_nobody(tmp_path: Path) -> None:
    hashed = hash_customers(tmp_path, pd.Series(["ann", None, " ", "bob", "ann"], dtype=object))
    assert list(hashed) == [
        hash_customer(tmp_path, "ann"),
        None,
        None,
        hash_customer(tmp_path, "bob"),
        hashed[0],
    ]


def test_a_damaged_secret_is_refused_never_replaced(tmp_path: Path) -> None:
    (tmp_path / SECRET_FILE).write_text("nonsense")
    with pytest.raises(SecretUnreadable, match="backup"):
        hash_customer(tmp_path, "ann")
    assert (tmp_path / SECRET_FILE).read_text() == "nonsense"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A store with two customers' reviews from an import, and with what answers made of them."""
    home = tmp_path / "home"
    with Store.create("shop", kind="imported", currency="EUR", timezone="Europe/Berlin", home=home) as store:
        for text in (ANN_SAYS + " An earlier version.", ANN_SAYS):
            rows = pd.DataFrame(
                {
                    "review_id": ["R1", "R2"], "product_id": "P1", "ds": None, "rating": [1, 5], "language": "en",
                    "title": None, "text": [text, BOB_SAYS], "flags": [[], []],
                    "author": [hash_customer(store.folder, who) for who in ("ann", "bob")],
                }
            )  # fmt: skip
            with store.batch("reviews", "r.csv", "0") as batch:
                reviews.write_reviews(batch.cursor, rows[reviews.REVIEW_COLUMNS])
        vectors = np.eye(2, 4, dtype=np.float32)
        keep_vectors(store.cursor(), "e", [text_key(ANN_SAYS), text_key(BOB_SAYS)], vectors)
        store.save_answer({"answer": f"> {ANN_SAYS} — [R1]", "citations": [{"review_id": "R1"}]})
        store.save_answer({"answer": f"> {BOB_SAYS} — [R2]", "citations": [{"review_id": "R2"}]})
        for file in (TRACES_FILE, FEEDBACK_FILE):
            lines = [json.dumps({"answer": f"said: {text}"}) for text in (ANN_SAYS, BOB_SAYS)]
            (store.folder / file).write_text("\n".join(lines) + "\n")
        (store.folder / "reviews_index").mkdir()
        (store.folder / "reviews_index" / "part").write_text("R1")
    yield home


def bytes_of(home: Path) -> bytes:
    return b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())


def test_a_forgotten_customer_leaves_no_byte_and_the_others_stay(home: Path) -> None:
    assert b"quagmire" in bytes_of(home)
    receipt = forget_customer("shop", "ann", home=home)
    assert (receipt.reviews, receipt.answers, receipt.traces, receipt.feedback) == (1, 1, 1, 1)
    assert receipt.earlier_versions >= 1
    assert b"quagmire" not in bytes_of(home)
    assert not (home / "stores" / "shop" / "reviews_index").exists()
    with Store.open("shop", home=home) as store:
        assert list(store.reviews()["review_id"]) == ["R2"]
        assert len(store.answers()) == 1
        assert read_vectors(store.cursor(), "e")[0] == [text_key(BOB_SAYS)]
        author = hash_customer(store.folder, "ann")
    assert author.encode() not in bytes_of(home)
    assert BOB_SAYS.encode() in (home / "stores" / "shop" / TRACES_FILE).read_bytes()


def test_taking_an_import_back_does_not_bring_a_forgotten_customer_back(home: Path) -> None:
    forget_customer("shop", "ann", home=home)
    with Store.open("shop", home=home) as store:
        store.undo(2)
        store.undo(1)
        assert store.reviews().empty


def test_copies_of_what_was_forgotten_are_no_copies_any_more(home: Path) -> None:
    with Store.open("shop", home=home) as store:
        rows = store.reviews().query("review_id == 'R1'").assign(review_id="R9", author=None)
        with store.transaction() as cursor:
            reviews.write_reviews(cursor, rows)
            refresh_flags(cursor)
        assert store.reviews().set_index("review_id").loc["R9", "flags"] == ["copied"]
    forget_customer("shop", "ann", home=home)
    with Store.open("shop", home=home) as store:
        assert store.reviews().set_index("review_id").loc["R9", "flags"] == []


@pytest.mark.parametrize("killed_in", ["_forget_lines", "_forget_rows", "Store.rewrite"])
def test_forgetting_that_was_killed_is_finished_by_the_next_call(
    home: Path, monkeypatch: pytest.MonkeyPatch, killed_in: str
) -> None:
    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(f"store.forgetting.{killed_in}", die)
        with pytest.raises(KeyboardInterrupt):
            forget_customer("shop", "ann", home=home)
    forget_customer("shop", "ann", home=home)
    assert b"quagmire" not in bytes_of(home)
    with Store.open("shop", home=home) as store:
        assert list(store.reviews()["review_id"]) == ["R2"]
        assert len(store.answers()) == 1
    assert sorted(path.name for path in (home / "stores" / "shop").glob("*.draft")) == []


def test_a_second_time_and_a_stranger_remove_nothing(home: Path) -> None:
    forget_customer("shop", "ann", home=home)
    before = bytes_of(home)
    for who in ("ann", "nobody"):
        receipt = forget_customer("shop", who, home=home)
        assert receipt.is_empty
        assert receipt.answers == receipt.traces == 0
    assert bytes_of(home) == before


def test_a_store_that_never_hashed_anybody_makes_no_secret(tmp_path: Path) -> None:
    Store.create("bare", kind="imported", currency="EUR", timezone="UTC", home=tmp_path).close()
    assert forget_customer("bare", "ann", home=tmp_path).is_empty
    assert not (tmp_path / "stores" / "bare" / SECRET_FILE).exists()


def test_an_export_holds_everything_but_the_secret(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with Store.open("shop", home=home) as store:
        files = export_store(store, out)
        write_readme(store, out, files)
        tables = {
            row[0] for row in store.cursor().execute("SELECT table_name FROM duckdb_tables()").fetchall()
        }
        secret = (store.folder / SECRET_FILE).read_bytes()
    assert {entry.name for entry in files} >= tables | {"traces", "feedback"}
    assert secret not in bytes_of(out)
    held = pd.read_json(out / "reviews.jsonl", lines=True)
    assert set(held["text"]) == {ANN_SAYS, BOB_SAYS}
    readme = (out / "README.md").read_text("utf-8")
    assert "`reviews.jsonl`: 2 rows" in readme
    assert "全部数据" in readme


def test_an_export_overwrites_nothing(home: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with Store.open("shop", home=home) as store, pytest.raises(StoreError, match="empty folder"):
        export_store(store, tmp_path)
