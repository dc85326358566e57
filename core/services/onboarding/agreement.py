"""Whether a log's predictions and its labels fit each other: what does not fit is asked for."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.lake.rows_view import score_columns
from core.model import ModelSpec
from core.stats.intervals import Z95
from core.tables.roles.requested_roles import Choice, RequestedRoles, UnsureRole

if TYPE_CHECKING:
    from core.tables.table import Table

AGAINST = -3.29
"""In standard errors, one in two thousand by chance alone: below it predictions look inverted."""
PAIR = 2
MOST_RANKED = 50_000
MOST_CLASSES = 60
"""Of more classes the order of the scores is not searched for."""


@dataclass(frozen=True, slots=True)
class RankingQuality:
    """How well numbers tell classes apart: ROC AUC (of several classes the mean) with its 95 % interval.

    Attributes:
        against: significantly worse than chance.
    """

    auc: float
    low: float
    high: float
    n: int
    against: bool

    @property
    def chance(self) -> bool:
        """Whether it may be chance: the interval contains one half."""
        return self.low <= 1 / PAIR <= self.high

    def __str__(self) -> str:
        return f"AUC {self.auc:.2f} ({self.low:.2f} to {self.high:.2f}, n = {self.n:,})"


def ranking_quality(truth: npt.NDArray[np.bool_], numbers: npt.NDArray[np.float64]) -> RankingQuality | None:
    """How well the numbers rank what is true above what is not; None where one of the two is missing.

    The interval is DeLong's (1988), `against` is Mann and Whitney's test.

    >>> str(ranking_quality(np.array([False, True] * 50), np.array([0.9, 0.1] * 50)))
    'AUC 0.00 (0.00 to 0.00, n = 100)'
    """
    from core.stats.auc import rows_area

    yes, no = int(truth.sum()), int((~truth).sum())
    if not yes or not no:
        return None
    auc, influence = rows_area(truth, numbers)
    reach = Z95 * float(np.sqrt((influence**2).sum()))
    spread = float(np.sqrt((yes + no + 1) / (12 * yes * no)))
    against = (auc - 1 / PAIR) / spread < AGAINST
    return RankingQuality(auc, max(0.0, auc - reach), min(1.0, auc + reach), len(truth), against)


def reference_rows(spec: ModelSpec, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows by which predictions and labels are compared: labelled ones of the reference."""
    labelled = rows[rows["_label"].isin(spec.classes) if spec.classes else rows["_label"].notna()]
    if spec.reference is not None:
        inside = labelled[labelled["_chunk"].between(*spec.reference)]
        labelled = inside if inside["_label"].nunique() >= PAIR else labelled
    return labelled if len(labelled) <= MOST_RANKED else labelled.sample(MOST_RANKED, random_state=0)


def require_agreement(spec: ModelSpec, rows: pd.DataFrame, table: "Table", requested: RequestedRoles) -> None:
    """Ask where scores or predictions of a log say the opposite of its labels.

    Raises:
        UnsureRole: a score is of another class, or a prediction means another one.
    """
    reference = reference_rows(spec, rows)
    if spec.roles.scores and not requested.scores:
        _require_scores(spec, reference, table.source, requested)
    if spec.task == "binary" and spec.roles.prediction and not requested.means:
        _require_predictions(spec, reference, table)


def require_ranking(spec: ModelSpec, rows: pd.DataFrame, title: str) -> None:
    """Ask for the positive class where a model that predicted here ranks the one that was guessed last.

    Raises:
        UnsureRole: its probability may be that of the other class.
    """
    if spec.task != "binary":
        return
    reference = reference_rows(spec, rows)
    reference = reference[reference["_score_1"].notna()]
    quality = ranking_quality(
        (reference["_label"] == spec.classes[-1]).to_numpy(), reference["_score_1"].to_numpy()
    )
    if quality is None or not quality.against:
        return
    other, positive = spec.classes
    raise UnsureRole(
        f"{title} is least sure of {positive!r} where it is the label: {quality} in the reference period.",
        f"Say --positive {other} if it gives the probability of {other!r}, else --positive {positive}.",
        "--positive",
        tuple(Choice(f"of {cls}", {"positive": cls}) for cls in (other, positive)),
    )


