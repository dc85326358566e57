"""How often the 95 % intervals of the metrics that not every model has hold the truth.

`python -m tests.benchmarks.measure_rates [--samples 2000]` prints one table for each kind.
"""

import argparse

import numpy as np

from core.health.performance.metrics import measure
from core.health.profiles.log_rows import LogRows
from core.health.profiles.metric_counts import observed_counts
from core.health.profiles.profile import Profile
from core.health.tasks.from_arrays import layout_from_arrays, profile_from_arrays
from core.stats.counts import ObservedCounts, counts_of_errors, counts_of_matrices
from core.stats.error_moments import row_moments
from core.stats.intervals import wilson
from core.stats.measures.cost_matrix import cost_metric
from core.stats.measures.ordered import are_ordered, ordered_metrics
from core.stats.measures.table import metric_with_parameter
from core.stats.metric import Metric
from core.stats.metrics import METRICS

COSTS = np.array([[0.0, 5.0], [50.0, 2.0]])
"""Missed 50, false alarm 5, found 2."""
SIZES = (500, 2_000)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=2_000)
    samples = parser.parse_args().samples
    for table in (costs, ordered, cuts, amounts):
        print(f"\n{(table.__doc__ or '').strip()}")
        table(np.random.default_rng(1), samples)


def costs(rng: np.random.Generator, samples: int) -> None:
    """Mean cost of a row, by the number of cases that are missed."""
    for n, missed in ((200, 0.02), (500, 0.01), (500, 0.02), (1000, 0.005), (1000, 0.02), (2000, 0.05)):
        shares = np.array([[0.7 - missed, 0.2], [missed, 0.1]])
        matrices = drawn(rng, shares, n, samples)
        held = covered(cost_metric(COSTS), matrices, float((shares * COSTS).sum()))
        print(f"  {n} rows, {n * missed:.0f} missed: {held}")


def ordered(rng: np.random.Generator, samples: int) -> None:
    """Five ordered classes, errors mostly by one; how often classes are called ordered."""
    apart = np.abs(np.subtract.outer(np.arange(5), np.arange(5)))
    shares = np.exp(-2.0 * apart)
    shares /= shares.sum()
    for n in SIZES:
        for metric in ordered_metrics(np.arange(5.0)):
            truth = float(metric.value(counts_of_matrices(shares)))
            print(f"  {n} rows, {metric.name}: {covered(metric, drawn(rng, shares, n, samples), truth)}")
    nominal = np.where(apart == 0, 0.8, 0.05)
    for n in SIZES:
        for name, cells in (("without an order", nominal), ("with one", shares)):
            matrices = drawn(rng, cells / cells.sum(), n, samples)
            calls = [are_ordered(observed(matrix), np.arange(5.0)) for matrix in matrices]
            print(f"  {n} rows {name}: called ordered {share(calls)}")


def cuts(rng: np.random.Generator, samples: int) -> None:
    """Precision and recall at a cut, scores of a beta distribution with a mean of one in six."""
    many = scored(rng, 4_000_000)
    for name in ("precision@0.2", "recall@0.2", "precision@top5%", "recall@top5%"):
        metric = metric_with_parameter(name)
        if metric is None:
            raise LookupError(name)
        truth = metric.value(observed_counts(many))
        for n in SIZES:
            seen = [measure(metric, scored(rng, n)) for _ in range(samples // 10)]
            print(f"  {n} rows, {name}: {share([m is not None and m.low <= truth <= m.high for m in seen])}")


def amounts(rng: np.random.Generator, samples: int) -> None:
    """Relative errors and quantile losses of amounts, gamma with shape 3, errors normal with spread 15."""
    for name in ("mape", "pinball@0.5", "pinball@0.9"):
        metric = metric_with_parameter(name) or METRICS[name]
        truth = float(metric.value(counts_of_errors(sums(rng, 4_000_000))))
        for n in SIZES:
            held = []
            for _ in range(samples):
                value = counts_of_errors(sums(rng, n))
                variance = metric.variance(value)  # type: ignore[arg-type]
                seen = metric.interval(float(metric.value(value)), variance, n, metric.bounds)
                held.append(seen.low <= truth <= seen.high)
            print(f"  {n} rows, {name}: {share(held)}")


def sums(rng: np.random.Generator, n: int) -> np.ndarray:
    """Sums of the moments of n rows."""
    label = rng.gamma(3, 20, n) + 5
    return row_moments(label, label + rng.normal(0, 15, n), 65.0).sum(axis=0)


def scored(rng: np.random.Generator, n: int) -> Profile:
    """A profile of n rows with calibrated scores."""
    score = rng.beta(1, 5, n)
    truth = (rng.random(n) < score).astype(int)
    scores = np.column_stack([1 - score, score])
    rows = LogRows(truth, scores.argmax(axis=1), scores, np.zeros(n, dtype=bool), {})
    return profile_from_arrays(layout_from_arrays(("no", "yes"), rows, [], []), rows)


def drawn(rng: np.random.Generator, shares: np.ndarray, n: int, samples: int) -> np.ndarray:
    """Confusion matrices of n rows."""
    return rng.multinomial(n, shares.ravel(), samples).reshape(-1, *shares.shape)


def observed(matrix: np.ndarray) -> ObservedCounts:
    """A confusion matrix as counts."""
    counts = counts_of_matrices(matrix)
    parts = {name: getattr(counts, name) for name in counts.__slots__}
    return ObservedCounts(
        **parts, labelled=int(matrix.sum()), scored=0, log_loss_square=0.0, brier_square=0.0
    )


def covered(metric: Metric, matrices: np.ndarray, truth: float) -> str:
    """How often the interval holds the truth."""
    seen = [metric.measure(observed(matrix)) for matrix in matrices]
    return share([m is not None and m.low <= truth <= m.high for m in seen])


def share(calls: list[bool]) -> str:
    """A share with its interval."""
    low, high = wilson(sum(calls), len(calls))
    return f"{100 * np.mean(calls):.1f} % ({100 * low:.1f}-{100 * high:.1f})"


if __name__ == "__main__":
    main()
