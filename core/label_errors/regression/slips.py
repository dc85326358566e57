"""Slips: a number that is what is expected, but for its decimal point, its sign or its unit."""

from collections.abc import Mapping

import numpy as np

from core.label_errors.regression.gross_errors import Slip
from core.label_errors.regression.scale import Scale
from core.stats.arrays import Floats

POINTS: Mapping[float, str] = {
    0.1: "a tenth of",
    10.0: "ten times",
    0.01: "a hundredth of",
    100.0: "a hundred times",
    0.001: "a thousandth of",
    1000.0: "a thousand times",
    -1.0: "the negative of",
}
"""Factor by which such a slip multiplies a number -> in words."""

UNITS = (60.0, 1 / 60, 2.2046, 1 / 2.2046, 2.54, 1 / 2.54)
"""Units that are often mixed up: minutes and seconds, pounds and kilograms, inches and centimetres."""


def undone(labels: Floats, expected: Floats, sigma: Floats, scale: Scale, units: float) -> tuple[Slip, ...]:
    """All kinds of slips, each as if it were undone.

    A slip to a tenth moves all labels of a stretch into a tenth of it: there they lie ten times as dense.

    Args:
        labels: (n,) as they are; 0 is no slip.
        expected: (n,) by the models.
        sigma: (n,) local standard deviation on the scale.
        scale: of the residuals.
        units: share of the slips that are of the unit.
    """
    points = [factor for factor in POINTS if factor > 0 or scale.power == 1]
    shares = dict.fromkeys(points, (1 - units) / len(points)) | dict.fromkeys(UNITS, units / len(UNITS))
    slips = []
    for factor, share in shares.items():
        z = np.where(labels == 0, np.inf, scale.residual(labels / factor, expected) / sigma)
        slips.append(Slip(share, abs(factor) ** -scale.power, z))
    return tuple(slips)
