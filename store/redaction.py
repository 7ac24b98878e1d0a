"""Personal data taken out of reviews before they are stored: what was there is said, in the review's language."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import pandas as pd

from store.personal.addresses import find_addresses
from store.personal.folding import fold
from store.personal.handles import find_emails, find_handles, find_orders
from store.personal.numbers import Span, find_cards, find_ibans, find_papers
from store.personal.phones import find_phones

# What stands in place of each kind, in English and Chinese reviews.
PLACEHOLDERS: dict[str, tuple[str, str]] = {
    "email": ("[email]", "[邮箱]"),
    "iban": ("[bank account]", "[银行账号]"),
    "identity": ("[ID number]", "[证件号]"),
    "card": ("[card number]", "[银行卡号]"),
    "order": ("[order number]", "[单号]"),
    "messenger": ("[account]", "[社交账号]"),
    "phone": ("[phone]", "[电话]"),
    "address": ("[address]", "[地址]"),
}
# The surest first: where two overlap, the earlier names what was found.
_FINDERS: dict[str, Callable[[str], Iterator[Span]]] = {
    "email": find_emails,
    "iban": find_ibans,
    "identity": find_papers,
    "card": find_cards,
    "order": find_orders,
    "messenger": find_handles,
    "phone": find_phones,
    "address": find_addresses,
}
# These hold at least four digits near each other.
_NUMBERED = frozenset({"iban", "identity", "card", "order"})
_LONG_NUMBER = re.compile(r"\d(?:[ .()/A-Za-z-]{0,3}\d){3}")
_NAMES = {
    "email": ("e-mail address", "邮箱"),
    "iban": ("bank account", "银行账号"),
    "identity": ("ID number", "证件号"),
    "card": ("card number", "银行卡号"),
    "order": ("order number", "订单或快递单号"),
    "messenger": ("messenger account", "社交账号"),
    "phone": ("phone number", "电话"),
    "address": ("address", "地址"),
}
# Without any of these nothing can be found: most reviews are done with here.
_WORTH_A_LOOK = re.compile(
    r"\d|@|艾特|\bat\b|[零〇一二三四五六七八九幺]{5}|微|薇|威|徽|维|[vw]\s?x|v\s?信|weixin|wechat|telegram"
    r"|whats|instagram|insta|skype|snapchat"
    r"|\bzero\b|\bone\b|\btwo\b|\bthree\b|\bfour\b|\bfive\b|\bsix\b|\bseven\b|\beight\b|\bnine\b",
    re.IGNORECASE,
)


class Redacted(NamedTuple):
    """A text without personal data, and how many pieces of each kind it held."""

    text: str
    found: Counter[str]


class _Piece(NamedTuple):
    start: int
    end: int
    kind: str


def redact(text: str) -> Redacted:
    """Replace e-mail addresses, phone, card, ID, account and order numbers, handles and postal addresses.

    The rules know Chinese and Western ways of writing, full-width and spaced digits, and digits as words. Names of
    persons stay: the recogniser that was measured takes brands and plain words with them (`docs/privacy.md`).

    Args:
        text: a customer's words.

    Returns:
        The text with placeholders such as "[phone]", in Chinese where the text is Chinese, and what was found.
    """
    folded = fold(text)
    if not _WORTH_A_LOOK.search(folded.text):
        return Redacted(text, Counter())
    is_numbered = _LONG_NUMBER.search(folded.text) is not None
    pieces = _disjoint(
        _Piece(*span, kind)
        for kind, finder in _FINDERS.items()
        if is_numbered or kind not in _NUMBERED
        for span in finder(folded.text)
    )
    if not pieces:
        return Redacted(text, Counter())
    column = 1 if re.search("[\u4e00-\u9fff]", text) else 0
    parts, at = [], 0
    for piece in pieces:
        parts += [text[at : folded.places[piece.start]], PLACEHOLDERS[piece.kind][column]]
        at = folded.places[piece.end - 1] + 1
    return Redacted("".join([*parts, text[at:]]), Counter(piece.kind for piece in pieces))


def _disjoint(pieces: Iterable[_Piece]) -> list[_Piece]:
    """Join pieces that overlap; the first to be found gives its kind."""
    joined: list[_Piece] = []
    for piece in pieces:
        kind, start, end = piece.kind, piece.start, piece.end
        apart = []
        for other in joined:
            if other.end <= start or end <= other.start:
                apart.append(other)
            else:
                kind, start, end = other.kind, min(start, other.start), max(end, other.end)
        joined = [*apart, _Piece(start, end, kind)]
    return sorted(joined)


def redact_reviews(rows: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, str] | None]:
    """Take personal data out of the titles and texts of reviews.

    Args:
        rows: one row a review, columns title (or None), text and any others.

    Returns:
        The rows, redacted, and a note on what was taken out in English and Chinese; None when nothing was.
    """
    found: Counter[str] = Counter()
    held: set[int] = set()
    columns: dict[str, pd.Series] = {}
    for column in ("title", "text"):
        redacted = [redact(text) if isinstance(text, str) else None for text in rows[column]]
        texts = [done.text if done else None for done in redacted]
        columns[column] = pd.Series(texts, index=rows.index, dtype=object)
        held |= {place for place, done in enumerate(redacted) if done and done.found}
        found = sum((done.found for done in redacted if done), found)
    return rows.assign(**columns), describe_redactions(found, len(held))


def describe_redactions(found: Counter[str], reviews: int) -> tuple[str, str] | None:
    """Return what was taken out as one note in English and Chinese; None when nothing was.

    Args:
        found: pieces by kind, summed over a file.
        reviews: how many reviews held any.
    """
    if not found:
        return None
    english = ", ".join(_counted(count, _NAMES[kind][0]) for kind, count in found.most_common())
    chinese = "、".join(f"{_NAMES[kind][1]} {count:,} 处" for kind, count in found.most_common())
    return (
        f"personal data taken out of {_counted(reviews, 'review')}: {english}",
        f"{reviews:,} 条评价中的个人信息已隐去：{chinese}",
    )


def _counted(count: int, noun: str) -> str:
    plural = "" if count == 1 else "es" if noun.endswith("ss") else "s"
    return f"{count:,} {noun}{plural}"
