"""What a number measures, by the word behind it: a size, a sum of money, a pack or a length of time is no stock count."""

from __future__ import annotations

import re

from tools.numerals import NUMBER

_SIZE = (
    r"(?:kg|g|mg|grams?|grammes?|kilos?|kilograms?|oz|ounces?|lbs?|pounds?|ml|cl|l|ltr|litres?|liters?|fl oz|gal|"
    r"cm|mm|km|m|metres?|meters?|in|inch(?:es)?|ft|feet|foot|yards?|mah|ah|w|watts?|v|volts?|hz|gb|tb|mb|ct|"
    r"pc set|tier|ply|seater|pack|packs|pk|size)(?![a-z])|[\"″]"
    r"|毫克|千克|公斤|斤|克|两装|毫升|升|厘米|毫米|公分|米|英寸|寸|尺|毫安|瓦|伏|骨|片装|支装|只装|件套|码|层|抽|包装|孔|档|色"
)
_MONEY = (
    r"(?:dollars?|pounds?|euros?|yuan|rmb|usd|gbp|eur|cny|bucks|quid|pence|p)(?![a-z])"
    r"|元|块|角|毛钱|美元|英镑|欧元"
)
_PACK = r"(?:box(?:es)?|cases?|cartons?|pallets?|crates?)(?![a-z])|箱|托盘|板车"
_TIME = (
    r"(?:days?|weeks?|wks?|months?|years?|hours?|hrs?|d|fortnights?|quarters?)(?![a-z])"
    r"|天|日|号|个?星期|个?礼拜|周|个?半?月|年|小时|个?季度"
)
_SHARE = r"%|percent(?:age)?(?![a-z])|per cent|成(?!交|本)[一二三四五六七八九半\d]?|折|个百分点"
_COUNT = (
    r"(?:units?|pieces?|pcs|items?|each|left|on hand|in stock)(?![a-z])"
    r"|件|个|只|条|双|把|台|瓶|盒|袋|包|支|张|套|本|顶|份"
)


def without(text: str, *kinds: str) -> str:
    """Return a folded text without the numbers of those kinds: "3 of the 24 cm pan" without sizes is "3 of the pan".

    Args:
        text: folded words.
        kinds: "size", "money", "pack", "time", "share" or "count".
    """
    for kind in kinds:
        text = _patterns[kind].sub(" ", text)
    return text


def _pattern(unit: str, before: str = "") -> re.Pattern[str]:
    # The hyphen of "24-inch" and the space of "24 inch" are the same.
    behind = rf"(?<![\d.]){NUMBER}(?:\s?[x×*]\s?{NUMBER})?[\s-]?(?:{unit})"
    return re.compile(rf"{before}|{behind}" if before else behind)


_patterns = {
    "size": _pattern(_SIZE),
    "money": _pattern(_MONEY, before=rf"[$£€¥]\s?{NUMBER}"),
    "pack": _pattern(_PACK),
    "time": _pattern(_TIME),
    "share": _pattern(_SHARE, before=rf"百分之{NUMBER}(?:点[零一二三四五六七八九]+)?"),
    "count": _pattern(_COUNT),
}
