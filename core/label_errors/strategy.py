"""The protocol of a search: what is judged, expected, explained and ranked, whatever the labels are.

`classification.strategy` and `regression.strategy` are its two strategies; `search` knows only this.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.label_errors.drift import Change
from core.label_errors.label_noise import Errors
from core.label_errors.neighbours import Neighbours
from core.label_errors.recalibration import Reviews
from core.label_errors.rules import RULES, ReasonRules, Rules
from core.stats.arrays import Bools, Floats, Ints

Texts = npt.NDArray[np.object_]
Votes = Mapping[str, Floats]
Sentences = dict[str, str]


def fill_local(votes: Votes, local: Votes) -> dict[str, Floats]:
    """The votes of the models of a row's own time, with the models of all times where they did not judge.

    >>> every, local = {"trees": np.array([0.2, 0.9])}, {"trees": np.array([0.4, np.nan])}
    >>> fill_local(every, local)["trees"].tolist()
    [0.4, 0.9]
    """
    return {name: np.where(np.isnan(vote), votes[name], vote) for name, vote in local.items()}


def vote_names(votes: Votes, local: Votes) -> tuple[str, ...]:
    """What the models are called: those of all times, then those of a row's own time.

    >>> vote_names({"trees": np.zeros(1)}, {"trees": np.zeros(1)})
    ('trees', 'trees, of its time')
    """
    return (*votes, *(f"{name}, of its time" for name in local))


@dataclass(frozen=True, slots=True)
class Explained:
    """The m rows that get reasons, and what is known of them whatever their labels are.

    Attributes:
        rows: (m,) their row numbers; near: their neighbours.
        worth: (m,) share of the suspects whose correction is worth less, 0..1.
        changed: from when the relation is different, in words.
        contributions: (m, p) what each feature adds for the suggestion, in log-odds; None without features.
        features: their names.
    """

    rows: Ints
    near: Neighbours
    worth: Floats
    changed: str | None = None
    contributions: Floats | None = None
    features: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledRows(ABC):
    """What is judged: n labelled rows, and what is already settled.

    Attributes:
        ids: (n,) row ids.
        given_labels: (n,) labels as delivered; current: those that hold now (an expert's, else the given).
        settled: (n,) an expert has decided: never raised again.
        group: (n,) number of the group of identical rows.
        times: (n,) moments as numbers; None when the rows have no time.
        block: (n,) number of the stretch of time; None without time or with few rows.
        frozen: (n, ...) what the model in production logged, NaN where nothing; None when there is nothing.
        drawn: (n,) asked about because drawn at random; None where all were picked.
    """

    ids: tuple[str, ...]
    given_labels: Any
    current: Any
    settled: Bools
    group: Ints
    times: Floats | None = None
    block: Ints | None = None
    frozen: Floats | None = None
    drawn: Bools | None = None

    def copies(self, rules: Rules = RULES) -> Ints:
        """(n,) how often each row counts in training: an expert's annotation more often."""
        return np.where(self.settled, rules.splits.expert_copies, 1).astype(np.int64)

    @property
    def reviews(self) -> Reviews:
        """What experts said of the labels."""
        wrong = self.settled & (self.given_labels != self.current)
        drawn = np.zeros_like(self.settled) if self.drawn is None else self.drawn
        return Reviews(self.settled, np.asarray(wrong), drawn)

    REASON_NAMES: ClassVar[tuple[str, ...]]
    """Names of the reasons that a suspect can have."""

    @property
    @abstractmethod
    def classes(self) -> tuple[str, ...]:
        """Names of the classes; none when the labels are numbers."""

    @property
    @abstractmethod
    def strata(self) -> Ints:
        """(n,) what folds spread evenly."""

    @property
    @abstractmethod
    def targets(self) -> npt.NDArray[Any]:
        """(n,) the current labels, as a model learns them."""

    @abstractmethod
    def texts(self, labels: npt.NDArray[Any]) -> Texts:
        """(n,) labels as people read them."""

    @abstractmethod
    def judge(self, votes: Votes, local: Votes, vectors: Floats, rules: Rules = RULES) -> "Judgement":
        """Mix the models' votes, score every row, estimate the errors.

        Args:
            votes: name of the model -> (n, ...) out-of-fold predictions of shuffled cross-validation.
            local: the same for models of the row's own time; both views count alike where both exist.
            vectors: (n, d) projected features.
            rules: what decides.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement(ABC):
    """What the models think of the rows.

    Attributes:
        judged: (n,) rows that have a judgement; all arrays are neutral for the others.
        members: (M, n, ...) each model's prediction; names, weights and losses (M,) go with it.
        prior: (n,) probability that the given label is wrong, by the models alone.
        p_error: (n,) the same as answers teach it; 0 where an expert has settled it.
        errors: estimated number of wrong labels among the rows.
        knowledge: share of the labels' uncertainty that the models remove, as a lower 99 % bound.
        refused: why no suspects can be found, or None.
        changed: rows that contradict only the older world.
    """

    LOSS: ClassVar[str]
    """Name of the loss."""
    BY_FEATURE: ClassVar[bool]
    """Whether contributions of single features are a reason."""

    rows: LabelledRows
    judged: Bools
    members: Floats
    names: tuple[str, ...]
    weights: Floats
    losses: Floats
    prior: Floats
    p_error: Floats
    errors: Errors
    knowledge: float
    refused: str | None
    changed: Change

    @property
    @abstractmethod
    def suggestions(self) -> Texts:
        """(n,) the label that is expected, as people read it."""

    @property
    @abstractmethod
    def suspicious(self) -> Bools:
        """(n,) whether the given label is beyond what is expected: only then it is a suspect."""

    @abstractmethod
    def influence(self, vectors: Floats, rules: Rules = RULES) -> Floats:
        """(n,) what correcting each label changes in a model; `vectors` are (n, d) projected features."""

    def contributions(self, model: Any, features: pd.DataFrame, rows: Ints) -> Floats | None:  # noqa: ARG002
        """(m, p) what each feature adds for the suggestions of m rows, in log-odds; None for numbers.

        Args:
            model: fitted on these features.
            features: (n, p) of all rows.
            rows: (m,) row numbers.
        """
        return None

    @abstractmethod
    def explain(self, explained: Explained, rules: ReasonRules = RULES.reasons) -> dict[int, Sentences]:
        """Row number -> name of the reason -> sentence, strongest kinds first."""

    @abstractmethod
    def loss_digits(self) -> list[float]:
        """(M,) the losses, rounded for people."""

    @abstractmethod
    def opinions(self, row: int) -> list[list[Any]]:
        """[name of the model, its label, its probability or None] for a row."""

    def interval(self, row: int) -> tuple[float, float] | None:  # noqa: ARG002 -- classes have none
        """Where 9 in 10 sound labels of such rows lie; None for classes."""
        return None

    def swaps(self, flagged: Bools) -> list[tuple[str, str, int, float]]:  # noqa: ARG002 -- numbers have none
        """(given, suggested, flagged rows, expected errors among them) of every pair of classes."""
        return []

    def points(self, flagged: Bools, most: int) -> list[list[float]]:  # noqa: ARG002 -- classes have none
        """[given, expected, 1 for a suspect] of flagged and of some other rows, for a chart of numbers."""
        return []


def reasons_of(
    reasons: Mapping[str, Callable[[Any, int], str | None]], evidence: Any, rows: Ints
) -> dict[int, Sentences]:
    """Row number -> name of the reason -> sentence, in the order of the reasons.

    >>> reasons_of({"odd": lambda _, i: "It is odd" if i % 2 else None}, None, np.array([7, 9]))
    {7: {}, 9: {'odd': 'It is odd'}}
    """
    by_row = {}
    for i, row in enumerate(rows):
        sentences = {name: reason(evidence, i) for name, reason in reasons.items()}
        by_row[int(row)] = {name: sentence for name, sentence in sentences.items() if sentence}
    return by_row
