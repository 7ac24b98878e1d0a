"""Addresses on networks and numbers of orders: known by a sign, or by the word in front of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from store.personal.numbers import Span

_LOCAL = r"[A-Za-z0-9](?:[A-Za-z0-9._%+-]{0,62}[A-Za-z0-9_+-])?"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,30}[A-Za-z0-9])?"
_TOP = r"(?:com|cn|net|org|edu|gov|info|io|co|uk|de|fr|es|it|nl|eu|ru|jp|kr|hk|tw|in|au|ca|br)"
_DOT = r"(?:\s?\.\s?|\s?[\[({]\s?(?:dot|\.)\s?[\])}]\s?|\s+dot\s+|\s?点\s?)"
_AT = r"(?:\s?[\[({<]\s?(?:at|@)\s?[\])}>]\s?|\s?艾特\s?|\s?#\s?at\s?#\s?)"
_MAILS = r"(?:gmail|outlook|hotmail|yahoo|icloud|qq|163|126|foxmail|sina|sohu|aol|gmx|proton(?:mail)?|live|mail|web)"
_EMAIL = re.compile(
    rf"{_LOCAL}\s?@\s?(?:{_LABEL}\.)+[A-Za-z]{{2,}}"
    rf"|{_LOCAL}\s?@\s?{_LABEL}(?:{_DOT}{_LABEL}){{0,3}}{_DOT}{_TOP}(?![A-Za-z0-9])"
    rf"|{_LOCAL}{_AT}{_LABEL}(?:{_DOT}{_LABEL}){{0,3}}{_DOT}{_TOP}(?![A-Za-z0-9])"
    # "look at target dot com" is a shop; a mailbox has a sign in its name or a known house behind it.
    rf"|{_LOCAL}\s+at\s+{_MAILS}(?:{_DOT}{_LABEL}){{0,2}}{_DOT}{_TOP}(?![A-Za-z0-9])"
    rf"|(?=[A-Za-z0-9]*[._+\d-]){_LOCAL}\s+at\s+{_LABEL}(?:\s+dot\s+{_LABEL}){{0,3}}\s+dot\s+{_TOP}(?![A-Za-z0-9])",
    re.IGNORECASE | re.ASCII,
)

_EMAIL_SIGN = re.compile(r"@|艾特|\bat\b", re.IGNORECASE | re.ASCII)
_PRICE = re.compile(r"\d+\.\d\d\s?@")

_NAMING = r"\s*(?:账号|帐号|号码|号|id|number|is|是|为|:|=|@|#)"
_SURE_NAMING = r"\s*(?:账号|帐号|号码|号|\bid|:|=|@)"
_HANDLE = r"[A-Za-z][A-Za-z0-9_-]{4,24}"
_NUMBER = r"\d(?:[ -]?\d){4,11}(?!\d)"
_WITH_DIGIT = rf"(?=[A-Za-z_-]*\d){_HANDLE}"
_WECHAT = (
    r"(?:微\s*信|薇信|威信|徽信|维信|(?<![A-Za-z])v\s?信|(?<![A-Za-z])[wv]\s?x(?![A-Za-z])"
    r"|(?<![A-Za-z])weixin|wechat"
    r"|微❤️?|[加+➕]\s*(?:微|薇|v(?![A-Za-z]))|(?<=[加我])v(?=[A-Za-z\d:]))"
)
_QQ = r"(?:(?<![A-Za-z])q\s?q|扣\s?扣|企鹅|(?<![A-Za-z])q(?=\s*群)|扣(?=\s*:))"
_OTHER = (
    r"(?:telegram|whats\s?app|\bline(?=\s*id)|instagram|\binsta|\bins(?=\s*:)|skype|snapchat"
    r"|小红书(?=号|账)|抖音(?=号|账))"
)
_HANDLES = re.compile(
    rf"(?:{_WECHAT}|{_OTHER})(?:{_SURE_NAMING}){{1,3}}\s*(?P<named>{_HANDLE}|{_NUMBER})"
    # "Skype is great": without a colon a name needs a digit to be one.
    rf"|(?:{_WECHAT}|{_OTHER})(?:{_NAMING}){{0,3}}\s*(?P<bare>{_WITH_DIGIT}|{_NUMBER})"
    rf"|{_QQ}\s*群?(?:{_NAMING}){{0,3}}\s*(?P<qq>{_NUMBER})",
    re.IGNORECASE | re.ASCII,
)

_HANDLE_SIGN = re.compile(
    r"微|薇|威信|徽信|维信|扣|企鹅|q\s?q|q\s*群|v\s?信|[wv]\s?x|weixin|wechat|telegram|whats|line|insta"
    r"|ins\s*:|skype|snapchat|小红书|抖音"
    r"|[加我+➕]\s*v",
    re.IGNORECASE,
)

_CODE = r"(?:[A-Z]{1,5}-?)?\d(?:[A-Z0-9-]{2,30}[A-Z0-9]|\d{0,3})"
_ORDER = re.compile(
    rf"\b(?:order|invoice|tracking|parcel|waybill|shipment|confirmation|reference|receipt)\s*"
    rf"(?:(?:number|num|no|nr|id|code)\b\.?|#|:)(?:\s*(?:is|was|:|#|=))*\s*(?P<en>{_CODE})"
    rf"|(?:订单|運單|运单|单号|快递单|物流单|面单|交易单?|流水|发票)"
    rf"\s*(?:编号|号码|单号|号)?(?:\s*(?:是|为|:|#))*\s*(?P<zh>(?:[A-Z]{{1,4}})?\d(?:[ -]?\d){{7,24}})"
    r"|(?<![\d.])(?P<before>\d{8,24})(?=\s*(?:是|为|这)?(?:我|我们)?的?(?:订单|运单|快递单|单号))"
    r"|(?<![\dA-Z-])(?P<bare>\d{3}-\d{7}-\d{7}|(?:SF|YT|ZTO|JT|JD[A-Z]{0,2})\d{11,15}"
    r"|1Z[0-9A-Z]{16}|[A-Z]{2}\d{9}CN)(?![\dA-Z-])"
    # No other number has sixteen digits and more in one piece.
    r"|(?<![\d.])(?P<long>\d{16,24})(?!\.?\d)",
    re.IGNORECASE | re.ASCII,
)
_FEWEST_DIGITS = 4
# "666666666666666666" is applause.
_MOST_ALIKE = 2


def find_emails(text: str) -> Iterator[Span]:
    """Yield e-mail addresses, disguised ones too ("anna at gmail dot com", "anna艾特qq点com")."""
    if not _EMAIL_SIGN.search(text):
        return
    for match in _EMAIL.finditer(text):
        if not _PRICE.match(match.group()):
            yield match.span()


def find_handles(text: str) -> Iterator[Span]:
    """Yield names and numbers on messengers; the word that says what they are stays."""
    if not _HANDLE_SIGN.search(text):
        return
    for match in _HANDLES.finditer(text):
        yield match.span(str(match.lastgroup))


def find_orders(text: str) -> Iterator[Span]:
    """Yield numbers of orders and parcels; the word in front of them stays."""
    for match in _ORDER.finditer(text):
        group = str(match.lastgroup)
        digits = [char for char in match[group] if char.isdigit()]
        if len(digits) >= _FEWEST_DIGITS and (group != "long" or len(set(digits)) > _MOST_ALIKE):
            yield match.span(group)
