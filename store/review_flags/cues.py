"""What gives a text away: words that are enough by themselves, and words that are so in company."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

import yaml

# Further apart in a long review two weak cues are chance.
NEAR_CHARACTERS = 200


@dataclass(frozen=True)
class Cues:
    """What speaks for a flag; Chinese patterns stand apart, because plain ASCII needs none of them."""

    strong: tuple[re.Pattern[str], ...]
    weak: tuple[re.Pattern[str], ...]
    strong_zh: tuple[re.Pattern[str], ...]
    weak_zh: tuple[re.Pattern[str], ...]

    def are_in(self, text: str) -> bool:
        """Return whether a text holds a strong cue, or two weak ones near each other."""
        strong, weak = self.strong, self.weak
        if not text.isascii():
            strong, weak = strong + self.strong_zh, weak + self.weak_zh
        return any(cue.search(text) for cue in strong) or _stand_near(weak, text)


def _stand_near(cues: tuple[re.Pattern[str], ...], text: str) -> bool:
    found = sorted((match.start(), number) for number, cue in enumerate(cues) for match in cue.finditer(text))
    return any(
        later - earlier <= NEAR_CHARACTERS and one != other
        for (earlier, one), (later, other) in pairwise(found)
    )


@cache
def load_cues() -> dict[str, Cues]:
    """Return the cues of each flag."""
    page: dict[str, Any] = yaml.safe_load(
        files("store.review_flags").joinpath("cues.yaml").read_text(encoding="utf-8")
    )
    words: dict[str, str] = page["words"]
    return {
        flag: Cues(
            **{
                kind.name: tuple(_compile(cue, words, kind.name) for cue in groups[kind.name])
                for kind in fields(Cues)
            }
        )
        for flag, groups in page["flags"].items()
    }


def _compile(pattern: str, words: dict[str, str], kind: str) -> re.Pattern[str]:
    for name, alternatives in words.items():
        pattern = pattern.replace(f"<{name}>", f"(?:{alternatives})")
    # Between a Chinese character and a Latin word a word begins.
    return re.compile(pattern, re.IGNORECASE | (0 if kind.endswith("_zh") else re.ASCII))
