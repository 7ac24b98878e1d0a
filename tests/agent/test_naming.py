"""The words of a clause that name a product, whatever stands around them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pandas as pd
import pytest

from agent.naming import find_name
from tools.products import Catalogue
from tools.shop import Shop

ROWS = [
    ("B013", "Jasmine Green Tea, 100 g", "茉莉绿茶 100克", ["jasmine tea", "茉莉花茶"]),
    ("B113", "Jasmine Green Tea, 250 g", "茉莉绿茶 250克", ["jasmine tea", "茉莉花茶"]),
    ("B039", "Magnetic Car Phone Mount, vent clip", "磁吸车载手机支架 出风口款", ["phone mount", "车载支架"]),
    ("B139", "Magnetic Car Phone Mount, dashboard", "磁吸车载手机支架 中控台款", ["phone mount", "车载支架"]),
    ("B062", "Hand Cream, lavender", "护手霜 薰衣草", ["hand cream", "护手霜"]),
    ("B162", "Hand Cream, osmanthus", "护手霜 桂花", ["hand cream", "护手霜"]),
    ("B057", "High-waist Jeans, light blue", "高腰直筒牛仔裤 浅蓝", ["jeans", "牛仔裤"]),
    ("B157", "High-waist Jeans, dark blue", "高腰直筒牛仔裤 深蓝", ["jeans", "牛仔裤"]),
    ("B068", "Waterproof Toiletry Pouch, small", "防水洗漱包 小号", ["toiletry pouch", "洗漱包"]),
    ("B168", "Waterproof Toiletry Pouch, large", "防水洗漱包 大号", ["toiletry pouch", "洗漱包"]),
    ("B036", "Insulated Lunch Bag, single", "保温便当袋 单层", ["lunch bag", "便当袋"]),
    ("B159", "Clear Phone Case, plus size", "透明手机壳 大屏版", ["phone case", "手机壳"]),
    ("B028", "Leather Card Wallet, brown", "真皮卡包 棕色", ["wallet", "卡包"]),
    ("B017", "Sun-protection Jacket, M", "防晒衣 M码", ["sun jacket", "防晒衣"]),
]


@pytest.fixture(scope="module")
def shop() -> Shop:
    """A shop that has nothing but a catalogue."""
    rows = [(i, title, title_zh, None, None, aliases) for i, title, title_zh, aliases in ROWS]
    columns = ["product_id", "title", "title_zh", "category", "category_zh", "aliases"]
    return cast("Shop", SimpleNamespace(catalogue=Catalogue(pd.DataFrame(rows, columns=columns))))


@pytest.mark.parametrize(
    ("clause", "product_id"),
    [
        ("jasmine tea , the 250 g one . 48 on the shelf . order size", "B113"),
        ("中控台款的车载支架怕不怕卖断", "B139"),
        ("五月份薰衣草护手霜卖了几支", "B062"),
        ("浅蓝高腰牛仔裤只余27条了", "B057"),
        ("is the zip on the large toiletry pouch any good according to buyers", "B168"),
        ("how many on hand of the brown card wallet", "B028"),
    ],
)
def test_a_clause_names_its_product(shop: Shop, clause: str, product_id: str) -> None:
    named = find_name(shop, clause)
    assert named
    assert shop.catalogue.match(named).product_id == product_id


@pytest.mark.parametrize(
    "clause",
    ["name the single biggest loser of last week", "then a projection", "how many on hand", "order size"],
)
def test_a_colour_a_size_or_an_idiom_is_no_name(shop: Shop, clause: str) -> None:
    assert find_name(shop, clause) is None


def test_a_colour_alone_names_what_only_one_product_has(shop: Shop) -> None:
    assert shop.catalogue.match(find_name(shop, "桂花的呢") or "").product_id == "B162"


def test_a_good_alone_stays_open(shop: Shop) -> None:
    named = find_name(shop, "why is my hand cream selling less")
    assert shop.catalogue.match(named or "").outcome == "ambiguous"
