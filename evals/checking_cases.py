"""Labelled texts for the checker: right ones in many renderings, and the same with one thing broken.

Written apart from the checker: values are compared with the facts themselves, never through its code.
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from agent.checking import check_text
from evals import spelling
from evals.checking_scenes import Scene, scenes
from evals.checking_templates import INVENTED, SUPERLATIVES, TEMPLATES
from tools.results import Fact, Lang
from tools.shop import Shop

SEED = 20261031
MOST_OF_KIND = 30
PRODUCTS = 12
_SLOT = re.compile(r"\{([a-z0-9_]+!?)\}")
_PIECES = ("units", "count")


@dataclass(frozen=True)
class CheckingCase:
    """One text with its verdict.

    Args:
        kind: how it was written ("exact", "thousands") or broken ("digit changed").
        is_violation: whether the checker must stop it.
    """

    kind: str
    text: str
    scene: Scene
    is_violation: bool


@dataclass
class Score:
    """How well the checker tells the two apart.

    Args:
        by_kind: (right verdicts, cases) by kind.
        misses: the cases that it judged wrongly.
    """

    by_kind: dict[str, tuple[int, int]] = field(default_factory=dict)
    misses: list[CheckingCase] = field(default_factory=list)
    stopped: int = 0
    violations: int = 0
    cases: int = 0

    @property
    def recall(self) -> float:
        """Share of the broken texts that were stopped."""
        return 1 - sum(case.is_violation for case in self.misses) / max(self.violations, 1)

    @property
    def precision(self) -> float:
        """Share of the stopped texts that were broken."""
        return 1 - sum(not case.is_violation for case in self.misses) / max(self.stopped, 1)


def measure(shop: Shop, most_of_kind: int = MOST_OF_KIND, products: int = PRODUCTS) -> Score:
    """Check every case and compare with its label.

    Args:
        shop: a demo shop; the same shop gives the same cases.
        most_of_kind: how many cases of each kind and language.
        products: how many of its products are spoken of.
    """
    score = Score()
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for case in checking_cases(shop, most_of_kind, products):
        scene = case.scene
        found = check_text(
            case.text, scene.facts, scene.question, scene.quoted, scene.lang,
            bind=True, statements=scene.statements, titles=scene.titles,
        )  # fmt: skip
        total[case.kind] += 1
        right[case.kind] += bool(found) == case.is_violation
        score.stopped += bool(found)
        score.violations += case.is_violation
        if bool(found) != case.is_violation:
            score.misses.append(case)
    score.by_kind = {kind: (right[kind], total[kind]) for kind in sorted(total)}
    score.cases = sum(total.values())
    return score


def checking_cases(
    shop: Shop, most_of_kind: int = MOST_OF_KIND, products: int = PRODUCTS
) -> list[CheckingCase]:
    """Return the cases, seeded: at most so many of each kind and language, spread over the scenes."""
    rng = random.Random(SEED)
    found: dict[tuple[str, str], list[CheckingCase]] = defaultdict(list)
    for scene in scenes(shop, products):
        for case in _cases_of(scene, rng):
            found[case.kind, scene.lang].append(case)
    chosen: list[CheckingCase] = []
    for cases in found.values():
        distinct = list({case.text: case for case in cases}.values())
        chosen += rng.sample(distinct, min(most_of_kind, len(distinct)))
    return chosen


def _cases_of(scene: Scene, rng: random.Random) -> Iterator[CheckingCase]:
    for statement in scene.statements:
        yield CheckingCase("statement", statement, scene, False)
    for topic in scene.topics:
        for template in TEMPLATES[topic][scene.lang]:
            names = _SLOT.findall(template)
            if all(name in scene.ups if name.endswith("!") else name in scene.slots for name in names):
                yield from _renderings(scene, template, names, rng)
                yield from _breaks(scene, template, names, rng)
    yield from _citations(scene)


def _fill(scene: Scene, template: str, changed: dict[str, str] | None = None) -> str:
    changed = changed or {}

    def shown(match: re.Match[str]) -> str:
        name = match[1]
        if name in changed:
            return changed[name]
        return scene.word(name) if name.endswith("!") else scene.slots[name].display(scene.lang)

    return _SLOT.sub(shown, template)


Write = Callable[[str], str]


def _numbers(scene: Scene, names: list[str]) -> list[str]:
    return [name for name in names if not name.endswith("!") and not isinstance(scene.slots[name].value, str)]


def _with_number(fact: Fact, lang: Lang, number: str) -> str:
    """Return a fact's display with its number replaced: the unit stays."""
    return re.sub(r"-?[\d,]+(?:\.\d+)?", lambda _: number, fact.display(lang), count=1)


