"""Suspected label errors of labels in memory, from probabilities, from features, or from both."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import numpy as np
import pandas as pd
from sklearn.base import clone
from threadpoolctl import threadpool_limits

from core.errors import DataError
from core.jobs.spec import quiet
from core.label_errors.classification.strategy import ClassRows
from core.label_errors.label_noise import Errors
from core.label_errors.regression.strategy import NumberRows
from core.label_errors.search import search
from core.label_errors.strategy import Judgement, LabelledRows
from core.model import ModelSpec, Roles, Task
from core.services.in_memory.class_arrays import (
    PAIR,
    ClassLabels,
    read_labels,
    read_numbers,
    read_probabilities,
)
from core.services.in_memory.read_table import SOURCE, read_frame, require_length
from core.services.label_errors.companions import Jury, convene
from core.services.label_errors.scan import LEAST_ROWS
from core.services.label_errors.votes import collect
from core.stats.arrays import Floats, Ints
from core.stats.folds import groups
from core.stats.metrics import default_metric
from core.tables.roles.guess import FEW_AMOUNTS
from core.tables.table import Table
from core.tables.values.columns import convert, kind_of
from core.tables.values.content_hash import row_hashes

COLUMNS = ["row", "label", "suggestion", "probability", "reason", "flagged"]
Kind = Literal["classification", "regression"]
MOST_POINTS = 400
"""Rows of either kind in a chart of numbers."""
GIVEN = "probabilities"
"""What the model is called whose probabilities came with the labels."""


@dataclass(frozen=True, slots=True)
class LabelErrorSearch:
    """A search over n labels.

    Attributes:
        table: one row for each label, best first: row (number), label, suggestion, probability, reason,
            flagged (whether it is worth a look).
        errors: estimated number of wrong labels with its interval.
        refused: why no label can be suspected here, or None.
        curve: labels looked at -> wrong labels found, with a band.
        pairs: (label, suggestion, flagged rows, expected wrong labels among them), most first; of classes.
        points: [label, expected, 1 for a suspect] of flagged and of some other rows; of numbers.
    """

    table: pd.DataFrame
    errors: Errors
    refused: str | None
    curve: Mapping[str, Floats]
    pairs: Sequence[tuple[str, str, int, float]] = ()
    points: Sequence[Sequence[float]] = ()


def find_errors(
    labels: Any,
    pred_probs: Any = None,
    features: Any = None,
    *,
    classes: Sequence[Any] | None = None,
    task: Kind | None = None,
) -> LabelErrorSearch:
    """Rank the labels by how likely they are wrong.

    Args:
        labels: (n,) labels: classes, or numbers.
        pred_probs: (n, K) probabilities of a model that has not seen the row (out of fold).
        features: (n, p) table; models of several families are trained on it by cross-validation.
        classes: the K classes in the order of the probabilities; sorted labels when None.
        task: whether labels are classes or numbers; fractions of many different values are numbers.

    Raises:
        DataError: the arrays do not fit each other, or are too few to judge.
    """
    if pred_probs is None and features is None:
        raise DataError(
            "Labels alone do not say which of them are wrong.",
            "Give the out-of-fold probabilities of a model (pred_probs), the features, or both.",
        )
    with threadpool_limits(1):  # as in `core.services.label_errors.scan`
        if (task or _kind(labels)) == "regression":
            return _among_numbers(labels, pred_probs, features)
        return _among_classes(labels, pred_probs, features, classes)


def require_enough(count: int) -> None:
    """Refuse labels that are too few to search.

    Raises:
        DataError: says how many it takes.
    """
    if count < LEAST_ROWS:
        raise DataError(f"{count} labels are too few to search.", f"It takes {LEAST_ROWS} labels.")


def _kind(labels: Any) -> Kind:
    """Fractions of many different values are numbers."""
    values = np.asarray(labels)
    if values.dtype.kind != "f" or (values % 1 == 0).all():
        return "classification"
    return "regression" if len(np.unique(values)) > FEW_AMOUNTS else "classification"


def _among_classes(
    labels: Any, pred_probs: Any, features: Any, classes: Sequence[Any] | None
) -> LabelErrorSearch:
    known = read_labels(labels, classes)
    require_enough(len(known.numbers))
    votes: dict[str, Floats] = {}
    if pred_probs is not None:
        votes[GIVEN] = read_probabilities("pred_probs", pred_probs, known)
    if features is None:
        rows = _class_rows(known, np.arange(len(known.numbers), dtype=np.uint64))
        return _search(rows.judge(votes, {}, votes[GIVEN]), known.classes, votes[GIVEN])
    frame = _features(features, len(known.numbers))
    task_of_spec: Task = "binary" if len(known.classes) == PAIR else "multiclass"
    jury = convene(None, _spec(task_of_spec, known.names, frame), frame)
    rows = _class_rows(known, row_hashes(frame))
    votes |= _votes(jury, rows)
    return _search(rows.judge(votes, {}, jury.vectors), known.classes, jury.vectors, jury, frame)


def _among_numbers(labels: Any, pred_probs: Any, features: Any) -> LabelErrorSearch:
    values = read_numbers("labels", labels)
    require_enough(len(values))
    if pred_probs is not None or features is None:
        raise DataError(
            "Labels that are numbers have no probabilities.",
            "Give the features, or say task='classification' if the labels are classes.",
        )
    frame = _features(features, len(values))
    jury = convene(None, _spec("regression", (), frame), frame)
    rows = NumberRows(
        ids=tuple(map(str, range(len(values)))),
        given_labels=values,
        current=values,
        settled=np.zeros(len(values), dtype=bool),
        group=groups(row_hashes(frame)),
    )
    return _search(rows.judge(_votes(jury, rows), {}, jury.vectors), None, jury.vectors)


def _votes(jury: Jury, rows: LabelledRows) -> dict[str, Floats]:
    with TemporaryDirectory() as work:
        return collect(jury, rows, Path(work), "", quiet).shuffled


def _features(features: Any, rows: int) -> pd.DataFrame:
    """The features by their kinds: numbers, texts or moments, as they are read from files."""
    frame = read_frame(features)
    require_length("features", frame.index.to_numpy(), rows)
    table = Table(frame, SOURCE)
    return pd.DataFrame({name: convert(table, name, kind_of(frame[name])) for name in frame.columns})


def _spec(task: Task, classes: tuple[str, ...], frame: pd.DataFrame) -> ModelSpec:
    """What the recipes want to know of a model."""
    roles = Roles(label="label", features=tuple(frame.columns))
    return ModelSpec(0, "model", task, "record", classes, roles, "model", default_metric(task), None, "month")


def _class_rows(labels: ClassLabels, hashes: "np.ndarray[Any, np.dtype[np.uint64]]") -> ClassRows:
    n = len(labels.numbers)
    return ClassRows(
        ids=tuple(map(str, range(n))),
        names=labels.names,
        given_labels=labels.numbers,
        current=labels.numbers,
        settled=np.zeros(n, dtype=bool),
        group=groups(hashes),
    )


def _search(
    judgement: Judgement,
    classes: "np.ndarray[Any, Any] | None",
    vectors: Floats,
    jury: Jury | None = None,
    frame: pd.DataFrame | None = None,
) -> LabelErrorSearch:
    """Rank and explain; `classes` as they came, None for numbers."""
    if judgement.refused is not None:
        return LabelErrorSearch(pd.DataFrame(columns=COLUMNS), judgement.errors, judgement.refused, {})
    by_feature: Callable[[Ints], Floats | None] | None = None
    names: tuple[str, ...] = ()
    if jury is not None and frame is not None:
        model = clone(jury.contenders[0].estimator).fit(frame, judgement.rows.targets)
        by_feature, names = partial(judgement.contributions, model, frame), tuple(map(str, frame.columns))
    ranked = search(judgement, vectors, contributions=by_feature, features=names)
    labels = judgement.rows.given_labels[ranked.table["row"]]  # numbers to the last digit, which texts round
    table = pd.DataFrame(
        {
            "row": ranked.table["row"],
            "label": labels if classes is None else classes[labels],
            "suggestion": _as_given(ranked.table["suggested"], judgement.rows.classes, classes),
            "probability": ranked.table["p_error"],
            "reason": [" | ".join(reasons.values()) for reasons in ranked.table["reasons"]],
            "flagged": ranked.table["flagged"],
        },
        columns=COLUMNS,
    )
    flagged = ranked.flagged
    pairs, points = judgement.swaps(flagged), judgement.points(flagged, MOST_POINTS)
    return LabelErrorSearch(table, judgement.errors, None, ranked.curve, pairs, points)


def _as_given(
    texts: "pd.Series[Any]", names: tuple[str, ...], classes: "np.ndarray[Any, Any] | None"
) -> "np.ndarray[Any, Any]":
    """Labels of the type in which they came."""
    if classes is None:
        return texts.to_numpy(dtype=np.float64)
    labels: np.ndarray[Any, Any] = classes[pd.Index(names).get_indexer(pd.Index(texts))]
    return labels
