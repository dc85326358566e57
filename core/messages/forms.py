"""How a parameter is written where the sentence of a finding says `{parameter:form}`."""

from collections.abc import Callable
from math import ceil, log10
from typing import Any


def about(count: float) -> str:
    """A count of work to do, to two digits.

    >>> about(1234), about(87.2)
    ('1,200', '88')
    """
    if count < 100:  # noqa: PLR2004 -- below that every one counts
        return f"{ceil(count)}"
    step = 10 ** (len(str(int(count))) - 2)
    return f"{round(count / step) * step:,}"


def as_percent(share: float) -> str:
    """A share without needless digits: whole per cents, tenths below 1 and above 99.

    >>> as_percent(0.117), as_percent(0.0042), as_percent(0.9961), as_percent(0.0), as_percent(1.0)
    ('12 %', '0.4 %', '99.6 %', '0 %', '100 %')
    """
    return f"{_whole(share)} %"


def _whole(share: float) -> str:
    edge = 100 * min(abs(share), abs(1 - share))
    return f"{100 * share:.1f}" if 0.05 <= edge < 0.95 else f"{100 * share:.0f}"  # noqa: PLR2004 -- tenths


def _rows(share: float) -> str:
    return "every row" if share >= 0.9995 else f"{as_percent(share)} of the rows"  # noqa: PLR2004 -- 100 %


def _times(factor: float | None) -> str:
    """A large factor with two digits: it may be read off quantiles; small ones are those of known units.

    >>> _times(1018.0), _times(1 / 12)
    ('about 1,000 times as large as before', 'about 1/12 of what it was')
    >>> _times(1.60934), _times(1 / 2.54), _times(None)
    ('about 1.61 times as large as before', 'about 1/2.54 of what it was', 'measured otherwise')
    """
    if factor is None:
        return "measured otherwise"
    size = max(factor, 1 / factor)
    digit = f"{size:.3g}" if size < 8 else f"{round(size, 1 - int(log10(size))):,.0f}"  # noqa: PLR2004 -- growth
    return f"about {digit} times as large as before" if factor >= 1 else f"about 1/{digit} of what it was"


def _labels_settle(labels: int | None) -> str:
    if labels is None:
        return ""
    more = "another label" if labels == 1 else f"about {about(labels)} more labels"
    return f"; {more} would probably settle it"


def _periods_settle(periods: int | None) -> str:
    if periods is None:
        return ""
    more = "another period" if periods == 1 else f"about {periods} more periods"
    return f"; {more} like the last would probably settle it"


def _labels_known(labels: int) -> str:
    if not labels:
        return "None of them has a label yet"
    return f"Only {labels:,} labels are known, too few to judge"


def _describe_inputs(names: str | None) -> str:
    """Of a text or a picture there are no columns."""
    if names is None:
        return "there are no columns to look at"
    return f"{names} moved" if names else "no input moved"


def _describe_predictions(moved: bool | None) -> str:
    if moved is None:
        return "the log has no scores to look at"
    return "the predictions lie elsewhere than before" if moved else "the predictions lie where they lay"


def _inside(text: str) -> str:
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def _describe_promise(errors: float | None) -> str:
    return "" if errors is None else f", though its scores promise {100 * errors:.0f} % errors"


FORMS: dict[str, Callable[[Any], str]] = {
    "about": about,
    "capital": lambda text: text[:1].upper() + text[1:],
    "inside": _inside,
    "percent": as_percent,
    "whole": _whole,
    "rows": _rows,
    "times": _times,
    "factor": lambda factor: f"{factor:.3g}",
    "in part": lambda share: "" if share >= 0.9995 else f" in {_rows(share)}",  # noqa: PLR2004 -- 100 %
    "named": lambda unit: f": {unit}" if unit else "",
    "promised": lambda share: (
        "" if share is None else f", though its scores promise {100 * share:.0f} % errors"
    ),
    "in brackets": lambda text: f" ({text})" if text else "",
    "since": lambda when: "" if when is None else f" since {when}",
    "since or now": lambda when: "Now" if when is None else f"Since {when}",
    "version": lambda name: "Another version" if name is None else f"Version {name}",
    "kinds": lambda kind: f"{kind.capitalize()}s",
    "chunk": lambda kind: "day" if kind == "weekday" else kind,
    "labels would settle": _labels_settle,
    "periods would settle": _periods_settle,
    "are known": _labels_known,
    "the rows": lambda count: "The row" if count == 1 else f"The {count:,} rows",
    "are": lambda count: "is" if count == 1 else "are",
    "inputs that moved": _describe_inputs,
    "predictions lie": _describe_predictions,
    "es": lambda count: "" if count == 1 else "es",
    "them": lambda count: "it" if count == 1 else "them",
    "label names": lambda count: "1 label names" if count == 1 else f"{count:,} labels name",
    "prediction names": lambda count: "1 prediction names" if count == 1 else f"{count:,} predictions name",
}
"""Name of a form -> how a parameter is written in it."""
