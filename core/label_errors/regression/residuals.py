"""From several models' numbers to one expectation and its local spread.

A residual means nothing by itself: where counts are large, errors are large. So each is divided by the spread
that residuals have among rows like it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
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


def local_course(expected: Floats, z: Floats, rows: int) -> tuple[Floats, Floats]:
    """(n,) median of residuals where so much is expected, and (n,) what makes the median of their sizes HALF.

    Models that learnt from gross errors expect too much where errors are large beside the labels. Medians are
    of stretches of neighbouring expected numbers, each drawn towards 0 by its chance (James and Stein 1961),
    and in between a line.

    Args:
        expected: (n,) by the models.
        z: (n,) residuals in local standard deviations.
        rows: of a stretch, at least; where there are fewer than two such stretches, all rows are one.

    >>> expected = np.arange(1000.0)
    >>> middle, unit = local_course(expected, np.where(expected < 500, 3.0, 5.0), 250)
    >>> middle[[0, 999]].tolist(), unit[[0, 999]].tolist()
    ([3.0, 5.0], [1.0, 1.0])
    """
    stretches = np.array_split(np.argsort(expected, kind="stable"), max(1, len(z) // rows))
    at = np.array([np.median(expected[rows]) for rows in stretches])
    middle = np.interp(expected, at, [_sure_median(z[rows]) for rows in stretches])
    sizes = np.abs(z - middle)
    least = float(np.median(sizes)) / 20
    units = np.array([max(float(np.median(sizes[rows])), least) / HALF or 1.0 for rows in stretches])
    return np.asarray(middle), np.asarray(np.interp(expected, at, units))


def _sure_median(z: Floats) -> float:
    """The median, drawn towards 0 by its standard error under normal noise."""
    middle = float(np.median(z))
    error = np.sqrt(np.pi / 2 / len(z)) * float(np.median(np.abs(z - middle))) / HALF
    return middle * max(0.0, 1 - (error / middle) ** 2) if middle else 0.0


def knowledge(expected: Floats, labels: Floats, rules: Rules = RULES) -> float:
    """Share of the usual error of always saying the median that the models remove, as a lower 99 % bound."""
    usual = np.abs(labels - np.median(labels))
    gain = usual - np.abs(labels - expected)
    common: Bools = usual <= np.quantile(usual, rules.residuals.trusted)
    gain, usual = gain[common], usual[common]
    reach = rules.refusal.z * float(gain.std()) / np.sqrt(len(gain))
    return float((gain.mean() - reach) / max(float(usual.mean()), 1e-12))
