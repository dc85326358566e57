"""What a change costs: from costs of a row to money for each period."""

from dataclasses import dataclass

from core.health.performance.formatting import amount, with_currency
from core.stats.intervals import Z95, Measured

THOUSAND = 1_000
"""Rows for which a change is told where nobody knows how many a period has."""


@dataclass(frozen=True, slots=True)
class Money:
    """What is paid more for each period than before, with its 95 % interval; below 0 it is saved.

    Attributes:
        per: the period: "month", "500 rows"; `rows` in it.
    """

    currency: str
    value: float
    low: float
    high: float
    per: str
    rows: int

    @classmethod
    def of_rows(cls, change: tuple[float, float, float], rows: int, chunk: str, currency: str) -> "Money":
        """From what one row costs more: value, lower and upper end.

        Args:
            change: of a row.
            rows: of a usual chunk; 0 where it is not known.
            chunk: "month", or the number of rows in a chunk.
            currency: of the costs.

        >>> Money.of_rows((0.2, 0.1, 0.3), 2000, "month", "EUR").value
        400.0
        >>> Money.of_rows((0.2, 0.1, 0.3), 0, "month", "EUR").per
        '1,000 rows'
        """
        count = rows or THOUSAND
        per = chunk if rows and not chunk.isdigit() else f"{count:,} rows"
        value, low, high = (part * count for part in change)
        return cls(currency, value, low, high, per, count)

    @property
    def change(self) -> str:
        """So much more, or less.

        >>> Money.of_rows((-0.2, -0.3, -0.1), 2000, "month", "EUR").change
        '400 EUR less'
        """
        size = with_currency(amount(abs(self.value), self._half), self.currency)
        return f"{size} {'less' if self.value < 0 else 'more'}"

    @property
    def span(self) -> str:
        """Its interval.

        >>> Money.of_rows((0.2, -0.1, 0.5), 2000, "month", "EUR").span
        '-200 to 1,000 EUR'
        """
        low, high = (amount(end, self._half) for end in (self.low, self.high))
        return f"{low} to {with_currency(high, self.currency)}"

    @property
    def _half(self) -> float:
        return (self.high - self.low) / 2


def difference(before: Measured, now: Measured) -> tuple[float, float, float]:
    """What is paid more now, with its 95 % interval.

    >>> before, now = Measured(1.0, 0.9, 1.1, 0.0009, 1000), Measured(1.2, 1.1, 1.3, 0.0016, 900)
    >>> [round(part, 3) for part in difference(before, now)]
    [0.2, 0.102, 0.298]
    """
    half = Z95 * (before.variance + now.variance) ** 0.5
    change = now.value - before.value
    return change, change - half, change + half
