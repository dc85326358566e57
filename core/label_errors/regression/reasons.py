"""Why a number is suspected: named reasons, each a function from the evidence to a sentence (or nothing)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from core.label_errors.neighbours import Neighbours
from core.label_errors.reasons import tell, unusual, worth
from core.label_errors.regression.dataset import Amounts
from core.label_errors.regression.judgement import AmountJudgement
from core.stats.arrays import Floats, Ints
from core.tables.values.number_text import short_number

SLIPS = {0.001: "a thousandth", 0.01: "a hundredth", 0.1: "a tenth", -1.0: "the negative"} | {
    10.0: "ten times",
    100.0: "a hundred times",
    1000.0: "a thousand times",
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of m explained rows.

    Attributes:
        rows: (m,) their row numbers; near: their neighbours.
        worth: (m,) share of the suspects whose correction is worth less, 0..1.
        changed: from when the relation is different, in words.
    """

    problem: Amounts
    judgement: AmountJudgement
    rows: Ints
    near: Neighbours
    worth: Floats
    changed: str | None


Reason: TypeAlias = Callable[[Evidence, int], str | None]


def models(e: Evidence, i: int) -> str | None:
    """What the models that never saw the row expect."""
    row = e.rows[i]
    said, given = e.judgement.members[:, row], float(e.problem.current[row])
    low, high = float(said.min()), float(said.max())
    above = int((said < given).sum())
    if 0 < above < len(said):
        side = max(above, len(said) - above)
        word = "less" if above == side else "more"
        middle = short_number(float(e.judgement.expected[row]))
        return f"{side} of {len(said)} models, trained without this row, expect {word}: about {middle}"
    return (
        f"All {len(said)} models, trained without this row, expect {short_number(low)} to "
        f"{short_number(high)}; given {short_number(given)}"
    )


def neighbours(e: Evidence, i: int) -> str | None:
    """What the most similar rows carry, when the given number lies outside."""
    labels, given = e.problem.current[e.near.rows[i]], float(e.problem.current[e.rows[i]])
    if labels.min() <= given <= labels.max():
        return None
    low, high = map(short_number, (labels.min(), labels.max()))
    return f"Its {len(labels)} nearest neighbours have {low} to {high}"


def twin(e: Evidence, i: int) -> str | None:
    """Identical rows with numbers that lie far away."""
    row = e.rows[i]
    same = np.flatnonzero(e.problem.group == e.problem.group[row])
    others = e.problem.current[same[same != row]]
    given, j = float(e.problem.current[row]), e.judgement
    if not others.size or np.abs(others - given).min() <= j.high[row] - j.low[row]:
        return None
    return f"An identical row has {short_number(float(np.median(others)))}"


def slip(e: Evidence, i: int) -> str | None:
    """The number is what is expected, but for its decimal point or sign."""
    row = e.rows[i]
    given, low, high = float(e.problem.current[row]), e.judgement.low[row], e.judgement.high[row]
    for factor, words in SLIPS.items():
        if given and low <= given / factor <= high and not low <= given <= high:
            return f"{short_number(given)} is {words} what is expected: a slip of the pen or of the unit?"
    return None


def changed_relation(e: Evidence, i: int) -> str | None:
    """The world changed, not the label."""
    if e.changed is None or not e.judgement.changed.rows[e.rows[i]]:
        return None
    return f"The relation changed around {e.changed}: likely not a wrong label"


REASONS: dict[str, Reason] = {
    "models": models,
    "neighbours": neighbours,
    "identical rows": twin,
    "slip": slip,
    "changed relation": changed_relation,
    "unusual row": unusual,
    "worth": worth,
}


def explain(evidence: Evidence) -> list[dict[str, str]]:
    """For every explained row: name of the reason -> sentence, strongest kinds first."""
    return tell(REASONS, evidence, len(evidence.rows))
