"""Forecasts beside their peers on real sales: `make bench-forecast`.

Two shops, three origins, 28 days; every model in a process of its own that sees nothing after the origin. Then what
the engine costs: time for 1,000 products, one forecast on demand, memory for 10,000 products. Prints the targets and
every model's figures as markdown and keeps them, with the figures as JSON and every forecast, in
SHOPCAST_HOME/benchmarks. What was stopped goes on with --out FOLDER.
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.forecasting.models import MODELS
from benchmarks.forecasting.running import PARTS, Asked, measure
from benchmarks.forecasting.sets import READERS, DataMissing
from benchmarks.forecasting.table import describe_gaps, make_rows, write_markdown
from serving.settings import home

PROJECT = Path(__file__).resolve().parents[2]


def read_options(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.forecasting",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("parts", nargs="*", default=[*PARTS], help=f"some of {', '.join(PARTS)}; all of them")
    parser.add_argument("--products", type=int, default=240, help="most products a set")
    parser.add_argument("--sets", nargs="+", choices=READERS, default=[*READERS])
    parser.add_argument("--models", nargs="+", choices=MODELS, default=[*MODELS])
    parser.add_argument("--origins", type=int, default=3, help="the latest so many")
    parser.add_argument(
        "--data", type=Path, default=PROJECT.parent / "shared" / "data", help="folder of UCI Online Retail"
    )
    parser.add_argument("--out", type=Path, help="folder of the run; one that was stopped goes on there")
    given = parser.parse_args(arguments)
    if unknown := set(given.parts) - set(PARTS):
        parser.error(f"{', '.join(sorted(unknown))!r}: the parts are {', '.join(PARTS)}")
    return given


def main(arguments: list[str] | None = None) -> None:
    given = read_options(arguments)
    folder: Path = given.out or home() / "benchmarks" / f"forecast-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    folder.mkdir(parents=True, exist_ok=True)
    print(f"kept in {folder}; if it is stopped, go on with --out {folder}", file=sys.stderr)
    asked = Asked(given.parts, given.products, given.sets, given.models, given.origins, given.data)
    try:
        found = measure(asked, folder)
    except DataMissing as error:
        sys.exit(str(error))
    table = write_markdown(found)
    (folder / "table.md").write_text(table, encoding="utf-8")
    (folder / "figures.json").write_text(found.model_dump_json(indent=1), encoding="utf-8")
    print(table)
    print(describe_gaps(make_rows(found)), file=sys.stderr)


if __name__ == "__main__":
    main()
