"""How often always-valid evidence errs, and after how many rows it decides.

python -m tests.benchmarks.evidence_rates [--runs N]
"""

import argparse
from dataclasses import replace

import numpy as np
import pandas as pd

from core.stats.sequential import e_values
from core.stats.sequential.e_values import RULES

NEEDED = -np.log(RULES.level)


def boundary(rows, margin=0.0):
    """Fewest wins among 1 ... `rows` rows that differ at which "better" is claimed; more than all: none."""
    totals = np.arange(1, rows + 1.0)
    low, high = np.zeros(rows), totals + 1
    while (high - low > 1).any():
        middle = np.floor((low + high) / 2)
        growth = e_values.growth_of_decisions(middle, totals - middle, np.zeros(rows), margin)
        shown = e_values.log_evidence(growth) >= NEEDED
        low, high = np.where(shown, low, middle), np.where(shown, middle, high)
    return high


def first(wins, bound):
    """Row of the first claim of each path (paths, rows); 0 where there is none."""
    claimed = np.cumsum(wins, axis=1) >= bound[: wins.shape[1]]
    return np.where(claimed.any(axis=1), claimed.argmax(axis=1) + 1, 0)


def of_decisions(runs, rows=20_000):
    """Equal models, and models that differ, at every row on which exactly one is right."""
    rng, lines, bound = np.random.default_rng(1), [], boundary(rows)
    for share, points in ((0.1, 0), (0.1, 1), (0.1, 2), (0.1, 3), (0.1, 5), (0.2, 5), (0.3, 5)):
        right = 0.5 + points / 100 / share / 2
        steps = rows if points == 0 else min(rows, 6_000)
        stops = np.concatenate(
            [first(rng.random((100, steps)) < right, bound) for _ in range(max(1, runs // 100))]
        )
        decided = np.where(stops > 0, stops, steps)
        lines.append((points, share, (stops > 0).mean(), np.median(decided), np.quantile(decided, 0.9)))
    return pd.DataFrame(lines, columns=["points", "rows that differ", "claimed", "median", "90 %"])


def skewed(rng, n, gain):
    """Losses of two models (gamma), the second smaller by the gain in the mean."""
    common = rng.gamma(2.0, 0.1, n)
    return common + rng.gamma(1.0, 0.1, n) + gain, common + rng.gamma(1.0, 0.1, n)


def of_losses(runs, rows=5_000, every=25):
    """Equal losses, and losses that differ, looked at every 25 rows; the cap is of 500 earlier rows."""
    rng, lines = np.random.default_rng(2), []
    for outliers in (0.0, 0.01, 0.05):
        rules = replace(RULES, outliers=outliers)
        for gain in (0.0, 0.01, 0.02):
            stops = []
            for _ in range(runs):
                cap = e_values.cap_of(*skewed(rng, 500, 0.0), rules)
                scaled = e_values.differences_of_losses(*skewed(rng, rows, gain), cap)
                growth = np.cumsum(e_values.growth_of_differences(scaled), axis=0)[every - 1 :: every]
                shown = e_values.log_evidence(growth) >= NEEDED
                stops.append((shown.argmax() + 1) * every if shown.any() else rows)
            claimed = np.mean(np.array(stops) < rows)
            lines.append((outliers, gain, claimed, np.median(stops), np.quantile(stops, 0.9)))
    return pd.DataFrame(lines, columns=["cut", "gain", "claimed", "median", "90 %"])


def of_bounds(runs, rows=3_000):
    """Share of paths on which the bounds of a difference ever leave it out, at 60 looks."""
    rng, lines = np.random.default_rng(3), []
    for points in (0, 3):
        missed = 0
        chances = [0.05 + points / 200, 0.05 - points / 200, 0.9]
        for _ in range(runs):
            counts = np.cumsum(rng.multinomial(1, chances, rows), axis=0)[rows // 60 - 1 :: rows // 60]
            truth = points / 100
            lower = e_values.growth_of_decisions(*counts.T, truth)
            upper = e_values.growth_of_decisions(*counts[:, [1, 0, 2]].T, -truth)
            missed += max(e_values.log_evidence(lower).max(), e_values.log_evidence(upper).max()) >= NEEDED
        lines.append((points, missed / runs))
    return pd.DataFrame(lines, columns=["points", "ever missed"])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1_000)
    runs = parser.parse_args().runs
    for title, table in (
        ("Decisions, every row that differs", of_decisions(runs)),
        ("Losses, every 25 rows, 5,000 of them", of_losses(max(100, runs // 5))),
        ("Bounds of a difference of accuracies", of_bounds(runs)),
    ):
        print(f"\n{title}\n{table.round(3).to_string(index=False)}", flush=True)


if __name__ == "__main__":
    main()
