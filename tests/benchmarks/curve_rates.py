"""One calibration curve for all rows, as NannyML has it, or one for each prediction, as ours.

`python -m tests.benchmarks.curve_rates [--worlds 400]` prints for reference periods of several sizes how far
the accuracy that either promises lies from the true one: the mean, and the root of the mean square.
"""

import argparse

import numpy as np

from core.health.profiles.calibration import isotonic
from core.stats.arrays import Bools, Floats, Ints
from core.stats.measures.score_scale import warp

BINS = 1024
CHUNK = 20_000
WORLDS = tuple(
    (labels, threshold, mean, slope)
    for labels in (500, 4_000)
    for threshold in (0.5, 0.65)
    for mean in (0.0, 1.0)
    for slope in (1.0, 0.6)
)
"""Reference labels, threshold of the prediction, by how much the mix moves, how steep labels are."""


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=400)
    worlds = parser.parse_args().worlds
    print("labels, threshold, mix, slope: one curve, one for each prediction (mean, root of the mean square)")
    for world in WORLDS:
        rng = np.random.default_rng(0)
        off = np.array([_off(rng, *world) for _ in range(worlds)])
        parts = ", ".join(f"{part.mean():+.4f} {np.sqrt((part**2).mean()):.4f}" for part in off.T)
        print(f"  {world}: {parts}", flush=True)


def _off(
    rng: np.random.Generator, labels: int, threshold: float, mean: float, slope: float
) -> tuple[float, float]:
    """The promised accuracy less the true one: of one curve, and of one for each prediction."""
    bins, positive, _ = _rows(rng, labels, 0.0, slope)
    cut = int(warp(np.array([threshold]))[0] * BINS)
    above = bins >= cut
    every, over, below = (_curve(bins[at], positive[at]) for at in (above | ~above, above, ~above))
    now, _, true = _rows(rng, CHUNK, mean, slope)
    said = now >= cut
    wanted = np.where(said, true, 1 - true).mean()
    one = np.where(said, every[now], 1 - every[now]).mean()
    two = np.where(said, over[now], 1 - below[now]).mean()
    return float(one - wanted), float(two - wanted)


def _rows(rng: np.random.Generator, n: int, mean: float, slope: float) -> tuple[Ints, Bools, Floats]:
    """(n,) bins of the scores, labels, and the true chances."""
    logit = rng.normal(mean, 1.5, n)
    chance = 1 / (1 + np.exp(-slope * logit))
    bins = np.minimum((warp(1 / (1 + np.exp(-logit))) * BINS).astype(np.int64), BINS - 1)
    return bins, rng.random(n) < chance, chance


def _curve(bins: Ints, positive: Bools) -> Floats:
    yes, rows = (np.bincount(at, minlength=BINS).astype(float) for at in (bins[positive], bins))
    return isotonic(yes, rows - yes)


if __name__ == "__main__":
    main()
