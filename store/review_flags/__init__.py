"""Reviews written for somebody other than the next customer are noticed, counted for less, and shown as such."""

from store.review_flags.crowd import flag_together
from store.review_flags.flagging import flag_review, refresh_flags
from store.review_flags.kinds import FLAG_KINDS, FLAGS, FlagKind, is_quotable, review_weight

__all__ = [
    "FLAGS",
    "FLAG_KINDS",
    "FlagKind",
    "flag_review",
    "flag_together",
    "is_quotable",
    "refresh_flags",
    "review_weight",
]