def _renderings(scene: Scene, template: str, names: list[str], rng: random.Random) -> Iterator[CheckingCase]:
    def case(kind: str, text: str) -> CheckingCase:
        return CheckingCase(kind, text, scene, False)

    exact = _fill(scene, template)
    yield case("exact", exact)
    yield case("as a list", f"1. {exact}\n2. {exact}")
    for name in _numbers(scene, names):
        fact = scene.slots[name]
        value, shown = float(fact.value), fact.display(scene.lang)
        number = re.search(r"[\d,]+(?:\.\d+)?", shown)
        assert number is not None
        for kind, write in _SPELLINGS.items():
            yield case(kind, _fill(scene, template, {name: shown.replace(number[0], write(number[0]))}))
        if "," in shown:
            yield case("without separators", _fill(scene, template, {name: shown.replace(",", "")}))
        if value.is_integer() and 2 <= value < 100_000 and fact.unit in (*_PIECES, "days", "percent"):
            yield case("in words", _fill(scene, template, {name: _in_words(fact, scene.lang, int(value))}))
        if fact.unit == "units" and value >= 1_000:
            yield case("in thousands", _fill(scene, template, {name: _in_thousands(fact, scene.lang)}))
        if fact.unit == "percent" and scene.lang == "en":
            yield case(
                "per cent",
                _fill(scene, template, {name: shown.replace("%", rng.choice([" percent", " per cent"]))}),
            )
        if fact.unit == "days" and value % 7 == 0 and value > 7:
            weeks = int(value // 7)
            text = f"{weeks} weeks" if scene.lang == "en" else f"{weeks} 周"
            yield case("days as weeks", _fill(scene, template, {name: text}))
    yield from _date_layouts(scene, template, names, case)


def _date_layouts(
    scene: Scene, template: str, names: list[str], case: Callable[[str, str], CheckingCase]
) -> Iterator[CheckingCase]:
    days = [name for name in names if not name.endswith("!") and scene.slots[name].unit == "date"]
    if days:
        layouts = zip(
            *(spelling.day_layouts(_day(scene.slots[name]), scene.lang) for name in days), strict=True
        )
        for layout in layouts:
            yield case("date layout", _fill(scene, template, dict(zip(days, layout, strict=True))))


_SPELLINGS: dict[str, Write] = {
    "full width": spelling.full_width,
    "zero width": spelling.with_zero_width,
    "emphasis": spelling.with_emphasis,
    "entities": spelling.with_entities,
}


def _in_words(fact: Fact, lang: str, value: int) -> str:
    if lang == "en":
        unit = {"units": " units", "days": " days", "percent": " percent"}.get(str(fact.unit), "")
        return spelling.english_words(value) + unit
    if fact.unit == "percent":
        return f"百分之{spelling.chinese_words(value)}"
    return spelling.chinese_words(value) + {"units": "件", "days": "天"}.get(str(fact.unit), "")


def _in_thousands(fact: Fact, lang: str) -> str:
    value = float(fact.value)
    return f"{value / 1e4:.2f}万件" if lang == "zh" else f"{value / 1e3:.1f}K units"


def _day(fact: Fact) -> date:
    return date.fromisoformat(str(fact.value))


def _is_free(scene: Scene, value: float) -> bool:
    """Whether no fact has this value, not even rounded or without its sign."""
    values = (abs(float(fact.value)) for fact in scene.facts if not isinstance(fact.value, str))
    return all(abs(value - other) > max(0.06 * other, 0.6) for other in values if other < 10 * value + 10)


def _another(scene: Scene, value: float, rng: random.Random) -> int | None:
    """Return a whole number near a value that no fact has."""
    for _ in range(40):
        number = round(value * rng.choice([0.3, 0.5, 0.7, 1.4, 2.3, 3.7]) + rng.randint(-9, 9))
        if number > 1 and _is_free(scene, number):
            return number
    return None


def _breaks(scene: Scene, template: str, names: list[str], rng: random.Random) -> Iterator[CheckingCase]:
    def case(kind: str, text: str) -> CheckingCase:
        return CheckingCase(kind, text, scene, True)

    exact = _fill(scene, template)
    for name in _numbers(scene, names):
        fact = scene.slots[name]
        for kind, text in _broken_numbers(scene, fact, rng):
            yield case(kind, _fill(scene, template, {name: text}))
    for kind, changed in (*_swaps(scene, names), *_broken_dates(scene, names)):
        text = _fill(scene, template, changed)
        if text != exact:
            yield case(kind, text)
    for name in names:
        if name.endswith("!"):
            kind = "sufficiency flipped" if name == "enough!" else "direction flipped"
            yield case(kind, _fill(scene, template, {name: scene.word(name, flipped=True)}))
    number = _another(scene, 40, rng)
    if number is not None:
        word = spelling.english_words(number) if scene.lang == "en" else spelling.chinese_words(number)
        yield case(
            "invented sentence", exact + " " + rng.choice(INVENTED[scene.lang]).format(n=number, w=word)
        )
    if scene.topics[0] in ("forecast", "restock", "explain", "reviews"):
        yield case("superlative added", exact + " " + rng.choice(SUPERLATIVES[scene.lang]))


def _broken_numbers(scene: Scene, fact: Fact, rng: random.Random) -> Iterator[tuple[str, str]]:
    value, shown = float(fact.value), fact.display(scene.lang)
    number = _another(scene, max(value, 5), rng)
    if number is not None:
        other = _with_number(fact, scene.lang, f"{number:,}")
        yield "digit changed", other
        for kind, write in _SPELLINGS.items():
            yield f"digit changed, {kind}", _with_number(fact, scene.lang, write(f"{number:,}"))
        yield "digit changed, raised", _with_number(fact, scene.lang, spelling.raised(str(number)))
        if 2 <= number < 4_000:
            yield "roman", _with_number(fact, scene.lang, spelling.roman(number))
        words = spelling.english_words(number) if scene.lang == "en" else spelling.chinese_words(number)
        yield "number word", _with_number(fact, scene.lang, words)
        if scene.lang == "zh":
            yield "financial numerals", _with_number(fact, scene.lang, spelling.financial_words(number))
    is_change = any(word in fact.id for word in ("change", "growth", "excess"))
    if fact.unit in ("units", "days", "count") and value > 0 and not is_change:
        yield "sign flipped", f"-{shown}"
    if value >= 100 and fact.unit == "units" and _is_free(scene, round(value * 1.2, -1)):
        yield "rounding wrong", _with_number(fact, scene.lang, f"{round(value * 1.2, -1):,.0f}")
    yield from _other_units(scene, fact, shown)


def _other_units(scene: Scene, fact: Fact, shown: str) -> Iterator[tuple[str, str]]:
    en = {
        "units": (" units", "%"),
        "days": (" days", " units"),
        "percent": ("%", " units"),
        "stars": (" stars", "%"),
    }
    zh = {"units": (" 件", "%"), "days": (" 天", " 件"), "percent": ("%", " 件"), "stars": (" 星", "%")}
    ours, other = (en if scene.lang == "en" else zh).get(str(fact.unit), ("", ""))
    has_twin = any(f.value == fact.value and f.unit != fact.unit for f in scene.facts)
    if ours and ours in shown and not has_twin:
        yield "unit swapped", shown.replace(ours, other)
    if fact.unit == "percent":
        yield (
            "percentage points",
            shown.replace("%", " percentage points" if scene.lang == "en" else " 个百分点"),
        )
    if fact.unit == "CNY" and "¥" in shown:
        yield "unit swapped", shown.replace("¥", "$")


_METRIC_SWAPS = (
    ("on_hand", "expected"), ("on_hand", "reorder_point"), ("expected", "target"), ("reorder_point", "target"),
    ("order", "on_hand"), ("error", "naive_error"), ("high", "low"), ("confidence80", "risk"),
)  # fmt: skip
_PERIOD_SWAPS = (
    ("units", "units_before"),
    ("recent", "baseline"),
    ("top1_units", "top1_before"),
    ("top2_units", "top2_before"),
)
_PRODUCT_SWAPS = (("top1", "top2"), ("top1_units", "top2_units"))


def _swaps(scene: Scene, names: list[str]) -> Iterator[tuple[str, dict[str, str]]]:
    for kind, pairs in (
        ("metric swapped", _METRIC_SWAPS), ("period swapped", _PERIOD_SWAPS), ("product swapped", _PRODUCT_SWAPS),
    ):  # fmt: skip
        for one, other in pairs:
            if one in names and other in scene.slots and scene.slots[one].value != scene.slots[other].value:
                shown = {one: scene.slots[other].display(scene.lang)}
                if other in names:
                    shown[other] = scene.slots[one].display(scene.lang)
                yield kind, shown
    for low, high in (("low80", "high95"), ("low95", "high80")):
        if low in names and scene.slots[high].value != scene.slots[f"high{low[3:]}"].value:
            yield "range end", {f"high{low[3:]}": scene.slots[high].display(scene.lang)}
    for name in ("product", "best"):
        if name in names and any(scene.slots[n].unit in ("units", "CNY") for n in _numbers(scene, names)):
            yield "product invented", {name: scene.stranger}


def _broken_dates(scene: Scene, names: list[str]) -> Iterator[tuple[str, dict[str, str]]]:
    for name in names:
        if not name.endswith("!") and scene.slots[name].unit == "date":
            fact = scene.slots[name]
            for days in (-1, 1, -40, 365):
                moved = fact.model_copy(update={"value": (_day(fact) + timedelta(days=days)).isoformat()})
                yield "date shifted", {name: moved.display(scene.lang)}


def _citations(scene: Scene) -> Iterator[CheckingCase]:
    if not scene.quoted:
        return
    review = scene.quoted[0]
    said = {"en": "Customers complain about it", "zh": "顾客提到了这一点"}[scene.lang]
    marks = "“{}” [{}]"
    yield CheckingCase("citation", f"{said} [{review.review_id}].", scene, False)
    yield CheckingCase("invented citation", f"{said} [R99999].", scene, True)
    yield CheckingCase("invented citation", f"{said} [Z-17].", scene, True)
    words = review.text.split("。" if "。" in review.text else ".")[0]
    yield CheckingCase("quote", marks.format(words, review.review_id), scene, False)
    altered = marks.format(words[::-1], review.review_id)
    yield CheckingCase("quote altered", altered, scene, True)
    yield CheckingCase("quote altered", marks.format(words + " 3 times", review.review_id), scene, True)
