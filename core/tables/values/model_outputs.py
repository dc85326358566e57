"""What a model of any kind gave back, as classes and probabilities in the order of the model's classes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.errors import SchemaError
from core.tables.values.classes import class_spellings
from core.tables.values.probabilities import EDGE

SLACK = 0.02
PAIR = 2
HINT = "Log the model so that predict gives classes, or one probability for each class."


@dataclass(frozen=True, slots=True)
class Output:
    """The answers for n rows: names of classes (n,), and (n, classes) probabilities where there are any."""

    predicted: npt.NDArray[np.object_]
    chances: npt.NDArray[np.float64] | None


def read_output(raw: Any, classes: Sequence[str], title: str) -> Output:
    """Classes, a probability for each class, or the probability of the positive (last) class.

    Raises:
        SchemaError: it is none of these; the message names the model (`title`) and what came.

    >>> read_output(np.array([0.2, 0.9]), ("no", "yes"), "shop 1").predicted.tolist()
    ['no', 'yes']
    """
    if isinstance(raw, Mapping):
        raw = pd.DataFrame({str(name): list(column) for name, column in raw.items()})
    if isinstance(raw, list) and raw and isinstance(raw[0], Mapping):
        raw = pd.DataFrame(raw)
    if isinstance(raw, pd.DataFrame):
        decided = _decisions(raw, classes)
        if decided is None:
            return _table(raw, classes, title)
        rest = raw.drop(columns=[decided.name])
        return replace(_table(rest, classes, title), predicted=decided.to_numpy(dtype=object))
    values = np.asarray(raw)
    if values.ndim == PAIR and values.shape[1] == 1:
        values = values[:, 0]
    if values.ndim == PAIR:
        return _matrix(values, classes, title)
    if values.ndim != 1:
        raise SchemaError(f"{title} answers with an array of {values.ndim} dimensions.", HINT)
    return _line(values, classes, title)


def _decisions(raw: pd.DataFrame, classes: Sequence[str]) -> pd.Series | None:
    """The column that names a class in every row, beside columns of probabilities."""
    if raw.empty:
        return None
    packed = [n for n in raw.columns if np.ndim(raw[n].iloc[0]) or isinstance(raw[n].iloc[0], Mapping)]
    if not packed and raw.shape[1] <= len(classes):
        return None
    for name in raw.columns.drop(packed):
        texts = pd.Series(_texts(raw[name].to_numpy()), raw.index, name=name)
        same = class_spellings(texts.unique(), classes)
        if texts.isin({*classes, *same}).all():
            return texts.map(lambda text, same=same: same.get(text, text))
    return None


def _table(raw: pd.DataFrame, classes: Sequence[str], title: str) -> Output:
    for name in raw.columns:
        cells = raw[name]
        if len(cells) and isinstance(cells.iloc[0], Mapping):  # how ONNX writes probabilities
            return _table(pd.DataFrame(cells.tolist()), classes, title)
    named = class_spellings([str(name) for name in raw.columns], classes)
    same = {named.get(str(name), str(name)): raw[name] for name in raw.columns}
    if set(classes) <= set(same):
        return _matrix(np.column_stack([same[name].to_numpy() for name in classes]), classes, title)
    wide = [name for name in raw.columns if len(raw) and np.ndim(raw[name].iloc[0]) == 1]
    if wide:
        return _matrix(np.stack(raw[wide[-1]].tolist()), classes, title)
    if raw.shape[1] == 1:
        return _line(raw.iloc[:, 0].to_numpy(), classes, title)
    if raw.shape[1] == len(classes) and all(map(pd.api.types.is_numeric_dtype, raw.dtypes)):
        return _matrix(raw.to_numpy(), classes, title)
    raise SchemaError(
        f"{title} answers with the columns {', '.join(map(str, raw.columns[:8]))}; the classes are "
        f"{', '.join(classes[:8])}.",
        HINT,
    )


def _matrix(values: npt.NDArray[Any], classes: Sequence[str], title: str) -> Output:
    if values.shape[1] != len(classes):
        raise SchemaError(
            f"{title} answers with {values.shape[1]} numbers a row, but there are {len(classes)} classes.",
            HINT,
        )
    try:
        chances = values.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise SchemaError(f"{title} answers with texts where probabilities belong.", HINT) from error
    good = ((chances >= -SLACK) & (chances <= 1 + SLACK)).all(axis=1)
    bad = np.flatnonzero(~(good & (np.abs(chances.sum(axis=1) - 1) <= SLACK)))
    if len(bad):
        first_values = ", ".join(f"{value:.3g}" for value in chances[bad[0]][:5])
        raise SchemaError(f"{title} answers {first_values} for row {bad[0] + 1}: no probabilities.", HINT)
    names = np.array(classes, dtype=object)
    return Output(names[chances.argmax(axis=1)], chances.clip(0, 1))


def _line(values: npt.NDArray[Any], classes: Sequence[str], title: str) -> Output:
    texts = _texts(values)
    unique = sorted(set(texts.tolist()))
    same = class_spellings(unique, classes)
    if all(name in classes or name in same for name in unique):
        return Output(np.array([same.get(name, name) for name in texts], dtype=object), None)
    numeric = np.issubdtype(values.dtype, np.floating)
    if numeric and len(classes) == PAIR and ((values >= -EDGE) & (values <= 1 + EDGE)).all():
        values = values.astype(np.float64).clip(0, 1)
        chances = np.column_stack([1 - values, values])
        return Output(np.array(classes, dtype=object)[(values > 1 / PAIR).astype(int)], chances)
    strange = next(name for name in unique if name not in classes and name not in same)
    raise SchemaError(
        f"{title} answers {strange!r}, which is no class; the classes are {', '.join(classes[:8])}.",
        "Let it answer with the names that stand in the label column, or with probabilities; or say when "
        f"connecting what its names mean: --means {strange}=CLASS for each.",
    )


def _texts(values: npt.NDArray[Any]) -> npt.NDArray[np.object_]:
    """Numbers that are whole without their ".0"."""
    if np.issubdtype(values.dtype, np.floating):
        return np.array([str(int(v)) if float(v).is_integer() else str(v) for v in values], dtype=object)
    return np.array([str(value) for value in values], dtype=object)
