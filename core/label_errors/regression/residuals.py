"""From several models' numbers to one expectation, its local spread, and the chance of a gross error.

A residual means nothing by itself: where counts are large, errors are large. So each is divided by the spread
that residuals have among rows like it, and what remains is a mixture of ordinary noise and gross errors.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import stats
from scipy.optimize import minimize_scalar
from sklearn.ensemble import HistGradientBoostingRegressor

from core.label_errors.rules import RULES, ResidualRules, Rules
from core.stats.arrays import Bools, Floats, Ints

HALF = 0.6745
"""Median size of a standard normal number: what makes a median size a standard deviation."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """The models' common opinion.

    Attributes:
        value: (n,) the expected number.
        members: (M, n) what each model expects; `weights` and mean absolute errors `losses` are (M,).
    """

    value: Floats
    members: Floats
    weights: Floats
    losses: Floats


@dataclass(frozen=True, slots=True)
class Gross:
    """Noise and gross errors told apart.

    Attributes:
        p: (n,) probability that the label is a gross error.
        share: of gross errors among the rows.
        evidence: twice the log-likelihood that the second component adds; below
            `rules.least_evidence` there is none.
    """

    p: Floats
    share: float
    evidence: float


def expect(
    votes: Mapping[str, Floats], labels: Floats, rules: ResidualRules = RULES.residuals
) -> Expectation:
    """Weigh each model by (best / own mean error) to the power that fits, on all but the worst rows."""
    members = np.stack(list(votes.values()))
    losses = np.array([_trimmed_mean(labels - vote, rules.trusted) for vote in members])
    candidates = [_weights(losses, sharpness) for sharpness in rules.sharpness]
    best = min(candidates, key=lambda weights: _trimmed_mean(labels - weights @ members, rules.trusted))
    return Expectation(best @ members, members, best, losses)


def _trimmed_mean(residuals: Floats, share: float) -> float:
    sizes = np.sort(np.abs(residuals))
    return float(sizes[: max(1, int(share * len(sizes)))].mean())


def _weights(losses: Floats, sharpness: float) -> Floats:
    raw = (
        (losses.min() / np.maximum(losses, 1e-12)) ** sharpness
        if losses.min() > 0
        else losses == losses.min()
    )
    return np.asarray(raw / raw.sum(), dtype=np.float64)


def spread(residuals: Floats, clues: Floats, fold: Ints) -> Floats:
    """(n,) usual size of the residuals of rows like each, learnt without the row: a standard deviation.

    Args:
        residuals: (n,).
        clues: (n, p) what the size may depend on: the expected number, the models' disagreement, features.
        fold: (n,) number of the fold of each row.
    """
    sizes = np.abs(residuals)
    least = max(float(np.quantile(sizes, 0.5)) / 20, 1e-9 * max(1.0, float(sizes.max())), 1e-12)
    target = np.log(np.maximum(sizes, least))
    learnt = np.zeros(len(sizes))
    for k in np.unique(fold):
        model = HistGradientBoostingRegressor(
            loss="absolute_error", max_iter=60, max_leaf_nodes=8, min_samples_leaf=30, random_state=0
        )
        learnt[fold == k] = model.fit(clues[fold != k], target[fold != k]).predict(clues[fold == k])
    typical = np.maximum(np.exp(learnt), least)
    return np.asarray(typical * np.median(sizes / typical) / HALF)


def gross(z: Floats, rules: ResidualRules = RULES.residuals) -> Gross:
    """Split standardised residuals into noise (a t-distribution) and gross errors (a far wider one), by EM.

    How heavy the noise is comes from its middle nine tenths, so that the errors cannot hide in it.

    Args:
        z: (n,) residuals in local standard deviations.
        rules: how heavy noise may be, how wide gross errors are.

    >>> noise = np.tile([-1.5, -0.7, -0.2, 0.2, 0.7, 1.5], 50)
    >>> gross(np.append(noise, [30.0, -40.0])).p.round(2)[-3:].tolist()
    [0.0, 1.0, 1.0]
    """
    sizes = np.abs(z)
    degrees = _degrees(sizes, rules.degrees)
    noise = stats.t(degrees)
    scale = float(np.quantile(sizes, 0.5) / noise.ppf(0.75)) or 1.0
    share, wide = 0.01, 3 * rules.wide * scale
    narrow = noise.pdf(z / scale) / scale
    alone = float(np.log(np.maximum(narrow, 1e-300)).sum())
    p = np.zeros(len(z))
    for _ in range(rules.steps):
        broad = stats.t.pdf(z / wide, 2) / wide
        both = (1 - share) * narrow + share * broad
        p = share * broad / np.maximum(both, 1e-300)
        before, share = share, float(np.clip(p.mean(), 1e-6, 0.5))
        # the median size of those that belong to it, in terms of a t with two degrees
        wide = max(rules.wide * scale, _weighted_median(sizes, p) / float(stats.t.ppf(0.75, 2)))
        if abs(share - before) < 1e-7:  # noqa: PLR2004 -- settled
            break
    together = float(np.log(np.maximum((1 - share) * narrow + share * broad, 1e-300)).sum())
    return Gross(np.where(sizes > scale, p, 0.0), share, 2 * (together - alone))


def _degrees(sizes: Floats, limits: tuple[float, float]) -> float:
    """Degrees of freedom for which the 90 % and the 50 % quantile of the sizes fit together."""
    middle, outer = np.quantile(sizes, [0.5, 0.9])
    ratio = float(outer / max(middle, 1e-12))

    def miss(log_degrees: float) -> float:
        noise = stats.t(np.exp(log_degrees))
        return float((noise.ppf(0.95) / noise.ppf(0.75) - ratio) ** 2)

    bounds = (float(np.log(limits[0])), float(np.log(limits[1])))
    return float(np.exp(minimize_scalar(miss, bounds=bounds, method="bounded").x))


def _weighted_median(values: Floats, weights: Floats) -> float:
    order = np.argsort(values)
    reached = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(reached, reached[-1] / 2)])


def knowledge(expected: Floats, labels: Floats, rules: Rules = RULES) -> float:
    """Share of the usual error of always saying the median that the models remove, as a lower 99 % bound."""
    usual = np.abs(labels - np.median(labels))
    gain = usual - np.abs(labels - expected)
    common: Bools = usual <= np.quantile(usual, rules.residuals.trusted)
    gain, usual = gain[common], usual[common]
    reach = rules.refusal.z * float(gain.std()) / np.sqrt(len(gain))
    return float((gain.mean() - reach) / max(float(usual.mean()), 1e-12))
