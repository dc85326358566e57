"""What the room tells people: what a retraining would do, what came since, how two versions compare."""

from dataclasses import dataclass
from typing import Any, TypedDict

from core.store.tables import Trial


@dataclass(frozen=True, slots=True)
class TrialPlan:
    """One experiment that could be made.

    Attributes:
        title: of the recipe, for people.
        tried: what an earlier experiment on this very data came to; None when it is new.
    """

    recipe: str
    title: str
    fingerprint: str
    tried: Trial | None


@dataclass(frozen=True, slots=True)
class Since:
    """What a new version could learn that the present one could not. Only SQL: the web process may ask.

    Attributes:
        version: in production; None when there is none.
        learnt: rows that it learnt from; None when Caretaker did not train it.
        labelled: rows whose label counts as final now, of training and log together.
        corrected: labels that experts changed; `known`: how many of them were in what it learnt from.
        open: questions that wait for an annotation.
        holdout: rows, first and last place of the holdout; None before the first experiment.
    """

    version: str | None
    learnt: int | None
    labelled: int
    corrected: int
    known: int
    open: int
    holdout: tuple[int, str, str] | None


class ComparisonDocument(TypedDict):
    """A stored comparison; every difference is challenger against champion, more than 0 is better.

    `flips` are counted by `Task.flips`: rows fixed, broken and neutral; of numbers rows
    to which the challenger is closer, farther and about as close.
    `low` and `high` are one-sided bounds at `alpha` each; `labels` names the labels it was judged on.
    """

    champion: str
    challenger: str
    recipe: str | None
    metric: str
    metric_label: str
    verdict: str
    sentence: str
    look: int
    alpha: float
    margin: float
    detectable: float
    spent: bool
    given: dict[str, dict[str, float]]
    corrected: dict[str, dict[str, float]]
    gap: float
    disagreements: int
    reviewed: int
    labels_needed: int | None
    segments: list[dict[str, Any]]
    too_small: list[dict[str, Any]]
    gates: list[dict[str, Any]]
    flips: dict[str, int]
    leak: dict[str, Any]
    holdout: dict[str, Any]
    ideas: list[dict[str, str]]
    labels: str
