"""Are the labels to blame? Random flips bend the observed rate into a line of the calibrated probability."""

from dataclasses import dataclass

import numpy as np

from core.health.arrays import Floats
from core.health.calibrate import Calibration
from core.health.profile import NEGATIVE, POSITIVE, Profile

GROUPS = 20
FITS, FITS_NOT = 0.05, 0.001
MOST = 0.25
"""Flip rates above this are no slips: then the relation itself has changed."""


@dataclass(frozen=True, slots=True)
class Flips:
    """Rates at which negatives are labelled positive (`up`) and positives negative (`down`)."""

    up: float
    down: float


def flips(profile: Profile, calibration: Calibration) -> Flips | None:
    """Fit o = up + (1 - up - down) c over about twenty bins of c; None when flips do not explain the labels.

    Two classes only: c misfits, the line fits, and the rates are plausible for slips.
    """
    if profile.scores.shape[0] != 1:
        return None
    yes, n, curves = _grouped(profile, calibration.positive[:, 0])
    if n.size < 4:  # noqa: PLR2004 -- a line fits any three points
        return None
    c, share = curves[0], (yes + 1) / (n + 2)
    # chance of the labels, and what the calibration itself does not know
    weight = 1 / (share * (1 - share) / n + curves[1:].var(axis=0))
    observed = yes / n
    design = np.column_stack([1 - c, c])
    root = np.sqrt(weight)
    ends = np.linalg.lstsq(design * root[:, None], observed * root, rcond=None)[0]
    up, down = float(ends[0]), float(1 - ends[1])
    plain, bent = _fit(weight, observed - c, n.size), _fit(weight, observed - design @ ends, n.size - 2)
    plausible = min(up, down) > -0.02 and 0 < max(up, down) < MOST  # noqa: PLR2004 -- noise around zero
    return Flips(max(0.0, up), max(0.0, down)) if plain < FITS_NOT and bent > FITS and plausible else None


def _grouped(profile: Profile, curves: Floats) -> tuple[Floats, Floats, Floats]:
    """(G,) positives and rows, (R, G) mean probability of about twenty groups of neighbouring bins."""
    yes, no = profile.scores[0, POSITIVE], profile.scores[0, NEGATIVE]
    n = yes + no
    if not n.any():
        return np.empty(0), np.empty(0), np.empty((1, 0))
    group = np.minimum((np.cumsum(n) - n / 2) * GROUPS // n.sum(), GROUPS - 1).astype(int)
    member = np.eye(GROUPS)[group]
    rows, positive, total = n @ member, yes @ member, (curves * n) @ member
    there = rows > 0
    return positive[there], rows[there], total[:, there] / rows[there]


def _fit(weight: Floats, residual: Floats, freedom: int) -> float:
    from scipy.stats import chi2

    return float(chi2.sf((weight * residual**2).sum(), freedom))
