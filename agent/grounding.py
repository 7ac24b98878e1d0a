"""Holds the plan to the question: an argument is a copy of the user's own words, or it is not there.

A small model fills slots from its prompt's examples or translates them ("上周" for "last week"). What it wrote
is therefore looked up in the question; what is not found there is replaced by the question's own expression of
that kind, or dropped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from rapidfuzz import fuzz

from agent.arithmetic import CALCULATION, ground_calculation
from agent.choices import is_choice_word, may_be_asked, plainly_asked
from agent.chooser import mask_name
from agent.cues import WHOLE_SHOP, is_listing
from agent.following import follow
from agent.memory import Memory, is_pronoun
from agent.planning import PlannedCall
from agent.stated import find_limit, find_on_hand, says_lead_time, says_service_level
from tools.numerals import NUMBER, fold, parse_number
from tools.period_references import refer_period
from tools.periods import Period, resolve_period
from tools.product_choice import match_among
from tools.product_names import name_key
from tools.products import Product, ProductMatch
from tools.quantities import resolve_count, resolve_duration, resolve_percent
from tools.results import ToolError
from tools.shop import Shop
from tools.toolbox import Parameter, toolbox

REFERENCE = re.compile(r"^\$(\d)$")
# Words that a model copies as a product's name and that name the whole shop, or what it lists.
_NO_GOOD = re.compile(
    r"(?:the |our |my |whole |entire |all |top |best[- ]?|sell\w* ?|whole[- ]?)*"
    r"(?:shop|store|sellers?|products?|items?|goods|lines?)s?"
    r"|(?:我们|咱们?|整个?|全|本|这个|店里|所有|全部|哪[个款些]|什么|最|卖得|好|热销|畅销|热卖|的)*(?:店铺?|商品|产品|单品|货品?|东西|款|爆款|爆品|品)?"
)
# A numeric date or range ("14/11/2011", "11.1-11.15") and an ordinal ("3rd") are one token each.
_TOKEN = re.compile(
    r"\d[\d,.]*(?:[-/]\d[\d,.]*)*(?:%|(?:st|nd|rd|th)\b)?|'\d\d(?!\d)|[a-z']+|[\u4e00-\u9fff]|[-/]"
)
_LONGEST_SPAN_TOKENS = 14
_COPY_LIKENESS = 80
_SHORTEST_SLIP = 4
_FEW_LEFT_OUT = 3
_FEW_NAMESAKES = 3
_LONGEST_BARE_TITLE = 10
_LONGEST_PICK = 40
POINTS_BACK = re.compile(
    r"\b(?:it(?!['’]s (?:me|the|your|a|an)\b)|its|this one|that one|the same (?:one|product))\b"
    r"|它|这款|那款|这个商品|该商品|同款",
    re.IGNORECASE,
)
_POINTS_AT_GOOD = re.compile(r"\b(?:that|this|those|these|the same)\b|[那这]", re.IGNORECASE)
# Labour Day and Children's Day are written like 51 and 61.
_DAYS_LIKE_NUMBERS = ("五一", "六一")
# A bare number is no duration or date: it may be a product's id. One written as a date is.
# A number with a word may be a date that nobody can read; "up" and "in stock" are none.
_IS_DATED = re.compile(r"\d.*[^\W\d]|[^\W\d].*\d|\b(?:day|week|month|quarter|year)s?\b|[周月季年]")
_JOINED = re.compile(r"\s*(?:\band\b|\bvs\b|\bversus\b|和|跟|与|、|&)\s*(?:the )?")
# 九月份8包 is packs of eight in September, not the eighth.
_PACK = re.compile(
    r"(?:(?<=[月份年])|(?<![\d月]))\d+(?:\.\d+)?(?=\s?(?:xx|包|片|袋|双|支|盒|瓶|罐|块|条|只|厘米|毫升|克|升|寸|骨|件|码|色|cm|ml|kg|g\b))"
)
_ADDED_UP = r"\b(?:over|across|between|from|during|throughout) (?:the )?"
# 十二月一共 is a month, and no first of December.
_NO_NUMBER = re.compile(r"(?<=[月年周天日号])一(?=[共起下直般路波总])")
_HAS_UNIT = re.compile(r"[a-z\u4e00-\u9fff%]|\d[-/.]\d{1,2}[-/.]\d")


def ground_call(
    shop: Shop, question: str, call: PlannedCall, memory: Memory, position: int
) -> dict[str, Any]:
    """Return the call's arguments as the user said them.

    Args:
        shop: for the catalogue and the data's dates.
        question: the user's words.
        call: what the model wrote.
        memory: the conversation so far.
        position: the call's place in the plan, from 0; "$n" may only point before it.

    Returns:
        Arguments by their said names; "it" stands for the conversation's product.
    """
    if call.tool == CALCULATION:
        return ground_calculation(question, call, memory)
    tool = toolbox()[call.tool]
    said: dict[str, Any] = {}
    for parameter in tool.parameters:
        value = _ground(shop, question, parameter, call.arguments.get(parameter.said), memory, position)
        if value is not None:
            said[parameter.said] = value
    return _named_in_query(shop, said)


def _named_in_query(shop: Shop, said: dict[str, Any]) -> dict[str, Any]:
    """A search for nothing but a product's name is a search of that product's reviews."""
    if "query" not in said or "product" in said:
        return said
    match = shop.catalogue.match(said["query"])
    is_named = match.outcome == "found" or (match.outcome == "ambiguous" and match.total <= _FEW_NAMESAKES)
    return {**said, "product": said["query"]} if is_named else said


def find_reference(shop: Shop, question: str) -> str | None:
    """Return the question's words that point back to another period ("the month before that"), or None."""
    any_day = Period(shop.as_of, shop.as_of)
    return find_span(question, lambda words: refer_period(words, any_day, shop.as_of, shop.first_day))


