"""Residuals in local standard deviations, on the scale on which the usual ones look most like noise."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.label_errors.regression.gross_errors import Gross, Slip, gross
from core.label_errors.regression.residuals import HALF
from core.label_errors.regression.scale import Scale
from core.label_errors.regression.slips import undone
from core.label_errors.rules import RULES, ResidualRules
from core.stats.arrays import Bools, Floats


@dataclass(frozen=True, slots=True)
class StandardResiduals:
    """n residuals.

    Attributes:
        scale: what a residual is.
        z: (n,) residuals by `sigma`, (n,) their local standard deviation.
        slips: see `slips.undone`.
        split: of the judged rows into noise and gross errors.
    """

    scale: Scale
    z: Floats
    sigma: Floats
    slips: Sequence[Slip]
    split: Gross

    def everyone(self, rules: ResidualRules = RULES.residuals) -> Gross:
        """All rows split, the settled ones too."""
        return gross(self.z, self.slips, rules)


def standardise_residuals(
    labels: Floats, expected: Floats, sigma: Floats, judged: Bools, rules: ResidualRules = RULES.residuals
) -> StandardResiduals:
    """Differences of labels, their roots or their logs: of those that fit, where gross errors stand out most.

    Roots and logs need labels above 0. Those fit that lie in the 95 % confidence interval of Box and Cox
    (1964): the likelihoods are of the labels themselves, without the rows that lie farthest out on any of the
    scales, so that no gross error makes one fit.

    Args:
        labels: (n,) as they came.
        expected: (n,) by the models.
        sigma: (n,) local standard deviation of differences.
        judged: (n,) rows that nobody has settled.
        rules: which scales there are, which rows are usual.
    """
    scales = [_on(Scale(), labels, expected, sigma, judged, rules)]
    if labels.min() > 0:
        least = float(np.quantile(labels, rules.least)) / 2
        floored = np.maximum(expected, least)
        for power in rules.powers:
            centre = float(np.median(Scale(power, least).residual(labels, expected)))
            scale = Scale(power, least, centre)
            spread = sigma * floored ** (power - 1)
            usual = float(np.median(np.abs(scale.residual(labels, expected)) / spread)) / HALF
            scales.append(_on(scale, labels, expected, spread * (usual or 1.0), judged, rules))
    usual_rows = np.ones(int(judged.sum()), dtype=bool)
    for one in scales:
        sizes = np.abs(one.z[judged])
        usual_rows &= sizes <= np.quantile(sizes, rules.trusted)
    fits = np.array([_likelihood(one, labels, judged)[usual_rows].sum() for one in scales])
    fitting = [one for one, fit in zip(scales, fits, strict=True) if 2 * (fits.max() - fit) <= rules.scales]
    return max(fitting, key=lambda one: one.split.evidence)


def _on(
    scale: Scale, labels: Floats, expected: Floats, sigma: Floats, judged: Bools, rules: ResidualRules
) -> StandardResiduals:
    z = scale.residual(labels, expected) / sigma
    slips = undone(labels, expected, sigma, scale, rules.units)
    split = gross(z[judged], [slip.of(judged) for slip in slips], rules)
    return StandardResiduals(scale, z, sigma, slips, split)


def _likelihood(one: StandardResiduals, labels: Floats, judged: Bools) -> Floats:
    """(m,) log-likelihood of the judged labels."""
    return one.split.fit - np.log(one.sigma[judged]) + one.scale.log_slope(labels[judged])
