"""Praise and complaint by aspect: each review leans one way on each aspect that it mentions, or neither."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from serving.sentiment import Probabilities, shipped_sentiment
from tools.aspect_names import Aspect
from tools.review_aspects import FoundAspect, discover_aspects
from tools.review_terms import find_terms

# Between these a review takes no side.
_LEAST_PRAISE, _MOST_COMPLAINT = 0.6, 0.4
_MIDDLE_STARS = 3
# Stars say what a clause leaves open. Logits a star beyond three.
_STAR_LOGIT = 0.8
# "Takes seconds": two words prove little. A clause of so many words counts half of what it seems to say.
_DOUBTFUL_WORDS = 2
_WORD = re.compile(r"[a-z']+|[\u3400-\u9fff]{1,2}", re.IGNORECASE)
# "No smell at all", 没有压坏: what is bad reads as bad whether it is there or not.
_DENIAL = re.compile(
    r"(?:\b(?:no|nothing|never|without|none|not(?: had)? any|(?:do|does|did|is|are|was|has|have|had)n't any)\b"
    r"|没有?|不会|毫无)([^;]{2,})",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class AspectOpinions:
    """What reviews think of one aspect.

    Args:
        aspect: what it is called.
        lean: P(praise) by review's place, of its clauses about the aspect together and of its stars.
        praise: the reviews that praise it, by place, in their order.
        complaints: the reviews that complain.
    """

    aspect: Aspect
    lean: dict[int, float]
    praise: list[int]
    complaints: list[int]

    def only(self, reviews: Container[int]) -> AspectOpinions:
        """Return the same of these reviews alone."""
        return AspectOpinions(
            self.aspect,
            {review: lean for review, lean in self.lean.items() if review in reviews},
            [review for review in self.praise if review in reviews],
            [review for review in self.complaints if review in reviews],
        )


def read_opinions(
    texts: Sequence[str], stars: Sequence[float], own_words: Iterable[str] = ()
) -> list[AspectOpinions]:
    """Return every aspect of texts with who praises it and who complains, most mentioned first.

    Args:
        texts: reviews.
        stars: of each, NaN where none were given.
        own_words: titles of what is reviewed, which are no aspects.
    """
    return [_lean(found, stars) for found in discover_aspects(texts, own_words)]


def _lean(found: FoundAspect, stars: Sequence[float]) -> AspectOpinions:
    clauses: defaultdict[int, list[str]] = defaultdict(list)
    for mention in found.mentions:
        clauses[mention.review].append(mention.clause)
    logits = _score_said(
        ["; ".join(_without_name(clause, found.aspect) for clause in own) for own in clauses.values()]
    )
    places = list(clauses)
    given = np.nan_to_num(np.asarray(stars)[places] - _MIDDLE_STARS)
    scores = 1 / (1 + np.exp(-(logits + _STAR_LOGIT * given)))
    return AspectOpinions(
        found.aspect,
        dict(zip(places, scores.tolist(), strict=True)),
        praise=[place for place, score in zip(places, scores, strict=True) if score >= _LEAST_PRAISE],
        complaints=[place for place, score in zip(places, scores, strict=True) if score <= _MOST_COMPLAINT],
    )


def _score_said(said: list[str]) -> Probabilities:
    """Return the logit of P(praise) of what is said, nearer to 0 the fewer words it has.

    The denial of something bad takes no side by itself, so that stars decide.
    """
    model = shipped_sentiment()
    scores = model.score_clauses(said)
    denied = {place: match[1] for place, text in enumerate(said) if (match := _DENIAL.search(text))}
    if denied:
        places, bad = list(denied), model.score_clauses(list(denied.values()))
        scores[places] = np.where(bad <= _MOST_COMPLAINT, (scores[places] + 1 - bad) / 2, scores[places])
    words = np.array([len(_WORD.findall(text)) for text in said])
    logits: Probabilities = np.log(scores / (1 - scores)) * words / (words + _DOUBTFUL_WORDS)
    return logits


def _without_name(clause: str, aspect: Aspect) -> str:
    """Return a clause without the aspect's nouns: who writes "service" mostly complains, whatever he says of it."""
    return aspect.pattern.sub(lambda match: " " if _is_noun(match[0].lower()) else match[0], clause)


@cache
def _is_noun(word: str) -> bool:
    return bool(find_terms(word))
