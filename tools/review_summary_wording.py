"""The sentences, the table and the quotes of a summary of reviews."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

import pandas as pd

from store.review_flags import is_quotable
from tools.aspect_names import Aspect
from tools.labels import Words, state_period
from tools.results import Column, Draft, Evidence, Table
from tools.review_opinions import AspectOpinions
from tools.shop import Shop
from tools.topic_moves import Move, surest_move

ASPECTS_TOLD = 3
QUOTED_EACH = 2
# Readers take in a short review; a long one is cut, and the cut may lose the aspect.
_COMFORTABLE_LENGTH = 160


class ReviewsRead(NamedTuple):
    """Reviews with what they think: places in `opinions` count the rows from 0; `entity` is whose they are."""

    entity: str
    rows: pd.DataFrame
    opinions: list[AspectOpinions]


def say_nothing(draft: Draft, when: Words) -> None:
    """Say that there are too few reviews."""
    draft.say(
        "lead",
        f"Too few reviews to see what customers agree on: {{product}} has {{reviews}} {when.en}.",
        f"{{product}}{when.zh}只有 {{reviews}} 条可参考的评价，还看不出大家共同关心什么。",
        aspect="aspects",
    )


def say_aspects(draft: Draft, read: ReviewsRead, when: Words) -> None:
    """Say what reviews speak of most, and how many praise it or complain."""
    told = read.opinions[:ASPECTS_TOLD]
    for number, each in enumerate(told, start=1):
        _state_aspect(draft, f"aspect{number}", each, read.entity)
    names = [f"aspect{number}" for number in range(1, len(told) + 1)]
    english = [
        f"{{{name}}} ({{{name}_reviews}}: {{{name}_praise}} pleased, {{{name}_complaints}} not)"
        for name in names
    ]
    chinese = [
        f"{{{name}}}（{{{name}_reviews}} 条：{{{name}_praise}} 条夸，{{{name}_complaints}} 条不满）"
        for name in names
    ]
    draft.say(
        "lead",
        f"{{product}} has {{reviews}} reviews to go by {when.en}. They speak most of {_listed(english)}.",
        f"{{product}}{when.zh}有 {{reviews}} 条可参考的评价，提到最多的是{'、'.join(chinese)}。",
        aspect="aspects",
    )


def say_complaints(draft: Draft, read: ReviewsRead) -> None:
    """Say what is complained of most."""
    worst = max(read.opinions, key=lambda each: len(each.complaints))
    if not worst.complaints:
        draft.say(
            "verdict",
            "Nobody complains about any of that.",
            "这些方面都没有人表示不满。",
            aspect="complaints",
        )
        return
    _state_aspect(draft, "worst", worst, read.entity)
    draft.say(
        "verdict",
        "What draws the most complaints is {worst}: {worst_complaints} of {worst_reviews} reviews that mention it.",
        "不满最集中的是{worst}：提到它的 {worst_reviews} 条评价里，有 {worst_complaints} 条不满意。",
        aspect="complaints",
    )


def _listed(parts: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))


def _state_aspect(draft: Draft, name: str, opinions: AspectOpinions, entity: str) -> None:
    state = partial(draft.fact, entity=entity)
    aspect = opinions.aspect
    state(name, aspect.en, "text", metric="aspect", localized={"en": aspect.en, "zh": aspect.zh})
    state(f"{name}_reviews", len(opinions.lean), "count", metric="reviews that mention it")
    state(f"{name}_praise", len(opinions.praise), "count", metric="reviews that praise it")
    state(f"{name}_complaints", len(opinions.complaints), "count", metric="reviews that complain of it")


def say_move(draft: Draft, moves: list[Move], read: ReviewsRead) -> None:
    """Name the aspect that comes up more or less often than before, where chance does not explain it."""
    move = surest_move(moves)
    if move is None:
        return
    state = partial(draft.fact, entity=read.entity, period=move.window.iso())
    state(
        "moved",
        move.aspect.en,
        "text",
        metric="aspect",
        localized={"en": move.aspect.en, "zh": move.aspect.zh},
    )
    state("moved_recent", move.recent, "count", metric="reviews that mention it")
    state("moved_recent_all", move.recent_all, "count", metric="reviews of the period")
    before = partial(draft.fact, entity=read.entity, period=move.window.before().iso())
    before("moved_before", move.before, "count", metric="reviews that mentioned it")
    before("moved_before_all", move.before_all, "count", metric="reviews of the period before")
    state("moved_days", move.window.before().days, "days", metric="length of the period before")
    when = state_period(draft, move.window, "moved_")
    word = Words("more", "多了") if move.is_rise else Words("less", "少了")
    draft.say(
        "evidence",
        f"Customers mention {{moved}} {word.en} often {when.en}: in {{moved_recent}} of {{moved_recent_all}} reviews,"
        " against {moved_before} of {moved_before_all} in the {moved_days} before.",
        f"{when.zh}提到{{moved}}的{word.zh}：{{moved_recent_all}} 条评价里有 {{moved_recent}} 条，"
        "此前 {moved_days}的 {moved_before_all} 条里有 {moved_before} 条。",
        aspect="trend",
    )


def say_content(draft: Draft, entity: str, content: int) -> None:
    """Say how many reviews without stars read as content."""
    draft.fact("content", content, "count", entity=entity, metric="reviews that read as content")
    draft.say(
        "evidence",
        "They carry no stars; by their words, {content} of them are content.",
        "这些评价没有打分；从字面看，表示满意的有 {content} 条。",
        aspect="rating",
    )


def say_partly_read(draft: Draft, most: int) -> None:
    """Admit that only the latest reviews were read."""
    draft.fact("most_read", most, "count", metric="reviews read")
    draft.say(
        "caveat",
        "Aspects are counted over the latest {most_read} reviews.",
        "各方面的统计只看了最近的 {most_read} 条评价。",
        aspect="period",
    )


def pick_quotes(read: ReviewsRead) -> dict[str, list[int]]:
    """Return the places of two reviews an aspect and language, of the side that most take, by English name."""
    picked: dict[str, list[int]] = {}
    used: set[int] = set()
    languages = read.rows["language"]
    for each in read.opinions:
        telling = _telling(read, each)
        # Another review for each aspect where there is one.
        telling.sort(key=lambda place: place in used)
        own = [[place for place in telling if languages.iloc[place] == lang] for lang in ("en", "zh")]
        chosen = [place for places in own for place in places[:QUOTED_EACH]] or telling[:QUOTED_EACH]
        picked[each.aspect.en] = chosen
        used.update(chosen)
    return picked


def quote(shop: Shop, read: ReviewsRead, picked: dict[str, list[int]]) -> list[Evidence]:
    """Return the picked reviews as evidence, each once, those of the aspect spoken of most first."""
    shown: dict[int, Evidence] = {}
    for each in read.opinions:
        for place in picked[each.aspect.en]:
            lean = each.lean[place]
            shown.setdefault(place, _as_evidence(shop, read.rows.iloc[place], lean, each.aspect))
    return list(shown.values())


def _telling(read: ReviewsRead, opinions: AspectOpinions) -> list[int]:
    """Return places of reviews worth quoting on an aspect: decided ones of the larger side, short ones first."""
    more = opinions.complaints if len(opinions.complaints) > len(opinions.praise) else opinions.praise
    texts, flags = read.rows["text"], read.rows["flags"]
    usable = [place for place in more or opinions.lean if is_quotable(flags.iloc[place])]
    return sorted(
        usable,
        key=lambda place: (
            len(texts.iloc[place]) > _COMFORTABLE_LENGTH,
            -abs(opinions.lean[place] - 0.5),
            place,
        ),
    )


def _as_evidence(shop: Shop, row: pd.Series[Any], lean: float, aspect: Aspect) -> Evidence:
    product = shop.catalogue.get(row["product_id"])
    return Evidence(
        review_id=row["review_id"],
        product_id=row["product_id"],
        product_title=product.title if product else row["product_id"],
        date=row["ds"],
        rating=row["rating"],
        language=row["language"] or "",
        text=": ".join(part for part in (row["title"], row["text"]) if part),
        score=round(float(abs(lean - 0.5) * 2), 3),
        flags=list(row["flags"]),
        about={"en": aspect.en, "zh": aspect.zh},
    )


def summary_chart(read: ReviewsRead) -> dict[str, Any]:
    """Return how many are pleased and how many are not, an aspect a row, as a chart."""
    return {
        "kind": "opinions",
        "title": {"en": "What reviews say", "zh": "评价怎么说"},
        "labels": {lang: [getattr(each.aspect, lang) for each in read.opinions] for lang in ("en", "zh")},
        "pleased": [len(each.praise) for each in read.opinions],
        "not_pleased": [len(each.complaints) for each in read.opinions],
    }


def summary_table(read: ReviewsRead, moves: list[Move], picked: dict[str, list[int]]) -> Table:
    """Return a row an aspect: its counts, the last weeks beside those before, and the ids of its quotes."""
    moved = {move.aspect.en: move for move in moves}
    rows = []
    for each in read.opinions:
        move = moved.get(each.aspect.en)
        ids = [str(read.rows["review_id"].iloc[place]) for place in picked[each.aspect.en]]
        rows.append(
            {
                "aspect": each.aspect.en
                if each.aspect.en == each.aspect.zh
                else f"{each.aspect.zh} · {each.aspect.en}",
                "reviews": len(each.lean),
                "praise": len(each.praise),
                "complaints": len(each.complaints),
                "recent": move.recent if move else None,
                "before": move.before if move else None,
                "quotes": ", ".join(ids) or None,
            }
        )
    columns = [
        Column(key="aspect", en="Aspect", zh="方面"),
        Column(key="reviews", en="Reviews", zh="评价数", unit="count"),
        Column(key="praise", en="Praise", zh="称赞", unit="count"),
        Column(key="complaints", en="Complaints", zh="不满", unit="count"),
        Column(key="recent", en="Lately", zh="近期", unit="count"),
        Column(key="before", en="Before", zh="此前", unit="count"),
        Column(key="quotes", en="Quoted", zh="引用"),
    ]
    return Table(columns=columns, rows=rows, total_rows=len(rows))
