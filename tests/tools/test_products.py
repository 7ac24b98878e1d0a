import pandas as pd
import pytest

from tools.products import Catalogue

ROWS = [
    ("B001", "Men's Zip Jacket, blue", "男士拉链夹克 蓝色", "Clothing", "服装", []),
    ("B002", "Men's Zip Jacket, black", "男士拉链夹克 黑色", "Clothing", "服装", []),
    ("B003", "Kids Zip Jacket", "儿童拉链夹克", "Clothing", "服装", []),
    ("B004", "Rabbit Night Light", "兔子造型夜灯", "Home", "家居", []),
    ("B005", "USB-C Cable 1 m", "USB-C数据线 1米", "Electronics", "数码", ["charging wire"]),
    ("B006", "USB-C Cable 2 m", "USB-C数据线 2米", "Electronics", "数码", []),
    ("B007", "Umbrella", "雨伞", "Umbrellas", "雨具", []),
    ("B008", "Folding Umbrella", "折叠雨伞", "Umbrellas", "雨具", []),
    ("B009", "Bucket Hat, black", "渔夫帽 黑色", "Hats", "帽子", ["bucket hat", "渔夫帽"]),
    ("B010", "Bucket Hat, khaki", "渔夫帽 卡其", "Hats", "帽子", ["bucket hat", "渔夫帽"]),
    ("B011", "Frying Pan, 24 cm", "平底锅 24厘米", "Kitchen", "厨房", ["平底锅"]),
    ("B012", "Frying Pan, 4 cm", "平底锅 4厘米", "Kitchen", "厨房", ["平底锅"]),
    ("B013", "Fleece Pyjamas, L", "睡衣 L码", "Nightwear", "睡衣类", ["睡衣"]),
    ("B014", "Fleece Pyjamas, M", "睡衣 M码", "Nightwear", "睡衣类", ["睡衣"]),
    ("23084", "JUMBO BAG RED RETROSPOT", None, None, None, []),
]


@pytest.fixture(scope="module")
def catalogue():
    columns = ["product_id", "title", "title_zh", "category", "category_zh", "aliases"]
    return Catalogue(pd.DataFrame(ROWS, columns=columns))


@pytest.mark.parametrize(
    ("said", "product_id"),
    [
        ("B004", "B004"),
        ("b004", "B004"),
        ("SKU 23084", "23084"),
        ("the <B005>", "B005"),
        ("Rabbit night light", "B004"),
        ("RABBIT  NIGHT-LIGHT", "B004"),
        ("“兔子造型夜灯”", "B004"),
        ("兔子夜灯", "B004"),
        ("这款兔子夜灯", "B004"),
        ("rabit night light", "B004"),
        ("兔子造形夜灯", "B004"),
        ("charging wire", "B005"),
        ("usb-c cable 2 m", "B006"),
        ("blue jacket", "B001"),
        ("蓝色夹克", "B001"),
        ("jumbo red bag", "23084"),
        ("the rabbit night light lamp", "B004"),
        ("umbrella", "B007"),
        ("雨伞", "B007"),
        ("黑色渔夫帽", "B009"),
        ("卡其那款渔夫帽", "B010"),
        ("黑色的bucket hat", "B009"),
        ("24cm frying pan", "B011"),
        ("4厘米的平底锅", "B012"),
        ("24厘米平底锅", "B011"),
        ("size L fleece pyjamas", "B013"),
        ("M码睡衣", "B014"),
    ],
)
def test_a_name_finds_its_product(catalogue, said, product_id):
    match = catalogue.match(said)
    assert match.outcome == "found", match
    assert match.product_id == product_id


@pytest.mark.parametrize(
    ("said", "total"),
    [
        ("the zip jacket", 3),
        ("拉链夹克", 3),
        ("usb cable", 2),
        ("clothing", 3),
        ("雨具", 2),
        ("Umbrellas", 2),
    ],
)
def test_a_name_that_fits_several_is_asked_back(catalogue, said, total):
    match = catalogue.match(said)
    assert (match.outcome, match.total) == ("ambiguous", total)
    assert match.error().code == "ambiguous_product"
    with pytest.raises(LookupError, match="ambiguous"):
        _ = match.product_id


@pytest.mark.parametrize("said", ["usb cable 3 m", "bleu jacket", "green jacket"])
def test_a_near_name_is_offered_and_never_taken(catalogue, said):
    match = catalogue.match(said)
    assert match.outcome == "unknown"
    assert match.products
    assert match.error().options


@pytest.mark.parametrize("said", ["spaceship", "飞船", "", "  ", "?"])
def test_nonsense_finds_and_offers_nothing(catalogue, said):
    match = catalogue.match(said)
    assert (match.outcome, match.products) == ("unknown", ())
    assert match.error().options == []


def test_every_option_offered_resolves_to_its_product(catalogue):
    for product in catalogue.products:
        assert catalogue.match(product.option).product_id == product.product_id


def test_an_option_without_a_digit_in_its_id_resolves_too():
    frame = pd.DataFrame(
        [("tea", "Tea", None, None, None, []), ("greentea", "Tea, green", None, None, None, [])],
        columns=["product_id", "title", "title_zh", "category", "category_zh", "aliases"],
    )
    catalogue = Catalogue(frame)
    assert [catalogue.match(p.option).product_id for p in catalogue.products] == ["tea", "greentea"]


def test_categories_are_found_in_both_languages(catalogue):
    assert {p.product_id for p in catalogue.in_category("clothing")} == {"B001", "B002", "B003"}
    assert {p.product_id for p in catalogue.in_category("数码")} == {"B005", "B006"}
    assert catalogue.in_category("cars") == ()
