"""A review as a reader or a machine may take it: disguises are taken off before the rules look."""

from __future__ import annotations

import base64
import binascii
import html
import re
import unicodedata
from functools import cache, partial
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Callable

    from opencc import OpenCC

# Of a longer text the start and the end are read: the rules' time stays bounded whatever a file holds.
_START, _END = 6_000, 2_000
# Letters of other scripts that look like Latin ones, and small capitals.
_LOOKALIKES = str.maketrans(
    "аеорсухіјѕԁһӏԛԝкмтвнАВЕКМНОРСТУХІЈЅαορνικτυΑΒΕΖΗΙΚΜΝΟΡΤΥΧɡɪɴʀᴀʙᴄᴅᴇғɢʜᴊᴋʟᴍᴏᴘᴛᴜᴠᴡʏᴢ",
    "aeopcyxijsdhlqwkmtbhABEKMHOPCTYXIJSaopviktuABEZHIKMNOPTYXginrabcdefghjklmoptuvwyz",
)
_TAG_CHARACTERS = re.compile("[\U000e0000-\U000e007f]")
_INVISIBLE = {"Cf", "Cc", "Co", "Cs"}
_MARKUP = re.compile(r"</?[a-zA-Z][\w:-]*(?:\s[^<>]{0,200})?/?>|<!--|-->")
_EMPHASIS = re.compile(r"(?<=\w)[*_~`^|\\]+(?=\w)|[*~`]{1,3}")
_SPACED_LATIN = re.compile(r"(?<![A-Za-z])(?:[A-Za-z][ .\-_*·]){3,}[A-Za-z](?![A-Za-z])")
_SPACED_OUT = re.compile(r"(?<!\S)\S(?: {1,4}\S(?!\S)){7,}")
_SPACED_HAN = re.compile(r"(?:[\u4e00-\u9fff][ .\-_*·•~/|、]{1,2}){3,}[\u4e00-\u9fff]")
_DIGITS_AS_LETTERS = str.maketrans("0134578@$", "oieastbas")
_MIXED_WORD = re.compile(
    r"(?<![\w@$])(?=[a-z0134578@$]*[a-z])(?=[a-z]*[0134578@$])(?!\d+[a-z]{1,3}\b)[a-z0134578@$]{3,}(?![\w@$])",
    re.IGNORECASE,
)
# One "WRT54G" is a model; several such words are a disguise.
_FEWEST_MIXED = 3
_BASE64 = re.compile(r"(?<![A-Za-z0-9+/])[A-Za-z0-9+/_-]{16,}={0,2}")
_HEX = re.compile(r"(?<![A-Za-z0-9])(?:[0-9a-fA-F]{2} ?){12,}(?![A-Za-z0-9])")
_PERCENT = re.compile(r"(?:%[0-9a-fA-F]{2}|[\w.+-]){6,}")
_HAN_DIGITS = str.maketrans("〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖", "001234567891123456789")
_HAN_NUMBER = re.compile(r"[〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖]{7,}")
_HAN = re.compile(r"[\u4e00-\u9fff]")


def read_through(text: str) -> list[str]:
    """Return what a text says once disguises are off: one or several readings, the plain one first.

    Compatibility forms, look-alike letters, invisible and tag characters, HTML and markdown marks, letters set
    apart, digits for letters, traditional characters, number words, base64, hexadecimal and percent codes.

    Args:
        text: of a very long one the start and the end are read.
    """
    if len(text) > _START + _END:
        text = f"{text[:_START]}\n{text[-_END:]}"
    plain = _plain(text)
    readings = [plain]
    if "<" in plain:
        readings.append(_MARKUP.sub("", plain))
    readings += [_plain(decoded) for decoded in _decoded(html.unescape(text))]
    for reading in tuple(readings):
        readings += _undone(reading)
    return list(dict.fromkeys(readings))


def _plain(text: str) -> str:
    if text.isascii() and "&" not in text:
        return text
    text = _TAG_CHARACTERS.sub(lambda match: _untagged(match[0]), html.unescape(text))
    text = unicodedata.normalize("NFKC", text)
    text = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in _INVISIBLE)
    if _HAN.search(text):
        text = _HAN_NUMBER.sub(lambda match: match[0].translate(_HAN_DIGITS), _simplifier().convert(text))
    return text.translate(_LOOKALIKES)


def _untagged(character: str) -> str:
    """Return the ASCII character that a Unicode tag stands for: unseen by people, read by machines."""
    code = ord(character) - 0xE0000
    return chr(code) if 32 <= code < 127 else ""


@cache
def _simplifier() -> OpenCC:
    from opencc import OpenCC

    return OpenCC("t2s")


def _decoded(text: str) -> list[str]:
    found = []
    for match in _BASE64.finditer(text):
        coded = match[0].rstrip("=")
        padded = coded + "=" * (-len(coded) % 4)
        found.append(_as_words(partial(base64.b64decode, padded, altchars="-_" if "-" in coded else None)))
    found += [_as_words(partial(bytes.fromhex, match[0])) for match in _HEX.finditer(text)]
    if "%" in text:
        found += [unquote(match[0]) for match in _PERCENT.finditer(text) if match[0].count("%") >= 2]
    return [words for words in found if words]


def _as_words(decode: Callable[[], bytes]) -> str:
    try:
        words = decode().decode("utf-8")
    except (binascii.Error, ValueError):
        return ""
    return words if words.replace("\n", "").isprintable() else ""


def _undone(text: str) -> list[str]:
    """Return the readings in which letters stand together again and digits are letters."""
    undone = []
    bare = _EMPHASIS.sub("", text)
    bare = _SPACED_OUT.sub(lambda match: _closed_up(match[0]), bare)
    bare = _SPACED_LATIN.sub(lambda match: re.sub(r"[ .\-_*·]", "", match[0]), bare)
    bare = _SPACED_HAN.sub(lambda match: re.sub(r"[ .\-_*·•~/|、]", "", match[0]), bare)
    if bare != text:
        undone.append(bare)
    if len(_MIXED_WORD.findall(bare)) >= _FEWEST_MIXED:
        undone.append(_MIXED_WORD.sub(lambda match: match[0].translate(_DIGITS_AS_LETTERS), bare))
    return undone


def _closed_up(spaced: str) -> str:
    """Return letters set apart by single blanks as words; wider blanks stand between words."""
    return " ".join(word.replace(" ", "") for word in re.split(r" {2,}", spaced))
