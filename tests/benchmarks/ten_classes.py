"""What a paired comparison of many classes costs, and how near its bounds lie to those of very many draws.

`python -m tests.benchmarks.ten_classes [--pairs N]`: two models of balanced classes, right on four
fifths of the rows independently of each other, so that nearly every cell (label, champion, challenger) has
rows. Processor time of the whole comparison in pairs, one by the rules and one with 10,000 draws of every
cell, the median of the ratios, and the root mean square of the errors of the 5 % bounds in standard errors,
against 40,000 draws.
"""

import argparse
import time
from dataclasses import replace
from statistics import median

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from core.stats import paired
from core.stats.bootstrap import BootstrapRules, JointCells
from core.stats.class_metrics import balanced_accuracy, f1
from core.stats.counts import counts_of_matrices

RULES, SEEDS = BootstrapRules(), 3
PLAIN = replace(RULES, most_cells=10**12)
VERY_MANY = replace(PLAIN, resamples=40_000)


def models(rng, n, classes, right=0.8):
    """Labels and what two models say."""
    truth = rng.integers(0, classes, n)
    sides = [np.where(rng.random(n) < right, truth, rng.integers(0, classes, n)) for _ in range(2)]
    return truth, *sides


def of_matrices(metric):
    """A metric of the counts as one of matrices."""
    return lambda matrices: metric(counts_of_matrices(matrices))


def milliseconds(rows, classes, score, rules):
    """Of the processor, for one comparison."""
    began = time.process_time()
    paired.confusion(*rows, classes, score, 0.05, rules=rules)
    return 1000 * (time.process_time() - began)


def error(rows, classes, score, rules, truth):
    """Of both bounds, in standard errors."""
    seen = [paired.confusion(*rows, classes, score, 0.05, rules=rules, seed=seed) for seed in range(SEEDS)]
    unit = truth.deviation / truth.n**0.5
    gaps = [[one.low - truth.low, one.high - truth.high] for one in seen]
    return float(np.sqrt(np.mean(np.square(gaps))) / unit)


def line(n, classes, name, metric, pairs):
    """One row of the table."""
    rows, score = models(np.random.default_rng(classes), n, classes), of_matrices(metric)
    cells = JointCells.of_rows(*rows, classes)
    both = [[milliseconds(rows, classes, score, rules) for rules in (RULES, PLAIN)] for _ in range(pairs)]
    truth = paired.confusion(*rows, classes, score, 0.05, rules=VERY_MANY, seed=SEEDS)
    return {
        "metric": name,
        "classes": classes,
        "rows": n,
        "cells": len(cells.counts),
        "draws": cells.draws(RULES),
        "ms": round(median(fast for fast, _ in both)),
        "10,000 draws, ms": round(median(slow for _, slow in both)),
        "ratio": round(median(fast / slow for fast, slow in both), 2),
        "error of bounds": round(error(rows, classes, score, RULES, truth), 3),
        "of 10,000 draws": round(error(rows, classes, score, PLAIN, truth), 3),
    }


def main():
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=7)
    options = parser.parse_args()
    with threadpool_limits(1):
        table = [
            line(n, classes, name, metric, options.pairs)
            for name, metric in (("F1", f1), ("balanced accuracy", balanced_accuracy))
            for n, classes in ((1_000, 10), (100_000, 5), (100_000, 10))
        ]
    print(pd.DataFrame(table).to_string(index=False))


if __name__ == "__main__":
    main()
