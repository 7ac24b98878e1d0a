"""Errors of the store that a merchant may see: what happened, and what to do about it."""

from __future__ import annotations


class StoreError(Exception):
    """A problem with a store or a file that is imported into one.

    Args:
        message: what happened, in one sentence without its full stop.
        remedy: what the reader can do now.
    """

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message}. Remedy: {self.remedy}"


class StoreNameInvalid(StoreError):
    """The name cannot be a folder's name."""


class StoreNotFound(StoreError):
    """No store of that name lies under the stores' home."""


class StoreExists(StoreError):
    """A store of that name is there already."""


class StoreLocked(StoreError):
    """Another process has the store open; `pid` is that process where it is known."""

    def __init__(self, message: str, remedy: str, pid: int | None = None) -> None:
        super().__init__(message, remedy)
        self.pid = pid


class StoreUnreadable(StoreError):
    """The store's folder is there, but what lies in it cannot be used."""


class ImportFailed(StoreError):
    """A file could not be imported; the store is as it was before."""


class DiskFull(StoreError):
    """The disk took no more of what was written; the store is as it was before."""


class IndexUnavailable(StoreError):
    """The review index could neither be read nor built."""
