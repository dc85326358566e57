"""Standardised residuals as a mixture of ordinary noise, slips and other gross errors."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from core.label_errors.regression.noise import Noise, fit_noise
from core.label_errors.rules import RULES, ResidualRules
from core.stats.arrays import Bools, Floats


@dataclass(frozen=True, slots=True)
class Slip:
    """One kind of slip, of n rows.

    Attributes:
        share: of the slips that are expected to be of this kind.
        density: how dense labels lie after it, by that before it.
        z: (n,) standardised residuals as if it were undone.
    """

    share: float
    density: float
    z: Floats

    def of(self, rows: Bools) -> "Slip":
        """The slip of some of the rows."""
        return Slip(self.share, self.density, self.z[rows])


@dataclass(frozen=True, slots=True)
class Gross:
    """Noise and gross errors told apart.

    Attributes:
        p: (n,) probability that the label is a gross error.
        share: of gross errors among the rows.
        evidence: twice the log-likelihood that gross errors add; below `rules.least_evidence` there are none.
    """

    p: Floats
    share: float
    evidence: float


def gross(
    z: Floats, slips: Sequence[Slip] = (), rules: ResidualRules = RULES.residuals, noise: Noise | None = None
) -> Gross:
    """Split standardised residuals into noise (a t-distribution), slips and other gross errors, by EM.

    Other gross errors are a far wider t. A slip is noise around another place: of the rows that lie so far
    out few lie there by chance. Mostly one kind of slip prevails, where a file changed its unit or somebody
    left out a point: that is tried too, and pays for the choice among all kinds.

    Args:
        z: (n,) residuals in local standard deviations.
        slips: all kinds of them.
        rules: how heavy noise may be, how wide gross errors are.
        noise: of these residuals, where it is known.

    >>> usual = np.tile([-1.5, -0.7, -0.2, 0.2, 0.7, 1.5], 50)
    >>> gross(np.append(usual, [30.0, -40.0])).p.round(2)[-3:].tolist()
    [0.0, 1.0, 1.0]
    """
    noise = noise or fit_noise(z, rules)
    if not slips:
        return _split(z, noise, np.zeros(len(z)), rules)[0]
    far: Bools = np.abs(z) > rules.slip_least * noise.scale
    kinds = np.stack([slip.density * noise.density(slip.z[far]) for slip in slips])
    shares = np.array([slip.share for slip in slips])
    spread = np.zeros(len(z))
    spread[far] = shares @ kinds
    mixed, slipped = _split(z, noise, spread, rules)
    belong = kinds * shares[:, None] * slipped[far] / np.maximum(spread[far], 1e-300)
    first = np.arange(len(slips)) == belong.sum(axis=1).argmax()
    one = np.zeros(len(z))
    one[far] = ((1 - rules.one_kind) * shares + rules.one_kind * first) @ kinds
    mostly_one = _split(z, noise, one, rules, 2 * np.log(len(slips)))[0]
    return max(mixed, mostly_one, key=lambda split: split.evidence)


def _split(
    z: Floats, noise: Noise, slipped: Floats, rules: ResidualRules, price: float = 0.0
) -> tuple[Gross, Floats]:
    """The mixture, and (n,) chances of a slip; `slipped` is (n,) its density, `price` is off the evidence."""
    sizes, narrow, least = np.abs(z), noise.density(z), rules.wide * noise.scale
    wild, slip, wide = 0.01, 0.01, 3 * least
    for _ in range(rules.steps):
        broad = Noise(2, wide).density(z)
        both = np.maximum((1 - wild - slip) * narrow + wild * broad + slip * slipped, 1e-300)
        p_wild, p_slip = wild * broad / both, slip * slipped / both
        before = wild, slip
        wild, slip = float(np.clip(p_wild.mean(), 1e-6, 0.5)), float(min(p_slip.mean(), 0.4))
        # the median size of those that belong to it, in terms of a t with two degrees
        wide = max(least, _weighted_median(sizes, p_wild) / float(stdtrit(2, 0.75)))
        if abs(wild - before[0]) + abs(slip - before[1]) < 1e-7:  # noqa: PLR2004 -- settled
            break
    fit = np.log(np.maximum((1 - wild - slip) * narrow + wild * broad + slip * slipped, 1e-300))
    evidence = 2 * float((fit - np.log(np.maximum(narrow, 1e-300))).sum()) - price
    p = np.where(sizes > noise.scale, p_wild + p_slip, 0.0)
    return Gross(p, wild + slip, evidence), np.asarray(p_slip)


def _weighted_median(values: Floats, weights: Floats) -> float:
    order = np.argsort(values)
    reached = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(reached, reached[-1] / 2)])
