"""Customers under a name that nobody can turn back: a keyed hash whose key lies beside the store."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import unicodedata
from pathlib import Path

import pandas as pd

from store.errors import StoreError

# With it the same customer has the same hash in every file; without it no hash can be guessed or made again.
SECRET_FILE = "customers.secret"
_SECRET_BYTES = 32
_HASH_DIGITS = 24


class SecretUnreadable(StoreError):
    """The store's secret is there and cannot be used."""


def hash_customer(store_folder: Path, customer: str) -> str:
    """Return the name under which a store keeps a customer.

    Args:
        store_folder: the store's; its secret is made there, readable by its owner only, at first use.
        customer: id, nickname or e-mail address, as the shop's platform writes it.

    Returns:
        "C" and 24 hexadecimal digits: HMAC-SHA256 under the store's secret.

    Raises:
        SecretUnreadable: the secret's file is damaged or belongs to somebody else.
    """
    return _hash(_secret(store_folder), customer)


def hash_customers(store_folder: Path, customers: pd.Series) -> pd.Series:
    """Return the hash of each customer; what is missing or blank stays None.

    Args:
        store_folder: the store's.
        customers: ids as text, shape (n,).

    Raises:
        SecretUnreadable: as in `hash_customer`.
    """
    secret = _secret(store_folder)
    known = {
        customer: _hash(secret, str(customer))
        for customer in customers.dropna().unique()
        if str(customer).strip()
    }
    hashes = [known.get(customer) if pd.notna(customer) else None for customer in customers]
    return pd.Series(hashes, index=customers.index, dtype=object)


def _hash(secret: bytes, customer: str) -> str:
    plain = unicodedata.normalize("NFKC", customer).strip()
    # Mailboxes do not tell capitals from small letters; ids of platforms may.
    plain = plain.casefold() if "@" in plain else plain
    return "C" + hmac.new(secret, plain.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:_HASH_DIGITS]


def _secret(folder: Path) -> bytes:
    path = folder / SECRET_FILE
    if not path.exists():
        _make_secret(path)
    try:
        secret = bytes.fromhex(path.read_text(encoding="ascii"))
    except (OSError, ValueError) as error:
        raise _unreadable(path) from error
    if len(secret) != _SECRET_BYTES:
        raise _unreadable(path)
    return secret


def _make_secret(path: Path) -> None:
    """Write a new secret whole or not at all; where two processes try, the first one's stays."""
    draft = path.with_name(f"{SECRET_FILE}.{secrets.token_hex(4)}")
    file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(file, "w", encoding="ascii") as sink:
            sink.write(secrets.token_hex(_SECRET_BYTES))
            sink.flush()
            os.fsync(sink.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return
    finally:
        draft.unlink()


def _unreadable(path: Path) -> SecretUnreadable:
    return SecretUnreadable(
        f"the secret {str(path)!r} cannot be read: customers cannot be recognised",
        "restore it from a backup made with its secret; without it, delete the file and import the reviews again",
    )
