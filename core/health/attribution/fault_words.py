"""Faults in words: what is wrong, and in how many rows."""

from math import log10

from core.health.change.faults import Fault


def what(fault: Fault) -> str:
    """What is wrong, without a full stop.

    >>> what(Fault("missing", "x4", 0.0, 1.0, 500))
    'x4 arrives empty in every row (0 % before)'
    >>> what(Fault("scale", "x4", 0.0, 1.0, 500, "0.00098"))
    'x4 is about 1/1,000 of what it was (another unit or scale)'
    >>> what(Fault("unseen", "x3", 0.0, 0.12, 500, "'NEW-SHOP' 12 %"))
    "x3 holds values never seen before in 12 % of the rows ('NEW-SHOP' 12 %)"
    """
    name, rows, past = fault.feature, _rows(fault.now), f"({100 * fault.before:.0f} % before)"
    named = f" ({fault.value})" if fault.value else ""
    said = {
        "missing": f"{name} arrives empty in {rows} {past}",
        "unseen": f"{name} holds values never seen before in {rows}{named}",
        "stuck": f"{name} holds one value{named} in every row",
        "outside": f"{name} lies outside of all that was seen before in {rows}",
        "no_answer": f"the model gave no score for {rows} {past}",
        "constant": "the model's answers are constant (one score for every row)",
        "one_answer": f"the model answers {fault.value!r} for every row {past}",
        "one_class": f"all {fault.n:,} labels are {fault.value!r} {past}, so nothing is measured by them",
    }
    if fault.kind == "scale":
        return f"{name} is {_times(float(fault.value))} (another unit or scale)"
    return said[fault.kind]


def since(fault: Fault, when: str) -> str:
    """The same as a sentence, with the period in which it began."""
    said = what(fault)
    name = fault.feature and said.startswith(fault.feature)  # names of columns stay as they are written
    return f"{said if name else said[:1].upper() + said[1:]} since {when}."


def _rows(share: float) -> str:
    return "every row" if share >= 0.9995 else f"{100 * share:.0f} % of the rows"  # noqa: PLR2004 -- 100 %


def _times(factor: float) -> str:
    """Rounded to one digit: the factor is read off quantiles.

    >>> _times(1018.0), _times(0.0167)
    ('about 1,000 times as large as before', 'about 1/60 of what it was')
    """
    size = max(factor, 1 / factor)
    about = f"{round(size, -int(log10(size))):,.0f}"
    return f"about {about} times as large as before" if factor >= 1 else f"about 1/{about} of what it was"
