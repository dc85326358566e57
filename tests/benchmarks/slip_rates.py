"""How often slips among few numbers are found and named, and how often sound ones are said to hold some.

    python -m tests.benchmarks.slip_rates [--worlds 60] [--first 0] [--rows 200 400 1000] [--wrong 5]

Rows are made. What is expected of them is off by .4 of their noise, and their spread by a fifth; with
--models four models say it in five folds, which takes twenty times as long. A claim is a search that sees
evidence of gross errors. The first table holds how many worlds without a wrong label make one, the second the
share of the wrong labels that are called so where a world makes one, and with --models of those the share
whose slip is named.
"""

import argparse

import numpy as np
import pandas as pd
from sklearn.ensemble import ExtraTreesRegressor, HistGradientBoostingRegressor
from sklearn.linear_model import Ridge
from sklearn.neighbors import KNeighborsRegressor

from core.label_errors.cv_splits import shuffled_splits
from core.label_errors.out_of_fold import Contender, out_of_fold
from core.label_errors.regression.residuals import HALF
from core.label_errors.regression.standard_residuals import standardise_residuals
from core.label_errors.regression.strategy import NumberRows
from core.label_errors.rules import RULES
from core.label_errors.search import search

NOISE = {
    "log-normal, 10 %": lambda rng, level, _: level * np.exp(0.1 * rng.normal(size=len(level))),
    "log-normal, 25 %": lambda rng, level, _: level * np.exp(0.25 * rng.normal(size=len(level))),
    "log-normal, 50 %": lambda rng, level, _: level * np.exp(0.5 * rng.normal(size=len(level))),
    "spread by a feature": lambda rng, level, x: (
        level * np.exp(0.2 * np.exp(0.6 * x) * rng.normal(size=len(level)))
    ),
    "t of 3, ratios": lambda rng, level, _: level * np.exp(0.12 * rng.standard_t(3, len(level))),
    "t of 3": lambda rng, level, _: level / 100 + 5 * rng.standard_t(3, len(level)),
    "Laplace": lambda rng, level, _: level / 100 + 5 * rng.laplace(size=len(level)),
    "gamma of 4": lambda rng, level, _: level * rng.gamma(4, size=len(level)) / 4,
    "normal, 20 %": lambda rng, level, _: np.maximum(level * (1 + 0.2 * rng.normal(size=len(level))), 1),
    "normal, above 0": lambda rng, level, _: np.maximum(
        level / 20 + 15 + 10 * rng.normal(size=len(level)), 0.05
    ),
    "counts": lambda rng, level, _: rng.poisson(level / 80).astype(float),
}
SLIPS = {"a tenth": 0.1, "ten times": 10.0, "negative": -1.0, "a sixtieth": 1 / 60, "pounds": 2.2046}
OFF, SPREAD_OFF = 0.4, 0.2
MODELS = {
    "linear": Ridge(),
    "trees": ExtraTreesRegressor(40, min_samples_leaf=2, random_state=0),
    "medians": HistGradientBoostingRegressor(
        loss="absolute_error", max_iter=40, max_leaf_nodes=8, random_state=0
    ),
    "near": KNeighborsRegressor(15, weights="distance"),
}


def world(noise, n, seed):
    """Features, the level of each row, labels that are right, and the rest of the chance."""
    rng = np.random.default_rng([seed, n])
    X = rng.normal(size=(n, 5))
    level = np.exp(6.5 + 0.5 * X[:, 0] + 0.25 * X[:, 1] + 0.3 * np.abs(X[:, 2]))
    return X, level, NOISE[noise](rng, level, X[:, 1]), rng


def told(noise, n, seed, factor, wrong):
    """Whether something is claimed, and the share of the wrong labels that are called so."""
    X, level, given, rng = world(noise, n, seed)
    draws = np.stack([NOISE[noise](rng, level, X[:, 1]) for _ in range(40)])
    middle = np.median(draws, axis=0)
    size = np.maximum(np.median(np.abs(draws - middle), axis=0) / HALF, 1e-3 * middle.max())
    rows = rng.choice(n, wrong, replace=False)
    given[rows] *= factor
    expected = middle + OFF * size * rng.normal(size=n)
    sigma = np.sqrt(1 + OFF**2) * size * np.exp(SPREAD_OFF * rng.normal(size=n))
    split = standardise_residuals(given, expected, sigma, np.ones(n, dtype=bool)).split
    claimed = split.evidence >= RULES.residuals.least_evidence
    return claimed, float(claimed) * (split.p[rows] > 0.5).mean() if wrong else 0.0, np.nan


def modelled(noise, n, seed, factor, wrong):
    """The same of what models say, and the share of the flagged wrong labels whose slip is named."""
    X, _, given, rng = world(noise, n, seed)
    wrong_rows = rng.choice(n, wrong, replace=False)
    given[wrong_rows] *= factor
    rows = NumberRows(
        ids=tuple(map(str, range(n))),
        given_labels=given,
        current=given,
        settled=np.zeros(n, dtype=bool),
        group=np.arange(n),
    )
    splits = shuffled_splits(rows.strata, rows.group, repeats=1)
    votes = {
        name: out_of_fold(Contender(name, model, X), given, (), splits, jobs=1)
        for name, model in MODELS.items()
    }
    judgement = rows.judge(votes, {}, X)
    if judgement.refused is not None or not wrong:
        return judgement.refused is None, 0.0, np.nan
    table = search(judgement, X).table
    hits = table[table["flagged"] & table["row"].isin(wrong_rows)]
    named = np.mean(["slip" in reasons for reasons in hits["reasons"]]) if len(hits) else np.nan
    return True, len(hits) / wrong, named


def main():
    """Print both tables."""
    reader = argparse.ArgumentParser()
    reader.add_argument("--worlds", type=int, default=60)
    reader.add_argument("--first", type=int, default=0)
    reader.add_argument("--rows", type=int, nargs="+", default=[200, 400, 1000])
    reader.add_argument("--wrong", type=int, default=5)
    reader.add_argument("--models", action="store_true")
    said = reader.parse_args()
    seeds, tried = range(said.first, said.first + said.worlds), modelled if said.models else told
    claims = {
        noise: {f"{n} rows": sum(tried(noise, n, seed, 1, 0)[0] for seed in seeds) for n in said.rows}
        for noise in NOISE
    }
    print(f"Claims in {said.worlds} worlds without a wrong label\n", pd.DataFrame(claims).T, flush=True)
    for n in said.rows:
        lines = {}
        for noise in NOISE:
            found = {
                name: np.array([tried(noise, n, seed, factor, said.wrong)[1:] for seed in seeds])
                for name, factor in SLIPS.items()
            }
            lines[noise] = {
                name: f"{each[:, 0].mean():.2f}" + (f" ({np.nanmean(each[:, 1]):.2f})" if said.models else "")
                for name, each in found.items()
            }
        print(f"{said.wrong} of {n} wrong: found", "(named)" if said.models else "", flush=True)
        print(pd.DataFrame(lines).T.to_string(), flush=True)


if __name__ == "__main__":
    main()
