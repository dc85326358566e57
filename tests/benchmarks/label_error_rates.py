"""Both error rates of every rule that decides about suspected labels, by simulation.

python -m tests.benchmarks.label_error_rates [--worlds N]
"""

import argparse

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from core.label_errors.classification.mixture import knowledge
from core.label_errors.drift import change_start
from core.label_errors.label_noise import prior_errors
from core.label_errors.regression.gross_errors import gross
from core.label_errors.rules import RULES

ROWS = 400


def searched(rng, truth, claimed):
    """Whether labels are searched by a model that claims .5 +- claimed where .5 +- truth is right."""
    side = rng.choice([-1.0, 1.0], ROWS)
    labels = (rng.random(ROWS) < 0.5 + truth * side).astype(int)
    p = 0.5 + claimed * side
    return knowledge(np.column_stack([1 - p, p]), labels) >= RULES.refusal.least_knowledge


def even(claimed):
    """The truth under which such claims win nothing in the long run."""
    up, down = np.log(1 + 2 * claimed), np.log(1 - 2 * claimed)
    return brentq(lambda a: (0.5 + a) * up + (0.5 - a) * down, 0, 0.5)


def changed(rng, before, after, blocks=6, size=1000):
    """Whether a change is named when the share of contradictions moves half way."""
    n = blocks * size
    times = np.arange(float(n))
    rows = rng.random(n) < np.where(times < n / 2, before, after)
    found = change_start(rows, np.ones(n, dtype=bool), times, np.repeat(np.arange(blocks), size))
    return found.start is not None


def outliers(rng, share, size=12.0, n=800):
    """Whether gross errors are called so among residuals of which this share is so much larger."""
    z = rng.normal(size=n)
    z[: round(share * n)] *= size
    return gross(z).evidence >= RULES.residuals.least_evidence


def noisy(rng, share, hard, n=1500):
    """Probabilities of a calibrated model, labels of which a share is wrong, and which."""
    p = np.where(rng.random(n) < hard, rng.uniform(0.2, 0.8, n), rng.choice([0.98, 0.02], n))
    truth = (rng.random(n) < p).astype(int)
    wrong = rng.random(n) < share
    return np.column_stack([1 - p, p]), np.where(wrong, 1 - truth, truth), wrong


def covered(rng, share, hard):
    """Whether the interval of the number of wrong labels holds it, before any review."""
    q, labels, wrong = noisy(rng, share, hard)
    errors = prior_errors(q, q[None], labels)
    return errors.low <= wrong.sum() <= errors.high


SEARCH, CHANGE, GROSS, COUNT = "search at all", "changed relation", "gross errors", "how many are wrong"
CASES = [
    (SEARCH, "a model without gain is searched", 10, lambda r: searched(r, even(0.3), 0.3)),
    (SEARCH, "a model that is right in 85 % is refused", 10, lambda r: not searched(r, 0.35, 0.35)),
    (SEARCH, "a model that is right in 65 % is refused", 10, lambda r: not searched(r, 0.15, 0.15)),
    (CHANGE, "a stable world of 20 % contradictions changes", 4, lambda r: changed(r, 0.2, 0.2)),
    (CHANGE, "a rise from 20 to 28 % is missed", 2, lambda r: not changed(r, 0.2, 0.28)),
    (CHANGE, "a rise from 20 to 25 % is missed", 2, lambda r: not changed(r, 0.2, 0.25)),
    (GROSS, "normal noise is said to hold some", 1, lambda r: outliers(r, 0)),
    (GROSS, "2 % of them, 12 times as wide, are missed", 1, lambda r: not outliers(r, 0.02)),
    (GROSS, "1 % of them, 8 times as wide, are missed", 1, lambda r: not outliers(r, 0.01, 8.0)),
    (COUNT, "8 % wrong, plain rows: outside", 2, lambda r: not covered(r, 0.08, 0)),
    (COUNT, "8 % wrong, a third hard: outside", 2, lambda r: not covered(r, 0.08, 1 / 3)),
    (COUNT, "none wrong, a third hard: outside", 2, lambda r: not covered(r, 0, 1 / 3)),
]


def main():
    """Print the table."""
    reader = argparse.ArgumentParser()
    reader.add_argument("--worlds", type=int, default=200)
    worlds = reader.parse_args().worlds
    rows = []
    for rule, error, times, case in CASES:
        rng = np.random.default_rng(0)
        n = worlds * times
        rows.append(
            {"rule": rule, "error": error, "worlds": n, "rate": np.mean([case(rng) for _ in range(n)])}
        )
    print(pd.DataFrame(rows).to_string(index=False, float_format="{:.4f}".format))


if __name__ == "__main__":
    main()
