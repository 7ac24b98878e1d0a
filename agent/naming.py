"""Finds the words of a clause that name a product: what is left when everything else is taken away."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from tools.numerals import NUMBER
from tools.product_names import is_chinese
from tools.product_talk import is_talk
from tools.products import ProductMatch
from tools.shop import Shop

# Looking a name up costs up to 30 ms among thousands of products.
_MOST_LOOKUPS = 6
_MOST_MEANT = 12
_ID = re.compile(r"(?<![a-z0-9])(?=[a-z-]*\d)[a-z0-9][a-z0-9-]{2,15}(?![a-z0-9%])")
# What surrounds a product's name in a Chinese question; a data cable (数据线) is a product.
_TALK_ZH = re.compile(
    "数据(?!线)|"
    + "|".join(
        sorted(
            """我们 咱们 帮我 帮忙 麻烦 请问 想知道 想看看 想看 想问 想了解 问下 问一下 问问 再问下
            一下 一共 总共 共计 合计 全部 看看 看下 看一下 看一看 查查 查一下 查下 查询 告诉 说说
            讲讲 分析下 分析一下 分析 预测下 预测一下 预测 预估一下 预估 预计 估一下 估算 估计 估摸
            估下 给我看看 给我报一下 给我个数 给我 报一下 列一下 列出 拉个 老板问 老板 按现在的势头
            按照 照这样 目前 现在 当前 最近 近期 近来 这阵子 这段时间 今年 去年 前年 今天 昨天 前天
            明天 后天 这周 本周 上周 下周 上上周 这个月 本月 上个月 上月 下个月 下月 月初 月底 年初
            年底 到现在 以来 期间 那周 那天 这几天 那几天 未来 接下来 接下去 往后 后面 今后 将来
            后续 之后 以后 剩下的日子里 剩下的 大约 差不多 左右 可能 应该 到底 究竟 具体 主要 集中在
            都集中在 集中 哪些地方 哪里 哪儿 哪些 哪个 哪款 里面 里头 销量走势 走势 销售数据 销售额
            销售情况 销售 销量 营业额 营收 流水 收入 业绩 生意 订单 出货量 出货 成交额 成交 单量
            情况 需求量 需求 数量 能卖多少 会卖多少 卖了多少 卖多少 卖出去 卖出 卖掉 卖得好 卖得
            卖了 卖过 卖不动 卖不出去 卖多了 卖少了 没人买 没什么人买 好卖 能卖 会卖 够卖 还能卖
            还能 能出 能走 走货 走了 没人 有人 多少件 多少个 多少钱 多少条 多少量 多少货 多少 几件
            几个 几条 几台 几把 几包 几瓶 几张 几套 几双 几支 几块 几盒 几只 几本 几星 一批 一点
            为什么 为啥 为何 怎么回事 怎么突然 怎么样 怎么 怎样 咋样 如何 什么原因 什么 啥原因
            啥时候 原因 缘故 突然 忽然 带动 造成 导致 引起 拉动 推动 影响 变化 变动 波动 是因为 因为
            由于 火了 火起来 爆了 涨了 跌了 掉了 下滑 下降 上涨 腰斩 补货 要补 该补 进货 要不要再进
            要不要进 该进 再进 备货 订货 采购单 采购 下单 够不够 够用 撑得住 断货 缺货 库存 现货
            手头 手里 仓库 仓里 库里 盘点了下 盘点 还剩 还有 就剩 到货 交期 交货 供应商 送货 发货
            路上要走 路上 周期 需要 要不要 现在还 评价 评论 口碑 差评 好评 中评 吐槽 投诉 反馈 看法
            抱怨 满意 评分 打分 星级 最多的 最多 最大的 买过的人 买家 客户 顾客 客人 大家 用户 家长
            有没有人 说了 都说 喜欢 觉得 在评价里 不满 缺点 优点 槽点 是不是 是否 不是 的话 还是
            那个 这个 那款 这款 这件 那件 该款 同款 一款 商品 产品 东西 货号 编号 店里 全店 整店
            店铺 整个店 没有 要多 时候 个月 星期 礼拜 大概""".split(),
            key=len,
            reverse=True,
        )
    )
)
# Single characters are no names at the edge of one, and may be part of one inside.
_EDGES_ZH = (
    "咱我你您帮请查给列按照近哪里销能会卖买出走几件张支点咋啥涨跌掉补进备"
    "订下够撑剩到要该用还得最说骂夸嫌写被是的了吗呢吧啊呀么嘛哦哈诶啦着过"
    "都也就才又再那这它款店在和跟与对从把让有没不很太好多少天周月年日个"
)
_JOIN = frozenset("of the a an and in for with to on by & no".split())


_TIME = re.compile(
    rf"{NUMBER}[\s-]?(?:days?|weeks?|wks?|months?|quarters?|years?|fortnights?)\b|{NUMBER}(?:天|周"
    rf"|个?星期|个?礼拜|个?半?月|个?季度|年)"
)
_COUNTED = re.compile(
    r"\b(?:on|in|at) hand\b|\b(?:sets|pairs|packs|boxes|bottles|units|pieces|bags) of (?:the|our|my) "
)


def find_name(shop: Shop, clause: str, taken: Iterable[str] = ()) -> str | None:
    """Return the clause's own words for a product, or None where it names none that the shop could mean.

    Args:
        shop: for its catalogue.
        clause: folded words.
        taken: expressions in it that mean something else: a period, a stock count.
    """
    by_id = next(_looked_up(shop, clause), None)
    if by_id:
        return by_id
    rest = _TIME.sub(" , ", _COUNTED.sub(" , ", clause))
    for words in taken:
        rest = rest.replace(words, " , ")
    mention = shop.catalogue.mentioned(rest)
    whole = _found_whole(shop, rest, mention)
    if whole is None and mention.outcome == "found":
        return mention.products[0].title
    return whole or (mention.shared_name if mention.outcome == "ambiguous" else None)


def _found_whole(shop: Shop, rest: str, mention: ProductMatch) -> str | None:
    """Return the longest words in a row that name a product; those that fit several where none names one."""
    several = None
    candidates = _candidates(shop, rest)
    for words in candidates[:_MOST_LOOKUPS]:
        match = shop.catalogue.match(words)
        # What the whole sentence speaks of outweighs a word that some other product has too.
        if mention.products and not set(match.products) & set(mention.products):
            continue
        if match.outcome == "found" and not _is_by_chance(shop, words, candidates, match):
            return words
        if several is None and match.outcome == "ambiguous" and match.total <= _MOST_MEANT:
            several = words
    return None if mention.outcome == "found" else several


def _is_by_chance(shop: Shop, words: str, candidates: Sequence[str], match: ProductMatch) -> bool:
    """Whether a colour or size stands among other words that name nothing: "the single biggest loser"."""
    is_alone = set(candidates) == {words}
    return not is_alone and shop.catalogue.is_only_variant(words, match.products[0])


def _looked_up(shop: Shop, clause: str) -> Iterator[str]:
    for found in _ID.finditer(clause):
        said = found.group()
        if any(shop.catalogue.get(spelt) for spelt in (said, said.upper())):
            yield said


def _candidates(shop: Shop, rest: str) -> list[str]:
    runs = list(_chinese_runs(rest)) if is_chinese(rest) else list(_english_runs(shop, rest))
    parts = sorted(runs, key=len, reverse=True)
    joined = [" ".join(runs)] if len(runs) > 1 else []
    bare = [run.strip(_EDGES_ZH + " ") for run in [*joined, *parts]]
    pieces = [piece for run in parts for piece in _windows(run)]
    return [words for words in dict.fromkeys([*joined, *parts, *bare, *pieces]) if _could_name(words)]


def _could_name(words: str) -> bool:
    return len(re.sub(r"\W", "", words)) >= (2 if is_chinese(words) else 3) and not re.fullmatch(
        r"[\d\W]+", words
    )


def _windows(run: str) -> Iterator[str]:
    """Shorter pieces of two words and more: an adverb may stand beside the name, a single word is too little."""
    words = run.split()
    for length in range(len(words) - 1, 1, -1):
        for first in range(len(words) - length + 1):
            yield " ".join(words[first : first + length])


def _english_runs(shop: Shop, text: str) -> Iterator[str]:
    """Words in a row that are not talk; little words and words that some title has may stand between them."""
    for stretch in re.split(r" , |[^a-z0-9'.+&%\s-]+", text):
        run: list[str] = []
        between: list[str] = []
        for word in re.findall(r"[a-z0-9'.+&%-]+", stretch):
            bare = word.strip("'.-").removesuffix("'s")
            if bare in _JOIN or (run and is_talk(bare) and _is_in_titles(shop, bare)):
                between.append(bare)
            elif is_talk(bare):
                if run:
                    yield " ".join(run)
                run, between = [], []
            elif bare:
                run = [*run, *between, bare] if run else [bare]
                between = []
        if run:
            yield " ".join(run)


def _is_in_titles(shop: Shop, word: str) -> bool:
    return any(word in product.words for product in shop.catalogue.products)


def _chinese_runs(text: str) -> Iterator[str]:
    stripped = _TALK_ZH.sub(" , ", text)
    for chunk in re.split(r"[^\w\s.+%'-]+", stripped):
        # English words of a mixed question are held to the English list.
        words = [w for w in chunk.split() if not is_talk(w.strip("'.-")) or w in _JOIN]
        words = [w for w in words if len(w) > 1 or w.isascii()]
        while words and words[0] in _JOIN:
            words.pop(0)
        if words:
            yield " ".join(words)
