"""Wrong labels, from what experts say who see neither label nor prediction - never from scores.

Rows are drawn at random from the period that fell and from the reference period, apart where label and
prediction differ and where they agree. Experts slip, and labels of any source are wrong now and then: labels
are a cause only where more of the errors of now than of those of before are errors of the label.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from core.health.rules import RULES, ReviewRules
from core.stats.intervals import Part, Span, share_of_parts


@dataclass(frozen=True, slots=True)
class Looked:
    """Rows of one kind: how many there are, how many were looked at, and what experts said.

    Attributes:
        rows: in the period.
        looked: of those drawn, with a settled answer.
        wrong: another class than the label.
        excused: the class that the model predicted, and not the label: no error of the model.
    """

    rows: int
    looked: int
    wrong: int
    excused: int = 0


@dataclass(frozen=True, slots=True)
class ReviewedPeriod:
    """What experts said of a period: of rows whose label and prediction differ, and of those that agree."""

    differ: Looked
    agree: Looked

    @property
    def looked(self) -> int:
        """Labels looked at."""
        return self.differ.looked + self.agree.looked

    @property
    def wrong(self) -> int:
        """Those that are wrong."""
        return self.differ.wrong + self.agree.wrong

    @property
    def wrong_labels(self) -> Span:
        """Share of wrong labels in the period."""
        return share_of_parts(
            [Part(part.rows / self._rows, part.wrong, part.looked) for part in (self.differ, self.agree)]
        )

    @property
    def excused_errors(self) -> Span:
        """Share of the rows that count as errors of the model and are errors of the label."""
        part = self.differ
        return share_of_parts([Part(part.rows / self._rows, part.excused, part.looked)])

    @property
    def _rows(self) -> int:
        return max(self.differ.rows + self.agree.rows, 1)


@dataclass(frozen=True, slots=True)
class ReviewedLabels:
    """A blind sample and what became of it.

    Attributes:
        period: that fell, in words; first and last: keys of its chunks.
        queued: labels that experts are asked about, of both periods.
        persons: who answered; until: the day of their last answer, None before the first.
    """

    before: ReviewedPeriod
    now: ReviewedPeriod
    period: str
    first: str
    last: str
    queued: int
    persons: Sequence[str] = ()
    until: str | None = None

    @property
    def looked(self) -> int:
        """Labels with a settled answer, of both periods."""
        return self.before.looked + self.now.looked

    @property
    def cost(self) -> Span:
        """What errors of labels add to the share of wrong predictions, now less before."""
        return self.now.excused_errors - self.before.excused_errors


def are_the_cause(reviewed: ReviewedLabels) -> bool:
    """Whether more errors than before are errors of the label, beyond chance.

    >>> quiet = ReviewedPeriod(Looked(150, 24, 1, 1), Looked(850, 6, 0))
    >>> fallen = ReviewedPeriod(Looked(220, 24, 9, 9), Looked(780, 6, 0))
    >>> are_the_cause(ReviewedLabels(quiet, fallen, "May", "2024-05", "2024-05", 60))
    True
    >>> are_the_cause(ReviewedLabels(quiet, quiet, "May", "2024-05", "2024-05", 60))
    False
    """
    return reviewed.cost.low > 0


def more_needed(reviewed: ReviewedLabels, fall: float, rules: ReviewRules = RULES.review) -> int | None:
    """Further labels that would say whether labels are the cause; None: they are not, or are already.

    They are not where even the upper end of their cost is less than half of the fall.

    Args:
        reviewed: what experts said.
        fall: growth of the share of wrong predictions.
        rules: what is most of a fall, and how many labels are asked for at most.

    >>> quiet = ReviewedPeriod(Looked(150, 24, 1, 1), Looked(850, 6, 0))
    >>> fallen = ReviewedPeriod(Looked(220, 24, 3, 3), Looked(780, 6, 0))
    >>> more_needed(ReviewedLabels(quiet, fallen, "May", "2024-05", "2024-05", 60), 0.07)
    558
    >>> more_needed(ReviewedLabels(quiet, quiet, "May", "2024-05", "2024-05", 60), 0.2)
    """
    cost, most = reviewed.cost, rules.most * fall
    if cost.low > 0 or cost.high < most:
        return None
    if cost.value >= most:  # they are the cause when the lower end passes nought ...
        distance, half = cost.value, cost.value - cost.low
    else:  # ... and are not when the upper end is below half of the fall
        distance, half = most - cost.value, cost.high - cost.value
    factor = (half / max(distance, rules.nearest * half)) ** 2
    return max(1, round(reviewed.looked * (factor - 1)))
