"""Sizes and counts in a name or a sentence, spelt alike: "250 g", 250克, 半斤 and "a quarter kilo" are all "250g"."""

from __future__ import annotations

import re
from collections import defaultdict

from tools.numerals import NUMBER, parse_number
from tools.product_names import singular

_UNITS = {
    "l": "升 公升 litre liter ltr",
    "ml": "毫升 millilitre milliliter mil",
    "g": "克 gram gramme gr",
    "kg": "公斤 千克 kilo kilogram",
    "jin": "斤 市斤",
    "cm": "厘米 公分 centimetre centimeter",
    "mm": "毫米 millimetre millimeter mil",
    "m": "米 metre meter",
    "in": "寸 英寸 吋 inch inche",
    "w": "瓦 watt",
    "mah": "毫安",
    "colour": "color",
}
# What measures the same is told in one unit: half a metre is 50 cm, ten jin are 5 kg.
_IN_SMALLER = {"l": (1000, "ml"), "kg": (1000, "g"), "jin": (500, "g"), "m": (1000, "mm"), "cm": (10, "mm")}
_SPELT = {spelling: unit for unit, spellings in _UNITS.items() for spelling in spellings.split()}
_MEASURE = re.compile(
    rf"(?P<number>(?<![\d.]){NUMBER})[\s-]?(?P<unit>%|[x×](?=\s?\d)|[a-z]+|毫[升米安]|公[升斤分]|市斤|千克|厘米|英寸|[\u4e00-\u9fff])"
)


def find_measures(text: str) -> dict[str, list[range]]:
    """Return the measures in a folded text with where they stand: {"6l": [range(2, 5)], "4包": ...}."""
    found: dict[str, list[range]] = defaultdict(list)
    for match in _MEASURE.finditer(text):
        value = parse_number(match["number"])
        said = singular(match["unit"].replace("×", "x"))
        if value is not None:
            unit = _SPELT.get(said, said)
            factor, base = _IN_SMALLER.get(unit, (1, unit))
            found[f"{value * factor:.10g}{base}"].append(range(*match.span()))
    return dict(found)