def recover_span(
    shop: Shop, question: str, tool_name: str, said: dict[str, Any], memory: Memory
) -> dict[str, Any]:
    """Add what the question states and the model left out: a period, a horizon, a choice; for plans of one call."""
    followed = follow(shop, question, memory)
    told = followed.question
    for parameter in toolbox()[tool_name].parameters:
        choice = plainly_asked(parameter.choices, told)
        if choice:
            said = {**said, parameter.said: choice}
        kind = parameter.span.kind if parameter.span else ""
        if kind == "product" and followed.kin and not _is_found(shop, said.get("product")):
            said = {**said, parameter.said: followed.kin.title}
        if parameter.said not in said and (kind == "period" or parameter.said == "horizon"):
            # A title may hold a festival or a number of days.
            rest = mask_name(shop, told, "en")
            pointing = find_reference(shop, rest) if kind == "period" and memory.period else None
            found = _longer(pointing, find_span(rest, span_resolver(shop, kind)))
            # "May I ask" and "we march on" hold no month.
            if found and found not in ("may", "march"):
                said = {**said, parameter.said: found}
    return said


def _is_found(shop: Shop, said: Any) -> bool:
    return bool(said) and not is_pronoun(str(said)) and shop.catalogue.match(str(said)).outcome == "found"


def _ground(
    shop: Shop, question: str, parameter: Parameter, value: Any, memory: Memory, position: int
) -> Any:
    kind = parameter.span.kind if parameter.span else "choice"
    if kind == "product":
        return _ground_product(shop, question, parameter, value, memory, position)
    if value is None:
        return None
    if kind == "choice":
        return value if _is_allowed(parameter, value, question) else None
    text = str(value)
    if kind == "text":
        return _ground_text(parameter, text, question)
    if kind == "quantity":
        return _ground_quantity(text, question)
    told = follow(shop, question, memory).question
    pointing = find_reference(shop, told) if kind == "period" and (memory.period or position) else None
    return _longer(pointing, _ground_span(shop, parameter, text, told))


def _longer(pointing: str | None, found: str | None) -> str | None:
    """Return words that point back, unless they are part of words that need no looking back: 那周 of 双十一那周."""
    return found if not pointing or (found and pointing != found and pointing in found) else pointing


