"""Numbers as words: rounded to what the interval allows, losses as errors in a hundred or as amounts."""

from collections.abc import Sequence
from math import ceil, floor, log10

from core.stats.intervals import Measured
from core.stats.metric import Metric

NAMED = 3
"""More names than this are counted."""


def number(metric: Metric, value: float, half: float) -> str:
    """A value with as many decimals as an interval of +-`half` allows.

    >>> from core.stats.metrics import METRICS
    >>> number(METRICS["accuracy"], 0.8713, 0.017), number(METRICS["roc_auc"], 0.8713, 0.017)
    ('87.1 %', '0.871')
    >>> number(METRICS["mae"], 96.64, 1.4), number(METRICS["mae"], 1234567, 4000)
    ('96.6', '1,234,600')
    """
    if metric.unit == "amount":
        return with_currency(amount(value, half), metric.counted_in)
    factor, unit = (100.0, " %") if metric.unit == "share" else (1.0, "")
    places = 2 if half <= 0 else min(4, max(0, ceil(-log10(half * factor / 5))))
    return f"{value * factor:.{places}f}{unit}"


def with_currency(text: str, currency: str) -> str:
    """An amount with its currency, if it has one.

    >>> with_currency("1,250", "EUR"), with_currency("17.9", "")
    ('1,250 EUR', '17.9')
    """
    return f"{text} {currency}" if currency else text


def amount(value: float, half: float) -> str:
    """An amount with as many digits as an interval of +-`half` allows; without an interval, with four.

    >>> amount(-0.00012345, 0.00002), amount(1234567, 0), amount(17.92, 0.6)
    ('-0.000123', '1,235,000', '17.9')
    """
    if abs(value) >= 1e15 or 0 < half < 1e-12:  # noqa: PLR2004 -- nobody reads so many digits
        return f"{value:.3g}"
    size = half / 5 if half > 0 else abs(value) / 1000
    places = ceil(-log10(size)) if size > 0 else 0
    return f"{round(value, places) + 0.0:,.{max(0, min(places, 12))}f}"


def interval(metric: Metric, m: Measured, half: float | None = None) -> str:
    """A value with its interval, rounded as this allows, or as one of +-`half` does.

    >>> from core.stats.metrics import METRICS
    >>> interval(METRICS["accuracy"], Measured(0.8713, 0.854, 0.887, 0.00007, 2310))
    '87.1 % (95 % interval 85.4-88.7 %)'
    """
    half = (m.high - m.low) / 2 if half is None else half
    low, value, high = (number(metric, x, half) for x in (m.low, m.value, m.high))
    between = " to " if m.low < 0 else "-"
    return f"{value} (95 % interval {_bare(metric, low)}{between}{high})"


def between(metric: Metric, value: float, low: float, high: float) -> str:
    """A value with its interval, as short as a tooltip wants it.

    >>> from core.stats.metrics import METRICS
    >>> between(METRICS["accuracy"], 0.8713, 0.854, 0.887), between(METRICS["roc_auc"], 0.8713, 0.854, 0.887)
    ('87.1 % (85.4-88.7 %)', '0.871 (0.854-0.887)')
    """
    return interval(metric, Measured(value, low, high, 0.0, 0)).replace("95 % interval ", "")


def _bare(metric: Metric, text: str) -> str:
    """A number without its unit, which the one after it has."""
    return text.removesuffix(" %").removesuffix(f" {metric.counted_in}" if metric.counted_in else "")


def tolerance(metric: Metric, size: float) -> str:
    """A tolerance in its own unit.

    >>> from core.stats.metrics import METRICS
    >>> tolerance(METRICS["accuracy"], 0.02), tolerance(METRICS["roc_auc"], 0.01)
    ('2 points', '0.01')
    >>> tolerance(METRICS["mae"], 1.7923)
    '1.79'
    """
    if metric.unit == "amount":
        text = f"{size:,.3g}" if size < 1000 else amount(size, 0)  # noqa: PLR2004
        return with_currency(text, metric.counted_in)
    return f"{size * 100:g} point{'' if size == 0.01 else 's'}" if metric.unit == "share" else f"{size:.3g}"  # noqa: PLR2004


