"""Rows are made here; field names as in the answers of JD's comment pages, and of the tables made from them."""

import json
from datetime import date

import pandas as pd
import pytest

from store.importing.layouts import import_recognised, recognise_files

COMMENT = {
    "id": 14008911522, "guid": "c0ffee", "content": "很保温&hellip;&hellip;，值得买", "creationTime": "2020-03-04 23:30:00",
    "referenceId": "100008348542", "referenceName": "保温杯 500ml", "referenceTime": "2020-02-20 10:00:00", "score": 5,
    "nickname": "j***n", "userLevelId": "50", "productColor": "白色", "usefulVoteCount": 3, "replyCount": 0,
}  # fmt: skip


def test_comments_as_the_pages_give_them(empty_store, tmp_path):
    rows = [
        COMMENT,
        {**COMMENT, "id": 2, "content": "此用户未填写评价内容"},
        {**COMMENT, "id": 3, "score": 1},
    ]
    path = tmp_path / "comments.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    seen = recognise_files([path])
    assert (seen.layout.name, seen.layout.timezone) == ("jd-comments", "Asia/Shanghai")
    (report,) = import_recognised(empty_store, seen)
    assert report.rejected_by_reason == {"no_text": 1}
    reviews = empty_store.reviews().set_index("review_id")
    assert reviews.loc["14008911522", "text"] == "很保温……，值得买"
    assert reviews.loc["14008911522", "ds"] == date(2020, 3, 4)
    assert reviews.loc["3", "rating"] == 1
    assert empty_store.products_by_id()["100008348542"]["title"] == "保温杯 500ml"


def test_a_product_is_one_although_some_rows_lack_its_number(empty_store, tmp_path):
    frame = pd.DataFrame(
        {
            "text": ["好", "很好", "不错"],
            "score": [5, 5, 4],
            "purchase_time": pd.to_datetime(["2020-03-04", "2020-03-05", "2020-03-06"]),
            "product_name": ["手机 A", "手机 A", "手机 B"],
            "sku": ["100008348542", None, None],
        }
    )
    frame.to_parquet(tmp_path / "reviews.parquet")
    (report,) = import_recognised(empty_store, recognise_files([tmp_path / "reviews.parquet"]))
    assert empty_store.reviews()["product_id"].tolist() == ["100008348542", "100008348542", "手机 B"]
    assert any("购买日期" in chinese for _, chinese in report.notes)


@pytest.mark.real_data
def test_the_real_phones(empty_store, jd_phones_file):
    (report,) = import_recognised(empty_store, recognise_files([jd_phones_file]))
    assert report.rows_read == 5_334 == report.rows_used + report.rows_folded + len(report.rejected)
    assert len(empty_store.products()) == 11
    assert not empty_store.reviews()["text"].str.contains("&hellip;").any()


@pytest.fixture
def jd_phones_file(online_retail_file):
    path = online_retail_file.parents[1] / "zh_jd_phones" / "reviews.parquet"
    if not path.is_file():
        pytest.skip("the JD comments do not lie beside the checkout")
    return path
