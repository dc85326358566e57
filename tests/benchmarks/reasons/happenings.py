"""What can happen to a stream from one week on, and what is true then."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from tests.benchmarks.reasons.base import Base

WEEKS, BEFORE = 12, 6
START = pd.Timestamp("2025-01-06")


@dataclass
class Stream:
    """The rows of one log, week by week; a happening changes those that are `late`.

    Attributes:
        answers: (n, K) chances or (n,) amounts, once the model answered.
        days_late: (n,) by which the clock is wrong; `label_days`: after which a label is known, where the log
            says so.
    """

    base: Base
    rng: np.random.Generator
    rows: pd.DataFrame
    week: np.ndarray
    version: np.ndarray
    answers: np.ndarray = field(default_factory=lambda: np.zeros(0))
    days_late: int = 0
    label_days: np.ndarray | None = None

    @property
    def late(self) -> np.ndarray:
        """(n,) whether a row belongs to the weeks in which something happens."""
        return self.week >= BEFORE

    @property
    def ramp(self) -> np.ndarray:
        """(n,) 0 before, growing to 1 in the last week."""
        return np.clip((self.week - BEFORE + 1) / (WEEKS - BEFORE), 0, 1)

    def some(self, share: float) -> np.ndarray:
        """(n,) a share of the late rows, by chance."""
        return self.late & (self.rng.random(len(self.late)) < share)

    def keep(self, rows: np.ndarray) -> None:
        """Only these rows, by position or by a mask, in this order."""
        at = np.arange(len(self.rows))[rows]
        self.rows, self.week = self.rows.iloc[at].reset_index(drop=True), self.week[at]
        self.version, self.answers = self.version[at], self.answers[at]


Step = Callable[[Stream], None]


@dataclass(frozen=True)
class Happening:
    """What changes, in the order in which it does: which rows come, labels, inputs, answers, the log.

    Attributes:
        weights: rows that may come in the late weeks -> how likely each is.
    """

    weights: Callable[[Base, pd.DataFrame], np.ndarray] | None = None
    labels: Step | None = None
    inputs: Step | None = None
    answers: Step | None = None
    log: Step | None = None

    def __add__(self, other: "Happening") -> "Happening":
        """Both at once; each thing happens to one of them only, but inputs to both."""
        steps = [step for step in (self.inputs, other.inputs) if step]

        def inputs(stream: Stream) -> None:
            for step in steps:
                step(stream)

        return Happening(
            self.weights or other.weights,
            self.labels or other.labels,
            inputs,
            self.answers or other.answers,
            self.log or other.log,
        )


def rows_come(happening: Happening, base: Base, seed: int, rows: int) -> Stream:
    """The log of one world.

    Args:
        happening: what happens from the sixth week on.
        base: what the rows are.
        seed: of everything that is left to chance.
        rows: a week; fewer where the base holds fewer.
    """
    rng = np.random.default_rng([seed, 2])
    pool = base.draw(seed, rows * (BEFORE + 4 * (WEEKS - BEFORE)))
    rows = min(rows, len(pool) // (2 * WEEKS))
    early = pool[: rows * BEFORE]
    rest, late = pool[rows * BEFORE :], rows * (WEEKS - BEFORE)
    weights = np.ones(len(rest)) if happening.weights is None else happening.weights(base, rest)
    # the largest of logarithms of weights plus Gumbel noise: a draw without replacement
    order = np.argsort(-np.log(weights.clip(1e-12)) - rng.gumbel(size=len(rest)))[:late]
    drawn = pd.concat([early, rest.iloc[rng.permutation(order)]], ignore_index=True)
    week = np.repeat(np.arange(WEEKS), rows)
    stream = Stream(base, rng, drawn, week, np.full(len(week), "1", dtype=object))
    if happening.labels:
        happening.labels(stream)
    if happening.inputs:
        happening.inputs(stream)
    stream.answers = base.answers(stream.rows)
    for step in (happening.answers, happening.log):
        if step:
            step(stream)
    return stream


def log_of(stream: Stream) -> pd.DataFrame:
    """The table that is monitored."""
    base, n = stream.base, len(stream.rows)
    day = stream.week * 7 + stream.rng.integers(0, 7, n) + stream.days_late * stream.late
    named: dict[str, Any] = {f"score_{name}": stream.answers[:, k] for k, name in enumerate(base.classes)}
    time = START + pd.to_timedelta(day, unit="D")
    if stream.label_days is not None:
        named["label_known"] = time + pd.to_timedelta(stream.label_days, unit="D")
    return stream.rows.assign(
        id=[f"r{i}" for i in range(n)],
        time=time,
        version=stream.version,
        prediction=base.decide(stream.answers),
        **named,
    )
