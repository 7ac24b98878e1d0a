"""A column of numbers: its decimal mark and its currency, decided by its own values."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from store.importing.values import code_values, decimal_mark, read_number

# What can be read one way only, and by the million: whole numbers, and points that group no three digits.
_PLAIN = r"^-?(\d{1,15}|\d{1,15}\.(\d{1,2}|\d{4,})|0\.\d+|\d{4,15}\.\d+)$"
# A sign may stand for several currencies; the longest that fits counts.
_SIGNS: dict[str, frozenset[str]] = {
    "HK$": frozenset({"HKD"}), "NT$": frozenset({"TWD"}), "US$": frozenset({"USD"}), "R$": frozenset({"BRL"}),
    "$": frozenset({"USD", "CAD", "AUD", "NZD", "HKD", "SGD", "TWD", "MXN"}),
    "¥": frozenset({"CNY", "JPY"}), "€": frozenset({"EUR"}), "£": frozenset({"GBP"}), "₩": frozenset({"KRW"}),
    "₹": frozenset({"INR"}), "₽": frozenset({"RUB"}), "元": frozenset({"CNY"}), "人民币": frozenset({"CNY"}),
    "RMB": frozenset({"CNY"}), "円": frozenset({"JPY"}),
}  # fmt: skip
_SIGN = re.compile("|".join(map(re.escape, _SIGNS)))
_CODE = re.compile(
    r"(?<![A-Z])(CNY|USD|GBP|EUR|JPY|HKD|TWD|CAD|AUD|NZD|SGD|KRW|INR|BRL|CHF|SEK|NOK|DKK|PLN|MXN)(?![A-Z])"
)


@dataclass(frozen=True)
class NumberColumn:
    """Numbers of a column and what they were read by.

    `numbers`, shape (rows,): NaN where empty or unreadable. `currencies`: one entry a row, a position in
    `currency_sets` (the currencies that its sign may mean), -1 where it has no sign. `evidence`: English, Chinese.
    """

    numbers: np.ndarray
    currencies: np.ndarray
    currency_sets: list[frozenset[str]]
    evidence: list[tuple[str, str]]

    def is_foreign(self, currency: str) -> np.ndarray:
        """Return a mask of the rows whose sign cannot mean `currency` (ISO 4217)."""
        foreign = [currency not in meant for meant in self.currency_sets]
        rows: np.ndarray = np.array([*foreign, False])[self.currencies]
        return rows


def read_number_columns(raw: pd.DataFrame, columns: dict[str, str]) -> dict[str, NumberColumn]:
    """Read a file's columns of numbers; those that do not show their decimal mark have that of the others.

    Args:
        raw: text or numbers, by field.
        columns: heading of each field to read, for the evidence.
    """
    coded = {field: _Coded.of(raw[field]) for field in columns}
    shown = {field: column.decimal_comma() for field, column in coded.items()}
    of_file = any(shown.values())
    return {
        field: column.read(of_file if shown[field] is None else shown[field], columns[field])
        for field, column in coded.items()
    }


def read_number_column(values: pd.Series, heading: str) -> NumberColumn:
    """Read one column of numbers (see `read_number_columns`).

    Args:
        values: text or numbers.
        heading: of the column, for the evidence.
    """
    return read_number_columns(values.to_frame("it"), {"it": heading})["it"]


@dataclass(frozen=True)
class _Coded:
    """A column's distinct values: those that read one way only are in `table`, the others in `others`."""

    codes: np.ndarray
    table: np.ndarray
    others: list[tuple[int, object]]
    comma_rows: int
    point_rows: int
    example: object

    @classmethod
    def of(cls, values: pd.Series) -> _Coded:
        if pd.api.types.is_numeric_dtype(values.dtype):
            numbers = values.to_numpy(dtype=float, na_value=np.nan)
            numbers = np.where(np.isfinite(numbers), numbers, np.nan)
            return cls(np.arange(len(numbers)), numbers, [], 0, 0, None)
        codes, distinct = code_values(values)
        table, rest = _read_plain(distinct)
        others = [(int(position), distinct[position]) for position in rest]
        marks = [(position, decimal_mark(str(value))) for position, value in others]
        commas = [position for position, mark in marks if mark == ","]
        points = [position for position, mark in marks if mark == "."]
        weights = np.bincount(codes[codes >= 0], minlength=len(distinct))
        has_point = ~np.isnan(table) & (table % 1 != 0)
        return cls(
            codes, table, others, int(weights[commas].sum()), int(weights[points].sum() + weights[has_point].sum()),
            distinct[commas[0]] if commas else None,
        )  # fmt: skip

    def decimal_comma(self) -> bool | None:
        """Return whether most values that show a decimal mark have a comma; None where no value shows one."""
        return self.comma_rows > self.point_rows if self.comma_rows + self.point_rows else None

    def read(self, decimal_comma: bool | None, heading: str) -> NumberColumn:
        table = np.append(self.table, np.nan)
        meant = np.full(len(table), -1)
        sets: dict[frozenset[str], int] = {}
        for position, value in self.others:
            number = read_number(value, decimal_comma=decimal_comma)
            table[position] = np.nan if number is None else number
            currencies = read_currency(value)
            if currencies:
                meant[position] = sets.setdefault(currencies, len(sets))
        return NumberColumn(table[self.codes], meant[self.codes], list(sets), self._evidence(heading))

    def _evidence(self, heading: str) -> list[tuple[str, str]]:
        if not self.comma_rows:
            return []
        contrary = f"; {self.point_rows:,} have a decimal point" * bool(self.point_rows)
        contrary_zh = f"；另有 {self.point_rows:,} 行用小数点" * bool(self.point_rows)
        return [
            (
                f"{heading!r} has a decimal comma in {self.comma_rows:,} rows, such as {self.example!r}{contrary}",
                f"“{heading}”有 {self.comma_rows:,} 行以逗号为小数点，例如“{self.example}”{contrary_zh}",
            )
        ]


def read_currency(value: object) -> frozenset[str] | None:
    """Return the ISO codes that a value's currency sign or code may mean, None when it has none."""
    text = unicodedata.normalize("NFKC", str(value)).upper()
    code = _CODE.search(text)
    if code:
        return frozenset({code.group(1)})
    sign = _SIGN.search(text)
    return _SIGNS[sign.group(0)] if sign else None


def _read_plain(distinct: pd.Index) -> tuple[np.ndarray, np.ndarray]:
    """Return the plainly written numbers, NaN for the others, and the places of those."""
    table = np.full(len(distinct), np.nan)
    if not all(isinstance(value, str) for value in distinct):
        return table, np.arange(len(distinct))
    texts = pa.array(distinct, pa.large_string())
    is_plain = pc.match_substring_regex(texts, _PLAIN)
    plain = is_plain.to_numpy(zero_copy_only=False)
    table[plain] = texts.filter(is_plain).cast(pa.float64()).to_numpy()
    return table, np.flatnonzero(~plain)
