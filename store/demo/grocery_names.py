"""Readable, unique titles for the products of the Complete Journey data."""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib.resources import files

import pandas as pd

_SPACES = re.compile(r"\s+")
# The file marks some sizes with a stray letter, or with a count of the shelf's own in brackets.
_SIZE_NOISE = re.compile(r"^(L|P|C)\s+|\(\d+\)\s*")
_BRANDS = {"Private": "store brand", "National": "national brand"}


@cache
def _names() -> dict[str, tuple[str, str]]:
    """Return (English, Chinese) by product type, both written by hand."""
    text = files("store.demo").joinpath("grocery_names.csv").read_text(encoding="utf-8")
    return {row["product_type"]: (row["en"], row["zh"]) for row in csv.DictReader(text.splitlines())}


def name_products(rows: pd.DataFrame) -> pd.DataFrame:
    """Return catalogue rows for the data's products.

    A title is the product type in plain words and the package size; where several products share it, the
    brand and then the id are added, because the data tell no more. The Chinese word for the type is an alias:
    the data have no Chinese titles, but a question may be in Chinese.

    Args:
        rows: product_id, product_type, product_category, package_size, brand.
    """
    names = _names()
    plain = [names.get(t, (_plain(t), "")) for t in rows["product_type"]]
    base = [
        f"{name[0]}, {size}" if size else name[0]
        for name, size in zip(plain, map(_size, rows["package_size"]), strict=True)
    ]
    branded = [
        f"{title}, {_BRANDS.get(brand, brand)}" for title, brand in zip(base, rows["brand"], strict=True)
    ]
    numbered = [f"{title}, no. {product}" for title, product in zip(branded, rows["product_id"], strict=True)]
    titles = [
        next((t for t, pool in ((b, base), (n, branded)) if pool.count(t) == 1), full)
        for b, n, full in zip(base, branded, numbered, strict=True)
    ]
    return pd.DataFrame(
        {
            "product_id": rows["product_id"],
            "title": titles,
            "category": [_plain(c) for c in rows["product_category"]],
            "brand": rows["brand"],
            "aliases": [[chinese] if chinese else [] for _, chinese in plain],
        }
    )


def _plain(text: str) -> str:
    return _SPACES.sub(" ", text.replace("/", " / ")).strip().capitalize()


def _size(size: str | None) -> str:
    return _SPACES.sub(" ", _SIZE_NOISE.sub("", size)).strip().lower() if size else ""
