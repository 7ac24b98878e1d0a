"""Numbers that carry their own proof: cards, accounts and papers, by length, shape and check digit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

Span = tuple[int, int]

# Card brands by first digits: Visa, Mastercard, Amex, Discover, JCB, Diners, UnionPay, Maestro.
_CARD = re.compile(r"(?<![\d.])(?=[1-6])\d(?:[ .-]?\d){11,18}(?!\d)")
_BRAND = re.compile(
    r"4\d{12}(?:\d{3}){0,2}$|(?:5[1-5]|2[2-7])\d{14}$|3[47]\d{13}$|6(?:011|5\d\d)\d{12}$|(?:35\d\d|2131"
    r"|1800)\d{11,12}$|3[068]\d{12}$"
    r"|62\d{14,17}$|(?:5018|5020|5038|5[6-8]\d\d|63\d\d|67\d\d)\d{8,15}$"
)
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]){11,30}")
_SHORTEST_IBAN = 15


def find_cards(text: str) -> Iterator[Span]:
    """Yield payment card numbers: a brand's first digits and length, and Luhn's check digit."""
    from stdnum import luhn

    for match in _CARD.finditer(text):
        number = re.sub(r"\D", "", match.group())
        if _BRAND.match(number) and luhn.is_valid(number):
            yield match.span()


def find_ibans(text: str) -> Iterator[Span]:
    """Yield IBANs; what follows one may look like a part of it, so the country's length decides."""
    from stdnum import iban

    for match in _IBAN.finditer(text):
        for end in range(match.end(), match.start() + _SHORTEST_IBAN - 1, -1):
            whole = end == len(text) or not text[end].isascii() or not text[end].isalnum()
            if whole and iban.is_valid(text[match.start() : end], check_country=False):
                yield match.start(), end
                break


def _is_resident(number: str) -> bool:
    # The register of counties that stdnum.cn.ric asks for as well lacks many that moved or were merged.
    from stdnum.iso7064 import mod_11_2

    return bool(mod_11_2.is_valid(number.upper()))


def _is_social_security(number: str) -> bool:
    from stdnum.us import ssn

    return bool(ssn.is_valid(number))


def _is_french(number: str) -> bool:
    from stdnum.fr import nir

    return bool(nir.is_valid(number))


def _is_spanish(number: str) -> bool:
    from stdnum.es import dni, nie

    return bool(dni.is_valid(number) or nie.is_valid(number))


def _is_brazilian(number: str) -> bool:
    from stdnum.br import cpf

    return bool(cpf.is_valid(number))


def _is_indian(number: str) -> bool:
    from stdnum.in_ import aadhaar

    return bool(aadhaar.is_valid(number))


def _is_shaped(_number: str) -> bool:
    return True


# Papers by how they are written; what proves each beyond its shape.
_PAPERS: tuple[tuple[re.Pattern[str], Callable[[str], bool]], ...] = (
    (
        re.compile(
            r"(?<!\d)[1-8]\d{5}[ .-]?(?:19|20)\d\d[ .-]?(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
            r"[ .-]?\d{3}[\dXx](?![\dA-Za-z])"
        ),
        _is_resident,
    ),
    (re.compile(r"(?<![\d-])\d{3}-\d\d-\d{4}(?![\d-])"), _is_shaped),
    (re.compile(r"(?<![\d-])\d{3} \d\d \d{4}(?!\d)"), _is_social_security),
    (
        re.compile(
            r"(?<![A-Za-z0-9])(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]"
            r"[ -]?\d\d[ -]?\d\d[ -]?\d\d[ -]?[A-D](?![A-Za-z0-9])",
            re.IGNORECASE,
        ),
        _is_shaped,
    ),
    # Hong Kong writes the check digit in brackets, Korea the century after a dash: the shape is proof enough.
    (re.compile(r"(?<![A-Za-z])[A-Za-z]{1,2}\d{6}\([\dAa]\)"), _is_shaped),
    (re.compile(r"(?<![\d-])\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])-[1-4]\d{6}(?!\d)"), _is_shaped),
    (re.compile(r"(?<!\d)[12] ?\d\d ?\d\d ?\d[\dAB] ?\d{3} ?\d{3} ?\d\d(?!\d)"), _is_french),
    (re.compile(r"(?<![A-Za-z0-9])[\dXYZ]\d{7}-?[A-Z](?![A-Za-z0-9])"), _is_spanish),
    (re.compile(r"(?<![A-Za-z0-9])[A-Z]{6}\d\d[A-EHLMPRST]\d\d[A-Z]\d{3}[A-Z](?![A-Za-z0-9])"), _is_shaped),
    (re.compile(r"(?<!\d)\d{3}\.\d{3}\.\d{3}-\d\d(?!\d)"), _is_brazilian),
    (re.compile(r"(?<!\d)[2-9]\d{3}([ -])\d{4}\1\d{4}(?!\d)"), _is_indian),
)
_NAMED_PAPERS = re.compile(
    r"(?:身份证|身份證|社保卡?|护照|護照|驾照|通行证)"
    r"(?:号码|号|號)?(?:是|为)?\s*[:.]?\s*(?P<zh>[A-Za-z]{0,2}\d[\d -]{5,19}[\dXx])"
    r"|(?:\bssn|social security(?: number| no\.?)?|national insurance(?: number| no\.?)?"
    r"|passport(?: number| no\.?)?"
    r"|driver'?s licen[cs]e(?: number| no\.?)?|social insurance number|\bsin)"
    r"(?: is)?\s*[:#]?\s*(?P<en>[A-Za-z]{0,3}\d[\d -]{5,14}\d)",
    re.IGNORECASE | re.ASCII,
)


def find_papers(text: str) -> Iterator[Span]:
    """Yield numbers of a person's papers: proved by a check digit or shape, or named as such."""
    for pattern, is_valid in _PAPERS:
        for match in pattern.finditer(text):
            if is_valid(re.sub(r"[ .-]", "", match.group())):
                yield match.span()
    for match in _NAMED_PAPERS.finditer(text):
        yield match.span("zh" if match["zh"] else "en")
