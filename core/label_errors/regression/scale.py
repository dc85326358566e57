"""What a residual is: a difference of labels, of their roots, or of their logs.

Prices scatter by shares of themselves. By its difference one of a tenth is only a few standard deviations
away, as some sound ones are; by its ratio it lies as far out as one of ten times as much.
"""

from dataclasses import dataclass

import numpy as np

from core.stats.arrays import Floats


@dataclass(frozen=True, slots=True)
class Scale:
    """Differences of powers of labels (Box and Cox 1964); but for the power 1 they must be above 0.

    Attributes:
        power: 1 for differences, 0 for logs of ratios.
        least: what is expected below it counts as that.
        centre: of the residuals, one number or (n,): what is expected may lie above the usual label.

    >>> Scale().residual(np.array([10.0]), np.array([100.0])).tolist()
    [-90.0]
    >>> Scale(0, 1.0).residual(np.array([10.0]), np.array([100.0])).round(2).tolist()
    [-2.3]
    """

    power: float = 1.0
    least: float = -np.inf
    centre: Floats | float = 0.0

    def residual(self, labels: Floats, expected: Floats) -> Floats:
        """(n,) how far labels lie from what is expected."""
        return self._of(labels) - self._of(np.maximum(expected, self.least)) - self.centre

    def label(self, expected: Floats, residual: Floats) -> Floats:
        """(n,) the labels that lie so far from what is expected."""
        value = self._of(np.maximum(expected, self.least)) + residual + self.centre
        if self.power == 1:
            return value
        if self.power == 0:
            return np.asarray(np.exp(value))
        return np.asarray(np.maximum(self.power * value, 0) ** (1 / self.power))

    def log_slope(self, labels: Floats) -> Floats:
        """(n,) log of how fast the residual grows with the label."""
        return np.zeros(len(labels)) if self.power == 1 else (self.power - 1) * np.log(labels)

    def _of(self, values: Floats) -> Floats:
        if self.power == 1:
            return values
        return np.asarray(np.log(values) if self.power == 0 else values**self.power / self.power)
