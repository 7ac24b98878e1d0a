"""Rows are made here; field names as on the pages of the data sets of 2018 and 2023."""

import gzip
import json
from datetime import date

import pytest

from store.errors import ImportFailed
from store.importing.layouts import import_recognised, recognise_files

OF_2018 = {
    "overall": 5.0, "vote": "2", "verified": True, "reviewTime": "09 13, 2009", "reviewerID": "AAP7PPBU72QFM",
    "asin": "0151004714", "style": {"Format:": " Hardcover"}, "reviewerName": "A. Reader",
    "reviewText": "The zip broke.<br />I sent it back &amp; got a new one.", "summary": "Broken zip",
    "unixReviewTime": 1252800000,
}  # fmt: skip
OF_2023 = {
    "rating": 1.0, "title": "Too small", "text": "Order a size up.", "images": [], "asin": "B07AAA",
    "parent_asin": "B07PARENT", "user_id": "AFKZENTNBQ7A7V7UXW5JJI6UGRYQ", "timestamp": 1588687728923,
    "helpful_vote": 0, "verified_purchase": True,
}  # fmt: skip
META_2023 = {
    "main_category": "Amazon Fashion", "title": "Canvas bag", "average_rating": 4.1, "price": None, "store": "Acme",
    "categories": [], "parent_asin": "B07PARENT", "details": {},
}  # fmt: skip


def _write(path, rows):
    text = "\n".join(json.dumps(row) for row in rows)
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


def _import(store, *paths):
    return import_recognised(store, recognise_files(list(paths)))


def test_reviews_of_2018(empty_store, tmp_path):
    rows = [OF_2018, OF_2018, {**OF_2018, "reviewText": ""}, {**OF_2018, "asin": "0000000001"}]
    (report,) = _import(empty_store, _write(tmp_path / "Books_5.json.gz", rows))
    assert (report.rows_read, report.rows_used, report.rows_folded) == (4, 2, 1)
    assert report.rejected_by_reason == {"no_text": 1}
    review = empty_store.reviews("0151004714").iloc[0]  # the id keeps its zero
    assert review["ds"] == date(2009, 9, 13)
    assert (review["rating"], review["title"]) == (5, "Broken zip")
    assert review["text"] == "The zip broke.\nI sent it back & got a new one."


def test_reviews_of_2023_with_their_products(empty_store, tmp_path):
    reviews = _write(tmp_path / "Fashion.jsonl", [OF_2023])
    metadata = _write(tmp_path / "meta_Fashion.jsonl", [META_2023])
    _import(empty_store, metadata, reviews)
    review = empty_store.reviews().iloc[0]
    assert (review["product_id"], review["ds"]) == ("B07PARENT", date(2020, 5, 5))
    product = empty_store.products_by_id()["B07PARENT"]
    assert (product["title"], product["category"], product["brand"]) == (
        "Canvas bag",
        "Amazon Fashion",
        "Acme",
    )


def test_the_same_file_twice_changes_nothing(empty_store, tmp_path):
    path = _write(tmp_path / "Books.jsonl", [OF_2018])
    _import(empty_store, path)
    (again,) = _import(empty_store, path)
    assert (again.new, again.changed) == (0, 0)


def test_metadata_alone_are_refused(empty_store, tmp_path):
    with pytest.raises(ImportFailed, match="without reviews"):
        _import(empty_store, _write(tmp_path / "meta.jsonl", [META_2023]))


def test_who_wrote_it_is_not_stored(empty_store, tmp_path):
    _import(empty_store, _write(tmp_path / "Books.jsonl", [OF_2018]))
    empty_store.close()
    content = (empty_store.folder / "store.duckdb").read_bytes()
    assert b"AAP7PPBU72QFM" not in content
    assert b"A. Reader" not in content
