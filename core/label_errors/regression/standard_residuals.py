"""Residuals in local standard deviations, on the scale on which the usual ones look most like noise."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import log_softmax, logsumexp

from core.label_errors.regression.gross_errors import Gross, Slip, gross
from core.label_errors.regression.noise import Noise, fit_noise
from core.label_errors.regression.residuals import local_course
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


@dataclass(frozen=True, slots=True)
class _Candidate:
    """One scale: its residuals, their local standard deviations and the noise of the judged ones."""

    scale: Scale
    z: Floats
    sigma: Floats
    noise: Noise

    def likelihood(self, labels: Floats, judged: Bools) -> Floats:
        """(m,) log-likelihood of the judged labels, none of them a gross error."""
        slope = self.scale.log_slope(labels[judged])
        return self.noise.log_density(self.z[judged]) - np.log(self.sigma[judged]) + slope


def standardise_residuals(
    labels: Floats, expected: Floats, sigma: Floats, judged: Bools, rules: ResidualRules = RULES.residuals
) -> StandardResiduals:
    """Differences of labels, powers or logs: of those that fit, where labels with gross errors are likeliest.

    Powers below 1 and logs need labels above 0. Those fit that lie in the 95 % confidence interval of Box and
    Cox (1964): the likelihoods are of the labels themselves, without the rows that lie farthest out on any of
    the scales, so that no gross error makes one fit. The evidence of gross errors is the mean over the scales
    that fit, each by its likelihood: looking at several finds no more by chance than looking at one.

    Args:
        labels: (n,) as they came.
        expected: (n,) by the models.
        sigma: (n,) local standard deviation of differences.
        judged: (n,) rows that nobody has settled.
        rules: which scales there are, which rows are usual.
    """
    every = [_on(Scale(), labels, expected, sigma, judged, rules)]
    if labels.min() > 0:
        least = float(np.quantile(labels, rules.least)) / 2
        floored = np.maximum(expected, least)
        for power in rules.powers:
            spread = sigma * floored ** (power - 1)
            every.append(_on(Scale(power, least), labels, expected, spread, judged, rules))
    usual = np.ones(int(judged.sum()), dtype=bool)
    for one in every:
        sizes = np.abs(one.z[judged])
        usual &= sizes <= np.quantile(sizes, rules.trusted)
    fits = np.array([one.likelihood(labels, judged)[usual].sum() for one in every])
    fitting = np.flatnonzero(2 * (fits.max() - fits) <= rules.scales)
    splits = [_split(every[k], labels, expected, judged, rules) for k in fitting]
    support = log_softmax(fits[fitting]) + [one.split.evidence / 2 for one in splits]
    best = splits[int(support.argmax())]
    return replace(best, split=replace(best.split, evidence=2 * float(logsumexp(support))))


def _on(
    scale: Scale, labels: Floats, expected: Floats, sigma: Floats, judged: Bools, rules: ResidualRules
) -> _Candidate:
    """The residuals on a scale, their median 0 and that of their sizes HALF wherever so much is expected."""
    z = scale.residual(labels, expected) / sigma
    middle, unit = local_course(expected, z, rules.stretch)
    z = (z - middle) / unit
    return _Candidate(replace(scale, centre=middle * sigma), z, unit * sigma, fit_noise(z[judged], rules))


def _split(
    one: _Candidate, labels: Floats, expected: Floats, judged: Bools, rules: ResidualRules
) -> StandardResiduals:
    slips = undone(labels, expected, one.sigma, one.scale, rules.units)
    split = gross(one.z[judged], [slip.of(judged) for slip in slips], rules, one.noise)
    return StandardResiduals(one.scale, one.z, one.sigma, slips, split)