def _ground_text(parameter: Parameter, text: str, question: str) -> str | None:
    if not parameter.required and is_choice_word(text):
        return None
    # Search is by meaning: the whole question serves where the model paraphrased.
    return text if _stands_in(text, question) else (question if parameter.required else None)


def _ground_span(shop: Shop, parameter: Parameter, text: str, question: str) -> str | None:
    if not _speaks_of(parameter.said, question):
        return None
    kind = parameter.span.kind if parameter.span else ""
    resolve = span_resolver(shop, kind)
    found = find_span(without_packs(question) if kind == "period" else question, resolve)
    is_unreadable = _is_unreadable(resolve(text))
    # "感恩节" copied out of "感恩节那周" would be one day of the week that was asked about.
    whole = split_periods(shop, question, found) if kind == "period" else [found]
    is_part = found is not None and fold(text) not in whole and _stands_in(text, found)
    # 上周 stands in 上上周, and may stand beside it.
    is_cut_short = is_part and not _stands_in(text, fold(question).replace(str(found), ";"))
    if not _stands_in(text, question) or is_cut_short or (found and is_unreadable):
        return found
    # The user's dates even where nobody can read them: the tool says so, rather than answer for other ones.
    return text if not is_unreadable or (kind != "percent" and _IS_DATED.search(text)) else None


def without_packs(text: str) -> str:
    """Return a text without the numbers of packs and sizes, that are no dates."""
    return _PACK.sub(" ; ", fold(text))


def split_periods(shop: Shop, question: str, period: str | None) -> list[str]:
    """Return the expressions in which no clause ends: a period, or the two that "and" compares."""
    if period and re.search(_ADDED_UP + re.escape(fold(period)), fold(question)):
        return [period]
    parts = _JOINED.split(period) if period else []
    resolve = span_resolver(shop, "period")
    read_alone = [resolve(part) for part in parts]
    if period is None or len(parts) == 1 or not all(isinstance(one, Period) for one in read_alone):
        return [period] if period else []
    whole, first = resolve(period), read_alone[0]
    # The year of "August and September 2025" belongs to both; August alone would be this year's.
    is_shared = isinstance(whole, Period) and isinstance(first, Period) and whole.start != first.start
    return [period] if is_shared else parts


def _speaks_of(argument: str, question: str) -> bool:
    """Whether a question speaks of supply at all: "0 left" and "400 g" are no lead time and no service level."""
    text = fold(question)
    if argument == "service_level":
        return says_service_level(text)
    return argument != "lead_time" or says_lead_time(text)


def _is_allowed(parameter: Parameter, value: Any, question: str) -> bool:
    if parameter.choices:
        return value in parameter.choices and may_be_asked(value, question)
    return value in _numbers(question) or value == find_limit(fold(question))


def _ground_quantity(text: str, question: str) -> str | None:
    """Keep a quantity whose number the user said, whatever unit the model put beside it."""
    numbers = re.findall(NUMBER, fold(text))
    if len(numbers) != 1 or parse_number(numbers[0]) not in _numbers(question):
        return None
    # "400 g" is a size, "5 days" a time: no stock count, whatever slot the model put it into. 60块 may be tiles.
    if isinstance(resolve_count(text), ToolError):
        counted = find_on_hand(fold(question)) or ""
        return numbers[0] if counted.startswith(numbers[0]) else None
    return text if _stands_in(text, question) else str(numbers[0])


