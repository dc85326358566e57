"""What do folds promise of the period that follows? `python -m tests.benchmarks.fold_rates [--data DIR]`.

Gradient boosting; the share of right predictions in the next period, and out of folds of shuffled rows and
of blocks of consecutive rows. Of a stationary stream whose features and hidden cause hang together with
correlation length L (autoregressive of the first order, 4,000 rows; the next 4,500 after a gap of 500) the
next period is as hard as the training period. With `--data` also of real data sets, the month after.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier

from core.stats.arrays import Floats, Ints

FOLDS, ROWS, GAP, WORLDS = 5, 4_000, 500, 6
LENGTHS = (0, 5, 20, 80)
BLOCKS = (5, 10, 40)
AFTERWARDS = "country booking_changes required_car_parking_spaces adr days_in_waiting_list label_available_at"
SETS = (
    ("steel_load_type", "timestamp", "2018-04-01", "2018-05-01", ["nsm"]),
    ("elec2", "timestamp", "1997-05-01", "1997-06-01", []),
    ("hotel_bookings", "arrival_date", "2015-12-01", "2016-01-01", ["timestamp", *AFTERWARDS.split()]),
)
"""File, its time, where the training period and the month after it end, columns that are left out."""


def main() -> None:
    """Print a line for each stream and data set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    data = parser.parse_args().data
    for length in LENGTHS:
        worlds = [_world(np.random.default_rng(seed), length) for seed in range(WORLDS)]
        _print(f"L = {length}", np.mean(worlds, axis=0), np.std(worlds, axis=0))
    for name, time, until, end, without in SETS if data else ():
        _print(name, _real(data / f"{name}.parquet", time, until, end, without))


def _print(what: str, values: Floats, spread: Floats | None = None) -> None:
    names = ("next period", "shuffled", *(f"{blocks} blocks" for blocks in BLOCKS))
    errors = "" if spread is None else f" (standard errors up to {spread.max() / (WORLDS - 1) ** 0.5:.3f})"
    told = ", ".join(f"{name} {value:.3f}" for name, value in zip(names, values, strict=True))
    print(f"  {what}: {told}{errors}", flush=True)


def _world(rng: np.random.Generator, length: int) -> Floats:
    """Four features that are seen nearly exactly and a cause that is not; labels follow all five."""
    keep, rows = (float(np.exp(-1 / length)) if length else 0.0), 2 * ROWS + 2 * GAP
    state = rng.normal(size=(rows, 5))
    for at in range(1, rows):
        state[at] = keep * state[at - 1] + (1 - keep**2) ** 0.5 * state[at]
    features = state[:, :4] + rng.normal(scale=0.05, size=(rows, 4))
    odds = 1.5 * state[:, 0] + state[:, 1] * state[:, 2] + 1.5 * state[:, 4]
    label = (odds + 0.3 * rng.logistic(size=rows) > 0).astype(int)
    later = slice(ROWS + GAP, None)
    return _promised(features[:ROWS], label[:ROWS], features[later], label[later])


def _real(file: Path, time: str, until: str, end: str, without: list[str]) -> Floats:
    frame = pd.read_parquet(file).sort_values(time, kind="stable")
    moments, label = pd.to_datetime(frame[time]), frame["label"].astype(str).to_numpy()
    columns = frame.drop(columns=["id", "label", time, *without])
    texts = [name for name in columns if not pd.api.types.is_numeric_dtype(columns[name])]
    codes = {name: columns[name].astype(str).astype("category").cat.codes for name in texts}
    features = columns.assign(**codes).to_numpy(dtype=float)
    before, month = (moments < until).to_numpy(), ((moments >= until) & (moments < end)).to_numpy()
    return _promised(features[before], label[before], features[month], label[month])


def _promised(features: Floats, label: np.ndarray, next_features: Floats, next_label: np.ndarray) -> Floats:
    """The share that is right in the next period, and out of each kind of folds."""
    n = len(label)
    kinds = [np.random.default_rng(0).permutation(n) % FOLDS]
    kinds += [np.arange(n) * blocks // n % FOLDS for blocks in BLOCKS]
    truth = float(np.mean(_fit(features, label).predict(next_features) == next_label))
    return np.array([truth, *(_out_of_fold(features, label, fold) for fold in kinds)])


def _out_of_fold(features: Floats, label: np.ndarray, fold: Ints) -> float:
    hits = [
        (_fit(features[fold != at], label[fold != at]).predict(features[fold == at]) == label[fold == at])
        for at in range(FOLDS)
    ]
    return float(np.concatenate(hits).mean())


def _fit(features: Floats, label: np.ndarray) -> HistGradientBoostingClassifier:
    return HistGradientBoostingClassifier(random_state=0, max_iter=60).fit(features, label)


if __name__ == "__main__":
    main()
