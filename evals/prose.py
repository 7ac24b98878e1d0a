"""Whether a model may write prose: it rewords real statements, and every text is held to its facts.

The facts and statements are the tools' own, from the store that is given; the demo store is the measure.
"""

from __future__ import annotations

import random
import statistics
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from agent.composition import compose
from agent.execution import Executor, Step
from agent.memory import Memory
from agent.prose import Brief, Fault, Verdict, weights_sum, write_prose
from serving.errors import ServingError
from serving.registry import recognise_model, verdict_file
from tools.results import Lang
from tools.shop import Shop

if TYPE_CHECKING:
    from serving.client import ChatClient

LEAST_CASES = 200
MOST_SENT_BACK = 0.05
PRODUCTS = 26
_SEED = 7
# Asked of each product: the question in each language, and the calls it leads to ("{}" is the product's id).
_ABOUT_A_PRODUCT: tuple[tuple[str, str, tuple[tuple[str, dict[str, str]], ...]], ...] = (
    (
        "How much of this will sell in the next two weeks?",
        "这款未来两周能卖多少？",
        (("forecast_demand", {"product": "{}", "horizon": "2 weeks"}),),
    ),
    (
        "How many did we sell last month?",
        "这款上个月卖了多少？",
        (("get_sales", {"product": "{}", "period": "last month"}),),
    ),
    ("Why did its sales change?", "这款的销量为什么变了？", (("explain_trend", {"product": "{}"}),)),
    (
        "How much should I reorder if delivery takes ten days and 40 are left?",
        "十天到货，还剩40件，要补多少？",
        (("recommend_restock", {"product": "{}", "lead_time": "10 days", "on_hand": "40"}),),
    ),
    ("What do customers say?", "顾客怎么评价这款？", (("search_reviews", {"product": "{}", "query": "{}"}),)),
    (
        "What sold last month, and what will sell in the next week?",
        "上个月卖了多少，下一周还能卖多少？",
        (
            ("get_sales", {"product": "{}", "period": "last month"}),
            ("forecast_demand", {"product": "{}", "horizon": "7 days"}),
        ),
    ),
)
_ABOUT_THE_SHOP: tuple[tuple[str, str, tuple[tuple[str, dict[str, str]], ...]], ...] = (
    ("What is trending?", "现在什么涨得好？", (("list_trending", {"direction": "up"}),)),
    ("What is falling?", "哪些在跌？", (("list_trending", {"direction": "down"}),)),
    ("How did the shop do last week?", "上周店里卖得怎么样？", (("get_sales", {"period": "last week"}),)),
    (
        "What rises fastest, and why?",
        "涨得最快的是哪款，为什么？",
        (("list_trending", {"direction": "up"}), ("explain_trend", {"product": "$1"})),
    ),
)


@dataclass(frozen=True)
class Trial:
    """One case: what the model made of it; `error` where the server gave nothing to judge."""

    brief: Brief
    text: str = ""
    faults: tuple[Fault, ...] = ()
    seconds: float = 0.0
    error: str = ""

    @property
    def is_sent_back(self) -> bool:
        """Whether the reader would see the statements instead."""
        return bool(self.faults or self.error)


@dataclass
class Measure:
    """All trials of one model."""

    trials: list[Trial] = field(default_factory=list)

    @property
    def sent_back(self) -> float:
        """The share of answers that went back to the statements."""
        return sum(trial.is_sent_back for trial in self.trials) / max(1, len(self.trials))

    @property
    def earned(self) -> bool:
        """Whether the model may write prose: enough cases, few enough sent back."""
        return len(self.trials) >= LEAST_CASES and self.sent_back <= MOST_SENT_BACK

    def faults(self) -> dict[str, int]:
        """How many answers each kind of fault sent back, most frequent first; an answer may have several."""
        kinds = Counter(kind for trial in self.trials for kind in sorted({f.kind for f in trial.faults}))
        return dict(kinds.most_common())

    def verdict(self, served_name: str, day: str) -> Verdict:
        """Return what is kept of the measurement.

        Args:
            served_name: the model's name on its server.
            day: ISO date of the measurement.
        """
        spec = recognise_model(served_name)
        times = [trial.seconds for trial in self.trials if not trial.error]
        return Verdict(
            model=spec.name if spec else served_name,
            sha256=weights_sum(served_name),
            date=day,
            cases=len(self.trials),
            sent_back=round(self.sent_back, 4),
            failed=sum(bool(trial.error) for trial in self.trials),
            faults=self.faults(),
            median_seconds=round(statistics.median(times), 2) if times else 0.0,
            earned=self.earned,
        )


def prose_briefs(shop: Shop, products: int | None = None) -> Iterator[Brief]:
    """Yield what a writer would be given, in both languages, drawn from a store's own results.

    Args:
        shop: the store to ask.
        products: how many of its products to ask about; by default PRODUCTS.
    """
    known = [product.product_id for product in shop.catalogue.products]
    drawn = sorted(random.Random(_SEED).sample(known, min(products or PRODUCTS, len(known))))
    executor = Executor(shop)
    for product_id in [*drawn, ""]:
        for en, zh, calls in _ABOUT_A_PRODUCT if product_id else _ABOUT_THE_SHOP:
            steps = [Step(tool, _filled(said, product_id, en)) for tool, said in calls]
            executed = executor.run(steps, Memory(), lambda _: None)
            languages: tuple[tuple[str, Lang], ...] = ((en, "en"), (zh, "zh"))
            for question, lang in languages:
                draft = compose(executed, lang, question)
                if draft.told and all(call.result.ok for call in executed):
                    yield Brief(question, draft.told, draft.facts, lang, shop.catalogue.titles(lang))


def _filled(said: dict[str, str], product_id: str, question: str) -> dict[str, str]:
    return {name: value.format(question if name == "query" else product_id) for name, value in said.items()}


def measure_prose(
    client: ChatClient,
    briefs: Sequence[Brief],
    *,
    timeout_seconds: float = 60.0,
    on_trial: Callable[[Trial], None] | None = None,
) -> Measure:
    """Have a model reword every brief and judge each text as an answer would be.

    Args:
        client: the model.
        briefs: from `prose_briefs`.
        timeout_seconds: the longest that one may take; a server that gives nothing sends the answer back.
        on_trial: told of each as it ends.
    """
    measure = Measure()
    for brief in briefs:
        try:
            text, completion = write_prose(client, brief, timeout_seconds)
            trial = Trial(brief, text, tuple(brief.faults(text)), completion.seconds)
        except ServingError as error:
            trial = Trial(brief, error=str(error))
        measure.trials.append(trial)
        if on_trial:
            on_trial(trial)
    return measure


def keep_verdict(verdict: Verdict) -> Path:
    """Write a verdict where the registry and the assistant look for it, and return the file."""
    path = verdict_file(verdict.model)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(verdict.model_dump_json(indent=2) + "\n", encoding="utf-8")
    return path