def _ground_product(
    shop: Shop, question: str, parameter: Parameter, value: Any, memory: Memory, position: int
) -> str | None:
    text = str(value).strip() if value is not None else ""
    reference = REFERENCE.match(text)
    if reference:
        if 1 <= int(reference.group(1)) <= position:
            return text
        text = "it"
    if any(text == one.products[0].title for one in shop.catalogue.mentioned_all(question) if one.products):
        # Of two products side by side, each by its title.
        return text
    named = _named(shop, question)
    found = named.products[0] if named.outcome == "found" else None
    if text and not parameter.required and _NO_GOOD.fullmatch(fold(text)):
        return None
    copied = "" if is_pronoun(text) or _is_most_of(text, question) else _as_copied(text, question)
    if copied:
        spoken_of = _spoken_of(shop, question, copied, memory)
        return spoken_of or _as_named(shop, question, copied, found)
    if found and (text or parameter.required):
        return found.title
    if memory.refer(question):
        return question.strip()
    picked = _pick(shop, question, memory)
    open_name = named.shared_name if parameter.required and not _speaks_of_last(named, memory) else None
    if picked or open_name:
        return picked or open_name
    return "it" if parameter.required or _means_last(text, question, memory) else None


def _means_last(text: str, question: str, memory: Memory) -> bool:
    """Whether a question without a name is about the product talked of before."""
    is_whole_shop = bool(WHOLE_SHOP.search(fold(question)))
    if POINTS_BACK.search(question):
        # "What sold best, and how much did it bring in?" speaks of all.
        return memory.product is not None or not (is_whole_shop or is_listing(fold(question)))
    is_earlier = memory.product is not None and (is_pronoun(text) or text == memory.product.title)
    return is_earlier and not is_whole_shop


def _named(shop: Shop, question: str) -> ProductMatch:
    """Return what the question names: in pieces, or by a title that stands in it misspelt."""
    mention = shop.catalogue.mentioned(question)
    if mention.outcome == "found":
        return mention
    whole = shop.catalogue.match(question)
    return whole if whole.outcome == "found" else mention


def _as_named(shop: Shop, question: str, copied: str, found: Product | None) -> str:
    """Return a copied name, or the title of what the question names where the copy was cut out wrongly."""
    match = shop.catalogue.match(copied)
    if found is None:
        return _with_variant(shop, question, copied, match)
    # "兔子小夜灯" copied out of "兔子小夜灯 粉色": the whole title was said.
    is_part = any(_stands_in(copied, name) for name in found.names)
    is_meant = match.outcome == "found" and any(
        match.products[0] in mention.products for mention in shop.catalogue.mentioned_all(question)
    )
    return copied if is_meant and not is_part else found.title


def _with_variant(shop: Shop, question: str, copied: str, match: ProductMatch) -> str:
    """Return the title that the rest of the question picks among those which a copied name fits."""
    if match.outcome != "ambiguous" or match.total > len(match.products):
        return copied
    picked = shop.catalogue.mentioned(question, [product.product_id for product in match.products])
    return picked.products[0].title if picked.outcome == "found" else copied


def _spoken_of(shop: Shop, question: str, copied: str, memory: Memory) -> str | None:
    """Return which variant a name alone means in a conversation: "that ramen bowl", "the grey one" of its curtain."""
    match = shop.catalogue.match(copied)
    if memory.product is None or match.outcome == "found":
        return None
    if _POINTS_AT_GOOD.search(question) and _speaks_of_last(match, memory):
        return "it"
    return _pick(shop, question, memory) if not shop.catalogue.mentioned(question).products else None


def _speaks_of_last(named: ProductMatch, memory: Memory) -> bool:
    """Whether a good's name without its variant means the variant talked of before: "that ramen bowl"."""
    last = memory.product.product_id if memory.product else None
    return any(product.product_id == last for product in named.products)


def _pick(shop: Shop, question: str, memory: Memory) -> str | None:
    """Return the product that a short question tells from those listed, or from the variants of the last one.

    "the same for the ivory ones", "45厘米的也来一份".
    """
    if len(question) > _LONGEST_PICK or POINTS_BACK.search(question):
        return None
    listed = [shop.catalogue.get(product.product_id) for product in memory.listed]
    match = match_among(question, [product for product in listed if product])
    if match.outcome != "found" and memory.product:
        last = memory.product.product_id
        match = shop.catalogue.mentioned(question, [last, *shop.catalogue.siblings(last)])
    return match.products[0].title if match.outcome == "found" else None


