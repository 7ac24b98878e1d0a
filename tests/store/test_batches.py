import hashlib
from datetime import date
from typing import ClassVar

import numpy as np
import pandas as pd
import pytest

from store import batches, catalogue, reviews, sales
from store.batches import BatchNotFound, BatchNotLast, hash_file
from store.catalogue import StockLevel
from store.packs import write_packs
from store.review_flags import refresh_flags
from store.review_index import ReviewIndex
from store.schema import TRACKED


def _days(*rows):
    frame = pd.DataFrame(rows, columns=["product_id", "ds", "units"])
    return frame.assign(revenue=frame["units"] * 2.0)


def _review(number, text, product="tea"):
    return {
        "review_id": f"R{number}", "product_id": product, "ds": date(2024, 1, 1), "rating": 5, "language": "en",
        "title": None, "text": text, "flags": [], "author": None,
    }  # fmt: skip


def _import(store, *days, products=(), returned=(), said=(), stock=(), packs=(), name="sales.csv"):
    with store.batch("sales", name, hashlib.sha256(name.encode()).hexdigest()) as batch:
        if products:
            rows = pd.DataFrame(products, columns=["product_id", "title"])
            catalogue.write_products(batch.cursor, rows)
        if days:
            sales.write_sales(batch.cursor, _days(*days))
        if returned:
            sales.write_returns(batch.cursor, _days(*returned))
        if said:
            reviews.write_reviews(batch.cursor, pd.DataFrame(said))
        if stock:
            catalogue.write_stock(batch.cursor, list(stock))
        if packs:
            rows = pd.DataFrame(packs, columns=["bundle_id", "component_id", "units"])
            write_packs(batch.cursor, rows)
    return batch.number


def _content(store):
    """Everything that imports write, and what is derived from it."""
    cursor = store.cursor()
    tables = [*TRACKED, "calendar"]
    return {table: sorted(map(repr, cursor.execute(f"FROM {table}").fetchall())) for table in tables}


def _logs(store):
    return {table: len(store.cursor().execute(f"FROM batch_{table}").fetchall()) for table in TRACKED}


def test_a_batch_is_listed_with_its_file_and_what_it_changed(empty_store, tmp_path):
    file = tmp_path / "mai.csv"
    file.write_text("whatever")
    with empty_store.batch("sales", "mai.csv", hash_file(file)) as batch:
        sales.write_sales(batch.cursor, _days(("tea", "2024-01-01", 3.0), ("tea", "2024-01-02", 4.0)))
    _import(empty_store, ("tea", "2024-01-02", 5.0), ("tea", "2024-01-03", 1.0), ("tea", "2024-01-01", 3.0))
    first, second = empty_store.batches()
    assert (first.number, first.kind, first.file_name) == (1, "sales", "mai.csv")
    assert first.file_hash == hashlib.sha256(b"whatever").hexdigest()
    assert (first.new_rows, first.changed_rows, first.undone_at) == (2, 0, None)
    assert (second.number, second.new_rows, second.changed_rows) == (2, 1, 1)
    assert first.imported_at <= second.imported_at


def test_undo_brings_back_every_table_as_it_was(empty_store):
    _import(
        empty_store, ("tea", "2024-01-01", 3.0), ("cup", "2024-01-03", 1.0),
        products=[("tea", "Tea"), ("cup", "Cup")], returned=[("tea", "2024-01-02", 1.0)], said=[_review(1, "fine")],
        stock=[StockLevel("tea", 5.0, 0.0, 7, 1, date(2024, 1, 3))], packs=[("box", "tea", 6.0)],
    )  # fmt: skip
    before, version = _content(empty_store), empty_store.data_version()
    number = _import(
        empty_store, ("tea", "2024-01-01", 9.0), ("pot", "2024-01-09", 2.0),
        products=[("tea", "Black tea"), ("pot", "Pot")], returned=[("tea", "2024-01-02", 2.0), ("cup", "2024-01-04", 1)],
        said=[_review(1, "awful"), _review(2, "good")], stock=[StockLevel("tea", 1.0, 9.0, None, 1, date(2024, 1, 9))],
        packs=[("box", "tea", 12.0), ("box", "cup", 1.0)],
    )  # fmt: skip
    assert all(_content(empty_store)[table] != before[table] for table in before)
    undone = empty_store.undo(number)
    assert _content(empty_store) == before
    assert empty_store.data_version() == version
    assert empty_store.info.as_of == date(2024, 1, 3)
    assert undone.record.file_name == "sales.csv"
    assert [record.undone_at is None for record in empty_store.batches()] == [True, False]


def test_undo_leaves_later_imports_of_other_rows_alone(empty_store):
    first = _import(empty_store, ("tea", "2024-01-01", 3.0), products=[("tea", "Tea")])
    _import(empty_store, ("cup", "2024-01-02", 1.0), products=[("cup", "Cup")])
    empty_store.undo(first)
    assert empty_store.daily_sales()["unique_id"].unique().tolist() == ["cup"]
    assert list(empty_store.products_by_id()) == ["cup"]


