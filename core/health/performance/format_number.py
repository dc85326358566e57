"""One way to show a number: with its interval and n, rounded to what the interval allows."""

from math import ceil, log10

from core.health.performance import formatting
from core.stats.measures.table import metric_named


def decimals(low: float, high: float) -> int:
    """How many decimals the interval allows: the last one is at most a fifth of the half width.

    >>> decimals(85.4, 88.7), decimals(0.81, 0.83), decimals(60, 95)
    (1, 3, 0)
    """
    half = (high - low) / 2
    return 2 if half <= 0 else min(4, max(0, ceil(-log10(half / 5))))


def with_interval(
    value: float, low: float, high: float, n: int | None = None, *, metric: str = "accuracy"
) -> str:
    """The number as text.

    >>> with_interval(0.8713462, 0.854, 0.887, 2310)
    '87.1 % (85.4-88.7, n = 2,310)'
    >>> with_interval(0.8713462, 0.854, 0.887, metric="roc_auc")
    '0.871 (0.854-0.887)'
    >>> with_interval(-0.004, -0.011, 0.003)
    '-0.4 % (-1.1 to 0.3)'
    >>> with_interval(-86.21, -88.4, -84.1, 8734, metric="bias")
    '-86.2 (-88.4 to -84.1, n = 8,734)'
    """
    between, count = " to " if low < 0 else "-", "" if n is None else f", n = {n:,}"
    unit = metric_named(metric).unit if metric else "own"
    if unit == "amount":
        value_text, low_text, high_text = (
            formatting.amount(number, (high - low) / 2) for number in (value, low, high)
        )
        return f"{value_text} ({low_text}{between}{high_text}{count})"
    factor, sign = (100, " %") if unit == "share" else (1, "")
    value, low, high = value * factor, low * factor, high * factor
    places = decimals(low, high)
    return f"{value:.{places}f}{sign} ({low:.{places}f}{between}{high:.{places}f}{count})"


def brief(value: float, low: float, high: float, *, metric: str = "accuracy") -> str:
    """The number alone, rounded in the same way.

    >>> brief(0.8713462, 0.854, 0.887)
    '87.1 %'
    """
    return with_interval(value, low, high, metric=metric).split(" (")[0]


def between(low: float, high: float, n: int | None = None, *, metric: str = "accuracy") -> str:
    """The interval alone, for the second line of a metric.

    >>> between(0.854, 0.887, 2310)
    '85.4-88.7, n = 2,310'
    """
    return with_interval(low, low, high, n, metric=metric).split(" (")[1].removesuffix(")")


def share(part: float) -> str:
    """A part of the whole.

    >>> share(0.851)
    '85 %'
    """
    return f"{100 * part:.0f} %"


def count(number: int, thing: str) -> str:
    """So many things.

    >>> count(1, "record"), count(1200, "record"), count(0, "query")
    ('1 record', '1,200 records', '0 queries')
    """
    many = f"{thing[:-1]}ies" if thing.endswith("y") else f"{thing}s"
    return f"{number:,} {thing if number == 1 else many}"


def queue_size(number: int) -> str:
    """What is said after sending.

    >>> queue_size(1)
    '1 question is in the queue of Relabel.'
    """
    return f"{count(number, 'question')} {'is' if number == 1 else 'are'} in the queue of Relabel."


def duration(seconds: float) -> str:
    """A length of time in words.

    >>> duration(42), duration(540), duration(7300)
    ('42 s', '9 min', '2 h')
    """
    if seconds < 90:  # noqa: PLR2004 -- below that, seconds are what people count
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{round(minutes / 60)} h"  # noqa: PLR2004 -- same for minutes