def _require_scores(spec: ModelSpec, reference: pd.DataFrame, source: str, requested: RequestedRoles) -> None:
    scored = reference[reference[score_columns(spec)].notna().all(axis=1)]
    if spec.task == "multiclass":
        _require_order(spec, scored, source)
        return
    quality = ranking_quality(
        (scored["_label"] == spec.classes[-1]).to_numpy(), scored["_score_1"].to_numpy()
    )
    if quality is None or not quality.against:
        return
    other, positive = spec.classes
    column = spec.roles.scores.get(positive, next(iter(spec.roles.scores.values())))
    choices = [
        Choice(f"of {other}", {"scores": _scores_of(spec, turned=True)}),
        Choice(f"of {positive}: the model is that bad", {"scores": _scores_of(spec, turned=False)}),
    ]
    hint = (
        f"Say --score-of {other}={column} if it is of {other!r}, --score-of {positive}={column} if it is not."
    )
    if requested.positive is None:
        choices.insert(0, Choice(f"of {other}, the positive class", {"positive": other}))
        hint = f"Say --positive {other} if that is the class to find. {hint}"
    raise UnsureRole(
        f"{source}: the score {column!r} is low where the label is {positive!r}: {quality} in the reference "
        "period. Of which class is it the probability?",
        hint,
        "--score-of",
        tuple(choices),
    )


def _scores_of(spec: ModelSpec, *, turned: bool) -> dict[str, str]:
    """Class -> column as it is, or with the two classes changed over."""
    classes = spec.classes[::-1] if turned else spec.classes
    columns = {cls: spec.roles.scores[cls] for cls in spec.classes if cls in spec.roles.scores}
    return {classes[spec.classes.index(cls)]: column for cls, column in columns.items()}


def _require_order(spec: ModelSpec, scored: pd.DataFrame, source: str) -> None:
    """Of several classes every score is held against its own class, then against all."""
    from scipy.optimize import linear_sum_assignment

    if len(spec.classes) > MOST_CLASSES or len(spec.roles.scores) != len(spec.classes):
        return
    numbers = scored[score_columns(spec)].to_numpy(dtype=np.float64)
    truth = np.equal.outer(spec.classes, scored["_label"].to_numpy(dtype=object))
    own = [ranking_quality(truth[at], numbers[:, at]) for at in range(len(spec.classes))]
    worst = next((at for at, quality in enumerate(own) if quality and quality.against), None)
    if worst is None:
        return
    table = np.array(
        [[_auc(truth[cls], numbers[:, column]) for column in range(len(own))] for cls in range(len(own))]
    )
    best = linear_sum_assignment(-table)[1]
    if (best == np.arange(len(best))).all():
        return
    columns = [spec.roles.scores[cls] for cls in spec.classes]
    fitting = {cls: columns[at] for cls, at in zip(spec.classes, best, strict=True)}
    moved = ", ".join(f"{cls}={column}" for cls, column in list(fitting.items())[:8])
    raise UnsureRole(
        f"{source}: the score {columns[worst]!r} does not rank {spec.classes[worst]!r}: {own[worst]} in the "
        f"reference period. The labels fit another order: {moved}.",
        "Say which column is of which class, for every class: --score-of CLASS=COLUMN.",
        "--score-of",
        (
            Choice("that other order", {"scores": fitting}),
            Choice("as they are named: the model is that bad", {"scores": dict(spec.roles.scores)}),
        ),
    )


def _auc(truth: npt.NDArray[np.bool_], numbers: npt.NDArray[np.float64]) -> float:
    quality = ranking_quality(truth, numbers)
    return quality.auc if quality else 1 / PAIR


def _require_predictions(spec: ModelSpec, reference: pd.DataFrame, table: "Table") -> None:
    known = reference[reference["_prediction"].isin(spec.classes)]
    other, positive = spec.classes
    named = (known["_prediction"] == positive).to_numpy().astype(np.float64)
    quality = ranking_quality((known["_label"] == positive).to_numpy(), named)
    if quality is None or not quality.against:
        return
    values = _meanings(spec, table)
    turned = {value: other if cls == positive else positive for value, cls in values.items()}
    share = float((known["_label"] == known["_prediction"]).mean())
    raise UnsureRole(
        f"{table.source}: the prediction {spec.roles.prediction!r} says the opposite of the label: "
        f"{share:.0%} of {len(known):,} rows of the reference period are right. "
        "Does it name the other class?",
        f"Say what its values mean: {_options(turned)}, or as they are: {_options(values)}.",
        "--means",
        (
            Choice(f"yes: {_meanings_text(turned)}", {"means": turned}),
            Choice("no: the model is that bad", {"means": values}),
        ),
    )


def _meanings(spec: ModelSpec, table: "Table") -> dict[str, str]:
    """Every value of the prediction column -> the class that it is read as."""
    from core.tables.values.classes import class_spellings
    from core.tables.values.names import as_class

    values = sorted(map(str, as_class(table, str(spec.roles.prediction), spec.classes).dropna().unique()))
    return class_spellings(values, spec.classes) | {value: value for value in values if value in spec.classes}


def _options(means: dict[str, str]) -> str:
    return " ".join(f"--means {value}={cls}" for value, cls in means.items())


def _meanings_text(means: dict[str, str]) -> str:
    return ", ".join(f"{value} means {cls}" for value, cls in means.items())
