from datetime import date

import pytest

from store.errors import ImportFailed
from store.importing import import_reviews

CHINESE = (
    "商品,评价内容,评分,评价时间,评价标题\n"
    "帆布包,拉链坏了,1,2024-01-05,失望\n"
    "帆布包,拉链坏了,1,2024-01-05,失望\n"
    "保温杯,很保温,5星,2024-01-06,\n"
    "保温杯,,5,2024-01-06,\n"
    ",没有商品,5,2024-01-06,\n"
    "保温杯,加微信 dealcheap886 返现20元,九,someday,\n"
)


def _file(tmp_path, text, name="reviews.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


def test_every_review_is_accounted_for(empty_store, tmp_path):
    report = import_reviews(empty_store, _file(tmp_path, CHINESE, encoding="gbk"))
    assert (report.rows_read, report.rows_used, report.rows_folded) == (6, 3, 1)
    assert report.rejected_by_reason == {"no_text": 1, "no_product": 1}
    assert report.repaired == {"bad_rating": 1, "bad_date": 1}
    reviews = empty_store.reviews().set_index("text")
    assert reviews.loc["拉链坏了", "ds"] == date(2024, 1, 5)
    assert reviews.loc["很保温", "rating"] == 5
    assert set(reviews["language"]) == {"zh"}
    # The flags read what redaction takes out.
    assert "contact" in reviews.loc["加微信 [社交账号] 返现20元", "flags"]
    assert any("社交账号 1 处" in chinese for _, chinese in report.notes)
    assert empty_store.products()["title"].tolist() == ["保温杯", "帆布包"]


def test_the_same_file_twice_changes_nothing(empty_store, tmp_path):
    path = _file(tmp_path, CHINESE)
    import_reviews(empty_store, path)
    before = empty_store.reviews()
    again = import_reviews(empty_store, path)
    assert (again.new, again.changed) == (0, 0)
    assert empty_store.reviews().equals(before)


def test_the_next_file_of_the_same_headings_is_read_as_this_one_was_said_to_be(empty_store, tmp_path):
    text = "what,words,good\nA,fine,5\n"
    mapping = {"product": "what", "text": "words", "rating": "good"}
    import_reviews(empty_store, _file(tmp_path, text), mapping)
    again = import_reviews(empty_store, _file(tmp_path, text))
    assert set(again.remembered) == {"product", "text", "rating"}


def test_given_ids_are_kept_and_used_once(empty_store, tmp_path):
    text = "id,product,text\n7,A,good\n7,A,bad\n8,A,fine\n"
    report = import_reviews(empty_store, _file(tmp_path, text))
    assert report.rejected_by_reason == {"repeated_id": 1}
    assert report.rows_read == report.rows_used + report.rows_folded + len(report.rejected)
    assert empty_store.reviews()["review_id"].tolist() == ["7", "8"]


@pytest.mark.parametrize(("text", "language"), [("很好 good", "zh"), ("good", "en"), ("отлично", "und")])
def test_language_is_guessed_where_it_is_not_said(empty_store, tmp_path, text, language):
    import_reviews(empty_store, _file(tmp_path, f"product,text\nA,{text}\n"))
    assert empty_store.reviews()["language"].tolist() == [language]


def test_a_file_without_texts_is_refused(empty_store, tmp_path):
    with pytest.raises(ImportFailed, match="text"):
        import_reviews(empty_store, _file(tmp_path, "product,stars\nA,5\n"))
    assert empty_store.info.review_count == 0
