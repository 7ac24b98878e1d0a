"""What every tool states alike: the product, the dates, the store's kind; and its first checks."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from tools.days import WEEK_DAYS
from tools.display import render_date
from tools.periods import Period
from tools.products import Catalogue, Product
from tools.results import Draft, ProductRef
from tools.shop import Shop

SUGGESTED_HORIZON_DAYS = 14


class Words(NamedTuple):
    """A piece of a sentence in both languages."""

    en: str
    zh: str


def require_sales(draft: Draft, shop: Shop) -> bool:
    """Return whether the store has sales; where not, end the call and say how to import them."""
    if shop.has_sales:
        return True
    draft.fail(
        "no_sales",
        en="This store holds no sales yet.",
        zh="这家店还没有销售数据。",
        remedy_en="Import your sales first: shopcast import sales FILE.",
        remedy_zh="请先导入销售数据：shopcast import sales 文件。",
    )
    return False


def require_product(draft: Draft, shop: Shop, product_id: str) -> Product | None:
    """State the fact "product" and return the product; end the call and return None for an unknown id."""
    match = shop.catalogue.match(product_id)
    product = shop.catalogue.get(product_id) or (match.products[0] if match.outcome == "found" else None)
    if product is None:
        draft.result.error = match.error()
        return None
    state_product(draft, product)
    draft.result.products.append(ProductRef(product_id=product.product_id, title=product.title))
    return product


def state_product(draft: Draft, product: Product, name: str = "product") -> None:
    """State a product's title as a fact, in Chinese where it has a Chinese title."""
    localized = {"en": product.title, "zh": product.title_zh} if product.title_zh else None
    draft.fact(name, product.title, "text", entity=product.product_id, metric="title", localized=localized)


def state_period(draft: Draft, period: Period, prefix: str = "") -> Words:
    """State a period as a fact and return how it stands in a sentence: "from … to …" or "on …"."""
    name = f"{prefix}when"
    draft.fact(
        name, period.iso(), "text", metric="period", period=period.iso(),
        localized={"en": render_period(period.start, period.end, "en"),
                   "zh": render_period(period.start, period.end, "zh")},
    )  # fmt: skip
    return Words(f"{'on' if period.days == 1 else 'from'} {{{name}}}", f"{{{name}}}")


def render_period(start: date, end: date, lang: str) -> str:
    """Return the days as a reader writes them: "18 to 31 Oct 2026", "2026年10月18日至31日"; one day alone."""
    last = render_date(end.isoformat(), lang)
    if start == end:
        return last
    first = render_date(start.isoformat(), lang)
    if lang == "zh":
        # What both ends share is said once: it stands at the front.
        shared = (
            f"{start.year}年{start.month}月" if (start.year, start.month) == (end.year, end.month) else ""
        )
        shared = shared or (f"{start.year}年" if start.year == end.year else "")
        return f"{first}至{last.removeprefix(shared)}"
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day} to {last}"
    return f"{first.removesuffix(f' {end.year}')} to {last}"


def state_earlier(draft: Draft, period: Period) -> Words:
    """State the comparison with the time before as a fact; return how it stands in a sentence."""
    if period.days >= WEEK_DAYS:
        draft.fact("window", period.days, "days", metric="length of the period", period=period.iso())
        return Words("in the {window} before", "此前 {window}")
    draft.fact("shift", WEEK_DAYS, "days", metric="distance of the days compared", period=period.iso())
    day = "weekday" if period.days == 1 else "weekdays"
    return Words(f"on the same {day} {{shift}} earlier", " {shift}前同期")


def round_percent(value: float) -> float:
    """Return a percentage as it is shown everywhere: whole from ten up, else one decimal."""
    return round(value) if abs(value) >= 10 else round(value, 1)


def suggest_forecast(draft: Draft, product: str = "product") -> None:
    """Offer a forecast of the product whose title is the fact `product`."""
    draft.fact("ask_days", SUGGESTED_HORIZON_DAYS, "days", metric="suggested horizon")
    draft.say(
        "next_step",
        f"How many {{{product}}} will sell in the next {{ask_days}}?",
        f"{{{product}}}未来 {{ask_days}}能卖多少？",
        aspect="forecast_demand",
    )


def warn_cut(draft: Draft, shop: Shop, period: Period) -> None:
    """Add a caveat where the period asked about reaches beyond the data."""
    if not period.is_cut:
        return
    data = state_period(draft, Period(shop.first_day, shop.as_of), "data_")
    draft.say(
        "caveat",
        f"The data only runs {data.en}, so the rest of the time you asked about is not counted.",
        f"数据只有{data.zh}，您问的其余时间没有计入。",
        aspect="period",
    )


def warn_synthetic(draft: Draft, shop: Shop) -> None:
    """Label the numbers of a generated store for what they are."""
    if shop.is_synthetic:
        draft.say(
            "caveat",
            "These are synthetic demo data, not a real shop's sales.",
            "以上是合成的演示数据，不是真实店铺的销售。",
            aspect="synthetic",
        )


def localized_title(catalogue: Catalogue, product_id: str) -> dict[str, str]:
    """Return a product's title in each language; charts need both."""
    product = catalogue.get(product_id)
    title = product.title if product else product_id
    return {"en": title, "zh": (product.title_zh if product else None) or title}
