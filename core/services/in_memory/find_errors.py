"""Suspected label errors of labels in memory, from probabilities, from features, or from both."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import clone

from core.errors import DataError
from core.jobs.spec import quiet
from core.label_errors.classification.strategy import ClassRows
from core.label_errors.label_noise import Errors
from core.label_errors.search import search
from core.label_errors.strategy import Judgement
from core.model import ModelSpec, Roles
from core.services.in_memory.class_arrays import ClassLabels, read_labels, read_probabilities
from core.services.in_memory.read_table import SOURCE, read_frame, require_length
from core.services.label_errors.companions import Jury, convene
from core.services.label_errors.scan import LEAST_ROWS
from core.services.label_errors.votes import collect
from core.stats.arrays import Floats, Ints
from core.stats.folds import groups
from core.stats.metrics import default_metric
from core.tables.table import Table
from core.tables.values.columns import convert, kind_of
from core.tables.values.content_hash import row_hashes

COLUMNS = ["row", "label", "suggestion", "probability", "reason", "flagged"]
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
        pairs: (label, suggestion, flagged rows, expected wrong labels among them), most first.
    """

    table: pd.DataFrame
    errors: Errors
    refused: str | None
    curve: Mapping[str, Floats]
    pairs: Sequence[tuple[str, str, int, float]]


def find_errors(
    labels: Any, pred_probs: Any = None, features: Any = None, *, classes: Sequence[Any] | None = None
) -> LabelErrorSearch:
    """Rank the labels by how likely they are wrong and what correcting them is worth.

    Args:
        labels: (n,) labels.
        pred_probs: (n, K) probabilities of a model that has not seen the row (out of fold).
        features: (n, p) table; models of several families are trained on it by cross-validation.
        classes: the K classes in the order of the probabilities; sorted labels when None.

    Raises:
        DataError: the arrays do not fit each other, or are too few to judge.
    """
    if pred_probs is None and features is None:
        raise DataError(
            "Labels alone do not say which of them are wrong.",
            "Give the out-of-fold probabilities of a model (pred_probs), the features, or both.",
        )
    known = read_labels(labels, classes)
    if len(known.numbers) < LEAST_ROWS:
        raise DataError(
            f"{len(known.numbers)} labels are too few to search.", f"It takes {LEAST_ROWS} labels."
        )
    votes: dict[str, Floats] = {}
    if pred_probs is not None:
        votes[GIVEN] = read_probabilities("pred_probs", pred_probs, known)
    if features is None:
        rows = _rows(known, np.arange(len(known.numbers), dtype=np.uint64))
        return _search(known, rows.judge(votes, {}, votes[GIVEN]), votes[GIVEN])
    frame = _features(features, len(known.numbers))
    rows = _rows(known, row_hashes(frame))
    jury = convene(None, _spec(known, frame), frame)
    with TemporaryDirectory() as work:
        votes |= collect(jury, rows, Path(work), "", quiet).shuffled
    return _search(known, rows.judge(votes, {}, jury.vectors), jury.vectors, jury, frame)


def _features(features: Any, rows: int) -> pd.DataFrame:
    """The features by their kinds: numbers, texts or moments, as they are read from files."""
    frame = read_frame(features)
    require_length("features", frame.index.to_numpy(), rows)
    table = Table(frame, SOURCE)
    return pd.DataFrame({name: convert(table, name, kind_of(frame[name])) for name in frame.columns})


def _spec(labels: ClassLabels, frame: pd.DataFrame) -> ModelSpec:
    """What the recipes want to know of a model."""
    task: Any = "binary" if len(labels.classes) == 2 else "multiclass"  # noqa: PLR2004 -- two classes
    roles = Roles(label="label", features=tuple(frame.columns))
    metric = default_metric(task)
    return ModelSpec(0, "model", task, "record", labels.names, roles, "model", metric, None, "month")


def _rows(labels: ClassLabels, hashes: "np.ndarray[Any, np.dtype[np.uint64]]") -> ClassRows:
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
    labels: ClassLabels,
    judgement: Judgement,
    vectors: Floats,
    jury: Jury | None = None,
    frame: pd.DataFrame | None = None,
) -> LabelErrorSearch:
    if judgement.refused is not None:
        return LabelErrorSearch(pd.DataFrame(columns=COLUMNS), judgement.errors, judgement.refused, {}, [])
    by_feature: Callable[[Ints], Floats | None] | None = None
    names: tuple[str, ...] = ()
    if jury is not None and frame is not None:
        model = clone(jury.contenders[0].estimator).fit(frame, judgement.rows.targets)
        by_feature, names = partial(judgement.contributions, model, frame), tuple(map(str, frame.columns))
    ranked = search(judgement, vectors, contributions=by_feature, features=names)
    rows = ranked.table["row"].to_numpy()
    suggested = pd.Index(labels.names).get_indexer(pd.Index(ranked.table["suggested"]))
    table = pd.DataFrame(
        {
            "row": rows,
            "label": labels.classes[labels.numbers[rows]],
            "suggestion": labels.classes[suggested],
            "probability": ranked.table["p_error"],
            "reason": [" | ".join(reasons.values()) for reasons in ranked.table["reasons"]],
            "flagged": ranked.table["flagged"],
        },
        columns=COLUMNS,
    )
    return LabelErrorSearch(table, judgement.errors, None, ranked.curve, judgement.swaps(ranked.flagged))
