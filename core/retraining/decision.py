"""Is the new one better? A rule with known error rates, its sentence, and what would settle an open case."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from typing import Literal

from scipy import stats

from core.retraining.paired import Difference

Verdict = Literal["better", "not_worse", "cannot_tell", "worse", "blocked"]

POWER = 0.8
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
        f"{title} {difference.champion:.3f} -> {difference.challenger:.3f} on {difference.n:,} rows, "
        f"a gain of {difference.difference:+.3f} (between {difference.low:+.3f} and {difference.high:+.3f})"
    )
    match decision.verdict:
        case "better":
            return f"The challenger is better: {numbers}."
        case "not_worse":
            return (
                f"The challenger is not shown to be better, nor worse by more than {margin:.3f}: {numbers}."
            )
        case "worse":
            return f"The challenger is worse: {numbers}."
        case "blocked":
            return f"The challenger may not be promoted; failed: {', '.join(blocked)}. {numbers}."
        case _:
            return f"Cannot tell yet: {numbers}. {_outlook(decision)}"


def _outlook(decision: Decision) -> str:
    if decision.labels_needed is None:
        return f"These rows show changes from {decision.detectable:.3f} on; this one is smaller."
    return f"About {decision.labels_needed:,} more labelled rows would settle it."
