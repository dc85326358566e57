"""Streams of real rows: a model trained on the first of them answers the others, in an order by chance."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from tests.benchmarks.reasons.base import Base, Rows, Task

TRAINING, MOST, GAPS = 0.25, 8000, 0.1
"""Share of the rows that train and their largest number; share of the cells of one column that are empty."""


@dataclass(frozen=True)
class Source:
    """What is used of a file: its label, columns, and the categories `channel` and `region`."""

    task: Task
    features: tuple[str, ...]
    spare: str
    channel: Callable[[pd.DataFrame], pd.Series]
    region: Callable[[pd.DataFrame], pd.Series]


def _text(name: str) -> Callable[[pd.DataFrame], pd.Series]:
    return lambda rows: rows[name].astype(str)


def _part_of_day(name: str, top: float) -> Callable[[pd.DataFrame], pd.Series]:
    return lambda rows: pd.cut(
        rows[name] / top, [-1, 0.25, 0.5, 0.75, 2], labels=["night", "morning", "afternoon", "evening"]
    ).astype(str)


REAL: dict[str, Source] = {
    "hotel_bookings": Source(
        "binary",
        ("lead_time", "stays_in_week_nights", "adults", "previous_cancellations", "total_of_special_requests",
         "deposit_type", "customer_type", "meal"),
        "arrival_date_week_number",
        _text("market_segment"),
        _text("hotel"),
    ),
    "elec2": Source(
        "binary",
        ("period", "nswprice", "nswdemand"),
        "transfer",
        _part_of_day("period", 1.0),
        lambda rows: rows["timestamp"].dt.dayofweek.map(lambda day: "weekend" if day > 4 else "workday"),
    ),
    "steel_load_type": Source(
        "multiclass",
        ("usage_kwh", "lagging_current_reactive_power_kvarh", "lagging_current_power_factor", "nsm"),
        "leading_current_power_factor",
        _part_of_day("nsm", 86400.0),
        _text("weekstatus"),
    ),
    "bike_sharing": Source(
        "regression",
        ("hour", "temp_norm", "humidity_norm", "month"),
        "windspeed",
        lambda rows: "weather " + rows["weather_situation"].astype(str),
        _text("workingday"),
    ),
}  # fmt: skip


def real(name: str, folder: str) -> Base:
    """The stream of one file: shuffled, so that nothing changes with time; labels are known at once."""
    source = REAL[name]
    file = pd.read_parquet(Path(folder) / f"{name}.parquet").sample(frac=1, random_state=0, ignore_index=True)
    rows = file[[*source.features, source.spare]].assign(
        channel=source.channel(file), region=source.region(file), y=file["label"]
    )
    features = [*source.features, "channel", "region"]
    classes = () if source.task == "regression" else tuple(sorted(rows["y"].astype(str).unique()))
    cut = min(int(TRAINING * len(rows)), MOST)
    ranked = _rank_numbers(source.task, rows[:cut], features)
    main, second, *others = ranked
    gappy = others[0]
    empty = np.random.default_rng(0).random(len(rows)) < GAPS
    rows[gappy] = rows[gappy].astype(float).mask(empty)
    answers = _fit(source.task, rows[:cut], features)

    @cache
    def without(name: str) -> Rows:
        return _fit(source.task, rows[:cut], [column for column in features if column != name])

    pool = rows[cut:].reset_index(drop=True)

    @lru_cache(maxsize=1)
    def draw(seed: int, count: int) -> pd.DataFrame:
        return pool.sample(min(count, len(pool)), random_state=seed, ignore_index=True)

    parts = (main, second, gappy, source.spare, "channel", "region")
    return Base(name, source.task, classes, draw, answers, without, answers, *parts)


def _fit(task: Task, rows: pd.DataFrame, features: list[str]) -> Callable[[pd.DataFrame], np.ndarray]:
    from sklearn.compose import make_column_transformer
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OrdinalEncoder

    texts = [name for name in features if not pd.api.types.is_numeric_dtype(rows[name])]
    encoder = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan)
    kind = HistGradientBoostingRegressor if task == "regression" else HistGradientBoostingClassifier
    model = make_pipeline(
        make_column_transformer((encoder, texts), remainder="passthrough"),
        kind(max_iter=60, random_state=0),
    ).fit(rows[features], rows["y"])
    call = model.predict if task == "regression" else model.predict_proba
    return lambda later: call(later[features])


def _rank_numbers(task: Task, rows: pd.DataFrame, features: list[str]) -> list[str]:
    """The numbers, those first whose values the model can least do without."""
    half = len(rows) // 2
    answers, test = _fit(task, rows[:half], features), rows[half:]
    numbers = [name for name in features if pd.api.types.is_numeric_dtype(rows[name])]
    usual = answers(test)

    def moved(name: str) -> float:
        shuffled = test.assign(**{name: test[name].sample(frac=1, random_state=0).to_numpy()})
        return float(np.abs(answers(shuffled) - usual).mean())

    return sorted(numbers, key=moved, reverse=True)
