import re
from datetime import date

import pandas as pd
import pytest

from serving.embedder import default_embedder
from store.demo import bazaar
from store.demo.bazaar_catalogue import CATEGORIES, pick_items
from store.location import list_stores, stores_home
from store.review_index import ReviewIndex

ZIP = re.compile(r"zip|拉链", re.IGNORECASE)


def _cause(store, kind):
    found = [cause for cause in store.planted_causes() if cause["kind"] == kind]
    assert found, f"{kind!r} is not planted"
    return found[0]


def _units(store, product, last, days):
    """Units sold in the `days` days that end `last` days before the store's last day."""
    end = pd.Timestamp(store.info.as_of) - pd.Timedelta(days=last)
    panel = store.daily_sales([product])
    return panel.loc[panel["ds"].between(end - pd.Timedelta(days=days - 1), end), "y"].sum()


@pytest.fixture(scope="module")
def full_bazaar(tmp_path_factory):
    with bazaar.build(tmp_path_factory.mktemp("full")) as store:
        yield store


def test_full_size_labelled_synthetic(full_bazaar):
    info = full_bazaar.info
    assert (info.kind, info.product_count, info.review_count) == ("synthetic", 200, 4000)
    assert (info.as_of - info.first_day).days == 729
    assert "synthetic" in info.label["en"].lower()
    assert "合成" in info.label["zh"]
    products = full_bazaar.products()
    assert products["title"].is_unique
    assert products["title_zh"].is_unique
    assert set(products["category"]) == {english for english, _ in CATEGORIES.values()}


def test_viral_riser_is_the_strongest_riser_of_the_shop(full_bazaar):
    riser = _cause(full_bazaar, "viral_riser")["product_id"]
    panel = full_bazaar.daily_sales()
    age = (pd.Timestamp(full_bazaar.info.as_of) - panel["ds"]).dt.days
    recent = panel[age < 14].groupby("unique_id")["y"].sum()
    before = panel[age.between(14, 27)].groupby("unique_id")["y"].sum().reindex(recent.index)
    strength = ((recent - before) / (recent + before) ** 0.5).dropna()
    assert strength.idxmax() == riser
    assert strength[riser] > 2 * strength.drop(riser).max()
    assert recent[riser] > 2.5 * before[riser]


def test_price_cut_lifts_sales(full_bazaar):
    cause = _cause(full_bazaar, "price_cut")
    panel = full_bazaar.daily_sales([cause["product_id"]]).set_index("ds")["regular_price"]
    day = pd.Timestamp(cause["start"])
    assert panel[day] == pytest.approx(0.8 * panel[day - pd.Timedelta(days=1)], rel=0.01)
    assert _units(full_bazaar, cause["product_id"], 0, 14) > 1.3 * _units(
        full_bazaar, cause["product_id"], 14, 14
    )


def test_stockout_empties_the_shelf_and_hides_demand(full_bazaar):
    cause = _cause(full_bazaar, "stockout")
    panel = full_bazaar.daily_sales([cause["product_id"]])
    during = panel[panel["ds"].between(pd.Timestamp(cause["start"]), pd.Timestamp(cause["end"]))]
    assert len(during) == 7
    assert (during["y"] == 0).all()
    assert during["is_stockout"].all()
    after = panel[panel["ds"] > pd.Timestamp(cause["end"])]
    assert (after["y"] > 0).all()


def test_reviews_name_the_defect_before_sales_fall(full_bazaar):
    fall = _cause(full_bazaar, "quality_defect")
    product = fall["product_id"]
    reviews = full_bazaar.reviews(product)
    complaints = reviews[reviews["text"].str.contains(ZIP)]
    first = complaints["ds"].min()
    assert 14 <= (fall["start"] - first).days <= 28
    assert (complaints["ds"] < fall["start"]).sum() >= 10
    assert (complaints["rating"] <= 3).all()
    assert _units(full_bazaar, product, 0, 14) < 0.7 * _units(full_bazaar, product, 14, 14)
    earlier = full_bazaar.daily_sales([product], date(2026, 9, 1), date(2026, 9, 14))["y"].sum()
    assert _units(full_bazaar, product, 14, 14) > 0.7 * earlier
    others = full_bazaar.reviews()
    others = others[others["product_id"] != product]
    assert not others["text"].str.contains(ZIP).any()


