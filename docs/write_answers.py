"""Write docs/answers.md: `shopcast ask --file docs/questions.jsonl --out answers.jsonl`, then this with answers.jsonl.

The store `uk` is UCI Online Retail: `shopcast import files FILE --store uk`, `shopcast train --store uk`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from agent.answer import Answer
from ui.receipt import receipt_facts
from ui.texts import metric_label

OUT = Path(__file__).with_name("answers.md")
INTRO = """# Answers to the questions in questions.jsonl

Written by `python docs/write_answers.py ANSWERS.jsonl` from what `shopcast ask --file docs/questions.jsonl` gave
with the embedded model on two cores. Nothing is edited. `complete-journey` is real grocery sales of 2017; `uk` is
UCI Online Retail, imported with `shopcast import files`. A receipt lists the facts in the words; the facts
behind tables are in the JSON.
"""


def main(source: Path) -> None:
    lines = [json.loads(line) for line in source.read_text(encoding="utf-8").splitlines()]
    parts = [INTRO]
    for line in lines:
        for turn in line.get("turns") or [line]:
            parts.append("\n".join(_section(line["id"], Answer.model_validate(_without_id(turn)))))
    OUT.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def _without_id(record: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in record.items() if key != "id"}


def _section(name: str, answer: Answer) -> Iterator[str]:
    yield f"## {name} · {answer.question}\n"
    yield answer.answer + "\n"
    for call in answer.calls:
        said, resolved = (json.dumps(part, ensure_ascii=False) for part in (call.said, call.arguments))
        yield f"`{call.tool}` said `{said}` → `{resolved}` ({call.seconds:.2f} s)  "
    yield (
        f"{answer.model} · data as of {answer.data_as_of} · plan {answer.seconds.plan:.1f} s, "
        f"total {answer.seconds.total:.1f} s\n"
    )
    facts = receipt_facts(answer)
    if facts:
        yield "| fact | value | of | period |\n|---|---|---|---|"
        for fact in facts:
            shown = fact.display(answer.language).replace("|", "\\|")
            period = fact.period.replace("..", " – ")
            yield f"| {metric_label(fact.metric, answer.language)} | {shown} | {fact.entity} | {period} |"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
