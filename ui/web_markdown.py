"""Tables, receipts and quoted reviews as markdown: the data's words are escaped, never obeyed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any

from agent.answer import Answer, Citation
from store.review_flags import FLAG_KINDS
from tools.display import render_date, render_value
from tools.results import Fact, Lang, Table, ToolResult
from tools.toolbox import toolbox
from ui.receipt import cell, receipt_facts
from ui.texts import Texts, load_texts, metric_label

# A review or a title may hold markdown, and an image in it would fetch a stranger's address.
SPECIAL = re.compile(r"([\\`*_{}\[\]()+\-!|~$]|^#|(?:(?<=^\d)|(?<=^\d\d))\.)")
# Bare addresses turn into links by themselves unless a character of them is spelled out.
ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "&#64;"})
# Quoted reviews and offered titles: lines that strangers and exports wrote.
DATA_LINE = re.compile(r"> |- ")
# What makes a link or a formula of a title inside a sentence.
LINKS = re.compile(r"([\[\]$])")
ROWS_SHOWN = 31
QUOTE_CHARS = 280
# The metric under which tools state a product's name.
TITLE_METRIC = "title"
ISO_PERIOD = re.compile(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})")


def escape(text: str) -> str:
    """Return text that markdown shows as it is, on one line."""
    plain = SPECIAL.sub(r"\\\1", " ".join(text.split()).translate(ENTITIES))
    return _unspelled(plain)


def escape_answer(text: str) -> str:
    """Return an answer's words as markdown: bold and code are code's own, what is quoted is shown as it is."""
    return "\n".join(
        line[: mark.end()] + escape(line[mark.end() :])
        if (mark := DATA_LINE.match(line))
        else _unspelled(LINKS.sub(r"\\\1", line.translate(ENTITIES)))
        for line in text.split("\n")
    )


def _unspelled(text: str) -> str:
    return text.replace("://", "&#58;//").replace("www.", "www&#46;")


def grid(headings: Sequence[str], rows: Sequence[Sequence[str]], numeric: Sequence[bool] = ()) -> str:
    """Return a markdown table; the cells are markdown already, `numeric` columns stand to the right."""
    sides = ["---:" if side else "---" for side in (numeric or [False] * len(headings))]
    lines = [headings, sides, *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def render_table(table: Table, lang: Lang) -> str:
    """Return a result's table with units in its cells, and how many rows were left off."""
    words = load_texts(lang)
    headings = [escape(getattr(column, lang)) for column in table.columns]
    rows = [
        [_cell(cell(row, column, lang), column.unit, lang) for column in table.columns]
        for row in table.rows[:ROWS_SHOWN]
    ]
    text = grid(headings, rows, [column.unit not in ("text", "date") for column in table.columns])
    if table.total_rows > len(rows):
        text += "\n\n" + words("step.more", shown=len(rows), total=table.total_rows)
    return text


def render_step(
    tool: str, said: dict[str, Any], arguments: dict[str, Any], result: ToolResult, lang: Lang
) -> str:
    """Return what stands inside a tool's accordion: words said, what they became, and the result."""
    words = load_texts(lang)
    parts = []
    settings = _settings(tool, said, arguments, result, words)
    if settings:
        parts.append(grid([words(f"step.{name}") for name in ("argument", "said", "understood")], settings))
    if result.error:
        parts.append(escape(words.join(result.error.message[lang], result.error.remedy[lang])))
    elif result.table and result.table.rows:
        parts.append(render_table(result.table, lang))
    return "\n\n".join(parts)


def render_receipt(answer: Answer, lang: Lang) -> str:
    """Return the receipt: each number in the words under the call that it came from."""
    words = load_texts(lang)
    as_of = render_date(answer.data_as_of.isoformat(), lang) if answer.data_as_of else "–"
    key = "receipt.summary" if answer.model else "receipt.summary_no_model"
    summary = words(key, date=as_of, model=answer.model, seconds=f"{answer.seconds.total:.1f}")
    parts = [escape(words("receipt.store", store=answer.store)) + "  \n" + escape(summary)]
    order = [call.tool for call in answer.calls]
    shown = [fact for fact in receipt_facts(answer) if fact.source.tool in order]
    shown.sort(key=lambda fact: order.index(fact.source.tool))
    titles = {fact.entity: fact.display(lang) for fact in answer.facts if fact.metric == TITLE_METRIC}
    for tool, facts in groupby(shown, key=lambda fact: fact.source.tool):
        parts.append(_receipt_part(tool, list(facts), titles, words))
    if len(answer.facts) > len(shown):
        parts.append(words("receipt.rest", count=len(answer.facts) - len(shown)))
    return "\n\n".join(parts)


