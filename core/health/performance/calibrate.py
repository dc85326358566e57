"""What a score meant in the reference period: isotonic regression over the bins, with its uncertainty."""

from dataclasses import dataclass, field

import numpy as np

from core.health.profiles.profile import NEGATIVE, POSITIVE, RIGHT, WRONG, Profile
from core.stats.arrays import Counts, Floats

REPLICATES = 40
SEED = 20_160_101


@dataclass(frozen=True, slots=True)
class Calibration:
    """Probabilities by score bin; replicate 0 is the estimate, the others are bootstrap samples of it.

    Attributes:
        positive: (R, C, B) that a row is of the class, by the score of the class.
        right: (R, K, B) that a prediction is right, by predicted class and its score.
        errors: (P, 12) of a regression: what the reference period had by the cell of the prediction.
        misfit: metric of a regression -> variance by which chunks miss that expectation beyond chance.
    """

    positive: Floats
    right: Floats
    errors: Floats
    misfit: dict[str, float] = field(default_factory=dict)


def isotonic(successes: Floats, failures: Floats) -> Floats:
    """(B,) counts -> (B,) the share of successes, rising with the bin; empty bins are filled in."""
    from scipy.optimize import isotonic_regression

    weight = successes + failures
    known = np.flatnonzero(weight)
    if known.size == 0:
        return np.full(weight.shape, 0.5)
    fitted = isotonic_regression(successes[known] / weight[known], weights=weight[known]).x
    filled: Floats = np.interp(np.arange(weight.size), known, fitted)
    return filled


def calibrate(reference: Profile, replicates: int = REPLICATES) -> Calibration:
    """Learn from the labelled rows of the reference period (Poisson bootstrap over the bins)."""
    rng = np.random.default_rng(SEED)
    return Calibration(
        positive=_curves(reference.scores[:, POSITIVE], reference.scores[:, NEGATIVE], replicates, rng),
        right=_curves(reference.confidence[:, RIGHT], reference.confidence[:, WRONG], replicates, rng),
        errors=reference.errors,
    )


def _curves(yes: Counts, no: Counts, replicates: int, rng: np.random.Generator) -> Floats:
    """(X, B) counts -> (1 + replicates, X, B) curves."""
    samples = [(yes.astype(float), no.astype(float))]
    samples += [(rng.poisson(yes).astype(float), rng.poisson(no).astype(float)) for _ in range(replicates)]
    return np.array([[isotonic(a, b) for a, b in zip(*sample, strict=True)] for sample in samples])
