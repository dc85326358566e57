"""How often the comparison's rules err, by simulation: equal, worse by exactly the margin, and truly better.

python -m tests.benchmarks.comparison_rates [--runs N]
"""

import argparse

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from core.stats import paired
from core.stats.bootstrap import BootstrapRules
from core.stats.metrics import METRICS
from core.stats.predictions import Predictions
from core.training.comparison import holdout_budget
from core.training.comparison.decision import Worth, decide
from core.training.comparison.segments import judge

of = Predictions.from_outputs

AREA, POSITIVE, RECALL, ALARMS = 0.85, 0.3, 0.8, 0.1
"""What the champion of a simulation is like."""


def accuracy(rng, n, gain, disagreement=0.1):
    """Models that differ on so many rows; the challenger has `gain` more of them right."""
    odds = [(disagreement + gain) / 2, (disagreement - gain) / 2, 1 - disagreement]
    kind = rng.choice(3, n, p=odds)
    champion, challenger = (kind == 0).astype(int), (kind == 1).astype(int)
    return np.zeros(n, dtype=int), of(np.eye(2)[champion]), of(np.eye(2)[challenger])


def roc_auc(rng, n, gain):
    """Normal scores of two classes; the areas are .85 and .85 + gain."""
    truth, common = np.arange(n) % 2, rng.normal(size=n)

    def scores(area):
        score = np.sqrt(2) * ndtri(area) * truth + np.sqrt(0.95) * common + np.sqrt(0.05) * rng.normal(size=n)
        return of(np.column_stack([1 - ndtr(score), ndtr(score)]))

    return truth, scores(AREA), scores(AREA + gain)


def log_loss(rng, n, gain):
    """Skewed losses of mean 1; the challenger's are smaller by the share `gain`."""
    common = rng.gamma(0.8, size=n)

    def probabilities(scale):
        right = np.exp(-scale * (common + rng.gamma(0.2, size=n)))
        return of(np.column_stack([1 - right, right]))

    return np.ones(n, dtype=int), probabilities(1.0), probabilities(1.0 - gain)


def mae(rng, n, gain):
    """Normal errors; the challenger's are smaller by the share `gain`."""
    common = rng.normal(size=n)

    def numbers(scale):
        return of(scale * (np.sqrt(0.9) * common + np.sqrt(0.1) * rng.normal(size=n)))

    return np.zeros(n), numbers(1.0), numbers(1.0 - gain)


def f1(rng, n, gain):
    """Three rows in ten are positive; the challenger finds so many more of them that F1 rises by `gain`."""
    rest = (1 - POSITIVE) * ALARMS + POSITIVE
    target = 2 * POSITIVE * RECALL / (POSITIVE * RECALL + rest) + gain
    recall = target * rest / (POSITIVE * (2 - target))
    truth, luck = (rng.random(n) < POSITIVE).astype(int), rng.random(n)
    other = np.where(rng.random(n) < 0.9, luck, rng.random(n))

    def predictions(draw, found):
        return of(np.eye(2)[(draw < np.where(truth == 1, found, ALARMS)).astype(int)])

    return truth, predictions(luck, RECALL), predictions(other, recall)


WORLDS = {"accuracy": accuracy, "f1": f1, "roc_auc": roc_auc, "log_loss": log_loss, "mae": mae}


def verdicts(name, n, gain, runs, *, alpha=0.05, seed=0, rules=None, least=None):
    """Verdicts of so many holdouts, by the margin of the table of metrics and the gain that is worth it."""
    rng, metric = np.random.default_rng(seed), METRICS[name]
    found = []
    for _ in range(runs):
        seen = metric.compare(*WORLDS[name](rng, n, gain), alpha, rules or BootstrapRules())
        worth = [] if least is None else [Worth(least, seen, "")]
        found.append(decide(seen, metric.margin.at(seen.champion), alpha, worth=worth).verdict)
    return np.array(found)


def promotable(found):
    """Share that is better or not worse."""
    return float(np.isin(found, ["better", "not_worse"]).mean())