def round_up(size: float) -> float:
    """A size to two digits that it does not exceed: what is excluded beyond `size` is beyond it too.

    >>> round_up(0.02731), round_up(0.02), round_up(187.2)
    (0.028, 0.02, 190.0)
    """
    places = 1 - floor(log10(size))
    factor = 10.0**places
    return round(ceil(size * factor - 1e-9) / factor, 15)


def plain_name(metric: Metric) -> str:
    """The metric in plain words, with its abbreviation for those who know it.

    >>> from core.stats.metrics import METRICS
    >>> plain_name(METRICS["roc_auc"]), plain_name(METRICS["recall"])
    ('how well it ranks (AUC)', 'the share of cases that it finds (recall)')
    """
    return f"{metric.plain} ({metric.short})" if metric.short else metric.plain


def worsening(metric: Metric) -> str:
    """What a metric does that becomes worse.

    >>> from core.stats.metrics import METRICS
    >>> worsening(METRICS["recall"]), worsening(METRICS["log_loss"])
    ('fall', 'rise')
    """
    return "fall" if metric.better == "higher" else "rise"


def fall(metric: Metric, before: Measured, now: Measured, accuracy: tuple[float, float] | None) -> str:
    """What happened to the metric, for people who do not know it.

    `accuracy` is the share of right predictions before and now: it says the loss as errors in a hundred.

    >>> from core.stats.metrics import METRICS
    >>> before, now = Measured(0.91, 0.9, 0.92, 0.0, 9000), Measured(0.87, 0.855, 0.885, 0.0, 2000)
    >>> fall(METRICS["accuracy"], before, now, (0.91, 0.87))
    'it makes about 4 more errors in 100: 91.0 → 87.0 % (95 % interval 85.5-88.5 %)'
    >>> blunt = Measured(0.5, 0.4968, 0.5032, 0.0, 2000)
    >>> fall(METRICS["roc_auc"], Measured(0.8765, 0.859, 0.894, 0.0, 1376), blunt, None)
    'how well it ranks (AUC) went from 0.876 to 0.500 (95 % interval 0.497-0.503)'
    """
    if metric.wording in {"mean error", "bias"}:
        return _amounts(metric, before, now)
    half, past_half = (now.high - now.low) / 2, (before.high - before.low) / 2
    if metric.unit != "amount":  # both as the coarser of the two intervals allows
        half = past_half = max(half, past_half)
    past = _bare(metric, number(metric, before.value, past_half))
    present = interval(metric, now, half)
    more = 0 if accuracy is None else round(100 * (accuracy[0] - accuracy[1]))
    errors = f"about {more} more error{'s' if more > 1 else ''} in 100"
    if metric.wording == "errors" and more > 0:
        return f"it makes {errors}: {past} → {present}"
    sentence = f"{plain_name(metric)} went from {past} to {present}"
    return f"{sentence}, and it makes {errors}" if more > 0 else sentence


def _amounts(metric: Metric, before: Measured, now: Measured) -> str:
    """A mean error or a bias, in the unit of the label."""
    past_half, half = (before.high - before.low) / 2, (now.high - now.low) / 2
    if metric.wording == "mean error":
        past = amount(before.value, past_half)
        return f"it is off by {interval(metric, now)} on average, where it was off by {past}"
    low, high = (amount(end, half) for end in (now.low, now.high))
    past = describe_bias(before.value, past_half).removeprefix("it predicts ")
    span = f"95 % interval of the bias {low} to {high}"
    return f"{describe_bias(now.value, half)} on average ({span}), where it was {past}"


