import pandas as pd
import pytest

from tools.product_measures import find_measures
from tools.products import Catalogue

ROWS = [
    ("B001", "Hand Cream, lavender", "护手霜 薰衣草", ["hand cream", "护手霜"]),
    ("B002", "Hand Cream, osmanthus", "护手霜 桂花", ["hand cream", "护手霜"]),
    ("B003", "Jasmine Green Tea, 100 g", "茉莉绿茶 100克", ["jasmine tea", "茉莉花茶"]),
    ("B004", "Jasmine Green Tea, 250 g", "茉莉绿茶 250克", ["jasmine tea", "茉莉花茶"]),
    ("B005", "Tofu Cat Litter, 6 L", "豆腐猫砂 6升", ["cat litter", "猫砂"]),
    ("B006", "Tofu Cat Litter, 4 x 6 L", "豆腐猫砂 6升×4包", ["cat litter", "猫砂"]),
    ("B007", "Automatic Umbrella, 8 ribs", "全自动雨伞 8骨", ["umbrella", "雨伞"]),
    ("B008", "Automatic Umbrella, 10 ribs", "全自动雨伞 10骨", ["umbrella", "雨伞"]),
    ("B009", "Insulated Lunch Bag, single", "保温便当袋 单层", ["lunch bag", "便当袋"]),
    ("B010", "Insulated Lunch Bag, double", "保温便当袋 双层", ["lunch bag", "便当袋"]),
    ("B011", "Lip Balm, honey", "润唇膏 蜂蜜", ["lip balm", "润唇膏"]),
    ("B012", "Wildflower Honey, 250 g", "百花蜂蜜 250克", ["honey", "蜂蜜"]),
    ("B013", "Memory Foam Pillow, low", "记忆棉枕头 低枕", ["pillow", "记忆枕"]),
    ("B014", "Memory Foam Pillow, high", "记忆棉枕头 高枕", ["pillow", "记忆枕"]),
    ("B015", "Foldable Duffel, 35 L, teal", "折叠旅行袋 35升 蓝绿", ["duffel", "旅行袋"]),
    ("B016", "Foldable Duffel, 45 L, sand", "折叠旅行袋 45升 沙色", ["duffel", "旅行袋"]),
    ("S001", "JUMBO BAG OWLS", None, []),
    ("S002", "JUMBO BAG APPLES", None, []),
    ("S003", "Next Day Carriage", None, []),
    ("S004", "JUMBO BAG CHRISTMAS", None, []),
    ("S005", "CHRISTMAS CARD", None, []),
    ("S006", "CHRISTMAS TREE", None, []),
    ("S007", "CHRISTMAS STOCKING", None, []),
    ("S008", "CHRISTMAS PUDDING", None, []),
    ("S009", "CHRISTMAS WREATH", None, []),
    ("S010", "CHRISTMAS ANGEL", None, []),
]


@pytest.fixture(scope="module")
def catalogue():
    rows = [(i, title, title_zh, None, None, aliases) for i, title, title_zh, aliases in ROWS]
    columns = ["product_id", "title", "title_zh", "category", "category_zh", "aliases"]
    return Catalogue(pd.DataFrame(rows, columns=columns))


@pytest.mark.parametrize(
    ("question", "product_id"),
    [
        ("Jasmine tea, the 250 g one. 48 on the shelf, three weeks till a fresh lot lands.", "B004"),
        ("250克的茉莉花茶上个月怎么样", "B004"),
        ("六升四包的豆腐猫砂一共走了多少", "B006"),
        ("豆腐猫砂4包那种快没了吧", "B006"),
        ("豆腐猫砂6升那种快没了吧", "B005"),
        ("8骨那把伞上周卖了几把", "B007"),
        ("the umbrella with ten ribs, how is it doing", "B008"),
        ("双层的保温便当袋怕不怕卖断", "B010"),
        ("For the double-layer insulated lunch bag: last month's sales", "B010"),
        ("what do buyers say about honey lip balm", "B011"),
        ("蜂蜜味润唇膏下周能卖多少", "B011"),
        ("give me the teal dufel's outlook", "B015"),
        ("how many jumbo owls bags went", "S001"),
    ],
)
def test_a_sentence_names_a_product_in_pieces(catalogue, question, product_id):
    match = catalogue.mentioned(question)
    assert match.outcome == "found", match
    assert match.product_id == product_id


