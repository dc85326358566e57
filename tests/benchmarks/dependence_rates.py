"""How often rows that belong together lead to a false verdict, by rows and as they are judged.

python -m tests.benchmarks.dependence_rates [--runs N]
"""

import argparse

import numpy as np
import pandas as pd
from scipy.signal import lfilter

from core.stats import paired
from core.stats.together.blocks import rows_together
from core.stats.together.dependence import Together, allow_for

ALPHA = 0.05
RATES = ["by rows, better", "better", "worse", "wider", "too few"]


def days(common):
    """Hours of days that have a part in common."""

    def draw(rng, n):
        day = np.arange(n) // 24
        return rng.normal(size=n) + common * rng.normal(size=day[-1] + 1)[day]

    return draw


def autoregressive(rho):
    """Hours that follow the hour before."""
    return lambda rng, n: lfilter([1], [1, -rho], rng.normal(size=n + 500))[500:]


def rare(rng, n):
    """Models that differ on a twentieth of the rows."""
    return rng.choice([-1.0, 0.0, 1.0], n, p=[0.025, 0.95, 0.025])


WORLDS = {
    "independent": days(0.0),
    "independent, rare": rare,
    "days, s = .1": days(0.1),
    "days, s = .3": days(0.3),
    "days, s = 1": days(1.0),
    "rho = .3": autoregressive(0.3),
    "rho = .7": autoregressive(0.7),
    "rho = .95": autoregressive(0.95),
    "rho = .99": autoregressive(0.99),
}


def in_groups(rng, count, size):
    """Gains of groups of unequal size, and the groups."""
    groups = np.repeat(np.arange(count), 1 + rng.poisson(size - 1, count))
    return rng.normal(size=len(groups)) + rng.normal(size=count)[groups], groups


def rates(draw, runs, gain=0.0):
    """Share of holdouts called better by rows and as judged, called worse, ratio of widths, and too few."""
    rng, lines = np.random.default_rng(1), []
    for _ in range(runs):
        differences, together = draw(rng)
        differences = differences + gain
        rows = paired.loss(differences, 0 * differences, ALPHA)
        wide, why = allow_for(rows, differences - differences.mean(), together, ALPHA)
        enough = why.rows_needed is None
        wider = (wide.high - wide.low) / (rows.high - rows.low)
        lines.append((rows.low > 0, wide.low > 0 and enough, wide.high < 0 and enough, wider, not enough))
    return np.mean(lines, axis=0)


def by_time(runs):
    """Rates by world and rows."""
    table = []
    for name, draw in WORLDS.items():
        for n in (300, 1_000, 5_000):
            together = rows_together(None, pd.Series(pd.date_range("2024-01-01", periods=n, freq="h")))
            table.append((name, n, *rates(lambda rng, n=n, d=draw, t=together: (d(rng, n), t), runs)))
    return pd.DataFrame(table, columns=["world", "rows", *RATES])


def by_groups(runs):
    """Rates by number and size of the groups."""
    table = []
    for count, size in ((6, 50), (12, 25), (30, 30), (200, 5)):

        def draw(rng, count=count, size=size):
            gain, groups = in_groups(rng, count, size)
            return gain, Together(groups)

        table.append((count, size, *rates(draw, runs)))
    return pd.DataFrame(table, columns=["groups", "mean size", *RATES])


def power(runs):
    """Power at a gain of 2.5 standard errors of 1,000 independent rows: alone, with a time, in 200 groups."""
    n, gain = 1_000, 2.5 / 1_000**0.5
    time = rows_together(None, pd.Series(pd.date_range("2024-01-01", periods=n, freq="h")))
    kinds = {
        "time": time,
        "200 groups": Together(np.arange(n) // 5),
        "20 groups": Together(np.arange(n) // 50),
    }
    return pd.DataFrame(
        [
            (name, *rates(lambda rng, t=t: (rng.normal(size=n), t), runs, gain)[:2])
            for name, t in kinds.items()
        ],
        columns=["told", "by rows", "as judged"],
    )


def main():
    """Print the tables of docs/methods/comparison.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1_000)
    runs = parser.parse_args().runs
    for table in (by_time(runs), by_groups(runs), power(runs)):
        print(table.round(3).to_csv(sep="|", index=False))


if __name__ == "__main__":
    main()
