"""`shopcast forecast` as a user types it."""

import numpy as np
import pandas as pd
import pytest

from ui.cli import main


@pytest.fixture
def forecast(capsys):
    """Run the command; returns (exit status, standard output, standard error)."""

    def run(*arguments) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["forecast", *map(str, arguments)])
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return run


@pytest.fixture
def sales() -> pd.DataFrame:
    draws = np.random.default_rng(2)
    return pd.concat(
        [
            pd.DataFrame(
                {"unique_id": name, "ds": pd.date_range("2025-01-06", periods=90), "y": draws.poisson(6, 90)}
            )
            for name in ("007", "雨伞")
        ]
    )


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_file_becomes_forecasts_and_totals(forecast, sales, tmp_path, ending) -> None:
    source, out = tmp_path / f"sales.{ending}", tmp_path / f"ahead.{ending}"
    write, read = (
        (sales.to_csv, lambda path: pd.read_csv(path, dtype={"unique_id": str}, parse_dates=["ds"]))
        if ending == "csv"
        else (sales.to_parquet, pd.read_parquet)
    )
    write(source, index=False)
    status, said, told = forecast(source, "--horizon", 14, "--out", out, "--total")
    assert status == 0
    assert "2 series, daily, 14 ahead: 2025-04-06 to 2025-04-19" in said and "ahead-totals" in said.replace(
        "\n", ""
    )
    assert "forecasting" in told
    daily, totals = (
        read(out),
        (pd.read_csv if ending == "csv" else pd.read_parquet)(tmp_path / f"ahead-totals.{ending}"),
    )
    assert daily["unique_id"].unique().tolist() == ["007", "雨伞"] and len(daily) == 28 and len(totals) == 2
    assert daily["ds"].iloc[0] == pd.Timestamp("2025-04-06")
    assert list(daily.columns[:4]) == ["unique_id", "ds", "mean", "q05"] and daily.columns[-1] == "q95"
    assert list(totals.columns[:5]) == ["unique_id", "start", "end", "mean", "q05"]
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == sorted(
        [f"sales.{ending}", f"ahead.{ending}", f"ahead-totals.{ending}"]
    )


def test_numbers_as_names_keep_their_zeros_and_totals_come_only_when_asked_for(
    forecast, sales, tmp_path
) -> None:
    sales[sales["unique_id"] == "007"].to_csv(tmp_path / "sales.csv", index=False)
    assert forecast(tmp_path / "sales.csv", "--horizon", 3, "--out", tmp_path / "ahead.csv")[0] == 0
    assert (tmp_path / "ahead.csv").read_text(encoding="utf-8").splitlines()[1].startswith("007,2025-04-06,")
    assert not (tmp_path / "ahead-totals.csv").exists()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_spreadsheets_of_any_region_are_read(forecast, sales, tmp_path, encoding, separator) -> None:
    sales.to_csv(tmp_path / "sales.csv", index=False, encoding=encoding, sep=separator)
    assert forecast(tmp_path / "sales.csv", "--horizon", 1, "--out", tmp_path / "ahead.csv")[0] == 0
    assert "雨伞" in (tmp_path / "ahead.csv").read_text(encoding="utf-8")


def test_what_was_mended_is_told(forecast, sales, tmp_path) -> None:
    pd.concat([sales, sales.head(3).assign(y=-100)]).to_csv(tmp_path / "sales.csv", index=False)
    _, said, told = forecast(tmp_path / "sales.csv", "--horizon", 3, "--out", tmp_path / "ahead.csv")
    assert "note: 3 rows of a series and date" in told and "note: y is negative in 3 rows" in told
    assert "note" not in said


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("sales.csv", b"", "'sales.csv' is empty"),
        ("sales.csv", b"unique_id,ds,y\n", "'sales.csv' has no rows"),
        ("sales.csv", b"unique_id,ds\na,2025-01-01\n", "the columns ['y'] are missing"),
        (
            "sales.csv",
            b"unique_id,ds,y\na,2025-01-01,lots\n",
            "the column y holds no number in row 1 ('lots')",
        ),
        ("sales.csv", b"unique_id,ds,y\na,then,1\n", "the column ds holds no date in row 1 ('then')"),
        (
            "sales.csv",
            b"unique_id,ds,y\na,2025-01-01,1,2,3\na,2025-01-02,1,2,3,4,5\n",
            "is no readable CSV file",
        ),
        ("sales.csv", b"unique_id,ds,y\na,2025-01-01,1,2\na,2025-01-02,1,2\n", "is no readable CSV file"),
        ("sales.csv", b"unique_id,ds,y\nMug, red,2025-01-01,1\nb,2025-01-02,1\n", "is no readable CSV file"),
        ("sales.csv", b"unique_id,ds,y,y\na,2025-01-01,1,2\n", "several columns named ['y']"),
        ("sales.csv", b"\n \n", "has no rows"),
        ("sales.csv", b"unique_id\0ds", "is no text file"),
        ("sales.csv", b"unique_id,ds,y\n\xff\xff\xff,2025-01-01,1\n", "is in no known text encoding"),
        ("sales.parquet", b"PAR1 and no more", "is no readable Parquet file"),
        ("sales.xlsx", b"PK", "is neither Parquet nor CSV by its ending '.xlsx'"),
    ],
)
def test_a_bad_file_is_one_clear_message(forecast, tmp_path, name, content, words) -> None:
    (tmp_path / name).write_bytes(content)
    status, _, told = forecast(tmp_path / name, "--horizon", 3, "--out", tmp_path / "ahead.csv")
    assert status == 1 and words in told and "Remedy: " in told and "Traceback" not in told
    assert not (tmp_path / "ahead.csv").exists()


def test_a_missing_file_is_named(forecast, tmp_path) -> None:
    status, _, told = forecast(tmp_path / "gone.csv", "--horizon", 3, "--out", tmp_path / "ahead.csv")
    assert status == 1 and "gone.csv' cannot be opened" in told


@pytest.mark.parametrize(
    ("out", "words"),
    [
        ("ahead.json", "'.json'"),
        ("nowhere/ahead.csv", "there is no folder"),
        ("sales.csv", "is the file to read"),
    ],
)
def test_a_place_that_cannot_be_written_is_refused_before_the_work(
    forecast, sales, tmp_path, out, words
) -> None:
    sales.to_csv(tmp_path / "sales.csv", index=False)
    before = (tmp_path / "sales.csv").read_bytes()
    status, _, told = forecast(tmp_path / "sales.csv", "--horizon", 3, "--out", tmp_path / out)
    assert status != 0 and words in told and "learning" not in told
    assert (tmp_path / "sales.csv").read_bytes() == before


def test_a_said_frequency_must_fit(forecast, sales, tmp_path) -> None:
    sales.to_csv(tmp_path / "sales.csv", index=False)
    arguments = (tmp_path / "sales.csv", "--horizon", 3, "--out", tmp_path / "ahead.csv", "--frequency", "W")
    status, _, told = forecast(*arguments)
    assert status == 1 and "'W' (weekly)" in told and "a week has several dates" in told
