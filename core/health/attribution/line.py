"""One item of the account of a fall."""

from dataclasses import dataclass
from typing import Literal

from core.health.attribution.cause import Kind
from core.messages import Message
from core.stats.intervals import Z95

LineKind = Kind | Literal["chance"]


@dataclass(frozen=True, slots=True)
class Line:
    """One item: what the mean loss of a row grew by, with its 95 % interval.

    Attributes:
        kind: of the cause that it stands for; `chance`: what is left is within it.
        message: what is said of it.
        rows: of the window that it concerns.
        since: position in the log; None where no beginning is known.
        features: columns that it concerns.
        proof: what an experiment said that confirms it; None where there was none, or it did not.
    """

    kind: LineKind
    message: Message
    value: float
    low: float
    high: float
    rows: int
    since: int | None
    features: tuple[str, ...] = ()
    proof: Message | None = None

    @property
    def variance(self) -> float:
        """Of its value."""
        return ((self.high - self.low) / (2 * Z95)) ** 2


def cost_line(
    kind: LineKind,
    message: Message,
    value: float,
    variance: float,
    place: tuple[int, int | None],
    features: tuple[str, ...] = (),
) -> Line:
    """A line with its 95 % interval; `place` holds the rows that it concerns, and since when."""
    half = Z95 * variance**0.5
    return Line(kind, message, value, value - half, value + half, *place, features)
