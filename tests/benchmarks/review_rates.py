"""How often reviewing the rows on which two models differ decides wrongly, and after how many rows.

python -m tests.benchmarks.review_rates [--runs N]
"""

import argparse

import numpy as np
import pandas as pd

from core.stats.sequential import e_values
from core.training.comparison import holdout_budget


def stops(right, rows, runs, level, seed=0):
    """Row of the decision of each review, below 0 for "worse"; 0 where there is none.

    `right`: chance that the challenger is the one that is right, on a row on which one of the two is.
    """
    rng = np.random.default_rng(seed)
    wins = np.cumsum(rng.random((runs, rows)) < right, axis=1).astype(float)
    losses = np.arange(1, rows + 1) - wins
    claims = []
    for first in (wins, losses):
        claimed = first >= _fewest(rows, level)
        claims.append(np.where(claimed.any(axis=1), claimed.argmax(axis=1) + 1, rows + 1))
    better, worse = claims
    return np.where(np.minimum(better, worse) > rows, 0, np.where(better <= worse, better, -worse))


def _fewest(rows, level):
    """Fewest wins among 1 ... `rows` reviewed rows at which a claim is made."""
    total = np.arange(1, rows + 1.0)
    low, high = np.zeros(rows), total + 1
    while (high - low > 1).any():
        middle = np.floor((low + high) / 2)
        growth = e_values.growth_of_decisions(middle, total - middle, np.zeros(rows))
        shown = e_values.log_evidence(growth) >= -np.log(level)
        low, high = np.where(shown, low, middle), np.where(shown, middle, high)
    return high


def table(runs):
    """By points, rows that differ, and look at the holdout."""
    lines = []
    for look in (1, 3):
        level = holdout_budget.alpha(look)
        for share, rows in ((0.1, 300), (0.2, 600)):
            for points in (0, -3, -5, 3, 5):
                found = stops(0.5 + points / 200 / share, rows, runs, level, seed=look)
                decided = np.where(found == 0, rows, np.abs(found))
                lines.append(
                    {
                        "look": look,
                        "points": points,
                        "differ": share,
                        "of": rows,
                        "better": (found > 0).mean(),
                        "worse": (found < 0).mean(),
                        "median": np.median(decided),
                        "90 %": np.quantile(decided, 0.9),
                    }
                )
    return pd.DataFrame(lines)


def main():
    """Print the table."""
    reader = argparse.ArgumentParser()
    reader.add_argument("--runs", type=int, default=2000)
    print(table(reader.parse_args().runs).to_string(index=False, float_format="{:.3f}".format))


if __name__ == "__main__":
    main()
