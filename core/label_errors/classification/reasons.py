"""Why a class is suspected: named reasons, each a function from the evidence to a sentence (or nothing)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from core.label_errors.reasons import changed_relation, percent, unusual, worth
from core.label_errors.rules import RULES, ReasonRules
from core.label_errors.strategy import Explained
from core.stats.arrays import Bools, Floats, Ints


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of m explained rows.

    Attributes:
        explained: their row numbers, neighbours, worth, contributions of features.
        classes: names of the K classes.
        labels: (n,) current class numbers of all rows; suggested: (n,) likewise.
        members: (M, n, K) probabilities of each model without the row; q: (n, K) their mixture.
        doubt: (n,) relative entropy of the mixture.
        swaps: (K, K) share of the truly column rows that are labelled as row class.
        twins: (m,) number of identical rows with another label.
        moved: (n,) rows that only contradict the older world.
    """

    explained: Explained
    classes: Sequence[str]
    labels: Ints
    suggested: Ints
    members: Floats
    q: Floats
    doubt: Floats
    swaps: Floats
    twins: Ints
    moved: Bools
    rules: ReasonRules = field(default=RULES.reasons)


Reason: TypeAlias = Callable[[Evidence, int], str | None]


def _names(e: Evidence, i: int) -> tuple[str, str]:
    row = e.explained.rows[i]
    return e.classes[e.labels[row]], e.classes[e.suggested[row]]


def models(e: Evidence, i: int) -> str | None:
    """How many of the models that never saw the row agree on the suggestion."""
    label, suggested = _names(e, i)
    row = e.explained.rows[i]
    votes = int((e.members[:, row].argmax(axis=1) == e.suggested[row]).sum())
    if votes == 0:
        return None
    verdict = f"{votes} of {len(e.members)} models, trained without this row, say {suggested}"
    return f"{verdict} ({percent(e.q[row, e.suggested[row]])}), not {label}"


def neighbours(e: Evidence, i: int) -> str | None:
    """How many of the most similar rows carry the suggested label: more than half of them."""
    labels = e.labels[e.explained.near.rows[i]]
    votes = int((labels == e.suggested[e.explained.rows[i]]).sum())
    if 2 * votes <= len(labels):
        return None
    return f"{votes} of {len(labels)} most similar rows are labelled {_names(e, i)[1]}"


def twin(e: Evidence, i: int) -> str | None:
    """Identical rows with another label."""
    count = int(e.twins[i])
    if count == 0:
        return None
    return (
        "An identical row carries another label"
        if count == 1
        else f"{count} identical rows carry another label"
    )


def mix_up(e: Evidence, i: int) -> str | None:
    """The pair of classes is often confused."""
    row = e.explained.rows[i]
    share = e.swaps[e.labels[row], e.suggested[row]]
    if share < e.rules.mix_up:
        return None
    label, suggested = _names(e, i)
    off = e.swaps - np.diag(np.diag(e.swaps))
    most = ", the most common mix-up" if share >= off.max() else ""
    return f"{label} is given for true {suggested} in about {percent(share)} of rows{most}"


def features(e: Evidence, i: int) -> str | None:
    """The features that speak for the suggestion most."""
    if e.explained.contributions is None:
        return None
    falls = e.explained.contributions[i]
    top = [j for j in np.argsort(-falls)[: e.rules.features] if falls[j] > e.rules.feature]
    if not top:
        return None
    names = [e.explained.features[j] for j in top]
    subject = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return f"{subject} {'speaks' if len(names) == 1 else 'speak'} for {_names(e, i)[1]}"


def ambiguous(e: Evidence, i: int) -> str | None:
    """The models are split."""
    if e.doubt[e.explained.rows[i]] < e.rules.ambiguous:
        return None
    return "The models are split: ambiguous, ask a second expert"


REASONS: dict[str, Reason] = {
    "identical rows": twin,
    "features": features,
    "neighbours": neighbours,
    "models": models,
    "common mix-up": mix_up,
    "changed relation": changed_relation,
    "ambiguous": ambiguous,
    "unusual row": unusual,
    "worth": worth,
}
"""In the order in which they are read: what tells this row from others first, then what many share."""
