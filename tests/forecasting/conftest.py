"""Panels to forecast from: made up with known truth, and the demo store's planted stories."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

PanelMaker = Callable[..., pd.DataFrame]


def long_rows(unique_id: str, units, *, start: str = "2025-01-06", **columns) -> pd.DataFrame:
    """One product's rows; the first day is a Monday."""
    units = np.asarray(units, dtype=float)
    frame = pd.DataFrame({"unique_id": unique_id, "ds": pd.date_range(start, periods=len(units)), "y": units})
    return frame.assign(**{"is_open": True, "is_stockout": False, **columns})


@pytest.fixture
def rows() -> PanelMaker:
    return long_rows


@pytest.fixture(scope="session")
def market() -> pd.DataFrame:
    """Forty products over 300 days: weekly pattern, over-dispersed counts, levels that hardly move."""
    draws = np.random.default_rng(5)
    pattern = np.array([0.8, 0.9, 0.9, 1.0, 1.1, 1.3, 1.0])
    days = np.arange(300)
    frames = []
    for number in range(40):
        level = draws.uniform(1, 25) * np.exp(np.cumsum(draws.normal(0, 0.01, len(days))))
        units = draws.poisson(level * pattern[days % 7] * draws.gamma(6, 1 / 6, len(days)))
        frames.append(long_rows(f"p{number:02d}", units))
    return pd.concat(frames, ignore_index=True)


@pytest.fixture(scope="session")
def bazaar_panel(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """The demo store's panel, with its documented causes."""
    from store.demo import bazaar

    home: Path = tmp_path_factory.mktemp("bazaar")
    with bazaar.build(home=home, reviews=100) as store:
        panel = store.daily_sales()
        panel.attrs["causes"] = {cause["kind"]: cause for cause in store.planted_causes()}
    return panel
