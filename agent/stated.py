"""Quantities that a clause states for a restock or a list: stock, lead time, service level, how many to list."""

from __future__ import annotations

import re

from tools.numerals import NUMBER, parse_number

_SIZE = (
    r"(?:cm|mm|m|g|kg|mg|ml|l|w|v|in(?! (?:the|stock|our|my|hand|store|back))|inch|inches|oz|lb|pack"
    r"|pcs|pc|piece|pieces|x|%|percent|-?star|stars?|days?|weeks?|wks?|months?|years?|hours?)\b|[-/×]"
)
_NOT_A_COUNT = (
    rf"(?!\s?(?:{_SIZE}))(?!\s*(?:遍|次|回|趟|天|周|个?星期|个?礼拜|个?月|年|日|号|%|星|升|毫升|克|毫米|厘米|寸|骨"
    rf"|包装|片装|袋装|双装|支装|只装|成))"
)
_AMOUNT_WITH_UNIT = (
    rf"(?P<n>{NUMBER})(?!\d){_NOT_A_COUNT}(?:\s?(?:units?|pieces|pcs|boxes|pairs|sets|bottles"
    rf"|[件个只支条张块盒包瓶双套台把袋箱顶本根罐]))?"
)
_ON_HAND = tuple(
    re.compile(pattern.replace("#", _AMOUNT_WITH_UNIT))
    for pattern in (
        r"#(?=\s(?:\S+\s){0,3}(?:left|remaining|in (?:the |our )?(?:stock|back|stockroom|storeroom"
        r"|warehouse"
        r"|store|hand|depot|cupboard)|on (?:hand|(?:the|our|my) (?:shel\w+|racks?|rails?|floor|pallets?))))",
        r"#(?=\s(?:here|to hand|in house|available)\b)",
        r"\b(?:shelf|stock|on[- ]hand|inventory) (?:qty|quantity|count|level)\s?(?:is|of|at|[:=])?\s#",
        r"\b(?:qty|quantity) (?:on hand|in stock|left)\s?(?:is|of|[:=])?\s#",
        r"\b(?:oh|soh|qoh|on[- ]hand)\s?[:=]?\s?#",
        r"\bcounted\s(?:up\s|only\s|about\s|around\s|exactly\s)?#",
        # A number that is a whole clause: "Sand duffel. Seventeen. That's all we have."
        r"^(?:only |just )?#$",
        r"\bthere(?:'s| is| are)\s(?:only\s|about\s|exactly\s|roughly\s|around\s|just\s)#",
        r"\b(?:stock|inventory|count)\b[^,;?]{0,60}?\b(?:is|are|was|as|of|at|says|shows"
        r"|came back (?:as|at))\s(?:only\s)?#",
        r"\b(?:have|has|got|hold|holding|holds|with|there (?:are|is)|there's|only|still|just|down to"
        r"|hand|stock)\s(?:only\s|about\s|around\s|just\s|still\s|got\s)?#(?!\s(?:day|week))",
        r"\b(?:will|would|can|could|are|is)\s(?:the\s|our\s|my\s|these\s|those\s)?"
        r"#(?=\s(?:\S+\s){0,4}(?:last|(?:be )?enough|do|cover|suffice|carry|see us|tide|get us|keep us)\b)",
        r"(?:还剩下?|就剩|只剩|剩下?|还有|库存(?:量)?(?:还|只)?(?:有|是|剩|为)?|现有|现货"
        r"|手头(?:还)?(?:有|剩|库存)?|手里(?:还)?(?:有)?|(?:仓库?|库房?|货架|架|店"
        r"|柜)(?:子)?[里上内头中](?:面|头)?"
        r"(?:数了数|点了点|盘了盘|盘点|一共|总共|目前|现在|大概)?(?:还|就|只|才|也就)?(?:有|剩|余)?下?"
        r"|[只仅还就]余下?|余下|有|眼下|现存|搁着|摆着|压着|躺着|存着|拢共|(?:数|盘|点)(?:出来|下来|了)"
        r")\s?(?:约|大概|还|就|只|是|有|剩)?#",
    )
)
_LEAD_CUE = re.compile(
    r"\blead\b|\blt\b|\bby (?:sea|air|boat|rail|train|truck|road)\b"
    r"|deliver|supplier|\btakes?\b|\barriv\w*|\bship\w*|\btransit\b|\blorry\b|\btruck\b"
    r"|\bget (?:here|more|them|it|some|another|new|fresh)\b|\bfactory\b|\bwholesaler|\bmanufacturer"
    r"|\bvendor|\bturn-?around\b|\b(?:till|until|before) (?:a|the|new|fresh|more"
    r"|our)\b.{0,30}\b(?:lands?|comes?|is here|in)\b"
    r"|\b(?:come|comes|coming) in\b|\bfreight\b|\bcustoms\b|\bneeds? (?=\w+[- ]?\w* (?:days?|weeks?))"
    r"|到货|到(?!现在|目前|底|了吗)|供应商|厂家|工厂|货期|进货|补货得|备货得|供货|路上|补货要|交期|交货"
    r"|周期|发货"
    r"|送货|运|在途"
)
_SERVICE_CUE = re.compile(
    r"service|%|percent|\b(?:times?|cycles?) (?:in|out of)\b|[次回].{0,14}[次回]"
    r"|百分之|[一二三四五六七八九十\d]成|never (?:run|sell) out|服务水平|把握|保证率"
    r"|现货率"
)
_ONE = re.compile(
    r"\bthe one (?:product|item|thing)\b|\bthe single (?:biggest|worst|best|fastest|steepest|largest|hottest|strongest)\b"
)
_LIMIT = re.compile(
    rf"\b(?:top|first|best|worst|bottom|the|name|list|show(?: me)?"
    rf"|give me(?: the)?)\s({NUMBER})(?:$|\s)(?!days?\b|weeks?\b|months?\b|years?\b"
    rf"|quarters?\b)(?:\w+\s){{0,3}}?(?:\w*(?:ers|ings?|products|items|lines|goods|ones|most|fastest"
    rf"|quickest|worst|biggest|best)\b)?"
    rf"|前({NUMBER})(?:个|名|款|位|大|样|种)?(?![天周月年]|个月|个?星期|季度)|({NUMBER})(?:款"
    rf"|样|种|个(?=商品|产品|品|货))"
    rf"|[列报说挑选来找排给](?:我|出|一下|上)?(?:前)?({NUMBER})(?:个|款|样|种|名)(?!月|星期|礼拜|季)"
    rf"|(?:最\S{{1,2}}|排名?靠前)的({NUMBER})(?:个|款|样|种|名)(?!月|星期|礼拜|季)"
    rf"|\b({NUMBER}) will do\b|^({NUMBER})(?:个|款)(?:就[成行好够])?$"
    rf"|(?:^|[\s(])({NUMBER}) (?!days?\b|weeks?\b|months?\b|years?\b)(?:\w+ ){{0,2}}?(?:items|products"
    rf"|lines|things|goods|skus|articles|sellers|movers"
    rf"|gainers|losers|climbers|risers|fallers|decliners)\b"
    rf"|\b(?:which|what) ({NUMBER})\b(?!\s(?:days?|weeks?|months?|years?|quarters?)\b)"
    rf"|(?:^|\s)({NUMBER}) of (?:them|those|these|each)\b"
)


def find_on_hand(clause: str) -> str | None:
    """Return the stock count that a folded clause states, with its unit where one stands beside it."""
    for pattern in _ON_HAND:
        for found in pattern.finditer(clause):
            if found["n"] not in ("a", "an") and parse_number(found["n"]) is not None:
                start = found.start("n")
                return clause[start : found.end()].strip()
    return None


def says_lead_time(clause: str) -> bool:
    """Whether a folded clause speaks of how long goods take to come."""
    return bool(_LEAD_CUE.search(clause))


def says_service_level(clause: str) -> bool:
    """Whether a folded clause speaks of how surely stock is to last."""
    return bool(_SERVICE_CUE.search(clause))


def find_limit(clause: str) -> int | None:
    """Return how many products a folded clause wants listed, 1 to 50, or None."""
    if _ONE.search(clause):
        return 1
    for found in _LIMIT.finditer(clause):
        value = parse_number(next(number for number in found.groups() if number))
        # "The one", 一款 are no lists.
        if value is not None and value == int(value) and 2 <= value <= 50:
            return int(value)
    return None
