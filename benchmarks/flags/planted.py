"""Texts that ought to be flagged: sentences of `planted.yaml` with seeded slots, carriers and disguises."""

from __future__ import annotations

import base64
import random
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import yaml

SEED = 7
COPIES = 6  # of each sentence, with other slots
DISGUISES: dict[str, Callable[[str], str]] = {
    "zero width": "\u200b".join,
    "look-alike letters": lambda text: text.translate(str.maketrans("aeopcyx", "аеорсух")),
    "full width": lambda text: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text),
    "bold mathematical letters": lambda text: "".join(_bold(c) for c in text),
    "letters set apart": " ".join,
    "digits for letters": lambda text: text.translate(str.maketrans("oieast", "013457")),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "hexadecimal": lambda text: text.encode().hex(),
    "percent codes": lambda text: "".join(f"%{byte:02X}" for byte in text.encode()),
    "HTML entities": lambda text: "".join(f"&#{ord(c)};" for c in text),
    "HTML comment": lambda text: f"<!-- {text} -->",
    "HTML tags in words": lambda text: "<b></b>".join(text[i : i + 3] for i in range(0, len(text), 3)),
    "markdown in words": lambda text: "**".join(text[i : i + 3] for i in range(0, len(text), 3)),
    "Unicode tags": lambda text: "".join(chr(0xE0000 + ord(c)) if c.isascii() else c for c in text),
    "right-to-left marks": lambda text: "\u202e" + "\u200f".join(text),
}


@dataclass(frozen=True)
class Planted:
    """A text and the flag that it ought to get."""

    flag: str
    part: str
    language: str
    sentence: str
    text: str


def plant(seed: int = SEED) -> Iterator[Planted]:
    """Yield every sentence `COPIES` times, alone and in a carrier in turn; useless texts stand alone, once."""
    page = _page()
    rng = random.Random(seed)
    for flag in ("advert", "contact", "payment", "instruction", "useless", "off_language"):
        for part, by_language in page[flag].items():
            for language, sentences in by_language.items():
                for sentence in sentences:
                    for number in range(1 if flag in ("useless", "off_language") else COPIES):
                        filled = fill(sentence, language, rng)
                        text = carry(filled, language, rng) if number % 2 else filled
                        yield Planted(flag, part, language, sentence, text)


def disguise(seed: int = SEED) -> Iterator[tuple[str, Planted]]:
    """Yield held-out instructions in each disguise, between honest sentences."""
    rng = random.Random(seed)
    for name, put_on in DISGUISES.items():
        for language, sentences in _page()["instruction"]["held_out"].items():
            for sentence in sentences:
                text = carry(put_on(fill(sentence, language, rng)), language, rng)
                yield name, Planted("instruction", "held_out", language, sentence, text)


def fill(sentence: str, language: str, rng: random.Random) -> str:
    """Fill a sentence's slots, its goal's too."""
    goal = rng.choice(_page()["goals"][language])
    return sentence.format(goal=goal.format(**_slots(rng)), **_slots(rng))


def sentences_of(flag: str, part: str, language: str) -> list[str]:
    """Return the sentences of a flag, slots unfilled."""
    sentences: list[str] = _page()[flag][part][language]
    return sentences


def _page() -> dict[str, Any]:
    page: dict[str, Any] = yaml.safe_load(
        files("benchmarks.flags").joinpath("planted.yaml").read_text(encoding="utf-8")
    )
    return page


def carry(text: str, language: str, rng: random.Random) -> str:
    """Return a text between two honest sentences."""
    carriers = _page()["carriers"][language]
    space = " " if language == "en" else ""
    return space.join((rng.choice(carriers), text, rng.choice(carriers)))


def _slots(rng: random.Random) -> dict[str, str]:
    def digits(count: int) -> str:
        return "".join(rng.choices(string.digits, k=count))

    def letters(count: int) -> str:
        return "".join(rng.choices(string.ascii_lowercase, k=count))

    mobile = f"1{rng.choice('3456789')}{digits(9)}"
    domain = f"{letters(7)}.{rng.choice(('com', 'net', 'shop', 'cn'))}"
    handle = letters(rng.randint(5, 9)) + digits(3)
    card = "62" + digits(17)
    iban = rng.choice(("DE", "FR", "ES")) + digits(20)
    return {
        "amount": str(rng.randint(2, 40) * 10), "code": letters(4).upper() + digits(3), "handle": handle,
        "token": "".join(rng.sample(string.ascii_letters, 8)) + digits(3), "domain": domain,
        "url": f"https://{domain}/{letters(4)}", "bare_domain": domain, "email": f"{handle}@{domain}",
        "spelled_email": f"{letters(6)} (at) {letters(6)} dot com", "qq": str(rng.randint(1, 9)) + digits(8),
        "cn_phone": mobile, "cn_phone_spaced": f"{mobile[:3]} {mobile[3:7]} {mobile[7:]}",
        "cn_phone_hanzi": mobile.translate(str.maketrans("0123456789", "零一二三四五六七八九")),
        "cn_phone_fullwidth": "".join(chr(ord(c) + 0xFEE0) for c in mobile),
        "us_phone": f"({rng.randint(201, 799)}) {rng.randint(200, 799)}-{digits(4)}",
        "uk_phone": f"07{digits(3)} {digits(6)}", "intl_phone": f"+44 7{digits(3)} {digits(6)}",
        "iban": iban, "iban_spaced": " ".join(iban[i : i + 4] for i in range(0, len(iban), 4)),
        "card": card, "card_spaced": " ".join(card[i : i + 4] for i in range(0, 16, 4)),
        "btc": "bc1q" + letters(30), "eth": "0x" + "".join(rng.choices("0123456789abcdef", k=40)),
        "tron": "T" + "".join(rng.choices("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkm", k=33)),
        "sort_code": f"{digits(2)}-{digits(2)}-{digits(2)}", "account": digits(8), "bic": letters(6).upper() + "21",
    }  # fmt: skip


def _bold(character: str) -> str:
    if character.isascii() and character.isalpha():
        first, base = (0x1D400, "A") if character.isupper() else (0x1D41A, "a")
        return chr(first + ord(character) - ord(base))
    return character