def test_rows_that_a_later_import_changed_are_not_undone_and_it_is_named(empty_store):
    first = _import(empty_store, ("tea", "2024-01-01", 3.0), name="january.csv")
    second = _import(empty_store, ("tea", "2024-01-01", 4.0), name="corrected.csv")
    before = _content(empty_store)
    with pytest.raises(BatchNotLast, match=r"batch 2 \(corrected.csv\) changed 1 of its rows") as caught:
        empty_store.undo(first)
    assert caught.value.later == second
    assert "import undo 2" in caught.value.remedy
    assert _content(empty_store) == before
    empty_store.undo(second)
    assert empty_store.daily_sales()["y"].tolist() == [3.0]
    empty_store.undo(first)
    assert empty_store.info.as_of is None
    assert set(_logs(empty_store).values()) == {0}


def test_rows_that_a_later_import_confirmed_stay_as_that_imports(empty_store):
    january = _import(empty_store, ("tea", "2024-01-01", 3.0), ("tea", "2024-01-02", 4.0))
    quarter = _import(empty_store, ("tea", "2024-01-02", 4.0), ("tea", "2024-02-01", 5.0))
    undone = empty_store.undo(january)
    assert (undone.gone, undone.restored, undone.kept) == (1, 0, 1)
    assert empty_store.daily_sales()["y"].sum() == 9.0
    undone = empty_store.undo(quarter)
    assert (undone.gone, undone.restored, undone.kept) == (2, 0, 0), (
        "what it took over from January goes with it"
    )
    assert empty_store.info.sales_days == 0


def test_a_confirmed_row_goes_back_to_what_it_was_before_both(empty_store):
    _import(empty_store, ("tea", "2024-01-01", 1.0))
    changed = _import(empty_store, ("tea", "2024-01-01", 2.0))
    confirmed = _import(empty_store, ("tea", "2024-01-01", 2.0))
    empty_store.undo(changed)
    assert empty_store.daily_sales()["y"].tolist() == [2.0]
    undone = empty_store.undo(confirmed)
    assert (undone.gone, undone.restored, undone.kept) == (0, 1, 0)
    assert empty_store.daily_sales()["y"].tolist() == [1.0]


def test_undoing_a_mere_repetition_changes_nothing(empty_store):
    _import(empty_store, ("tea", "2024-01-01", 3.0))
    again = _import(empty_store, ("tea", "2024-01-01", 3.0))
    before = _content(empty_store)
    assert (empty_store.batches()[-1].new_rows, empty_store.batches()[-1].changed_rows) == (0, 0)
    empty_store.undo(again)
    assert _content(empty_store) == before


def test_a_product_stays_in_the_catalogue_while_later_reviews_speak_of_it(empty_store):
    first = _import(empty_store, ("tea", "2024-01-01", 3.0), products=[("tea", "Green tea")])
    second = _import(empty_store, said=[_review(1, "fine")], name="reviews.csv")
    empty_store.undo(first)
    assert empty_store.products()["title"].tolist() == ["Green tea"]
    empty_store.undo(second)
    assert empty_store.products_by_id() == {}


def test_rows_written_twice_in_one_batch_go_back_to_before_it(empty_store):
    _import(empty_store, ("tea", "2024-01-01", 1.0))
    with empty_store.batch("sales", "two files", "0") as batch:
        for units in (1.0, 2.0, 3.0):
            sales.write_sales(batch.cursor, _days(("tea", "2024-01-01", units), ("cup", "2024-01-01", units)))
    assert (empty_store.batches()[-1].new_rows, empty_store.batches()[-1].changed_rows) == (1, 1)
    empty_store.undo(batch.number)
    assert empty_store.daily_sales()[["unique_id", "y"]].to_numpy().tolist() == [["tea", 1.0]]


def test_a_batch_that_fails_leaves_neither_rows_nor_a_number(empty_store):
    with pytest.raises(RuntimeError), empty_store.batch("sales", "bad.csv", "0") as batch:
        sales.write_sales(batch.cursor, _days(("tea", "2024-01-01", 1.0)))
        raise RuntimeError("disk full")
    assert empty_store.batches() == []
    assert empty_store.info.sales_days == 0
    assert _import(empty_store, ("tea", "2024-01-01", 1.0)) == 1


def test_unknown_and_undone_batches_are_said_so(empty_store):
    with pytest.raises(BatchNotFound, match="no batch 7"):
        empty_store.undo(7)
    number = _import(empty_store, ("tea", "2024-01-01", 3.0))
    empty_store.undo(number)
    with pytest.raises(BatchNotFound, match="undone before"):
        empty_store.undo(number)


