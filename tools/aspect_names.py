"""Names for what customers speak of most, in both languages, and the words that mean it."""

from __future__ import annotations

import re
from typing import NamedTuple


class Aspect(NamedTuple):
    """A side of a product: its label in each language and the pattern that finds it."""

    en: str
    zh: str
    pattern: re.Pattern[str]


def _aspect(en: str, zh: str, english: str, chinese: str) -> Aspect:
    return Aspect(en, zh, re.compile(rf"\b(?:{english})|{chinese}", re.IGNORECASE))


# A name by hand reads better than a customer's word, and joins words of both languages ("zip", 拉链). What has none
# here is found all the same and called by the customers' own word.
NAMED_ASPECTS = (
    _aspect("the zip", "拉链", r"zip(?!\s?code)|zipper", "拉链"),
    _aspect("the battery", "电池续航", r"batter(?:y|ies)|charg(?:e|es|ed|ing|er)\b", "电池|续航|充电|电量"),
    _aspect("the screen", "屏幕", r"screens?\b|displays?\b", "屏幕|显示屏|屏"),
    _aspect("the sound", "音质", r"sounds?\b|audio|volume\b", "音质|音效|音量"),
    _aspect(
        "delivery",
        "物流",
        r"deliver|shipping|shipped|courier|arrived? late",
        "物流|快递|发货|配送|送货|速度很快|到货",
    ),
    _aspect("packaging", "包装", r"packag|wrapping|boxed?\b|the box\b", "包装|盒子|纸箱"),
    _aspect(
        "price",
        "价格",
        r"pric(?:e|es|ed|ey|y|ing)\b|expensive|cheap(?!ly)|value|worth|cost",
        "价格|性价比|便宜|太贵|划算|值这个价|不值|物超所值|降价|价钱",
    ),
    _aspect(
        "fit and size",
        "尺码",
        r"sizes?\b|sizing|fits?\b|fitted|too (?:small|big|large|tight)",
        "尺码|尺寸|偏大|偏小|合身|码数|大小",
    ),
    _aspect(
        "material",
        "材质",
        r"material|fabric|plastic|cotton|leather|texture",
        "材质|面料|布料|材料|塑料|手感|质地|料子",
    ),
    _aspect("quality", "质量", r"quality\b", "质量|品质|做工"),
    _aspect(
        "durability",
        "耐用性",
        r"broke|broken|break|durab|fell apart|sturdy|lasts?\b|flimsy",
        "坏了|断了|耐用|结实|掉了|开裂|用不久|不牢",
    ),
    _aspect("the smell", "气味", r"smell|odou?r|scent", "味道大|气味|异味|刺鼻|香味"),
    _aspect("colour", "颜色", r"colou?rs?\b|faded?\b", "颜色|色差|掉色|褪色"),
    _aspect("noise", "噪音", r"nois[ey]|loud|quiet|silent", "噪音|声音大|很吵|静音|安静"),
    _aspect("taste", "口味", r"taste|flavou?r|fresh", "口感|口味|好吃|难吃|新鲜|味道"),
    _aspect("service", "客服", r"service\b|support team|refund|returns?\b", "客服|售后|退货|退款|服务|态度"),
    _aspect("instructions", "说明书", r"instructions?\b|manual\b|set ?up|assembl", "说明书|安装|组装"),
    _aspect(
        "cleaning",
        "清洗",
        r"clean(?:s|ing|ed|er)?\b|wash(?:es|ed|ing)?\b|rins(?:e|es|ed|ing)\b|stains?\b",
        "清洗|清洁|好洗|难洗|洗起来|洗干净|洗不|机洗|手洗|水洗|污渍|印子|挂渍",
    ),
    _aspect(
        "looks",
        "外观",
        r"looks?\b|design|stylish|beautiful|pretty|appearance",
        "外观|颜值|好看|漂亮|款式|样式",
    ),
)
