"""Wrong labels, from what experts say who see neither label nor prediction - never from scores.

Rows are drawn at random from the period that fell and from the reference period, apart where label and
prediction differ and where they agree. Experts slip, and labels of any source are wrong now and then: labels
are a cause only where more of the errors of now than of those of before are errors of the label. Both may be
looked at after every label, and as many more be asked for as one likes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.health.rules import RULES, ReviewRules
from core.stats.intervals import Span
from core.stats.sequential import sum_of_shares
from core.stats.sequential.finite_population import RULES as BOUNDS
from core.stats.sequential.sum_of_shares import Part


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
        parts = [
            Part(part.rows / self.rows, part.rows, part.looked, part.wrong)
            for part in (self.differ, self.agree)
        ]
        return _span(parts)

    @property
    def rows(self) -> int:
        """Labelled rows of the period; at least 1."""
        return max(self.differ.rows + self.agree.rows, 1)

    def excused_errors(self, sign: float = 1.0) -> Part:
        """Share of the rows that count as errors of the model and are errors of the label."""
        part = self.differ
        return Part(sign * part.rows / self.rows, part.rows, part.looked, part.excused)


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
        return _span(self.parts)

    @property
    def parts(self) -> Sequence[Part]:
        """Of that cost."""
        return self.now.excused_errors(), self.before.excused_errors(-1.0)


def _span(parts: Sequence[Part]) -> Span:
    return Span(sum(part.value for part in parts), *sum_of_shares.bounds(parts, RULES.review.expected))


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


def are_no_cause(reviewed: ReviewedLabels, fall: float, rules: ReviewRules = RULES.review) -> bool:
    """Whether even the upper end of what errors of labels cost is less than most of the fall."""
    return reviewed.cost.high < rules.most * fall


def more_needed(reviewed: ReviewedLabels, fall: float, rules: ReviewRules = RULES.review) -> int | None:
    """Further labels that are expected to say whether labels are the cause; None: that is known already.

    As if further labels were wrong as often as those so far.

    Args:
        reviewed: what experts said.
        fall: growth of the share of wrong predictions.
        rules: what is most of a fall, and how many labels are asked for at most.

    >>> quiet = ReviewedPeriod(Looked(150, 24, 1, 1), Looked(850, 6, 0))
    >>> fallen = ReviewedPeriod(Looked(220, 24, 3, 3), Looked(780, 6, 0))
    >>> more_needed(ReviewedLabels(quiet, fallen, "May", "2024-05", "2024-05", 60), 0.07)
    169
    >>> more_needed(ReviewedLabels(quiet, quiet, "May", "2024-05", "2024-05", 60), 0.2)
    """

    def decides(times: float) -> bool:
        cost = _span([part.grown(times) for part in reviewed.parts])
        return cost.low > 0 or cost.high < rules.most * fall

    if decides(1.0):
        return None
    times = rules.step
    while times < rules.times and not decides(times):
        times *= rules.step
    return max(1, round(reviewed.looked * (min(times, rules.times) - 1)))


def progress(reviewed: ReviewedLabels, fall: float, rules: ReviewRules = RULES.review) -> float:
    """How far it is: 1 labels are shown to be a cause, -1 they are shown not to be most of the fall."""
    needed = -float(np.log(BOUNDS.level))
    cause = sum_of_shares.evidence_above(reviewed.parts, 0.0, rules.expected)
    no_cause = -sum_of_shares.evidence_above(reviewed.parts, rules.most * fall, rules.expected)
    return float(np.clip(cause if cause >= no_cause else -no_cause, -needed, needed)) / needed
