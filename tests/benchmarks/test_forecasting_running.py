"""A run of the benchmark on a shop of its own: cells in processes, what is kept, what is not run again."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks.forecasting import __main__ as bench
from benchmarks.forecasting import running, sets
from benchmarks.forecasting.cell import AHEAD, COST, HISTORY, read_history
from benchmarks.forecasting.models import MODELS
from benchmarks.forecasting.scale import make_sales

PRODUCTS = 6


def shop(_data: Path, _products: int = 0, _horizon: int = 0) -> sets.SalesSet:
    frame = make_sales(PRODUCTS, days=280)
    promo = (frame["ds"].dt.day <= 3).astype(float)
    return sets.SalesSet("Corner shop", frame.assign(price=2.0, promo=promo), tuple(range(7)))


def take(of: sets.SalesSet, products: int) -> sets.SalesSet:
    names = of.sales["unique_id"].unique()[:products]
    return sets.SalesSet(of.title, of.sales[of.sales["unique_id"].isin(names)], of.open_weekdays)


@pytest.fixture
def corner_shop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sets.READERS, "uci", shop)


def play(out: Path, *more: str) -> dict[str, object]:
    bench.main(["accuracy", "--sets", "uci", "--origins", "1", "--out", str(out), *more])
    return dict(json.loads((out / "figures.json").read_text(encoding="utf-8")))


def test_a_run_is_kept_and_goes_on_where_it_stopped(
    corner_shop: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(running, "PEERS_PYTHON", tmp_path / "missing")
    found = play(tmp_path, "--models", "seasonal-naive")
    figures = found["sets"]["uci"]["models"]["seasonal-naive"]  # type: ignore[index]
    assert figures["products"] == PRODUCTS and 0.5 < figures["sql"] < 2.5
    assert figures["cpu_seconds_a_product"] > 0
    printed = capsys.readouterr()
    assert "| SeasonalNaive | 6 |" in printed.out and "not measured" in printed.out
    assert (tmp_path / "table.md").read_text(encoding="utf-8") in printed.out

    (cost,) = tmp_path.glob(f"uci/*/seasonal-naive/{COST}")
    before = cost.stat().st_mtime_ns
    again = play(tmp_path, "--models", "seasonal-naive", "neural-lstm")
    assert cost.stat().st_mtime_ns == before
    assert again["sets"]["uci"]["models"]["seasonal-naive"] == figures  # type: ignore[index]


def test_a_peer_without_its_environment_is_a_line_and_no_end(
    corner_shop: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(running, "PEERS_PYTHON", tmp_path / "missing")
    play(tmp_path, "--models", "neural-lstm")
    assert "neuralforecast LSTM on Corner shop, 2024-09-09 failed: its environment is missing" in (
        capsys.readouterr().out
    )


def test_a_model_that_dies_is_reported_with_its_last_words(
    corner_shop: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(running, "HORIZON", -1)
    reason = running._run_cell(MODELS["seasonal-naive"], tmp_path / "nowhere")
    assert reason is not None and "No such file" in reason


def test_another_draw_in_the_same_folder_is_refused(
    corner_shop: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "PEERS_PYTHON", tmp_path / "missing")
    play(tmp_path, "--models", "neural-lstm")
    monkeypatch.setitem(sets.READERS, "uci", lambda *_: take(shop(tmp_path), 3))
    with pytest.raises(SystemExit, match="--products"):
        play(tmp_path, "--models", "neural-lstm")


def test_a_model_sees_nothing_after_the_origin_but_planned_promotions(tmp_path: Path) -> None:
    whole = shop(tmp_path)
    origin = whole.origins(28)[0]
    running._write_history(whole, origin, tmp_path)
    assert pd.read_parquet(tmp_path / HISTORY)["ds"].max() == origin - pd.Timedelta(days=1)
    ahead = pd.read_parquet(tmp_path / AHEAD)
    assert list(ahead.columns) == ["unique_id", "ds", "promo"]
    assert list(read_history(tmp_path, MODELS["theta"]).columns) == ["unique_id", "ds", "y"]
    known = read_history(tmp_path, MODELS["shopcast-promotions"])
    assert known.loc[known["ds"] >= origin, "y"].isna().all() and known["promo"].notna().all()


def test_auto_arima_gets_few_products(tmp_path: Path) -> None:
    days = pd.date_range("2024-01-01", periods=2)
    frame = pd.DataFrame(
        {"unique_id": np.repeat([f"p{row:03d}" for row in range(90)], 2), "ds": np.tile(days, 90), "y": 1.0}
    )
    frame.to_parquet(tmp_path / HISTORY)
    assert read_history(tmp_path, MODELS["auto-arima"])["unique_id"].nunique() == 20
    assert read_history(tmp_path, MODELS["theta"])["unique_id"].nunique() == 90


def test_three_origins_are_the_last_84_days() -> None:
    first, second, third = shop(Path()).origins(28)
    last = shop(Path()).sales["ds"].max()
    assert (last - first).days == 83 and (last - second).days == 55 and (last - third).days == 27


def test_products_are_drawn_by_their_past_alone() -> None:
    frame = shop(Path()).sales
    origin = shop(Path()).origins(28)[0]
    sold = frame[(frame["y"] > 0) & (frame["ds"] < origin)]
    # The shop itself goes on, though every product that can be drawn ends.
    goes_on = frame[frame["ds"] >= origin].assign(unique_id="new")
    stopped = sold[sold["unique_id"] == "product-00000"].assign(unique_id="stopped")
    stopped = stopped[stopped["ds"] < origin - pd.Timedelta(days=28)]
    seldom = stopped.assign(unique_id="seldom").iloc[::4]
    drawn = sets.draw(pd.concat([sold, goes_on, stopped, seldom]), 100, 28)
    days = sold.groupby("unique_id")["ds"].nunique()
    often = set(days.index[days >= (origin - frame["ds"].min()).days / 2])
    assert set(drawn["unique_id"]) == often and len(often) >= 3
    assert sets.draw(pd.concat([sold, goes_on]), 2, 28)["unique_id"].nunique() == 2


def test_uci_fills_zeros_leaves_out_fees_and_knows_the_closed_day(tmp_path: Path) -> None:
    days = [day for day in pd.date_range("2011-01-03", "2011-12-09") if day.dayofweek != 5]
    late = days[20:]
    rows = [("22423", day, 2, 4.0) for day in days[::2]] + [("POST", day, 1, 18.0) for day in days]
    rows += [("22423", days[1], -3, -6.0), ("85123A", late[0], 5, 10.0)]
    rows += [("85123A", day, 1, 2.0) for day in late]
    file = tmp_path / sets.UCI_FILE
    file.parent.mkdir()
    pd.DataFrame(rows, columns=["StockCode", "date", "units", "revenue"]).to_parquet(file)
    found = sets.read_uci(tmp_path, 10, 28)
    assert found.open_weekdays == (0, 1, 2, 3, 4, 6)
    assert set(found.sales["unique_id"]) == {"85123A"}
    mine = found.sales.set_index("ds")
    assert mine.index.min() == late[0] and mine.loc[str(late[0].date()), "y"] == 6.0
    closed = mine[mine.index.dayofweek == 5]
    assert len(closed) > 40 and (closed["y"] == 0.0).all() and (closed["price"] == 2.0).all()


def test_a_set_that_is_not_there_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"--data.*--sets complete-journey"):
        bench.main(["accuracy", "--sets", "uci", "--data", str(tmp_path), "--out", str(tmp_path)])


def test_unknown_parts_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        bench.read_options(["speed"])
    assert "accuracy, time, warm, memory" in capsys.readouterr().err
