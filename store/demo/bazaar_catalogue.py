"""The goods of the bazaar: a hand-written bilingual catalogue, two variants of each."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import chain, zip_longest

CATEGORIES = {
    "bags": ("Bags & Luggage", "箱包"),
    "phone": ("Phone & Audio", "手机数码"),
    "kitchen": ("Kitchen", "厨房用品"),
    "home": ("Home & Bedding", "家居家纺"),
    "beauty": ("Beauty & Care", "美妆个护"),
    "food": ("Food & Tea", "食品茶饮"),
    "baby": ("Baby & Toys", "母婴玩具"),
    "pets": ("Pets", "宠物用品"),
    "outdoor": ("Sports & Outdoor", "运动户外"),
    "clothing": ("Clothing", "服饰鞋帽"),
}
# The goods with a planted story come first, so that the smallest bazaar has them all.
CAST = {
    "quality_defect": "Canvas Commuter Backpack",
    "viral_riser": "Rabbit Night Light",
    "price_cut": "Wireless Earbuds",
    "stockout": "Non-stick Frying Pan",
    "new_product": "Automatic Pet Feeder",
    "advert": "Hydrating Sheet Mask",
    "instruction": "Vacuum Flask",
}


@dataclass(frozen=True)
class Item:
    """One product of the bazaar; `noun` is what customers call it, by language; price in yuan."""

    product_id: str
    category: str
    model: str
    title: str
    title_zh: str
    noun: dict[str, str]
    brand: str
    price: float
    role: str | None


@cache
def _rows() -> tuple[dict[str, str], ...]:
    text = files("store.demo").joinpath("bazaar_products.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def pick_items(count: int) -> list[Item]:
    """Return the first `count` goods: those with a story, then every category in turn, then second variants.

    Raises:
        ValueError: fewer than the cast, or more than the catalogue holds.
    """
    if not len(CAST) <= count <= 2 * len(_rows()):
        raise ValueError(f"products={count!r} must lie between {len(CAST)} and {2 * len(_rows())}")
    role_of = {model: role for role, model in CAST.items()}
    shelves = [[r for r in _rows() if r["category"] == c and r["en"] not in role_of] for c in CATEGORIES]
    interleaved = [r for r in chain.from_iterable(zip_longest(*shelves)) if r is not None]
    by_model = {r["en"]: r for r in _rows()}
    ordered = [by_model[model] for model in CAST.values()] + interleaved
    both = [(row, "a", role_of.get(row["en"])) for row in ordered] + [(row, "b", None) for row in ordered]
    return [_item(number, *entry) for number, entry in enumerate(both[:count], start=1)]


def _item(number: int, row: dict[str, str], variant: str, role: str | None) -> Item:
    return Item(
        product_id=f"B{number:03d}",
        category=row["category"],
        model=row["en"],
        title=f"{row['en']}, {row[f'variant_{variant}_en']}",
        title_zh=f"{row['zh']} {row[f'variant_{variant}_zh']}",
        noun={"en": row["short_en"], "zh": row["short_zh"]},
        brand=row["brand"],
        # The second variant is the larger or rarer one.
        price=float(row["price"]) * (1.0 if variant == "a" else 1.2),
        role=role,
    )
