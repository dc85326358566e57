"""Is the new one better? A rule with known error rates, its sentence, and what would settle an open case.

`docs/methods/comparison.md` has the derivation and the error rates measured.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from typing import Literal

from core.stats.paired import Difference

Verdict = Literal["better", "not_worse", "cannot_tell", "worse", "blocked"]

TWO_DIGITS = 10


@dataclass(frozen=True, slots=True)
class DecisionRules:
    """What the outlook of an open case rests on; the verdict rests on margin and alpha alone.

    Attributes:
        power: chance with which a change is to be shown: .8, the convention of Cohen (1988, section 2.4).
        most_labels: more rows than these nobody labels: no number is named.
    """

    power: float = 0.8
    most_labels: int = 1_000_000


RULES = DecisionRules()


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


def decide(
    difference: Difference,
    margin: float,
    alpha: float,
    blocked: Sequence[str] = (),
    rules: DecisionRules = RULES,
) -> Decision:
    """The four-way rule on one-sided bounds at level alpha: better, not worse, worse, or cannot tell.

    Non-inferiority first, then superiority needs no split of alpha (closed testing; Morikawa, Yoshida 1995).

    Args:
        difference: with bounds at level `alpha`.
        margin: loss that does not matter, in the unit of the metric.
        alpha: level of this look at the holdout.
        blocked: reasons that forbid any promotion.
        rules: what the outlook rests on.

    >>> lower = Difference(0.80, 0.82, 0.02, 0.004, 0.036, 0.04, 0.4, 1_000)
    >>> decide(lower, 0.005, 0.05).verdict
    'better'
    """
    detectable = _standard_errors(alpha, rules) * difference.deviation / sqrt(difference.n)
    verdict = _verdict(difference, margin, blocked)
    needed = labels_needed(difference, margin, alpha, rules) if verdict == "cannot_tell" else None
    return Decision(verdict, needed, detectable)


def _verdict(difference: Difference, margin: float, blocked: Sequence[str]) -> Verdict:
    if blocked:
        return "blocked"
    if difference.low > 0:
        return "better"
    if difference.low > -margin:
        return "not_worse"
    return "worse" if difference.high < 0 else "cannot_tell"


def labels_needed(
    difference: Difference, margin: float, alpha: float, rules: DecisionRules = RULES
) -> int | None:
    """Further rows until the nearest clear verdict, were the difference what it looks like now.

    The nearest verdict is "not worse" or "worse": rows = (z_alpha + z_power)^2 (deviation / distance)^2.

    >>> unsure = Difference(0.80, 0.80, 0.0, -0.02, 0.02, 1.0, 0.4, 1_000)
    >>> labels_needed(unsure, 0.01, 0.05)
    8893
    """
    distance = max(difference.difference + margin, -difference.difference)
    if distance <= 0 or difference.deviation <= 0:
        return None
    total = ceil((_standard_errors(alpha, rules) * difference.deviation / distance) ** 2)
    return max(1, total - difference.n) if total <= rules.most_labels else None


def _standard_errors(alpha: float, rules: DecisionRules) -> float:
    """How many standard errors a change must be to be shown at level alpha with that power."""
    from scipy.special import ndtri

    return float(ndtri(1 - alpha) + ndtri(rules.power))


def sentence(
    title: str, difference: Difference, decision: Decision, margin: float, blocked: Sequence[str] = ()
) -> str:
    """The verdict for people, with the numbers it rests on."""
    numbers = (
        f"{title} {_digits(difference.champion)} → {_digits(difference.challenger)} "
        f"on {difference.n:,} rows, "
        f"a gain of {_digits(difference.difference, '+')} "
        f"(between {_digits(difference.low, '+')} and {_digits(difference.high, '+')})"
    )
    match decision.verdict:
        case "better":
            return f"The challenger is better: {numbers}."
        case "not_worse":
            worse = f"nor worse by more than {_digits(margin)}"
            return f"The challenger is not shown to be better, {worse}: {numbers}."
        case "worse":
            return f"The challenger is worse: {numbers}."
        case "blocked":
            return f"The challenger may not be promoted; failed: {', '.join(blocked)}. {numbers}."
        case _:
            return f"Cannot tell yet: {numbers}. {_outlook(decision)}"


def _digits(value: float, sign: str = "") -> str:
    """Three decimals, or one for numbers of two digits and more.

    >>> _digits(0.87134), _digits(99.74, "+")
    ('0.871', '+99.7')
    """
    return f"{value:{sign},.3f}" if abs(value) < TWO_DIGITS else f"{value:{sign},.1f}"


def _outlook(decision: Decision) -> str:
    if decision.labels_needed is None:
        return f"These rows show changes from {_digits(decision.detectable)} on; this one is smaller."
    return f"About {decision.labels_needed:,} more labelled rows would settle it."
