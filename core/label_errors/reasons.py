"""Why a label is suspected: named reasons, each a function from the evidence to a sentence (or nothing)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeAlias, TypeVar

import numpy as np

from core.label_errors.neighbours import Neighbours
from core.stats.arrays import Bools, Floats, Ints

AMBIGUOUS = 0.75
MOST_FEATURES = 3


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of m explained rows.

    Attributes:
        classes: names of the K classes.
        rows: (m,) their row numbers.
        given: (n,) class numbers of all rows; suggested: (n,) likewise.
        members: (M, n, K) probabilities of each model without the row; q: (n, K) their mixture.
        doubt: (n,) relative entropy of the mixture.
        swaps: (K, K) share of the truly column rows that are given as row class.
        near: neighbours of the explained rows.
        twins: (m,) number of identical rows with another label.
        worth: (m,) share of the suspects whose correction is worth less, 0..1.
        contributions: (m, p) log-odds that each feature adds for the suggestion; None for images and texts.
        features: their names. unusual_world: (n,) rows that only contradict the older world.
        changed: from when the relation is different, in words.
    """

    classes: Sequence[str]
    rows: Ints
    given: Ints
    suggested: Ints
    members: Floats
    q: Floats
    doubt: Floats
    swaps: Floats
    near: Neighbours
    twins: Ints
    worth: Floats
    contributions: Floats | None
    features: Sequence[str]
    unusual_world: Bools
    changed: str | None

    def with_contributions(self, contributions: Floats, features: Sequence[str]) -> "Evidence":
        """The same, with what each feature adds."""
        return replace(self, contributions=contributions, features=features)


Reason: TypeAlias = Callable[[Evidence, int], str | None]
Known = TypeVar("Known")


class Placed(Protocol):
    """What is known of explained rows whatever their labels are: their neighbours, and their worth."""

    @property
    def near(self) -> Neighbours:
        """Neighbours of the explained rows."""

    @property
    def worth(self) -> Floats:
        """(m,) share of the suspects whose correction is worth less, 0..1."""


def tell(
    reasons: Mapping[str, Callable[[Known, int], str | None]], known: Known, count: int
) -> list[dict[str, str]]:
    """For each of the first `count` rows: name of the reason -> sentence, in the order of the reasons."""
    found = []
    for i in range(count):
        sentences = {name: reason(known, i) for name, reason in reasons.items()}
        found.append({name: sentence for name, sentence in sentences.items() if sentence})
    return found


def _names(e: Evidence, i: int) -> tuple[str, str]:
    row = e.rows[i]
    return e.classes[e.given[row]], e.classes[e.suggested[row]]


def models(e: Evidence, i: int) -> str | None:
    """How many of the models that never saw the row agree on the suggestion."""
    given, suggested = _names(e, i)
    row = e.rows[i]
    votes = int((e.members[:, row].argmax(axis=1) == e.suggested[row]).sum())
    if votes == 0:
        return None
    said = f"{votes} of {len(e.members)} models, trained without this row, say {suggested}"
    return f"{said} ({e.q[row, e.suggested[row]]:.0%}), not {given}".replace("%", " %")


def neighbours(e: Evidence, i: int) -> str | None:
    """How many of the most similar rows carry the suggested label."""
    labels = e.given[e.near.rows[i]]
    votes = int((labels == e.suggested[e.rows[i]]).sum())
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
    row = e.rows[i]
    share = e.swaps[e.given[row], e.suggested[row]]
    if share < 0.03:  # noqa: PLR2004
        return None
    given, suggested = _names(e, i)
    off = e.swaps - np.diag(np.diag(e.swaps))
    most = ", the most common mix-up" if share >= off.max() else ""
    return f"{given} is given for true {suggested} in about {share:.0%} of rows{most}".replace("%", " %")


def features(e: Evidence, i: int) -> str | None:
    """The features that speak for the suggestion most."""
    if e.contributions is None:
        return None
    falls = e.contributions[i]
    top = [j for j in np.argsort(-falls)[:MOST_FEATURES] if falls[j] > 0.1]  # noqa: PLR2004
    if not top:
        return None
    names = [e.features[j] for j in top]
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return f"{listed} {'speaks' if len(names) == 1 else 'speak'} for {_names(e, i)[1]}"


def ambiguous(e: Evidence, i: int) -> str | None:
    """The models are split."""
    if e.doubt[e.rows[i]] < AMBIGUOUS:
        return None
    return "The models are split: ambiguous, ask a second expert"


def unusual(e: Placed, i: int) -> str | None:
    """The row is far from every other."""
    return "Far from everything else: an unusual row, not necessarily wrong" if e.near.far[i] else None


def changed_relation(e: Evidence, i: int) -> str | None:
    """The world changed, not the label."""
    if e.changed is None or not e.unusual_world[e.rows[i]]:
        return None
    return f"The relation changed around {e.changed}: likely not a wrong label"


def worth(e: Placed, i: int) -> str | None:
    """Correcting it helps the model more than most others."""
    if e.worth[i] < 0.8:  # noqa: PLR2004
        return None
    return f"Correcting it is worth more than {min(e.worth[i], 0.99):.0%} of the other suspects".replace(
        "%", " %"
    )


REASONS: dict[str, Reason] = {
    "models": models,
    "neighbours": neighbours,
    "identical rows": twin,
    "common mix-up": mix_up,
    "features": features,
    "changed relation": changed_relation,
    "ambiguous": ambiguous,
    "unusual row": unusual,
    "worth": worth,
}


def explain(evidence: Evidence) -> list[dict[str, str]]:
    """For every explained row: name of the reason -> sentence, strongest kinds first."""
    return tell(REASONS, evidence, len(evidence.rows))
