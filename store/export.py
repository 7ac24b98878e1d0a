"""Everything that a store holds, as files that any program reads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from store.database import Store
from store.errors import StoreError
from store.feedback import FEEDBACK_FILE, REVIEWED_FILE
from store.lines import read_lines
from store.traces import read_traces

README = "README.md"
# What a reader wants as lines of text; all other tables are Parquet.
_AS_LINES = ("reviews", "products", "batches", "meta")
MEANINGS: dict[str, tuple[str, str]] = {
    "meta": ("the store's settings", "店铺设置"),
    "products": ("the catalogue", "商品目录"),
    "sales": ("units and revenue, a product and day", "每个商品每天的销量与销售额"),
    "returns": ("what came back, a product and day", "每个商品每天的退货"),
    "calendar": ("which days the shop was open", "营业日历"),
    "stock": ("stock and lead times", "库存与到货周期"),
    "bundles": ("what packs and bundles hold", "套装与组合的构成"),
    "reviews": (
        "reviews without personal data; `author` is a keyed hash of the customer",
        "已隐去个人信息的评价；author 为客户标识的加密摘要",
    ),
    "answers": ("answers that were given, with their figures", "给出过的回答及其数据"),
    "conversations": ("what conversations remember", "对话的记忆"),
    "feedback": ("readers' verdicts on answers", "读者对回答的评价"),
    "feedback_reviewed": ("what became of the verdicts", "对这些评价的处理"),
    "traces": ("how answers came about", "回答的产生过程"),
    "batches": ("imports", "导入记录"),
}


@dataclass(frozen=True)
class Exported:
    """One file of an export: its name in the folder, what it holds, how many rows."""

    file: str
    name: str
    rows: int


def export_store(store: Store, folder: Path) -> list[Exported]:
    """Write all that a store holds into an empty folder; the secret that customers are hashed with stays.

    Trained models and the review index are left out: they hold nothing that is not computed from these files.

    Args:
        store: an open store.
        folder: made where it does not exist.

    Returns:
        The files.

    Raises:
        StoreError: the folder is not empty, or cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise StoreError(f"{str(folder)!r} is there already", "name a new or an empty folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return [*_export_tables(store, folder), *_export_lines(store, folder)]
    except OSError as error:
        raise StoreError(
            f"{str(folder)!r} cannot be written: {error}", "free space or choose another folder"
        ) from error


def write_lines(folder: Path, name: str, lines: Iterator[str]) -> Exported:
    """Write one file of JSON lines."""
    count = 0
    with (folder / f"{name}.jsonl").open("w", encoding="utf-8") as file:
        for count, line in enumerate(lines, start=1):  # noqa: B007
            file.write(line + "\n")
    return Exported(f"{name}.jsonl", name, count)


def write_readme(store: Store, folder: Path, files: list[Exported]) -> None:
    """Write what the files are, in English and Chinese."""
    info = store.info
    english = [
        f"- `{e.file}`: {e.rows:,} rows; {MEANINGS.get(e.name, (_words(e.name), ''))[0]}" for e in files
    ]
    chinese = [f"- `{e.file}`：{e.rows:,} 行；{MEANINGS.get(e.name, ('', e.name))[1]}" for e in files]
    (folder / README).write_text(
        f"# {info.label.get('en', store.name)}\n\nAll that Shopcast holds of the store `{store.name}`"
        f" ({info.currency}, {info.timezone}, sales to {info.as_of}). Parquet files open in pandas, DuckDB, Excel's"
        " Power Query; .jsonl files are text, one JSON object a line. Customers appear only as hashes; the secret"
        " behind them is not here.\n\n" + "\n".join(english)
        + f"\n\n# {info.label.get('zh', store.name)}\n\nShopcast 保存的店铺 `{store.name}` 的全部数据"
        f"（{info.currency}，{info.timezone}，销售数据截至 {info.as_of}）。Parquet 文件可用 pandas、DuckDB 或 Excel 的"
        " Power Query 打开；.jsonl 为文本，每行一个 JSON 对象。客户只以加密摘要出现，密钥不在其中。\n\n"
        + "\n".join(chinese) + "\n",
        encoding="utf-8",
    )  # fmt: skip


def _words(name: str) -> str:
    return name.replace("_", " ")


def _export_tables(store: Store, folder: Path) -> Iterator[Exported]:
    cursor = store.cursor()
    names = cursor.execute(
        "SELECT table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE' ORDER BY table_name"
    ).fetchall()
    for (name,) in names:
        if name == "answers":
            continue
        as_lines = name in _AS_LINES
        file = f"{name}.{'jsonl' if as_lines else 'parquet'}"
        target = str(folder / file).replace("'", "''")
        kind = "JSON" if as_lines else "PARQUET, COMPRESSION ZSTD"
        row = cursor.execute(f"COPY (SELECT * FROM \"{name}\") TO '{target}' (FORMAT {kind})").fetchone()
        yield Exported(file, name, int(row[0]) if row else 0)


def _export_lines(store: Store, folder: Path) -> Iterator[Exported]:
    rows = store.cursor().execute("SELECT answer FROM answers ORDER BY number").fetchall()
    yield write_lines(folder, "answers", (row[0] for row in rows))
    traces = (json.dumps(trace, ensure_ascii=False) for trace in read_traces(store.folder))
    yield write_lines(folder, "traces", traces)
    for file in (FEEDBACK_FILE, REVIEWED_FILE):
        lines = (line.decode("utf-8", "replace").rstrip("\n") for line in read_lines(store.folder / file))
        yield write_lines(folder, Path(file).stem, lines)