def describe_bias(bias: float, half: float) -> str:
    """A bias: which way it is off.

    >>> describe_bias(-86.2, 1.1), describe_bias(3.4, 0.5)
    ('it predicts 86.2 too low', 'it predicts 3.4 too high')
    """
    return f"it predicts {amount(abs(bias), half)} too {'low' if bias < 0 else 'high'}"


def more_errors(cost: float, low: float, high: float) -> str:
    """What is added to the share of wrong predictions, or taken off it, as errors in a hundred.

    >>> more_errors(0.0983, 0.081, 0.115)
    'costs 9.8 more errors in 100 (95 % interval 8.1-11.5)'
    >>> more_errors(-0.031, -0.042, -0.02), more_errors(0.31, 0.11, 0.51)[:27]
    ('spares 3.1 errors in 100 (95 % interval 2.0-4.2)', 'costs 31 more errors in 100')
    """
    half = (high - low) / 2
    if cost < 0:
        value, start, end = (errors_in_100(number, half) for number in (-cost, -high, -low))
        return f"spares {value} errors in 100 (95 % interval {start}-{end})"
    value, start, end = (errors_in_100(number, half) for number in (cost, low, high))
    return f"costs {value} more errors in 100 (95 % interval {start}-{end})"


def errors_in_100(share: float, half: float) -> str:
    """A share of wrong predictions as errors in a hundred, with the digits that +-`half` allows.

    >>> errors_in_100(0.0983, 0.017), errors_in_100(0.31, 0.2), errors_in_100(-0.0001, 0.02)
    ('9.8', '31', '0.0')
    """
    return amount(100 * share, 100 * half) if half > 0 else f"{100 * share:.1f}"


def larger_error(cost: float, low: float, high: float) -> str:
    """What is added to the mean absolute error, or taken off it.

    >>> larger_error(2.04, 1.51, 2.57)
    'adds 2.0 to the mean error (95 % interval 1.5-2.6)'
    >>> larger_error(-2.04, -2.57, -1.51)
    'takes 2.0 off the mean error (95 % interval 1.5-2.6)'
    """
    half = (high - low) / 2
    if cost < 0:
        value, start, end = (amount(number, half) for number in (-cost, -high, -low))
        return f"takes {value} off the mean error (95 % interval {start}-{end})"
    value, start, end = (amount(number, half) for number in (cost, low, high))
    return f"adds {value} to the mean error (95 % interval {start}-{end})"


def part_of_loss(share: float) -> str:
    """The share of a cause in a fall: what is left may be a gain within chance, so that it can exceed all.

    >>> part_of_loss(0.5), part_of_loss(1.02), part_of_loss(-0.1)
    ('50 % of the fall', 'the whole fall', 'a gain of 10 % of the fall')
    """
    if share >= 0.995:  # noqa: PLR2004 -- rounds to 100 %
        return "the whole fall"
    return f"{'a gain of ' if share < 0 else ''}{abs(100 * share):.0f} % of the fall"


def column_title(name: str) -> str:
    """A column as people read it: its name, with spaces where a file has underscores.

    >>> column_title("market_segment"), column_title("_id"), column_title("a__b")
    ('market segment', '_id', 'a b')
    """
    return " ".join(part for part in name.split("_") if part) if name[:1] != "_" else name


def segment_name(column: str, value: str) -> str:
    """A segment as people read it.

    >>> segment_name("market_segment", "Online TA")
    'market segment = Online TA'
    """
    return f"{column_title(column)} = {value}"


def join_names(names: Sequence[str]) -> str:
    """Names as people write them; many are counted.

    >>> join_names(["a"]), join_names(["a", "b", "c"]), join_names(["a", "b", "c", "d", "e"]), join_names([])
    ('a', 'a, b and c', 'a, b, c and 2 more', '')
    """
    rest = len(names) - NAMED
    parts = [*names[:NAMED], f"{rest} more"] if rest > 0 else list(names)
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else "".join(parts)
