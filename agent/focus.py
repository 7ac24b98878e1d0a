"""Which aspects a question asks about, read from its words: they come first and are never left out.

The planner could name them, but each token it writes costs a twelfth of a second on two cores
(docs/decisions/0003-focus-is-read-by-code.md).
"""

from __future__ import annotations

import re

_WORDS = {
    "best_sellers": r"\bbest[- ]?sell|sold best|sells best|top[- ]sell|sell(?:s|ing)? (?:the )?most|sold (?:the )?most|"
    r"卖得最好|卖得最多|最畅销|最好卖|销量最高|销冠",
    "best_day": r"(?:best|peak|top|biggest|busiest|strongest|record) (?:sales )?days?\b|(?:which|what) day\b|"
    r"哪天|哪一天|哪日|峰值|高峰(?:是|在|出现)",
    "revenue": r"revenue|turnover|takings|\bgmv\b|how much (?:money|income|did (?:we|i) (?:make|take|earn))|"
    r"销售额|营业额|成交额|流水|收入|进账|赚了",
    "accuracy": r"accura|reliab|trust|how sure|how good|准不准|准吗|靠谱|可信",
    "interval": r"\brange\b|interval|at (?:least|most)|worst case|best case|how sure|区间|范围|最多|最少|至少|把握",
    "daily": r"\b(?:per|a|each|every) day\b|daily|每天|日均|平均每日",
    "rating": r"rating|stars?\b|score|评分|几星|星级|好评率",
    "enough": r"\benough\b|suffic|够不够|够吗|够卖|够用|足够|撑得住",
    "cover": r"\b(?:runs?|running) out\b|how long .{0,40}\blasts?\b|sell(?:s|ing)? out|"
    r"(?:什么时候|几时|何时|多久|哪天).{0,8}(?:卖完|卖光|售罄|断货)|(?:还能|能)(?:卖|撑)(?:多久|几天|多少天)",
    "risk": r"\brisk|\bchance|\blikel|\bodds\b|stock[- ]?out|会不会(?:断货|卖断|缺货)|缺货|卖断|风险|概率|可能性",
    "method": r"\bhow (?:do|did) you\b|method|怎么算|怎么判断|方法",
}
_ASPECTS = {aspect: re.compile(pattern, re.IGNORECASE) for aspect, pattern in _WORDS.items()}


def asked_aspects(question: str) -> frozenset[str]:
    """Return the aspects whose words stand in the question.

    Args:
        question: "What sold best last week?", "上周卖得最好的是什么？" -> {"best_sellers"}.
    """
    return frozenset(aspect for aspect, words in _ASPECTS.items() if words.search(question))