def test_what_is_written_outside_a_batch_is_in_no_log(empty_store):
    with empty_store.transaction() as cursor:
        sales.write_sales(cursor, _days(("tea", "2024-01-01", 1.0)))
    assert set(_logs(empty_store).values()) == {0}
    _import(empty_store, ("cup", "2024-01-01", 1.0))
    assert _logs(empty_store)["sales"] == 1


def test_undo_does_not_bring_back_a_forgotten_review(empty_store):
    _import(empty_store, said=[_review(1, "call 13812345678"), _review(2, "fine")])
    second = _import(empty_store, said=[_review(1, "redacted"), _review(2, "better")])
    with empty_store.transaction() as cursor:
        cursor.execute("DELETE FROM reviews WHERE review_id = 'R1'")
        batches.forget_reviews(cursor, ["R1"])
    empty_store.undo(second)
    assert empty_store.reviews()["text"].tolist() == ["fine"]
    assert "138" not in repr(empty_store.cursor().execute("FROM batch_reviews").fetchall())


def test_undo_takes_the_flags_back_that_its_reviews_gave_others(empty_store):
    text = "The zip of this bag broke after two days, and nobody answers my messages."
    _import(empty_store, said=[_review(5, text)])
    copied = _import(empty_store, said=[_review(1, text)])
    with empty_store.transaction() as cursor:
        refresh_flags(cursor)
    assert dict(empty_store.reviews()[["review_id", "flags"]].to_numpy().tolist())["R5"] == ["copied"]
    empty_store.undo(copied)
    assert empty_store.reviews()[["review_id", "flags"]].to_numpy().tolist() == [["R5", []]]


def test_search_notices_that_an_import_was_taken_back(empty_store):
    class Embedder:
        name, dimensions = "letters", 3
        read: ClassVar[list] = []

        def embed_passages(self, texts):
            self.read += texts
            return np.stack([self.embed_query(text) for text in texts])

        def embed_query(self, text):
            return np.array([1.0, text.count("e"), text.count("o")], dtype=np.float32)

    _import(empty_store, said=[_review(1, "The zip broke")])
    number = _import(empty_store, said=[_review(2, "Free vouchers here"), _review(1, "The zip holds")])
    index = ReviewIndex(empty_store, Embedder())
    assert {hit.review_id for hit in index.search("zip")} == {"R1", "R2"}
    empty_store.undo(number)
    assert not index.is_fresh()
    assert [(hit.review_id, hit.text) for hit in index.search("vouchers")] == [("R1", "The zip broke")]
    assert len(Embedder.read) == 3


def test_days_that_lost_units_are_counted(empty_store):
    _import(empty_store, ("tea", "2024-01-01", 9.0), ("tea", "2024-01-02", 9.0))
    number = _import(empty_store, ("tea", "2024-01-01", 2.0), ("tea", "2024-01-02", 10.0))
    assert empty_store.lessened(number) == 1


@pytest.mark.parametrize("rows", [122_881, 260_000])
def test_a_large_import_is_written_confirmed_changed_and_undone_whole(empty_store, rows):
    """More rows than a row group of DuckDB holds: from there on it writes in another way."""
    number = pd.Series(range(rows))
    days = pd.DataFrame(
        {
            "product_id": "p" + (number // 700).astype(str),
            "ds": pd.Timestamp("2020-01-01") + pd.to_timedelta(number % 700, unit="D"),
            "units": 1.0,
            "revenue": 2.0,
        }
    )
    written = []
    for units in (1.0, 1.0, 3.0):
        with empty_store.batch("sales", "large.csv", "0") as batch:
            written.append(sales.write_sales(batch.cursor, days.assign(units=units)))
    assert written == [(rows, 0), (0, 0), (0, rows)]
    assert [(record.new_rows, record.changed_rows) for record in empty_store.batches()] == written
    assert empty_store.daily_sales()["y"].sum() == 3.0 * rows
    empty_store.undo(3)
    assert empty_store.daily_sales()["y"].sum() == rows
    empty_store.undo(2)
    empty_store.undo(1)
    assert empty_store.info.sales_days == 0
    assert set(_logs(empty_store).values()) == {0}


def test_a_trial_leaves_nothing_behind(empty_store):
    _import(empty_store, ("tea", "2024-01-01", 1.0))
    before = _content(empty_store)
    with empty_store.trial():
        assert empty_store.is_trial
        _import(empty_store, ("tea", "2024-01-01", 9.0), ("tea", "2024-01-02", 9.0))
        _import(empty_store, ("cup", "2024-01-01", 9.0), products=[("cup", "Cup")])
    assert not empty_store.is_trial
    assert _content(empty_store) == before
    assert len(empty_store.batches()) == 1
    assert _import(empty_store, ("tea", "2024-01-02", 2.0)) == 2
