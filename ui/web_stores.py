"""What the page knows of a store before it is asked anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from tools.display import render_date
from tools.results import Lang
from ui.texts import load_texts


@dataclass(frozen=True)
class StoreCard:
    """A store as the selector and the line under it show it.

    Args:
        name: the store's name in commands and paths.
        kind: "synthetic" stores wear a badge wherever they are shown.
        label: the name for readers, by language.
        as_of: the last day with sales.
    """

    name: str
    kind: Literal["real", "synthetic", "imported"]
    label: dict[str, str]
    as_of: date | None = None
    product_count: int = 0

    def choice(self, lang: Lang) -> str:
        """Return the store's entry in the selector."""
        return self.label.get(lang) or self.name

    def line(self, lang: Lang) -> str:
        """Return the badge and the data's extent as HTML; only code's own words go in."""
        words = load_texts(lang)
        parts = [f'<span class="badge {self.kind}">{words(f"page.{self.kind}")}</span>']
        if self.as_of:
            parts.append(words("page.as_of", date=render_date(self.as_of.isoformat(), lang)))
            parts.append(words("page.products", count=f"{self.product_count:,}"))
        return '<div class="store-line">' + "".join(f"<span>{part}</span>" for part in parts) + "</div>"
