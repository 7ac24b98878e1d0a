"""Whatever export a review comes in: personal data leave it, its writer is a hash, and a shop's copies are noticed."""

import json
from datetime import UTC, datetime

import pytest

from store.database import Store
from store.importing import import_recognised, import_reviews, import_sql, recognise_files

PHONE = "13912345678"
AUTHOR = "nickname-of-somebody"
COPIED = "I bought this bag for my daughter and the zip broke after two weeks of school."
TEXTS = [f"Nice bag, call me at {PHONE} for a better one", COPIED, COPIED.replace("two weeks", "2 weeks")]
DAYS = ["2024-01-05", "2024-01-06", "2024-01-07"]
PRODUCTS = ["P1", "P1", "P2"]
# One writer a review: a burst of one writer's would be flagged for that.
AUTHORS = [AUTHOR, "second-writer", "third-writer"]
ROWS = list(zip(PRODUCTS, DAYS, TEXTS, AUTHORS, strict=True))


def _csv(path, header, rows):
    path.write_text(
        "\n".join([header, *(",".join(f'"{cell}"' for cell in row) for row in rows)]), encoding="utf-8"
    )
    return path


def _json_lines(path, rows):
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def _seconds(day):
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp())


def import_generic(store, folder):
    return import_reviews(store, _csv(folder / "own.csv", "product,date,text,user name", ROWS))


def import_chinese(store, folder):
    return import_reviews(store, _csv(folder / "own.csv", "商品,评价时间,评价内容,买家会员名", ROWS))


def import_amazon_2018(store, folder):
    rows = [
        {"asin": product, "unixReviewTime": _seconds(day), "reviewText": text, "reviewerID": author,
         "overall": 5.0, "summary": "bag"}
        for product, day, text, author in ROWS
    ]  # fmt: skip
    return _recognised(store, _json_lines(folder / "reviews.json", rows))


def import_amazon_2023(store, folder):
    rows = [
        {"parent_asin": product, "timestamp": _seconds(day) * 1000 + 1, "text": text, "user_id": author,
         "rating": 5.0, "title": "bag"}
        for product, day, text, author in ROWS
    ]  # fmt: skip
    return _recognised(store, _json_lines(folder / "reviews.jsonl", rows))


def import_jd_pages(store, folder):
    rows = [
        {"id": number, "referenceId": product, "referenceName": product, "content": text, "score": 5,
         "creationTime": f"{day} 12:00:00", "nickname": author}
        for number, (product, day, text, author) in enumerate(ROWS)
    ]  # fmt: skip
    return _recognised(store, _json_lines(folder / "comments.jsonl", rows))


def import_jd_table(store, folder):
    rows = [(product, product, day, text, "5", author) for product, day, text, author in ROWS]
    header = "sku,product_name,purchase_time,text,score,nickname"
    return _recognised(store, _csv(folder / "jd.csv", header, rows))


def import_olist(store, folder):
    orders = [(f"o{n}", author, "delivered", f"{day} 10:00:00") for n, (_, day, _, author) in enumerate(ROWS)]
    items = [(f"o{n}", "1", product, "9.90") for n, (product, *_) in enumerate(ROWS)]
    said = [(f"r{n}", f"o{n}", "5", "", text, day) for n, (_, day, text, _) in enumerate(ROWS)]
    return _recognised(
        store,
        _csv(folder / "orders.csv", "order_id,customer_id,order_status,order_purchase_timestamp", orders),
        _csv(folder / "items.csv", "order_id,order_item_id,product_id,price", items),
        _csv(
            folder / "reviews.csv",
            "review_id,order_id,review_score,review_comment_title,review_comment_message,review_creation_date",
            said,
        ),
    )


def import_database(store, folder):
    sqlalchemy = pytest.importorskip("sqlalchemy", reason="the extra `sql` is not installed")
    url = f"sqlite:///{folder / 'shop.db'}"
    engine = sqlalchemy.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE said (product TEXT, date TEXT, text TEXT, author TEXT)")
        connection.exec_driver_sql("INSERT INTO said VALUES (?, ?, ?, ?)", ROWS)
    engine.dispose()
    return import_sql(store, url, "SELECT * FROM said", "reviews")


def _recognised(store, *files):
    return import_recognised(store, recognise_files(files))[-1]


PATHS = [
    import_generic,
    import_chinese,
    import_amazon_2018,
    import_amazon_2023,
    import_jd_pages,
    import_jd_table,
    import_olist,
    import_database,
]


@pytest.fixture
def store(tmp_path):
    with Store.create("shop", kind="imported", currency="BRL", timezone="UTC", home=tmp_path) as store:
        yield store


@pytest.mark.parametrize("bring_in", PATHS)
def test_personal_data_never_reach_the_store(store, tmp_path, bring_in):
    report = bring_in(store, tmp_path)
    assert report.rows_used == 3
    assert any("1 phone number" in english for english, _ in report.notes)
    texts = store.reviews()["text"].tolist()
    assert texts[0] == "Nice bag, call me at [phone] for a better one"
    store.close()
    content = b"".join(file.read_bytes() for file in store.folder.iterdir())
    assert PHONE.encode() not in content
    assert AUTHOR.encode() not in content


@pytest.mark.parametrize("bring_in", PATHS)
def test_flags_see_what_redaction_takes_out_and_what_other_reviews_say(store, tmp_path, bring_in):
    bring_in(store, tmp_path)
    assert store.reviews()["flags"].map(list).tolist() == [["contact"], [], ["copied"]]
    before = store.reviews()
    again = bring_in(store, tmp_path) if bring_in is not import_database else None
    assert again is None or (again.new, again.changed) == (0, 0)
    assert store.reviews().equals(before)


@pytest.mark.parametrize(
    "bring_in",
    [import_generic, import_chinese, import_amazon_2018, import_amazon_2023, import_olist, import_database],
)
def test_a_writer_is_the_same_hash_in_every_file(store, tmp_path, bring_in):
    bring_in(store, tmp_path)
    (first, second, third) = store.reviews()["author"]
    assert len({first, second, third}) == 3
    assert first.startswith("C") and len(first) == 25
    import_reviews(store, _csv(tmp_path / "more.csv", "product,text,nickname", [("P9", "fine", AUTHOR)]))
    assert store.reviews("P9")["author"].tolist() == [first]


def test_two_writers_who_say_the_same_are_two_reviews(store, tmp_path):
    rows = [("P1", "2024-01-05", "fine", writer) for writer in ("one", "two", "two")]
    report = import_reviews(store, _csv(tmp_path / "own.csv", "product,date,text,customer", rows))
    assert (report.rows_used, report.rows_folded) == (2, 1)
