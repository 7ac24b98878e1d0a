"""Which encoding a text file is in, and its lines as text, none of them longer than a bound."""

from __future__ import annotations

import codecs
import gzip
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast

from store.errors import ImportFailed

# Far above the longest honest line; a file without line ends must not be read whole into memory.
MOST_LINE_CHARACTERS = 8_000_000
_BLOCK = 1 << 20
_SAMPLE = 1 << 16
_GZIP_MARK = b"\x1f\x8b"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
# The commonest 3,755 characters and the signs of GB 2312: nine tenths of Chinese in GBK, a third of it in UTF-8.
_COMMON_HANZI = re.compile(rb"[\xb0-\xd7\xa1-\xa3][\xa1-\xfe]")
_COMMON_HANZI_SHARE = 0.6
_ASCII = bytes(range(128))
_CONTROL = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_MOST_CONTROL_SHARE = 0.02
_MOST_NUL_SHARE = 0.02
_FOREIGN_LINES_SHOWN = 5


@dataclass(frozen=True)
class Encoding:
    """How a file's bytes become text.

    `name` is what people call it. `foreign` is the encoding of lines that are not in `name`, None where there
    are none; `foreign_lines` numbers the first of them (line 1 is the file's first), `foreign_count` counts all.
    """

    name: str
    foreign: str | None = None
    foreign_lines: tuple[int, ...] = ()
    foreign_count: int = 0


def open_bytes(path: Path) -> BinaryIO:
    """Open a file for reading, unpacked when it is gzip.

    Raises:
        ImportFailed: the file is not there or may not be read.
    """
    try:
        file = path.open("rb")
        if file.read(2) != _GZIP_MARK:
            file.seek(0)
            return file
        file.close()
        return cast(BinaryIO, gzip.open(path, "rb"))
    except OSError as error:
        raise ImportFailed(
            f"{str(path)!r} cannot be opened: {error.strerror}", "check the path and its permissions"
        ) from error


def read_sample(path: Path) -> bytes:
    """Return the first 64 kB of a file, unpacked when it is gzip.

    Raises:
        ImportFailed: the file cannot be read.
    """
    with open_bytes(path) as file:
        return _read_block(file, path.name, _SAMPLE)


def detect_encoding(path: Path) -> Encoding:
    """Say in which encoding a text file is: UTF-8, UTF-16, GBK/GB18030 or Windows Latin; read in blocks.

    Raises:
        ImportFailed: the file is empty or binary, or in no encoding that is known here.
    """
    sample = read_sample(path)
    name = path.name
    if not sample.strip():
        raise ImportFailed(f"{name!r} is empty", "export it again with a header and at least one row")
    wide = _utf16(sample)
    if wide:
        if not _decodes(path, wide):
            raise ImportFailed(f"{name!r} is damaged UTF-16 text", "save it again as UTF-8")
        return Encoding(wide)
    _refuse_binary(name, sample)
    if _decodes(path, "utf-8"):
        return Encoding("utf-8")
    return _detect_local(path)


def text_lines(path: Path, encoding: Encoding) -> Iterator[str]:
    """Yield a file's lines with their line ends, without a byte order mark.

    Raises:
        ImportFailed: a line is longer than `MOST_LINE_CHARACTERS`; no more than that is read of it.
    """
    with open_bytes(path) as file:
        if encoding.foreign:
            yield from _mixed_lines(file, path.name, encoding)
            return
        codec = "utf-8-sig" if encoding.name == "utf-8" else encoding.name
        text = io.TextIOWrapper(file, codec, errors="strict", newline="")
        for line in iter(partial(text.readline, MOST_LINE_CHARACTERS), ""):
            if len(line) == MOST_LINE_CHARACTERS:
                raise _endless(path.name)
            yield line


def _mixed_lines(file: BinaryIO, name: str, encoding: Encoding) -> Iterator[str]:
    for number, line in enumerate(_byte_lines(file, name)):
        body = line.removeprefix(codecs.BOM_UTF8) if number == 0 else line
        try:
            yield body.decode("utf-8")
        except UnicodeDecodeError:
            yield _decode_foreign(body)


def _byte_lines(file: BinaryIO, name: str) -> Iterator[bytes]:
    for line in iter(partial(file.readline, MOST_LINE_CHARACTERS), b""):
        if len(line) == MOST_LINE_CHARACTERS:
            raise _endless(name)
        yield line


def _decode_foreign(line: bytes) -> str:
    if _looks_chinese(line):
        return line.decode("gb18030", "replace")
    try:
        return line.decode("cp1252")
    except UnicodeDecodeError:
        return line.decode("latin-1")


def _utf16(sample: bytes) -> str | None:
    if sample.startswith(_UTF16_MARKS):
        return "utf-16"
    # Without a mark: text in Latin letters has a zero in every second byte.
    for name, zeros, others in (
        ("utf-16-le", sample[1::2], sample[::2]),
        ("utf-16-be", sample[::2], sample[1::2]),
    ):
        if zeros.count(0) > 0.4 * len(zeros) and others.count(0) <= _MOST_NUL_SHARE * len(others):
            return name
    return None


def _refuse_binary(name: str, sample: bytes) -> None:
    too_many = len(sample) * _MOST_CONTROL_SHARE
    if len(_CONTROL.findall(sample)) > too_many or sample.count(0) > max(2, len(sample) * _MOST_NUL_SHARE):
        raise ImportFailed(
            f"{name!r} is no text file", "export a CSV, Excel (.xlsx), Parquet or JSON Lines file"
        )


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        with open_bytes(path) as file:
            while block := _read_block(file, path.name, _BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _read_block(file: BinaryIO, name: str, size: int) -> bytes:
    try:
        return file.read(size)
    except (OSError, EOFError) as error:
        raise ImportFailed(
            f"{name!r} cannot be read to its end: {error}", "copy or pack it again; it may be cut short"
        ) from error


def _detect_local(path: Path) -> Encoding:
    """Tell GBK, Windows Latin, and UTF-8 with some lines of either from one another."""
    foreign: list[int] = []
    foreign_count = chinese_count = 0
    is_utf8_certain = False
    with open_bytes(path) as file:
        for number, line in enumerate(_byte_lines(file, path.name), start=1):
            if line.isascii():
                continue
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                foreign_count += 1
                chinese_count += _looks_chinese(line)
                foreign += [number] * (len(foreign) < _FOREIGN_LINES_SHOWN)
            else:
                # A short word in GBK may happen to be valid UTF-8; UTF-8 is hardly ever common Chinese in GBK.
                is_utf8_certain = is_utf8_certain or not _looks_chinese(line)
    name = "gb18030" if 2 * chinese_count >= foreign_count else "cp1252"
    if is_utf8_certain:
        return Encoding("utf-8", name, tuple(foreign), foreign_count)
    for encoding in (name, "cp1252", "latin-1"):
        if _decodes(path, encoding):
            return Encoding(encoding)
    raise ImportFailed(f"{path.name!r} is in no known text encoding", "save it as UTF-8")


def _looks_chinese(line: bytes) -> bool:
    """Say whether bytes above 127 mostly pair up as common Chinese characters; accents stand alone."""
    high = len(line.translate(None, _ASCII))
    return 2 * len(_COMMON_HANZI.findall(line)) >= _COMMON_HANZI_SHARE * high > 0


def _endless(name: str) -> ImportFailed:
    return ImportFailed(
        f"{name!r} has a line of more than {MOST_LINE_CHARACTERS:,} characters",
        "check that it is a table with one record a line, and export it again",
    )
