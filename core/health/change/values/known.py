"""The distortions that are known: units of measurement, a turned sign."""

from dataclasses import dataclass
from typing import Literal

from core.stats.arrays import Floats

FAR = 8.0
"""A column that grew by more than that did not grow (a judgement)."""


@dataclass(frozen=True, slots=True)
class Distortion:
    """A mistake of a source: y = factor x + offset; `unit` in words, where it has a name.

    >>> Distortion(1.8, 32.0).undo(Distortion(1.8, 32.0).apply(100.0))
    100.0
    """

    factor: float
    offset: float = 0.0
    unit: str = ""

    @property
    def kind(self) -> Literal["scale", "sign"]:
        """The fault that it is."""
        return "sign" if self.factor == -1 else "scale"

    @property
    def far(self) -> bool:
        """Whether it puts numbers where no honest drift does."""
        return not 1 / FAR < abs(self.factor) < FAR

    @property
    def small(self) -> bool:
        """Whether it may be mistaken for growth."""
        return not self.far and self.factor > 0 and not self.offset

    def apply(self, x: Floats) -> Floats:
        """(n,) right values -> as they arrive."""
        return self.factor * x + self.offset

    def undo(self, y: Floats) -> Floats:
        """(n,) values that arrived -> as they should be."""
        return (y - self.offset) / self.factor


FACTORS = (
    (10.0, ""),
    (100.0, ""),
    (1_000.0, ""),
    (1_024.0, ""),
    (1e6, ""),
    (1e9, ""),
    (12.0, ""),
    (24.0, "hours and days"),
    (60.0, "seconds, minutes, hours"),
    (3_600.0, "seconds and hours"),
    (86_400.0, "seconds and days"),
    (1.609344, "kilometres and miles"),
    (2.20462262, "pounds and kilograms"),
    (2.54, "centimetres and inches"),
    (25.4, "millimetres and inches"),
    (3.2808399, "feet and metres"),
    (30.48, "centimetres and feet"),
    (3.6, "km/h and m/s"),
)
"""Factors between units (Thompson, Taylor 2008: NIST SP 811, appendix B; SI and binary prefixes; time).

A factor of 2 is none of them: double as much is growth as often as a mistake. The list is short on purpose:
every small factor more is one more that honest growth may hit (`tests/benchmarks/fault_rates.py`).
"""
KNOWN = (
    Distortion(-1.0),
    Distortion(1.8, 32.0, "degrees Fahrenheit in place of Celsius"),
    Distortion(1 / 1.8, -32.0 / 1.8, "degrees Celsius in place of Fahrenheit"),
    Distortion(1.0, 273.15, "kelvin in place of degrees Celsius"),
    Distortion(1.0, -273.15, "degrees Celsius in place of kelvin"),
    *(Distortion(size, 0.0, unit) for factor, unit in FACTORS for size in (factor, 1 / factor)),
)
"""Temperatures: NIST SP 811, appendix B.9."""
