"""What a review talks about, by the words customers use in English and Chinese."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple


class Aspect(NamedTuple):
    """A side of a product: its label in each language and the pattern that finds it."""

    en: str
    zh: str
    pattern: re.Pattern[str]


def _aspect(en: str, zh: str, english: str, chinese: str) -> Aspect:
    return Aspect(en, zh, re.compile(rf"\b(?:{english})|{chinese}", re.IGNORECASE))


ASPECTS = (
    _aspect("the zip", "拉链", r"zip(?!\s?code)|zipper", "拉链"),
    _aspect("the battery", "电池续航", r"batter(?:y|ies)|charg(?:e|es|ed|ing|er)\b", "电池|续航|充电|电量"),
    _aspect(
        "delivery", "物流", r"deliver|shipping|shipped|courier|arrived? late", "物流|快递|发货|配送|送货"
    ),
    _aspect("packaging", "包装", r"packag|wrapping|boxed?\b", "包装|盒子|纸箱"),
    _aspect(
        "price",
        "价格",
        r"pric|expensive|cheap(?!ly)|value|worth",
        "价格|性价比|便宜|太贵|划算|值这个价|不值|物超所值",
    ),
    _aspect(
        "fit and size",
        "尺码",
        r"sizes?\b|sizing|fits?\b|too (?:small|big|large|tight)",
        "尺码|尺寸|偏大|偏小|合身|码数",
    ),
    _aspect(
        "material", "材质", r"material|fabric|plastic|cotton|leather|texture", "材质|面料|布料|材料|塑料|手感"
    ),
    _aspect(
        "durability",
        "耐用性",
        r"broke|broken|break|durab|fell apart|sturdy|lasts?\b|flimsy",
        "坏了|断了|耐用|结实|掉了|开裂|用不久|不牢",
    ),
    _aspect("the smell", "气味", r"smell|odou?r|scent", "味道大|气味|异味|刺鼻|香味"),
    _aspect("colour", "颜色", r"colou?rs?\b|faded?\b", "颜色|色差|掉色|褪色"),
    _aspect("noise", "噪音", r"nois[ey]|loud|quiet|silent", "噪音|声音大|很吵|静音|安静"),
    _aspect("taste", "口味", r"taste|flavou?r|fresh", "口感|口味|好吃|难吃|新鲜"),
    _aspect("service", "客服", r"customer service|support team|refund|returns?\b", "客服|售后|退货|退款"),
    _aspect("instructions", "说明书", r"instructions?\b|manual\b|set ?up|assembl", "说明书|安装|组装"),
    _aspect("looks", "外观", r"looks?\b|design|stylish|beautiful|pretty", "外观|颜值|好看|漂亮|款式"),
)


def count_aspects(texts: Iterable[str]) -> list[tuple[Aspect, int]]:
    """Return the aspects that texts mention, with the number of texts, most mentioned first."""
    counts = Counter(
        index for text in texts for index, aspect in enumerate(ASPECTS) if aspect.pattern.search(text)
    )
    return [(ASPECTS[index], count) for index, count in counts.most_common()]


def asked_aspect(query: str) -> Aspect | None:
    """Return the one aspect that a question asks about, or None."""
    found = [aspect for aspect in ASPECTS if aspect.pattern.search(query)]
    return found[0] if len(found) == 1 else None
