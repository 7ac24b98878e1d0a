"""The chooser as shipped: weights that belong to the examples, and questions that none of them holds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from agent.chooser import CONTINUE, WEIGHTS_FILE, Chooser, load_weights, mask_name
from agent.chooser_training import Example, fingerprint, labels, load_examples, save, train
from serving.embedder import default_embedder
from tools.shop import Shop


@pytest.fixture(scope="module")
def chooser() -> Chooser:
    return Chooser(load_weights(), default_embedder())


def test_the_shipped_weights_were_learnt_from_the_shipped_examples() -> None:
    with np.load(WEIGHTS_FILE, allow_pickle=False) as kept:
        assert str(kept["fingerprint"]) == fingerprint(load_examples()), "run `make chooser`"
        assert tuple(kept["labels"]) == labels()
    assert load_weights().embedder == default_embedder().name


@pytest.mark.parametrize(
    ("question", "tool"),
    [
        ("whose popularity has exploded in the shop lately", "list_trending"),
        ("这阵子什么货最抢手", "list_trending"),
        ("tell me what this product earned us in autumn", "get_sales"),
        ("这款商品十月份进了多少钱", "get_sales"),
        ("give me next month's expected volume of this product", "forecast_demand"),
        ("这款商品往后二十天大概能出手几件", "forecast_demand"),
        ("what is responsible for this product's decline", "explain_trend"),
        ("这款商品销量为何骤降", "explain_trend"),
        ("are shoppers pleased with this product", "search_reviews"),
        ("用过这款商品的人满不满意", "search_reviews"),
        ("is it time to buy in more of this product", "recommend_restock"),
        ("这款商品要不要赶紧进一批", "recommend_restock"),
        ("who painted the Mona Lisa", "no_tool"),
        ("帮我订一张去上海的车票", "no_tool"),
        ("and how about the week after that", CONTINUE),
        ("那七月份呢", CONTINUE),
    ],
)
def test_new_wordings_are_weighed_right(chooser: Chooser, question: str, tool: str) -> None:
    weights = chooser.weigh(question)
    assert max(weights, key=lambda name: weights[name]) == tool, weights


def test_two_wishes_outweigh_all_others(chooser: Chooser) -> None:
    weights = chooser.weigh("how much did this product sell in May and what do buyers complain about")
    assert set(sorted(weights, key=lambda name: -weights[name])[:2]) == {"get_sales", "search_reviews"}


def test_a_products_name_does_not_sway_the_choice(shop: Shop) -> None:
    product = shop.catalogue.products[0]
    assert mask_name(shop, f"Why did the {product.title} fall?", "en") == "Why did the this product fall?"
    assert mask_name(shop, "明天会下雨吗", "zh") == "明天会下雨吗"


def test_training_keeps_and_finds_what_it_learnt(tmp_path: Path) -> None:
    wishes = {"forecast_demand": "how many will sell", "search_reviews": "what do buyers say"}
    examples = [Example(text, frozenset({label})) for label, text in wishes.items()]
    save(train(examples, default_embedder()), examples, tmp_path / "weights.npz")
    chooser = Chooser(load_weights(tmp_path / "weights.npz"), default_embedder())
    for label, text in wishes.items():
        weights = chooser.weigh(text)
        assert max(weights, key=lambda name: weights[name]) == label


def test_a_label_that_is_no_tool_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "en.yaml").write_text("get_sale:\n  - how much\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"en\.yaml: 'get_sale' is no tool; labels are list_trending"):
        load_examples(tmp_path)


def test_missing_weights_name_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="run `make chooser`"):
        load_weights(tmp_path / "weights.npz")
