"""Ordinary noise: a t-distribution that gross errors do not widen."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import gammaln, stdtr

from core.label_errors.regression.residuals import HALF
from core.label_errors.rules import RULES, ResidualRules
from core.stats.arrays import Floats


@dataclass(frozen=True, slots=True)
class Noise:
    """A t-distribution around 0, of so many degrees of freedom, so many times as wide as the standard one."""

    degrees: float
    scale: float

    def density(self, z: Floats) -> Floats:
        """(n,) how likely each residual is."""
        return np.asarray(np.exp(self.log_density(z)))

    def log_density(self, z: Floats) -> Floats:
        """(n,) the log of it; `scipy.stats` takes ten times as long."""
        half = (self.degrees + 1) / 2
        whole = gammaln(half) - gammaln(self.degrees / 2) - np.log(self.degrees * np.pi) / 2
        return np.asarray(whole - np.log(self.scale) - half * np.log1p((z / self.scale) ** 2 / self.degrees))


def fit_noise(z: Floats, rules: ResidualRules = RULES.residuals) -> Noise:
    """By maximum likelihood; of the largest residuals it only counts that they lie beyond the others.

    >>> round(fit_noise(np.append(np.random.default_rng(0).normal(size=2000), np.full(20, 50.0))).scale, 1)
    1.0
    """
    ordered = np.sort(np.abs(z))
    inside = ordered[: max(1, int(rules.trusted * len(ordered)))]
    end, beyond = float(inside[-1]), len(ordered) - len(inside)
    start = float(np.median(inside)) / HALF
    if start == 0:
        return Noise(rules.degrees[0], 1.0)
    low, high = np.log(rules.degrees)

    def at(point: Floats) -> Noise:
        return Noise(float(np.exp(np.clip(point[0], low, high))), start * float(np.exp(point[1])))

    def loss(point: Floats) -> float:
        noise = at(point)
        tail = beyond * np.log(max(float(stdtr(noise.degrees, -end / noise.scale)), 1e-300))
        return -float(noise.log_density(inside).sum() + tail)

    best = minimize(loss, [np.log(8.0), 0.0], method="Nelder-Mead", options={"xatol": 0.01, "fatol": 0.01}).x
    return at(best)
