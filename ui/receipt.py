"""Answers and receipts in a terminal."""

from __future__ import annotations

import json
from typing import Any

from rich.console import Console
from rich.markdown import Markdown
from rich.table import Table as RichTable

from agent.answer import Answer
from tools.display import render_value
from tools.results import Column, Fact, Lang, Table
from ui.texts import metric_label

# An answer's receipt lists the facts of its sentences; table cells follow the table, and --json has them all.
MOST_RECEIPT_ROWS = 14
_WORDS: dict[str, dict[Lang, str]] = {
    "receipt": {"en": "Receipt", "zh": "数字依据"},
    "fact": {"en": "fact", "zh": "项目"},
    "value": {"en": "value", "zh": "数值"},
    "entity": {"en": "of", "zh": "对象"},
    "period": {"en": "period", "zh": "期间"},
    "calls": {"en": "Calls", "zh": "调用"},
    "footer": {
        "en": "data as of {as_of} · {model} · {seconds:.1f} s",
        "zh": "数据截至 {as_of} · {model} · {seconds:.1f} 秒",
    },
    "no_model": {"en": "no model (keywords)", "zh": "未用模型（关键词）"},
    "shown": {"en": "showing {shown} of {total}", "zh": "显示 {total} 行中的 {shown} 行"},
}


def print_answer(answer: Answer, console: Console, *, receipt: bool = True) -> None:
    """Print an answer as a reader wants it: words, small tables, then where each number is from."""
    lang = answer.language
    console.print(Markdown(answer.answer))
    for table in answer.tables:
        console.print(_rich_table(table, lang))
    if receipt and answer.calls:
        _print_receipt(answer, console)
    footer = _WORDS["footer"][lang].format(
        as_of=answer.data_as_of, model=answer.model or _WORDS["no_model"][lang], seconds=answer.seconds.total
    )
    console.print(f"[dim]{footer}[/dim]")


def _rich_table(table: Table, lang: Lang) -> RichTable:
    rich = RichTable(box=None, header_style="bold")
    for column in table.columns:
        rich.add_column(
            column.en if lang == "en" else column.zh, justify="left" if column.unit == "text" else "right"
        )
    for row in table.rows:
        rich.add_row(
            *(render_cell(cell(row, column, lang), str(column.unit), lang) for column in table.columns)
        )
    if table.total_rows > len(table.rows):
        rich.caption = _WORDS["shown"][lang].format(shown=len(table.rows), total=table.total_rows)
    return rich


def cell(row: dict[str, Any], column: Column, lang: Lang) -> Any:
    """Return a row's cell in the reader's language where the row holds both ("title", "title_zh")."""
    return row.get(f"{column.key}_{lang}") or row.get(column.key)


def render_cell(value: Any, unit: str, lang: Lang) -> str:
    """Return a table cell as text; an unknown value is a dash."""
    return "–" if value is None else render_value(value, unit, lang)


def _print_receipt(answer: Answer, console: Console) -> None:
    lang = answer.language
    console.print(f"[bold]{_WORDS['calls'][lang]}[/bold]")
    for index, call in enumerate(answer.calls, start=1):
        said = json.dumps(call.said, ensure_ascii=False)
        resolved = json.dumps(call.arguments, ensure_ascii=False)
        console.print(
            f"  {index}. {call.tool} {said} → {resolved} ({call.seconds:.2f} s)",
            highlight=False,
            markup=False,
        )
    rows = receipt_facts(answer)[:MOST_RECEIPT_ROWS]
    if not rows:
        return
    rich = RichTable(title=_WORDS["receipt"][lang], title_justify="left", box=None, header_style="dim")
    for key in ("fact", "value", "entity", "period"):
        rich.add_column(_WORDS[key][lang])
    for fact in rows:
        rich.add_row(
            metric_label(fact.metric, lang), fact.display(lang), fact.entity, fact.period.replace("..", " – ")
        )
    console.print(rich)


def receipt_facts(answer: Answer) -> list[Fact]:
    """Return the facts that the answer's words speak of, in their order; a value said twice stands once."""
    by_id = {fact.id: fact for fact in answer.facts}
    shown: dict[tuple[str, str, str], Fact] = {}
    for name in answer.receipt:
        fact = by_id[name]
        shown.setdefault((fact.metric, fact.display(answer.language), fact.entity), fact)
    return list(shown.values())
