"""Numbers as words: rounded to what the interval allows, losses as errors in a hundred."""

from math import ceil, log10

from core.health.bands import Measured
from core.health.metrics import Metric

SHARES = frozenset({"accuracy", "balanced_accuracy", "f1", "precision", "recall"})
SHORT = {"roc_auc": "AUC", "log_loss": "log-loss", "brier": "Brier score", "f1": "F1"}


def number(metric: Metric, value: float, half: float) -> str:
    """A value with as many decimals as an interval of +-`half` allows.

    >>> from core.health.metrics import METRICS
    >>> number(METRICS["accuracy"], 0.8713, 0.017), number(METRICS["roc_auc"], 0.8713, 0.017)
    ('87.1 %', '0.871')
    """
    factor, unit = (100.0, " %") if metric.name in SHARES else (1.0, "")
    places = 2 if half <= 0 else min(4, max(0, ceil(-log10(half * factor / 5))))
    return f"{value * factor:.{places}f}{unit}"


def interval(metric: Metric, m: Measured) -> str:
    """A value with its interval.

    >>> from core.health.metrics import METRICS
    >>> interval(METRICS["accuracy"], Measured(0.8713, 0.854, 0.887, 0.00007, 2310))
    '87.1 % (95 % interval 85.4-88.7 %)'
    """
    half = (m.high - m.low) / 2
    low, value, high = (number(metric, x, half) for x in (m.low, m.value, m.high))
    return f"{value} (95 % interval {low.removesuffix(' %')}-{high})"


def tolerance(metric: Metric, size: float) -> str:
    """A tolerance in its own unit.

    >>> from core.health.metrics import METRICS
    >>> tolerance(METRICS["accuracy"], 0.02), tolerance(METRICS["roc_auc"], 0.01)
    ('2 points', '0.01')
    """
    return f"{size * 100:g} point{'' if size == 0.01 else 's'}" if metric.name in SHARES else f"{size:g}"  # noqa: PLR2004


def fall(metric: Metric, before: Measured, now: Measured, accuracy: tuple[float, float] | None) -> str:
    """What happened to the metric, for people who do not know it.

    `accuracy` is the share of right answers before and now: it says the loss as errors in a hundred.
    """
    half = (now.high - now.low) / 2
    past = number(metric, before.value, half).removesuffix(" %")
    change = f"{past} → {interval(metric, now)}"
    more = 0 if accuracy is None else round(100 * (accuracy[0] - accuracy[1]))
    errors = f"about {more} more error{'s' if more > 1 else ''} in 100"
    if metric.name == "accuracy" and more > 0:
        return f"it makes {errors}: {change}"
    name = SHORT.get(metric.name)
    said = f"{metric.plain}{f' ({name})' if name else ''} went from {change}"
    return f"{said}, and it makes {errors}" if more > 0 else said


def rounded(count: float) -> str:
    """A count of work to do, to two digits.

    >>> rounded(1234), rounded(87.2)
    ('1,200', '88')
    """
    if count < 100:  # noqa: PLR2004 -- below that every one counts
        return f"{ceil(count)}"
    step = 10 ** (len(str(int(count))) - 2)
    return f"{round(count / step) * step:,}"
