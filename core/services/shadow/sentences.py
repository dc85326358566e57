"""What a shadow says, in words."""

from dataclasses import dataclass

from core.stats.metric import Metric
from core.training.comparison.live_rows import SQUARES, Basis

DECISIONS = {"decisions": "right decisions", "balance": "right decisions of either class", "ranking": "pairs"}


@dataclass(frozen=True, slots=True)
class LookNumbers:
    """What a look saw, in the unit of its basis.

    Attributes:
        gain: mean difference; `low` and `high` its bounds.
        rows: that count; in `differing` units one of the two is ahead.
    """

    gain: float
    low: float
    high: float
    rows: int
    differing: int


def of_look(basis: Basis, metric: Metric, pair: tuple[str, str], verdict: str, numbers: LookNumbers) -> str:
    """How it stands after a look.

    Args:
        basis: how rows are judged.
        metric: the metric of record.
        pair: the version, and the champion.
        verdict: open, better or worse.
        numbers: what was seen.

    >>> from core.stats.metrics import METRICS
    >>> numbers = LookNumbers(0.04, 0.01, 0.07, 900, 70)
    >>> of_look(
    ...     Basis("decisions", "accuracy"), METRICS["accuracy"], ("3", "2"), "better", numbers
    ... )  # doctest: +NORMALIZE_WHITESPACE
    'Version 3 is better than version 2 on live rows: +4.0 points of right decisions (+1.0 to +7.0 at any
    time), 900 rows with a label, of which 70 tell the two apart.'
    """
    version, champion = pair
    bounds = numbers.gain, numbers.low, numbers.high
    claim = {
        "better": f"Version {version} is better than version {champion} on live rows",
        "worse": f"Version {version} is worse than version {champion} on live rows",
        "open": f"Open whether version {version} is better than version {champion}",
    }[verdict]
    if basis.kind == "losses":
        gain, low, high = (f"{-value * basis.cap:+,.3g}" for value in bounds)
        measured = f"{_loss(metric)} {gain} ({high} to {low} at any time)"
    else:
        gain, low, high = (f"{100 * value:+.1f}" for value in bounds)
        measured = f"{gain} points of {DECISIONS[basis.kind]} ({low} to {high} at any time)"
    apart = f"of which {numbers.differing:,} tell the two apart"
    return f"{claim}: {measured}, {numbers.rows:,} rows with a label, {apart}."


def of_start(version: str, champion: str, waiting: int) -> str:
    """Before the first row counts.

    >>> of_start("3", "2", 0)
    'Version 3 predicts what comes beside version 2; no row with a label has come yet.'
    """
    waits = (
        f"; the labels of {waiting:,} rows have not matured yet."
        if waiting
        else "; no row with a label has come yet."
    )
    return f"Version {version} predicts what comes beside version {champion}{waits}"


def _loss(metric: Metric) -> str:
    """What rows are compared by, where it is a loss."""
    if metric.pairing.losses is not None:
        return metric.short or metric.title
    return "squared error" if metric.name in SQUARES else "absolute error"