def by_metric(runs):
    """False promotions and what is overlooked, by metric and rows."""
    rows = []
    for name in WORLDS:
        limit = METRICS[name].margin.size
        for n in (300, 1000, 3000, 10_000):
            equal = verdicts(name, n, 0.0, runs)
            worse = verdicts(name, n, -limit, runs, seed=1)
            rows.append(
                {
                    "metric": name,
                    "rows": n,
                    "equal: better": np.mean(equal == "better"),
                    "equal: worse": np.mean(equal == "worse"),
                    "equal: not worse": promotable(equal),
                    "worse by the margin: not worse": promotable(worse),
                }
            )
    return pd.DataFrame(rows)


def power(runs):
    """How often a gain in accuracy is found, with a tenth of the rows differing."""
    rows = [
        {"gain": gain, "rows": n, "better": np.mean(verdicts("accuracy", n, gain, runs) == "better")}
        for gain in (0.01, 0.02, 0.04)
        for n in (300, 1000, 3000, 10_000)
    ]
    return pd.DataFrame(rows)


def least_gains(runs, least=0.01):
    """What is said of gains in accuracy below, at and above the least one that is worth a promotion."""
    rows = []
    for gain in (0.0, 0.005, 0.01, 0.02, 0.03):
        for n in (1000, 3000, 10_000):
            found = verdicts("accuracy", n, gain, runs, seed=2, least=least)
            shares = {verdict: np.mean(found == verdict) for verdict in ("better", "small_gain")}
            rows.append({"gain": gain, "rows": n, **shares})
    return pd.DataFrame(rows)


def any_look(n, looks, runs, *, seed=0, budget=True):
    """Share of holdouts on which so many equal challengers have any that is called better."""
    rng, hits = np.random.default_rng(seed), 0
    for _ in range(runs):
        levels = [holdout_budget.alpha(look) if budget else 0.05 for look in range(1, looks + 1)]
        hits += any(
            METRICS["accuracy"].compare(*accuracy(rng, n, 0.0), alpha, BootstrapRules()).low > 0
            for alpha in levels
        )
    return hits / runs


def any_segment(n, segments, runs, seed=0):
    """Share of comparisons of equal models with any segment that is called worse, better or watched."""
    rng, called, watched = np.random.default_rng(seed), 0, 0
    for _ in range(runs):
        column = pd.Series(rng.integers(0, segments, n).astype(str), dtype=object)
        seen = {part.verdict for part in judge({"s": column}, "accuracy", *accuracy(rng, n, 0.0))}
        called += bool(seen & {"worse", "better"})
        watched += "watch" in seen
    return called / runs, watched / runs


def coverage(n, runs, few_rows, seed=0):
    """How often the bounds at 5 % of a difference of skewed losses hold the truth, each on its side."""
    rng, below, above = np.random.default_rng(seed), 0, 0
    for _ in range(runs):
        before, after = rng.exponential(size=n), rng.exponential(size=n) * 0.5
        seen = paired.loss(before, after, 0.05, BootstrapRules(resamples=2000, few_rows=few_rows))
        below, above = below + int(seen.low > 0.5), above + int(seen.high < 0.5)
    return below / runs, above / runs


def main():
    """Print the tables."""
    reader = argparse.ArgumentParser()
    reader.add_argument("--runs", type=int, default=1000)
    runs = reader.parse_args().runs
    print(by_metric(runs).to_string(index=False, float_format="{:.3f}".format), flush=True)
    print(power(runs).to_string(index=False, float_format="{:.3f}".format), flush=True)
    print(least_gains(runs).to_string(index=False, float_format="{:.3f}".format), flush=True)
    for looks in (1, 7, 30):
        rates = [any_look(500, looks, runs, budget=budget) for budget in (True, False)]
        print(f"{looks} looks: any better {rates[0]:.3f}, each at 5 % {rates[1]:.3f}", flush=True)
    for segments in (3, 10):
        print(f"{segments} segments: called, watched", *any_segment(1000, segments, runs), flush=True)
    for n in (30, 50, 100, 200, 400):
        draws, student = coverage(n, runs, n + 1), coverage(n, runs, 1)
        print(f"{n} rows: missed below and above by bootstrap {draws}, by t {student}", flush=True)


if __name__ == "__main__":
    main()
