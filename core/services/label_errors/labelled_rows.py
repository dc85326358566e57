"""The labelled rows of a model as a search takes them: the one place that chooses the strategy."""

from typing import Any

import numpy as np
import pandas as pd

from core.label_errors.classification.strategy import ClassRows
from core.label_errors.cv_splits import time_blocks
from core.label_errors.regression.strategy import NumberRows
from core.label_errors.strategy import LabelledRows
from core.lake.rows_view import score_columns
from core.model import ModelSpec
from core.stats.arrays import Bools, Floats, Ints


def is_countable(spec: ModelSpec, labels: pd.Series) -> Bools:
    """Which labels can be searched: known classes, or finite numbers."""
    if spec.classes:
        return labels.isin(spec.classes).to_numpy(dtype=bool)
    return np.asarray(np.isfinite(labels.to_numpy(dtype=np.float64)))


def labelled_rows(
    spec: ModelSpec, frame: pd.DataFrame, settled: Bools, drawn: Bools, group: Ints
) -> LabelledRows:
    """The rows of `core.services.dataset.rows`, all of which have a label that counts.

    Args:
        spec: the model.
        frame: (n, ...) canonical rows; `_given` is the label as delivered, `_label` the one that holds now.
        settled: (n,) an expert has decided.
        drawn: (n,) experts were asked because the row was drawn at random.
        group: (n,) number of the group of identical rows.
    """
    times = _times(frame)
    common: dict[str, Any] = {
        "ids": tuple(frame["_id"]),
        "settled": settled,
        "drawn": drawn,
        "group": group,
        "times": times,
        "block": None if times is None else time_blocks(times),
    }
    return _class_rows(spec, frame, common) if spec.classes else _number_rows(frame, common)


def reason_names(spec: ModelSpec) -> tuple[str, ...]:
    """Names of the reasons that a suspect of this model can have."""
    return (ClassRows if spec.classes else NumberRows).REASON_NAMES


def _class_rows(spec: ModelSpec, frame: pd.DataFrame, common: dict[str, Any]) -> ClassRows:
    number = {name: k for k, name in enumerate(spec.classes)}
    current = np.asarray(frame["_label"].map(number), dtype=np.int64)
    # a row that had no label, or an unknown one, before an expert annotated it has nothing to suspect
    labels = np.asarray(frame["_given"].map(number).fillna(pd.Series(current)), dtype=np.int64)
    frozen = _or_none(frame[score_columns(spec)].to_numpy(dtype=np.float64))
    return ClassRows(names=spec.classes, given_labels=labels, current=current, frozen=frozen, **common)


def _number_rows(frame: pd.DataFrame, common: dict[str, Any]) -> NumberRows:
    current = frame["_label"].to_numpy(dtype=np.float64)
    labels = frame["_given"].to_numpy(dtype=np.float64)
    frozen = _or_none(frame["_prediction"].to_numpy(dtype=np.float64))
    # a row that had no label before an expert annotated it has nothing to suspect
    labels = np.where(np.isnan(labels), current, labels)
    return NumberRows(given_labels=labels, current=current, frozen=frozen, **common)


def _or_none(frozen: Floats) -> Floats | None:
    return None if np.isnan(frozen).all() else frozen


def _times(frame: pd.DataFrame) -> Floats | None:
    moments = pd.to_datetime(frame["_time"])
    if moments.isna().any():
        return None
    return np.asarray(moments.astype("datetime64[us]").astype("int64"), dtype=np.float64)
