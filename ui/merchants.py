"""Who may ask about which stores: the file that `SHOPCAST_MERCHANTS` names; without it, one local merchant."""

from __future__ import annotations

import hmac
import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

FILE_VARIABLE = "SHOPCAST_MERCHANTS"
# As long as `openssl rand -hex 16` writes; what is shorter might be guessed.
SHORTEST_TOKEN = 32


class MerchantsInvalid(Exception):
    """The file of merchants cannot be used; nobody is let in until it can."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message}. Remedy: {self.remedy}"


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    token: str = Field(min_length=SHORTEST_TOKEN, repr=False)
    stores: list[str]


_FILE = TypeAdapter(dict[str, _Entry])


@dataclass(frozen=True)
class Merchant:
    """One merchant: a name, and the stores that are theirs alone."""

    name: str
    stores: frozenset[str]


class Merchants:
    """The merchants of an installation, found by the token that each logs in with.

    Args:
        by_token: merchant by secret token.
    """

    def __init__(self, by_token: dict[str, Merchant]) -> None:
        self._by_token = by_token

    @property
    def all(self) -> list[Merchant]:
        """Every merchant, in the file's order."""
        return list(self._by_token.values())

    @property
    def stores(self) -> frozenset[str]:
        """The names of all stores that some merchant has."""
        return frozenset[str]().union(*(merchant.stores for merchant in self._by_token.values()))

    def find(self, token: str) -> Merchant | None:
        """Return whose token it is; all are compared, each in constant time."""
        given = token.encode(errors="replace")
        found = [m for known, m in self._by_token.items() if hmac.compare_digest(known.encode(), given)]
        return found[0] if found else None

    def token_of(self, name: str) -> str | None:
        """Return the token of the merchant of that name."""
        return next((token for token, merchant in self._by_token.items() if merchant.name == name), None)


def load_merchants() -> Merchants | None:
    """Return the merchants of the file that `SHOPCAST_MERCHANTS` names, or None where it is not set.

    The file is YAML: `anna: {token: ..., stores: [anna-shop]}` for each merchant.

    Raises:
        MerchantsInvalid: it cannot be read, is open to other users, or gives a token or a store to two merchants.
    """
    name = os.environ.get(FILE_VARIABLE)
    if not name:
        return None
    path = Path(name).expanduser()
    try:
        if path.stat().st_mode & 0o077:
            raise MerchantsInvalid(f"other users of this machine can read {name!r}", f"run: chmod 600 {name}")
        entries = _FILE.validate_python(yaml.safe_load(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise MerchantsInvalid(
            f"{name!r} cannot be read: {error.strerror}",
            f"{FILE_VARIABLE} names the file of merchants; correct it, or unset it",
        ) from error
    except (UnicodeDecodeError, yaml.YAMLError):
        # Never the error's own words here and below: they quote the token.
        raise MerchantsInvalid(
            f"{name!r} is no YAML", "one line each: anna: {token: ..., stores: [annas-shop]}"
        ) from None
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors()[0]["loc"]) or "the whole file"
        raise MerchantsInvalid(
            f"{name!r} is not as it must be at {place!r}",
            f"give each merchant a `token` of {SHORTEST_TOKEN} letters or more (openssl rand -hex 16) and `stores`",
        ) from None
    _refuse_shared(entries)
    return Merchants({entry.token: Merchant(who, frozenset(entry.stores)) for who, entry in entries.items()})


def _refuse_shared(entries: dict[str, _Entry]) -> None:
    tokens = Counter(entry.token for entry in entries.values())
    stores = Counter(store for entry in entries.values() for store in set(entry.stores))
    if any(count > 1 for count in tokens.values()):
        raise MerchantsInvalid(
            "two merchants have one token", "give each a token of their own: openssl rand -hex 16"
        )
    shared = [store for store, count in stores.items() if count > 1]
    if shared:
        raise MerchantsInvalid(
            f"the store {shared[0]!r} belongs to two merchants",
            "give it to one of them: its answers and conversations are one merchant's",
        )
