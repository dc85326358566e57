"""Why a number is suspected: named reasons, each a function from the evidence to a sentence (or nothing)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from core.label_errors.reasons import changed_relation, unusual, worth
from core.label_errors.regression.slips import POINTS, UNITS
from core.label_errors.rules import RULES, ReasonRules
from core.label_errors.strategy import Explained
from core.stats.arrays import Bools, Floats, Ints
from core.tables.values.number_text import short_number


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of m explained rows.

    Attributes:
        explained: their row numbers, neighbours, worth.
        labels: (n,) current numbers of all rows; group: (n,) of identical rows.
        members: (M, n) what each model expects without the row; expected: (n,) their mixture.
        low, high: (n,) the interval of a sound label.
        moved: (n,) rows that only contradict the older world.
    """

    explained: Explained
    labels: Floats
    group: Ints
    members: Floats
    expected: Floats
    low: Floats
    high: Floats
    moved: Bools
    rules: ReasonRules = field(default=RULES.reasons)


Reason: TypeAlias = Callable[[Evidence, int], str | None]


def models(e: Evidence, i: int) -> str | None:
    """What the models that never saw the row expect."""
    row = e.explained.rows[i]
    expected, label = e.members[:, row], float(e.labels[row])
    low, high = float(expected.min()), float(expected.max())
    above = int((expected < label).sum())
    if 0 < above < len(expected):
        side = max(above, len(expected) - above)
        word = "less" if above == side else "more"
        middle = short_number(float(e.expected[row]))
        return f"{side} of {len(expected)} models, trained without this row, expect {word}: about {middle}"
    return (
        f"All {len(expected)} models, trained without this row, expect {short_number(low)} to "
        f"{short_number(high)}; given {short_number(label)}"
    )


def neighbours(e: Evidence, i: int) -> str | None:
    """What the most similar rows carry, when the number lies outside."""
    labels, label = e.labels[e.explained.near.rows[i]], float(e.labels[e.explained.rows[i]])
    if labels.min() <= label <= labels.max():
        return None
    low, high = map(short_number, (labels.min(), labels.max()))
    return f"Its {len(labels)} nearest neighbours have {low} to {high}"


def twin(e: Evidence, i: int) -> str | None:
    """Identical rows with numbers that lie farther away than the interval is wide."""
    row = e.explained.rows[i]
    same = np.flatnonzero(e.group == e.group[row])
    others = e.labels[same[same != row]]
    if not others.size or np.abs(others - e.labels[row]).min() <= e.high[row] - e.low[row]:
        return None
    return f"An identical row has {short_number(float(np.median(others)))}"


def slip(e: Evidence, i: int) -> str | None:
    """The number is what is expected, but for its decimal point, sign or unit: the slip that fits best."""
    row = e.explained.rows[i]
    label, low, high, expected = float(e.labels[row]), e.low[row], e.high[row], float(e.expected[row])
    if not label or low <= label <= high:
        return None
    for factors in (POINTS, UNITS):
        fitting = [factor for factor in factors if low <= label / factor <= high]
        if fitting:
            best = min(fitting, key=lambda factor: abs(label / factor - expected))
            times = POINTS.get(best) or f"about {label / expected:.2g} times"
            return f"{short_number(label)} is {times} what is expected: a slip of the pen or of the unit?"
    return None


REASONS: dict[str, Reason] = {
    "slip": slip,
    "identical rows": twin,
    "neighbours": neighbours,
    "models": models,
    "changed relation": changed_relation,
    "unusual row": unusual,
    "worth": worth,
}
"""In the order in which they are read: first what tells this row from others, then what all share."""
