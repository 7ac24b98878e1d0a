"""The things that reviews speak of: noun phrases of English and Chinese, clause by clause."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

# A clause carries one opinion; "but" and 但是 turn it around.
_CLAUSE_END = re.compile(
    r"[.!?;,:()\n。！？；，、：（）~～…]+|\s-+\s|\b(?:but|however|although|though|while|whereas|because)\b"
    r"|但是|可是|不过|然而|只是|就是|虽然|而且|但",
    re.IGNORECASE,
)
_WORD = re.compile(r"[a-z]+(?:-[a-z]+)*(?:'[a-z]+)?|[\u3400-\u9fff]+|\d+", re.IGNORECASE)
_HAN = re.compile(r"[\u3400-\u9fff]")
# Before these words stands a verb's subject or a verb's mark: what follows is no noun.
_VERB_MARKS = frozenset(
    "to i you we they he she who will would can could should may might must not never don't doesn't didn't"
    " can't won't couldn't wouldn't shouldn't isn't i'll you'll we'll let please nothing everything it who".split()
)
# After these a word in -ing is what somebody does, not a thing: "washing up takes seconds", "holding the lid".
_GERUND_ENDS = frozenset(
    "up down off out on in away back a an the my your his her its our their this that these those it them".split()
)
_DEGREES = frozenset("very so too really quite extremely pretty super fairly rather more most less".split())
# Words that name no side of a product: persons, times, amounts, and the goods themselves in general.
_EMPTY_EN = frozenset(
    """a about above after again all almost also although always am amazon an and another any anybody anyone anything
    are around as at away back bad be because been before being best better bit both buck but by buy can chance
    check child come complaint con could course customer daughter day deal did do does done down each else end enough
    even ever every everybody everyone everything example experience fact far few find first for former friend from
    fun gift go god good got great guy had half hand has have he help her here hers him his home hour house how
    however husband i idea if in instead into is issue it item its job just kid kind know last later least less let
    life like line little long look lot love low luck man many matter may maybe me mean member mind minute mom month
    more morning most mother much must my myself near need never new next night no none nor not note nothing now
    number of off ok okay old on once one only opinion or order other others our ours out over own owner pair part
    past people per perfect person piece place plenty plus point present problem product pro purchase put rather read
    real really reason regret rest review reviewer right run same saw say seller see set several she should show
    side since sister so some somebody someone something son sort star start stuff such sure take tell than thank
    thanks that the their them then there these they thing this those thought through time to today ton too top total
    toward trouble try turn two under unit unless until up update us use user usage very via want was way we week
    well were what when where whether which while who whole whom why wife will wish with without woman won wonder
    word work world worth would wrong year yes yesterday yet you your yours amount couple dollar fan favor favorite
    feeling guess hope recommendation replacement situation stay step store summer winter spring fall christmas
    birthday everyday weekend anyway hard high light big full free second third plain round fine short
    arrival care cut fault fuss keep money genuine solid poor average difference colleague neighbour afternoon
    expectation zero three four five six seven eight nine ten dozen hold wait plan surprise shame joy hurry neither
    so-so make choice family parent office listing
    """.split()
)
_EMPTY_ZH = frozenset(
    """时候 东西 产品 商品 宝贝 东东 问题 感觉 感受 人 人家 大家 朋友 家人 家里 老公 老婆
    孩子 小孩 宝宝 妈妈 爸爸 老人 女儿 儿子 同事 同学 时间 今天 昨天 明天 现在 以后 之前
    后来 最后 当时 晚上 早上 下午 上午 中午 年 月 日 天 次 个 件 条 点 块 元 钱 块钱
    方面 地方 情况 原因 结果 部分 样子 事情 事 心 心情 缺点 优点 评价 好评 差评 中评
    总体 整体 全部 问号 京东 淘宝 天猫 当当 亚马逊 卓越 店家 卖家 买家 商家 老板 亲 顾客
    客户 用户 先生 小姐 女士 公司 个人 本人 自己 有点 一点 机会 办法 意思 想法 程度 性
    力 者 水 手 头 口 身 眼 脸 人员 关键 主要 基本 一般 正常 世界 生活 社会 历史 国家
    中国 内 外 里 上 下 中 前 后 左右 活动 期间 双十一 订单 样 神 度 码 款 版 牌子
    家 店 道 全家 期望 建议 希望 目前 效率 水平 有限公司 哈哈 呵呵 垃圾 单位 大小 好坏
    高低 本来 星 星级 粉丝 经验 过程 信息 总之 美中不足 实物 意见 预期 毛病 五星 送人 下单 变化
    我妹 我妈 我爸 爱人 媳妇 邻居 生产 换货 中等水平 价位 廉价
    """.split()
)
# Nouns that say something only after another one: "battery life", "delivery time".
_ONLY_SECOND = frozenset("life time line".split())
_NOUN_TAGS = ("n", "vn", "an", "nz", "nr", "ns", "l")
_LEAST_LETTERS, _MOST_LETTERS = 3, 18
_MOST_HAN = 6


def split_clauses(text: str) -> list[str]:
    """Return the clauses of a text, each about one thing; none are empty."""
    return [clause for part in _CLAUSE_END.split(text) if (clause := part.strip())]


def find_terms(clause: str) -> set[str]:
    """Return the noun phrases of a clause.

    Args:
        clause: as `split_clauses` gives it, English, Chinese or mixed.

    Returns:
        English nouns and pairs of nouns by lemma and in lower case ("battery", "battery life"), Chinese nouns
        as written ("电池").
    """
    terms = set(_english_terms(clause)) if re.search("[a-zA-Z]", clause) else set()
    if _HAN.search(clause):
        terms.update(_chinese_terms(clause))
    return terms


def _english_terms(clause: str) -> Iterator[str]:
    words = [word.lower() for word in _WORD.findall(clause)]
    previous = None
    for place, word in enumerate(words):
        following = words[place + 1] if place + 1 < len(words) else ""
        noun = noun_lemma(word)
        if previous and word in _ONLY_SECOND:
            yield f"{previous} {word}"
        is_verb = place and words[place - 1] in _VERB_MARKS | _DEGREES
        if noun is None or is_verb or (word.endswith("ing") and following in _GERUND_ENDS):
            previous = None
            continue
        if previous:
            yield f"{previous} {noun}"
        # "the digital camera": a word that is an adjective too and stands before a noun belongs to that noun.
        if not (_is_adjective(word) and _is_noun(following)):
            yield noun
        previous = noun


def _chinese_terms(clause: str) -> Iterator[str]:
    import rjieba

    for word, tag in rjieba.tag(clause):
        is_noun = tag.startswith(_NOUN_TAGS) and 2 <= len(word) <= _MOST_HAN and word not in _EMPTY_ZH
        if is_noun and _HAN.match(word):
            yield word


@cache
def noun_lemma(word: str) -> str | None:
    """Return the singular of an English noun; None for other words and for nouns that say nothing."""
    from lemminflect import getAllLemmas, getAllLemmasOOV

    if not word.isascii() or not _LEAST_LETTERS <= len(word) <= _MOST_LETTERS or word in _EMPTY_EN:
        return None
    if "'" in word or not word.replace("-", "").isalpha():
        return None
    # What no dictionary holds ("bluetooth", "infuser") names a thing more often than not.
    lemmas = getAllLemmas(word) or getAllLemmasOOV(word, "NOUN")
    nouns = lemmas.get("NOUN") or lemmas.get("PROPN")
    if not nouns or "ADV" in lemmas:
        return None
    # "broken", "having": a form of a verb that is not its base is hardly ever meant as a noun.
    if "VERB" in lemmas and lemmas["VERB"][0] != word and nouns[0] == word:
        return None if not word.endswith("ing") else word
    noun = str(nouns[0])
    return None if noun in _EMPTY_EN else noun


@cache
def _is_noun(word: str) -> bool:
    from lemminflect import getAllLemmas

    return "NOUN" in getAllLemmas(word)


@cache
def _is_adjective(word: str) -> bool:
    from lemminflect import getAllLemmas

    return "ADJ" in getAllLemmas(word)