def _is_most_of(said: str, question: str) -> bool:
    """Whether the model copied the question itself into the slot; a bare title is a question of few words."""
    return len(question) > _LONGEST_BARE_TITLE and len(said) > 0.75 * len(question)


def _as_copied(said: str, question: str) -> str:
    """Return the question's own words for a name that the model copied, give or take a slip; "" if it did not."""
    if not said or _stands_in(said, question) or _is_condensed(said, question):
        return said
    nearest = fuzz.partial_ratio_alignment(fold(said), fold(question), score_cutoff=_COPY_LIKENESS)
    if nearest is None or len(said) < _SHORTEST_SLIP or nearest.score < _COPY_LIKENESS:
        return ""
    return fold(question)[nearest.dest_start : nearest.dest_end].strip()


def _is_condensed(said: str, question: str) -> bool:
    """Whether a name is the question's words in their order with a few left out: "10骨雨伞" of "10骨的雨伞"."""
    wanted, text = name_key(said), name_key(question)
    start = text.find(wanted[:1])
    while wanted and start >= 0:
        window = iter(text[start : start + len(wanted) + _FEW_LEFT_OUT])
        if all(letter in window for letter in wanted):
            return True
        start = text.find(wanted[0], start + 1)
    return False


def find_span(question: str, resolve: Callable[[str], Any]) -> str | None:
    """Return the question's expression that the resolver can read, tightly cut, or None."""
    for text in _runs(_NO_NUMBER.sub(" ", fold(question))):
        meant = resolve(text) if _has_unit(text) else None
        if meant is not None and not _is_unreadable(meant):
            return _tightened(text, meant, resolve)
    return None


def _tightened(text: str, meant: Any, resolve: Callable[[str], Any]) -> str:
    """Drop words at both ends as long as what is left means the same ("riser will sell in the next 14 days")."""
    tokens = [match.span() for match in _TOKEN.finditer(text)]
    for dropped in (slice(1, None), slice(None, -1)):
        while len(tokens) > 1:
            kept = tokens[dropped]
            shorter = text[kept[0][0] : kept[-1][1]]
            if not _has_unit(shorter) or not _same(resolve(shorter), meant):
                break
            tokens = kept
    return text[tokens[0][0] : tokens[-1][1]]


def _has_unit(text: str) -> bool:
    if text in _DAYS_LIKE_NUMBERS:
        return True
    return bool(_HAS_UNIT.search(text)) and not re.fullmatch(NUMBER, text)


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, Period) and isinstance(other, Period):
        return (one.start, one.end) == (other.start, other.end)
    if isinstance(one, ToolError) and isinstance(other, ToolError):
        return one.code == other.code
    return bool(one == other)


def _runs(question: str) -> Iterator[str]:
    text = fold(question)
    spans = [match.span() for match in _TOKEN.finditer(text)]
    for length in range(min(_LONGEST_SPAN_TOKENS, len(spans)), 0, -1):
        for first in range(len(spans) - length + 1):
            yield text[spans[first][0] : spans[first + length - 1][1]]


def span_resolver(shop: Shop, kind: str) -> Callable[[str], Any]:
    """Return what turns copied words of a kind into a value, or into a ToolError that says what is wrong."""
    if kind == "period":
        return lambda text: resolve_period(text, shop.as_of, shop.first_day, shop.currency)
    if kind == "duration":
        return lambda text: resolve_duration(text, shop.as_of)
    return {"quantity": resolve_count, "percent": resolve_percent}[kind]


def _is_unreadable(resolved: Any) -> bool:
    # Out of range is readable: "100000 days" must reach the tool and be refused there by name.
    return isinstance(resolved, ToolError) and resolved.code.endswith("not_understood")


def _stands_in(said: str, question: str) -> bool:
    def squeeze(text: str) -> str:
        return re.sub(r"[\s\"'“”‘’《》「」,，。.?？!！]+", "", fold(text))

    return bool(squeeze(said)) and squeeze(said) in squeeze(question)


def _numbers(question: str) -> Sequence[float]:
    found = (parse_number(text) for text in re.findall(NUMBER, fold(question)))
    return [number for number in found if number is not None]