@pytest.mark.parametrize(
    ("question", "product_ids"),
    [
        ("Which duffel did better, teal or sand?", ["B015", "B016"]),
        ("桂花护手霜和薰衣草护手霜各走了多少支", ["B002", "B001"]),
        ("single lunch bag and the 8 rib umbrella", ["B009", "B007"]),
        ("JUMBO BAG OWLS against JUMBO BAG APPLES, units of each", ["S001", "S002"]),
        ("B003和B004往后25天哪个更能打", ["B003", "B004"]),
    ],
)
def test_every_product_of_a_sentence_is_found_in_its_order(catalogue, question, product_ids):
    matches = catalogue.mentioned_all(question)
    assert [match.product_id for match in matches] == product_ids
    assert catalogue.mentioned(question).outcome == "ambiguous"


@pytest.mark.parametrize(
    ("question", "product_ids"),
    [
        ("why is my hand cream selling less", {"B001", "B002"}),
        ("护手霜为啥卖成这样", {"B001", "B002"}),
        ("how did the 500 g jasmine tea do", {"B003", "B004"}),
        ("are sales of the pillow at a new low", {"B013", "B014"}),
        ("jumbo bag, two weeks ahead", {"S001", "S002", "S004"}),
    ],
)
def test_a_good_without_its_variant_is_asked_back(catalogue, question, product_ids):
    match = catalogue.mentioned(question)
    assert match.outcome == "ambiguous"
    assert {product.product_id for product in match.products} == product_ids


@pytest.mark.parametrize(
    "question",
    [
        "and in 30 days?",
        "What will sell over the next 28 days?",
        "how many do we have on hand",
        "Name the single biggest loser of last week",
        "What's the weather like",
        "电动滑板车上周卖了几辆",
        "今天心情不好，讲个笑话吧",
        "",
    ],
)
def test_a_sentence_without_a_product_names_none(catalogue, question):
    assert catalogue.mentioned(question).outcome == "unknown"


@pytest.mark.parametrize(
    ("said", "product_id"),
    [("the double one", "B010"), ("osmanthus?", "B002"), ("250 g", "B004"), ("桂花的呢", "B002")],
)
def test_among_a_few_products_a_variant_is_enough(catalogue, said, product_id):
    assert catalogue.mentioned(said).outcome == "unknown"
    assert catalogue.mentioned(said, among=["B001", "B002", "B003", "B004", "B010"]).product_id == product_id


@pytest.mark.parametrize(
    ("product_id", "sibling_ids"),
    [("B001", {"B002"}), ("B012", set()), ("S001", {"S002", "S004"}), ("S003", set())],
)
def test_siblings_are_the_same_good_in_another_variant(catalogue, product_id, sibling_ids):
    assert set(catalogue.siblings(product_id)) == sibling_ids


def test_words_of_time_are_no_name(catalogue):
    assert catalogue.match("next 28 days?").outcome == "unknown"


def test_variants_share_their_goods_name(catalogue):
    assert catalogue.mentioned("护手霜怎么样").shared_name in ("hand cream", "护手霜")
    assert catalogue.mentioned("duffel or umbrella").shared_name is None


@pytest.mark.parametrize(
    ("text", "measures"),
    [
        ("20 l, grey", {"20000ml"}),
        ("20升", {"20000ml"}),
        ("two hundred and fifty grams", {"250g"}),
        ("6升×4包", {"6000ml", "4包"}),
        ("4 x 6 l", {"4x", "6000ml"}),
        ("六升四包", {"6000ml", "4包"}),
        ("70%可可", {"70%"}),
        ("36-colour", {"36colour"}),
        ("half-metre", {"500mm"}),
        ("50 cm", {"500mm"}),
        ("十斤装", {"5000g"}),
        ("5 kg", {"5000g"}),
    ],
)
def test_measures_are_spelt_alike(text, measures):
    assert set(find_measures(text)) == measures
