"""A replay of the newest traffic: what a challenger would have answered, beside what was served."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from core.stats import paired
from core.stats.arrays import Bools, Floats
from core.stats.tests import holm
from core.stats.together.dependence import INDEPENDENT, Together, allow_for
from core.training.comparison.gates import Gate
from core.training.comparison.slices import RULES as SLICES

NAME = "replay of traffic"


@dataclass(frozen=True, slots=True)
class TrafficRules:
    """What is replayed, and what no model may answer.

    Attributes:
        days: back from the newest row: four of every weekday, so that no weekday's habit is missed.
        rows: newest of them at most: a share of a tenth is known within .8 points of 5,000
            (`core.stats.tests.agresti_min`), and a model of 10 ms a row takes 50 s.
        fewest: rows below which nothing is said, as of a segment.
        rounding: probabilities add up to 1 within it: float32 of a hundred classes.
        beyond: a number that lies farther outside of all labels known so far than so many times their range
            is out of range: the widest that a regression may reach out where every input doubles.
        level: of the interval, and of naming where they differ most: told, it decides nothing.
        named: so many segments are named.
    """

    days: int = 28
    rows: int = 5_000
    fewest: int = 30
    rounding: float = 1e-3
    beyond: float = 1.0
    level: float = 0.05
    named: int = 2


RULES = TrafficRules()


@dataclass(frozen=True, slots=True)
class Traffic:
    """The newest rows of the log, n of them, each as it came.

    Attributes:
        outputs: (n, classes) probabilities of the challenger, or (n,) numbers.
        labels: lowest and highest label known so far, of numbers; None of classes.
        varied: whether what was served is not all alike, too; taken for granted where it is not known.
        differ: (m,) of those whose predictions are known, which the challenger answers otherwise; None where
            of none they are.
        segments: column -> the segment of each of these m rows (`core.training.comparison.slices`).
        together: which of the m rows belong together.
        period: when the n rows came, for people; `than`: than what the m rows are answered otherwise.
    """

    outputs: Floats
    labels: tuple[float, float] | None = None
    varied: bool = True
    differ: Bools | None = None
    segments: "dict[str, pd.Series[Any]]" = field(default_factory=dict)
    together: Together = INDEPENDENT
    period: str = ""
    than: str = "than they were served"


def traffic_gate(traffic: Traffic, rules: TrafficRules = RULES) -> Gate:
    """Whether the challenger answers all of them with a score that can be one; how its answers differ.

    Fails by missing, constant or out-of-range scores. That answers differ is no fault: how many, and where
    most, is told. Without enough rows nothing was computed.

    >>> scores = np.array([[0.2, 0.8], [0.7, 0.3]] * 20)
    >>> traffic_gate(Traffic(scores)).passed
    True
    >>> traffic_gate(Traffic(scores * [[1.0, 2.0]])).figure
    '40 odd scores'
    """
    n = len(traffic.outputs)
    if n < rules.fewest:
        return Gate(
            NAME, None, f"only {n:,} rows came in the last {rules.days} days; {rules.fewest} are needed"
        )
    faults = _faults(traffic, rules)
    odd = sum(faults.values())
    whose = f"the {n:,} newest rows{traffic.period}"
    if odd:
        detail = f"{whose}: " + ", ".join(f"{count:,} {what}" for what, count in faults.items() if count)
        return Gate(NAME, passed=False, detail=detail, figure=f"{odd:,} odd scores", limit="0")
    return Gate(
        NAME, passed=True, detail=f"{whose}: {_differences(traffic, rules)}", figure="0 odd scores", limit="0"
    )


def _faults(traffic: Traffic, rules: TrafficRules) -> dict[str, int]:
    """What is wrong -> rows in which it is."""
    outputs = traffic.outputs.reshape(len(traffic.outputs), -1)
    known = np.isfinite(outputs).all(axis=1)
    some = outputs[known]
    if traffic.labels is None:
        sums = np.abs(some.sum(axis=1) - 1) > rules.rounding
        outside = (some < 0).any(axis=1) | (some > 1).any(axis=1) | sums
    else:
        low, high = traffic.labels
        reach = rules.beyond * (high - low)
        outside = (some[:, 0] < low - reach) | (some[:, 0] > high + reach)
    constant = len(some) >= rules.fewest and not np.ptp(some, axis=0).any() and traffic.varied
    return {
        "without a score": int((~known).sum()),
        "out of range": int(outside.sum()),
        "all alike": len(some) if constant else 0,
    }


def _differences(traffic: Traffic, rules: TrafficRules) -> str:
    if traffic.differ is None:
        return "all scored; what was served for them is not known"
    differ, n = traffic.differ, len(traffic.differ)
    share, low, high = _share(differ, traffic.together, rules.level / 2)
    text = (
        f"{int(differ.sum()):,} of {n:,} answered otherwise {traffic.than} "
        f"({share:.1%}, between {low:.1%} and {high:.1%})"
    )
    most = differ_most(traffic.segments, differ, rules)
    return text + (f", most where {'; '.join(most)}" if most else "")


def _share(differ: Bools, together: Together, alpha: float) -> tuple[float, float, float]:
    """Share of rows that differ, with bounds that allow for rows that belong together."""
    none = np.zeros(len(differ), dtype=bool)
    rows = paired.accuracy(none, differ, alpha)
    wide, _ = allow_for(rows, differ - differ.mean(), together, alpha)
    return rows.difference, max(0.0, wide.low), min(1.0, wide.high)


def differ_most(
    segments: "dict[str, pd.Series[Any]]", differ: Bools, rules: TrafficRules = RULES
) -> list[str]:
    """The segments with the largest shares of rows that differ, each surely more than the other rows.

    By the exact test of two shares (Fisher 1935), one-sided, Holm over all segments.

    >>> town = pd.Series(["a"] * 50 + ["b"] * 50, dtype=object)
    >>> differ_most({"town": town}, np.arange(100) < 20)
    ['town = a (40% of 50 rows)']
    """
    from scipy.stats import hypergeom

    parts, p_values = [], []
    n, total = len(differ), int(differ.sum())
    for name, column in segments.items():
        codes, values = pd.factorize(column)
        for code, value in enumerate(values):
            inside = codes == code
            size, hits = int(inside.sum()), int(differ[inside].sum())
            if SLICES.rows <= size < n:
                parts.append((hits / size, f"{name} = {value} ({hits / size:.0%} of {size:,} rows)"))
                p_values.append(float(hypergeom.sf(hits - 1, n, total, size)))
    sure = [part for part, p in zip(parts, holm(p_values), strict=True) if p <= rules.level]
    return [text for _, text in sorted(sure, key=lambda part: -part[0])[: rules.named]]