def test_singles_day_towers_over_its_month(full_bazaar):
    daily = full_bazaar.daily_sales().groupby("ds")["y"].sum()
    for year in (2024, 2025):
        assert daily[f"{year}-11-11"] > 3 * daily[f"{year}-11"].median()
    years = [c["start"].year for c in full_bazaar.planted_causes() if c["kind"] == "singles_day"]
    assert years == [2024, 2025]


def test_new_product_has_a_week_of_history_and_no_earlier_review(full_bazaar):
    cause = _cause(full_bazaar, "new_product")
    assert len(full_bazaar.daily_sales([cause["product_id"]])) == 7
    reviews = full_bazaar.reviews(cause["product_id"])
    assert reviews.empty or reviews["ds"].min() >= cause["start"]


def test_hidden_advert_and_instruction_are_flagged_and_nothing_else_is(full_bazaar):
    reviews = full_bazaar.reviews()
    flagged = reviews[reviews["flags"].map(bool)]
    planted = {c["product_id"] for c in full_bazaar.planted_causes() if c["kind"].endswith("_review")}
    assert set(flagged["product_id"]) == planted
    assert len(flagged) == 4
    assert {flag for flags in flagged["flags"] for flag in flags} >= {"advert", "instruction"}


def test_reviews_are_half_and_half_and_seldom_repeat(full_bazaar):
    reviews = full_bazaar.reviews()
    assert 0.45 < (reviews["language"] == "zh").mean() < 0.55
    assert reviews["text"].nunique() > 0.9 * len(reviews)
    assert not reviews["text"].str.contains(r"[{}]").any()
    by_rating = reviews.groupby("rating").size()
    assert by_rating.index.tolist() == [1, 2, 3, 4, 5]
    assert reviews["ds"].between(full_bazaar.info.first_day, full_bazaar.info.as_of).all()


def test_stock_adds_up(full_bazaar):
    panel = full_bazaar.daily_sales()
    assert 0.002 < panel["is_stockout"].mean() < 0.05
    for product in ("B001", "B050", "B200"):
        level = full_bazaar.stock(product)
        assert level.on_hand == panel.loc[panel["unique_id"] == product, "on_hand"].iloc[-1]
        assert level.lead_time_days > 0
        assert level.on_order % level.pack_size == 0


def test_sentences_of_planted_causes_are_in_both_languages(full_bazaar):
    for cause in full_bazaar.planted_causes():
        assert re.search("[a-z]", cause["sentence"]["en"])
        assert re.search("[\u4e00-\u9fff]", cause["sentence"]["zh"])


def test_same_seed_same_store_other_seed_another(tmp_path):
    def fingerprint(home, **options):
        with bazaar.build(home, products=7, days=130, reviews=60, **options) as store:
            return store.data_version(), store.reviews()["text"].tolist()

    first = fingerprint(tmp_path / "a")
    assert fingerprint(tmp_path / "b") == first
    assert fingerprint(tmp_path / "c", seed=1) != first


def test_rebuilding_replaces_the_store_and_leaves_no_litter(tmp_path):
    bazaar.build(tmp_path, products=7, days=130, reviews=60).close()
    with bazaar.build(tmp_path, products=8, days=130, reviews=60) as store:
        assert store.info.product_count == 8
    assert list_stores(tmp_path) == ["bazaar"]
    assert [p.name for p in stores_home(tmp_path).iterdir()] == ["bazaar"]


def test_a_store_built_anew_need_not_read_its_reviews_again(tmp_path, monkeypatch):
    embedder = default_embedder()
    with bazaar.build(tmp_path, products=7, days=130, reviews=60) as store:
        ReviewIndex(store, embedder).build()
    monkeypatch.setattr(
        embedder, "embed_passages", lambda texts: pytest.fail(f"{len(texts)} texts read again")
    )
    with bazaar.build(tmp_path, products=7, days=130, reviews=60) as store:
        assert ReviewIndex(store, embedder).search("zip")


@pytest.mark.parametrize(("products", "days"), [(3, 730), (500, 730), (12, 30)])
def test_a_size_that_cannot_hold_the_stories_is_refused(tmp_path, products, days):
    with pytest.raises(ValueError, match="must"):
        bazaar.build(tmp_path, products=products, days=days)
    assert list_stores(tmp_path) == []


def test_cast_comes_first_and_ids_are_stable():
    assert [item.product_id for item in pick_items(200)][:7] == [f"B00{n}" for n in range(1, 8)]
    assert [item.title for item in pick_items(12)] == [item.title for item in pick_items(200)][:12]
