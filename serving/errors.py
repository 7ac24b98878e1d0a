"""Errors of the model service that a user sees: what happened, and the remedy."""

from __future__ import annotations


class ServingError(Exception):
    """Base of the package's errors.

    Args:
        message: what happened, one English sentence without a full stop.
        remedy: what the user can do about it.
    """

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(f"{message}. Remedy: {remedy}")
        self.message = message
        self.remedy = remedy


class SettingsInvalid(ServingError):
    """An environment variable holds a value that cannot be used."""


class ModelUnknown(ServingError):
    """The registry has no model of that name."""


class FetchFailed(ServingError):
    """The weights could not be fetched."""


class ModelCorrupt(ServingError):
    """A model file's sum is not the registered one."""


class ModelUnavailable(ServingError):
    """No answer from the model server: not started, died, or unreachable."""


class ModelMissing(ModelUnavailable):
    """The model file is not on this machine."""


class ModelTimeout(ServingError):
    """The model server did not answer within the time allowed."""


class ModelRejected(ServingError):
    """The model server answered, but refused the request or returned something unusable."""


class RequestTooLong(ModelRejected):
    """One question, or the answer that it needs, is over the model's length: the server itself is well."""


class AlreadyServed(ServingError):
    """Another `shopcast serve` runs for this home."""
