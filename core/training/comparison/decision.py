"""Is the new one better? A rule with known error rates, its sentence, and what would settle an open case."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from typing import Literal

from scipy import stats

from core.stats.paired import Difference

Verdict = Literal["better", "not_worse", "cannot_tell", "worse", "blocked"]

POWER = 0.8
LARGE = 10
MOST_LABELS = 1_000_000


@dataclass(frozen=True, slots=True)
class Decision:
    """What the comparison says.

    Attributes:
        labels_needed: further labelled rows that would probably settle it; None when it is settled, or
            when no reachable number would.
        detectable: smallest change that this many rows show with a chance of 80 %.
    """

    verdict: Verdict
    labels_needed: int | None
    detectable: float


def decide(difference: Difference, margin: float, alpha: float, blocked: Sequence[str] = ()) -> Decision:
    """The four-way rule on one-sided bounds at level alpha: better, not worse, worse, or cannot tell.

    Non-inferiority first, then superiority needs no split of alpha (closed testing).

    Args:
        difference: with bounds at level `alpha`.
        margin: loss that does not matter, in the unit of the metric.
        alpha: level of this look at the holdout.
        blocked: reasons that forbid any promotion.
    """
    detectable = _reach(alpha) * difference.deviation / sqrt(difference.n)
    verdict = _verdict(difference, margin, blocked)
    needed = labels_needed(difference, margin, alpha) if verdict == "cannot_tell" else None
    return Decision(verdict, needed, detectable)


def _verdict(difference: Difference, margin: float, blocked: Sequence[str]) -> Verdict:
    if blocked:
        return "blocked"
    if difference.low > 0:
        return "better"
    if difference.low > -margin:
        return "not_worse"
    return "worse" if difference.high < 0 else "cannot_tell"


def labels_needed(difference: Difference, margin: float, alpha: float) -> int | None:
    """Further rows until the nearest clear verdict, were the difference what it looks like now.

    The nearest verdict is "not worse" or "worse": rows = (z_alpha + z_power)^2 (deviation / distance)^2.
    """
    distance = max(difference.difference + margin, -difference.difference)
    if distance <= 0 or difference.deviation <= 0:
        return None
    total = ceil((_reach(alpha) * difference.deviation / distance) ** 2)
    return max(1, total - difference.n) if total <= MOST_LABELS else None


def _reach(alpha: float) -> float:
    return float(stats.norm.isf(alpha) + stats.norm.ppf(POWER))


def sentence(
    title: str, difference: Difference, decision: Decision, margin: float, blocked: Sequence[str] = ()
) -> str:
    """The verdict for people, with the numbers it rests on."""
    numbers = (
        f"{title} {_read(difference.champion)} → {_read(difference.challenger)} on {difference.n:,} rows, "
        f"a gain of {_read(difference.difference, '+')} "
        f"(between {_read(difference.low, '+')} and {_read(difference.high, '+')})"
    )
    match decision.verdict:
        case "better":
            return f"The challenger is better: {numbers}."
        case "not_worse":
            worse = f"nor worse by more than {_read(margin)}"
            return f"The challenger is not shown to be better, {worse}: {numbers}."
        case "worse":
            return f"The challenger is worse: {numbers}."
        case "blocked":
            return f"The challenger may not be promoted; failed: {', '.join(blocked)}. {numbers}."
        case _:
            return f"Cannot tell yet: {numbers}. {_outlook(decision)}"


def _read(value: float, sign: str = "") -> str:
    """Three decimals, or one for numbers of two digits and more.

    >>> _read(0.87134), _read(99.74, "+")
    ('0.871', '+99.7')
    """
    return f"{value:{sign},.3f}" if abs(value) < LARGE else f"{value:{sign},.1f}"


def _outlook(decision: Decision) -> str:
    if decision.labels_needed is None:
        return f"These rows show changes from {_read(decision.detectable)} on; this one is smaller."
    return f"About {decision.labels_needed:,} more labelled rows would settle it."
