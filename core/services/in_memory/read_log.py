"""A log in memory and what its columns mean, as the request that a model is connected with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from core.errors import SchemaError
from core.model import Task
from core.services.in_memory.class_arrays import read_labels
from core.services.in_memory.read_table import SOURCE, add_column, read_frame, require_length
from core.tables.roles.label_guess import guess_label
from core.tables.roles.requested_roles import RequestedRoles
from core.tables.table import Table
from core.tables.values.empty_cells import is_filled

PERIOD = 2
"""First and last."""


@dataclass(frozen=True, slots=True)
class LogColumns:
    """Which columns play which part: the name of a column, n values, or None to have it guessed.

    Attributes:
        scores: probabilities: of the positive class (a column or n values), class -> column or n values, or
            (n, K) values with a column for each class in the order of the sorted labels.
        label_time: when the label became known.
        features: names of the columns that the model reads; None: all that play no other part.
    """

    label: Any = None
    prediction: Any = None
    scores: Any = None
    time: Any = None
    label_time: Any = None
    version: Any = None
    features: Sequence[str] | None = None
    segments: Sequence[str] | None = None
    task: Task | None = None
    positive: Any = None


def read_log(data: Any, columns: LogColumns) -> tuple[Table, RequestedRoles]:
    """The table, with the columns that were given as values, and what is asked of its columns.

    Raises:
        SchemaError: it is no table, or the values do not belong to its rows.

    >>> log, roles = read_log({"x": [1, 2]}, LogColumns(label=["no", "yes"], scores=np.array([0.1, 0.9])))
    >>> log.frame.columns.tolist(), roles.label, roles.score
    (['x', 'label', 'score'], 'label', 'score')
    """
    frame, names = read_frame(data), {}
    for part in ("label", "prediction", "time", "label_time", "version"):
        values = getattr(columns, part)
        if values is not None:
            frame, names[part] = add_column(frame, part, values)
    label = names.get("label") or guess_label(Table(frame, SOURCE))[0]
    frame, scores = _add_scores(frame, label, columns.scores)
    _require_scores(frame, [scores] if isinstance(scores, str) else [*(scores or {}).values()])
    roles = RequestedRoles(
        label=label,
        task=columns.task,
        time=names.get("time"),
        prediction=names.get("prediction"),
        score=scores if isinstance(scores, str) else None,
        scores=scores if isinstance(scores, dict) else {},
        label_available_at=names.get("label_time"),
        version=names.get("version"),
        segments=None if columns.segments is None else tuple(columns.segments),
        positive=None if columns.positive is None else str(columns.positive),
    )
    return Table(frame, SOURCE), _with_features(roles, frame, columns.features)


def read_reference(data: Any) -> tuple[tuple[str, str] | None, Table | None]:
    """The reference as a period of the log (first and last date or chunk), or as a table of its own.

    >>> read_reference(("2016-01-01", "2016-03-31"))[0]
    ('2016-01-01', '2016-03-31')
    """
    if data is None:
        return None, None
    if isinstance(data, (tuple, list)) and len(data) == PERIOD and not np.ndim(data[0]):
        return (str(data[0]), str(data[1])), None
    return None, Table(read_frame(data), "the reference")


def _add_scores(frame: pd.DataFrame, label: str, scores: Any) -> tuple[pd.DataFrame, Any]:
    """The table, and the column of the score or class -> column."""
    if scores is None or isinstance(scores, str):
        return frame, scores
    if isinstance(scores, Mapping):
        named: dict[str, str] = {}
        for cls, values in scores.items():
            frame, named[str(cls)] = add_column(frame, f"score: {cls}", values)
        return frame, named
    array = np.asarray(scores)
    require_length("scores", array, len(frame))
    if array.ndim == 1:
        return add_column(frame, "score", array)
    classes = read_labels(frame[label].dropna()).names
    if array.shape[1] != len(classes):
        raise SchemaError(
            f"scores has {array.shape[1]} columns, and there are {len(classes)} classes: "
            f"{', '.join(classes[:12])}.",
            "Give class -> column instead, e.g. scores={'no': a, 'yes': b}.",
        )
    return _add_scores(frame, label, dict(zip(classes, array.T, strict=True)))


def _require_scores(frame: pd.DataFrame, names: Sequence[str]) -> None:
    """A score without a value would be read as a log without scores; here somebody named it."""
    for name in names:
        if name in frame.columns and not is_filled(frame[name]).any():
            raise SchemaError(
                f"scores holds nothing: {name!r} is empty or NaN in every row.", "Leave it out."
            )


def _with_features(
    roles: RequestedRoles, frame: pd.DataFrame, features: Sequence[str] | None
) -> RequestedRoles:
    if features is None:
        return roles
    used = {*roles.single_columns, *roles.scores.values(), *(roles.segments or ())}
    others = tuple(str(name) for name in frame.columns if name not in used and name not in features)
    return replace(roles, include=tuple(features), exclude=others)
