"""Is the new one better? A rule with known error rates, its sentence, and what would settle an open case.

`docs/methods/comparison.md` has the derivation and the error rates measured.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from typing import Literal

from core.stats.paired import Difference

Verdict = Literal["better", "small_gain", "not_worse", "cannot_tell", "worse", "blocked"]

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
class Worth:
    """What a challenger must surely gain to be worth a promotion.

    Attributes:
        least: in the unit of `difference`.
        difference: in which it is said: of the metric of record, or of the cost of a row.
        words: the least gain for people, e.g. "0.010" or "5,000 EUR per month".
    """

    least: float
    difference: Difference
    words: str

    @property
    def is_shown(self) -> bool:
        """Whether the gain is surely larger."""
        return bool(self.difference.low > self.least)

    @property
    def is_excluded(self) -> bool:
        """Whether the gain is surely smaller."""
        return bool(self.difference.high < self.least)


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
    worth: Sequence[Worth] = (),
    rows_needed: int | None = None,
) -> Decision:
    """The rule on one-sided bounds at level alpha: better, not worse, worse, or cannot tell.

    Non-inferiority first, then superiority needs no split of alpha (closed testing; Morikawa, Yoshida 1995).
    Better by less than what is worth a promotion, or perhaps by less, is a small gain: all that is asked must
    be shown at the same level (intersection-union test; Berger 1982), so that alpha is not split here either.

    Args:
        difference: with bounds at level `alpha`.
        margin: loss that does not matter, in the unit of the metric.
        alpha: level of this look at the holdout.
        blocked: reasons that forbid any promotion.
        rules: what the outlook rests on.
        worth: what a gain must surely exceed.
        rows_needed: rows in all without which the bounds do not hold; None where there are enough.

    >>> lower = Difference(0.80, 0.82, 0.02, 0.004, 0.036, 0.04, 0.4, 1_000)
    >>> decide(lower, 0.005, 0.05).verdict
    'better'
    >>> decide(lower, 0.005, 0.05, worth=[Worth(0.01, lower, "0.010")]).verdict
    'small_gain'
    >>> decide(lower, 0.005, 0.05, rows_needed=1_500).labels_needed
    500
    """
    detectable = _standard_errors(alpha, rules) * difference.deviation / sqrt(difference.n)
    verdict = _verdict(difference, margin, blocked, worth)
    needed = None
    if rows_needed is not None and not blocked:
        return Decision("cannot_tell", max(1, rows_needed - difference.n), detectable)
    if verdict == "cannot_tell":
        needed = labels_needed(difference, margin, alpha, rules)
    elif verdict == "small_gain":
        needed = _labels_of_worth(worth, alpha, rules)
    return Decision(verdict, needed, detectable)


def _verdict(
    difference: Difference, margin: float, blocked: Sequence[str], worth: Sequence[Worth]
) -> Verdict:
    if blocked:
        return "blocked"
    if difference.low > 0:
        return "better" if all(gain.is_shown for gain in worth) else "small_gain"
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
    return _rows_beyond(difference, distance, alpha, rules)


def _labels_of_worth(worth: Sequence[Worth], alpha: float, rules: DecisionRules) -> int | None:
    """Further rows that would show all that is worth a promotion; None where one gain is too small."""
    rows = [
        _rows_beyond(gain.difference, gain.difference.difference - gain.least, alpha, rules)
        for gain in worth
        if not gain.is_shown
    ]
    known = [number for number in rows if number is not None]
    return max(known) if len(known) == len(rows) else None


def _rows_beyond(difference: Difference, distance: float, alpha: float, rules: DecisionRules) -> int | None:
    """Further rows that show a difference to be so far from a limit; None where no reachable number does."""
    if distance <= 0 or difference.deviation <= 0:
        return None
    total = ceil((_standard_errors(alpha, rules) * difference.deviation / distance) ** 2)
    return max(1, total - difference.n) if total <= rules.most_labels else None


def _standard_errors(alpha: float, rules: DecisionRules) -> float:
    """How many standard errors a change must be to be shown at level alpha with that power."""
    from scipy.special import ndtri

    return float(ndtri(1 - alpha) + ndtri(rules.power))


def sentence(
    title: str,
    difference: Difference,
    decision: Decision,
    margin: float,
    blocked: Sequence[str] = (),
    worth: Sequence[Worth] = (),
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
            beyond = f", by more than what is worth a promotion ({_least(worth)})" if worth else ""
            return f"The challenger is better{beyond}: {numbers}."
        case "small_gain":
            return _small(numbers, decision, [gain for gain in worth if not gain.is_shown])
        case "not_worse":
            worse = f"nor worse by more than {_digits(margin)}"
            return f"The challenger is not shown to be better, {worse}: {numbers}."
        case "worse":
            return f"The challenger is worse: {numbers}."
        case "blocked":
            return f"The challenger may not be promoted; failed: {', '.join(blocked)}. {numbers}."
        case _:
            return f"Cannot tell yet: {numbers}. {_outlook(decision)}"


def _small(numbers: str, decision: Decision, missing: Sequence[Worth]) -> str:
    excluded = [gain for gain in missing if gain.is_excluded]
    if excluded:
        return (
            f"The challenger is better, but not by what is worth a promotion ({_least(excluded)}): {numbers}."
        )
    known = f"The challenger is better; by what is worth a promotion ({_least(missing)}) is not shown yet"
    needed = decision.labels_needed
    more = f" About {needed:,} more labelled rows would settle it." if needed is not None else ""
    return f"{known}: {numbers}.{more}"


def _least(worth: Sequence[Worth]) -> str:
    return " and ".join(gain.words for gain in worth)


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