def render_citations(citations: Sequence[Citation], lang: Lang) -> str:
    """Return the retrieved reviews as a list: date, stars, words."""
    words = load_texts(lang)
    lines = []
    for review in citations:
        stars = f" · {words('receipt.stars', count=review.rating)}" if review.rating else ""
        text = review.text if len(review.text) <= QUOTE_CHARS else review.text[:QUOTE_CHARS] + "…"
        day = render_date(review.date.isoformat(), lang) if review.date else review.review_id
        flags = "".join(f" · {FLAG_KINDS[flag].label[lang]}" for flag in review.flags)
        lines.append(f"- {day}{stars}{flags}  \n  {escape(text)}")
    return "\n".join(lines)


def _receipt_part(tool: str, facts: list[Fact], titles: dict[str, str], words: Texts) -> str:
    headings = [words(f"receipt.{name}") for name in ("fact", "value", "period")]
    rows = [
        [_metric(fact, titles, words), escape(fact.display(words.lang)), _period(fact.period, words.lang)]
        for fact in facts
    ]
    title = f"**{escape(words.get(f'tools.{tool}', tool))}** · `{tool}`"
    return f"{title}\n\n{grid(headings, rows, [False, True, False])}"


def _settings(
    tool: str, said: dict[str, Any], arguments: dict[str, Any], result: ToolResult, words: Texts
) -> list[list[str]]:
    """Pair each word copied from the question with what code made of it; unsaid settings come last."""
    known = toolbox().get(tool)
    names = {p.name: p.said for p in known.parameters} if known else {}
    titles = {product.product_id: product.title for product in result.products}
    rows = []
    for name, value in sorted(arguments.items(), key=lambda item: names.get(item[0], item[0]) not in said):
        if value is None:
            continue
        copied = said.get(names.get(name, name))
        quoted = words("step.unsaid") if copied is None else _spoken(copied, words)
        rows.append(
            [words.get(f"arguments.{name}", name), quoted, escape(_understood(name, value, titles, words))]
        )
    return rows


def _spoken(copied: object, words: Texts) -> str:
    """Quote the copied words; "$1" is the plan's sign for an earlier result, nobody said it."""
    text = str(copied)
    if text.startswith("$"):
        return words("values.earlier")
    return escape(words.get(f"values.{text}", text))


def _understood(name: str, value: Any, titles: dict[str, str], words: Texts) -> str:
    if name == "product_id":
        return titles.get(str(value), str(value))
    if name.endswith("_days"):
        return words("values.one_day") if value == 1 else words("values.days", count=value)
    if name == "service_level":
        return render_value(float(value) * 100, "percent", words.lang)
    if isinstance(value, dict) and {"start", "end"} <= value.keys():
        return _period(f"{value['start']}..{value['end']}", words.lang)
    if name == "figures":
        return ", ".join(render_value(figure["value"], figure["unit"], words.lang) for figure in value)
    if isinstance(value, float):
        return render_value(value, "count", words.lang)
    text = str(value)
    return _period(text, words.lang) if ISO_PERIOD.fullmatch(text) else words.get(f"values.{text}", text)


def _cell(value: object, unit: str, lang: Lang) -> str:
    if value is None:
        return "–"
    if isinstance(value, date):
        value = value.isoformat()
    return (
        escape(render_value(value, unit, lang))
        if isinstance(value, (int, float, str))
        else escape(str(value))
    )


def _metric(fact: Fact, titles: dict[str, str], words: Texts) -> str:
    """Return what the value measures, and of which product."""
    metric = metric_label(fact.metric, words.lang)
    title = titles.get(fact.entity)
    return escape(f"{metric} · {title}" if title and fact.metric != TITLE_METRIC else metric)


def _period(period: str, lang: Lang) -> str:
    """Return "start..end" as dates a reader knows; the year stands once where both ends share it."""
    found = ISO_PERIOD.fullmatch(period)
    if not found:
        return escape(period) or "–"
    (start, end), (first, last) = found.groups(), [render_date(day, lang) for day in found.groups()]
    if start == end:
        return first
    if start[:4] == end[:4]:
        first, last = (first, last.split("年", 1)[1]) if lang == "zh" else (first.rsplit(" ", 1)[0], last)
    return f"{first}至{last}" if lang == "zh" else f"{first} – {last}"
