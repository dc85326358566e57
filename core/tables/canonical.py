"""From a table that arrived to canonical rows: the one gate, where every value is checked.

Rows come out as `_id`, `_time`, `_label`, `_label_time`, `_prediction`, `_score_0` ..., `_version` and the
data columns under their own names; of a regression, label and prediction are numbers and there are no scores.
`_seq` and `_chunk` follow once the rows have their place in the log.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.errors import SchemaError
from core.model import ModelSpec
from core.tables import chunks
from core.tables.deliveries import Kind
from core.tables.left_out import Sieve
from core.tables.table import CellsError, Table, cell_error, require_columns, require_rows
from core.tables.values.classes import class_spellings
from core.tables.values.columns import (
    ColumnKind,
    as_number,
    as_text,
    as_time,
    convert,
)
from core.tables.values.content_hash import content_hash, known_hashes
from core.tables.values.empty_cells import is_filled
from core.tables.values.names import as_class, as_ids
from core.tables.values.probabilities import MIXED, scores

PREDICTION, VERSION, SCORE = "caretaker_prediction", "caretaker_version", "caretaker_score_"
"""What a server of ours writes for a model that was connected without columns of predictions."""
NEW_CLASSES, NEW_SHARE = 5, 0.2
"""So many classes that the model does not know are taken in and named; more look like another column."""
PAIR = 2
FIRST = 1000
"""Rows that mostly tell whether a column holds anything."""
LABEL_EVERY = "Leave out rows whose label is not known yet."
MOST = 1e70
"""Largest amount whose fourth power is still a number."""


def canonical(
    delivery: Table | Sieve, spec: ModelSpec, kinds: Mapping[str, ColumnKind], kind: Kind = "predictions"
) -> pd.DataFrame:
    """Checked rows of a batch; those that do not fit are left out, and a sieve tells which and why.

    Raises:
        SchemaError: what does not fit the whole file, or too many of its rows, with file, column and row.
    """
    sieve = delivery if isinstance(delivery, Sieve) else Sieve(delivery)
    spec = with_own_columns(spec, sieve.table)
    require_rows(sieve.table)
    require_columns(sieve.table, _required_columns(sieve.table, spec, kinds, kind))
    while True:
        rows = _columns(sieve, spec, kinds, kind)
        if sieve.leave() is None:
            return pd.DataFrame(rows, copy=False)


def with_own_columns(spec: ModelSpec, table: Table) -> ModelSpec:
    """The model with the columns under our own names where none of its own play their part."""
    roles, names = spec.roles, set(table.frame.columns)
    own_scores = {cls: f"{SCORE}{number}" for number, cls in enumerate(spec.classes)}
    if roles.prediction is None and PREDICTION in names:
        roles = replace(roles, prediction=PREDICTION, means={})
        if not roles.scores and names.issuperset(own_scores.values()):
            roles = replace(roles, scores=own_scores)
    if roles.version is None and VERSION in names:
        roles = replace(roles, version=VERSION)
    return spec if roles is spec.roles else replace(spec, roles=roles)


def _columns(
    sieve: Sieve, spec: ModelSpec, kinds: Mapping[str, ColumnKind], kind: Kind
) -> dict[str, pd.Series]:
    """The columns of one round of checks; those with cells that do not fit are noted and not among them."""
    table, columns = sieve.table, {}
    with sieve.noting():
        columns["_id"] = _ids(table, spec)
    with sieve.noting():
        columns["_label"] = _outcomes(table, spec, spec.roles.label, required=kind != "predictions")
    with sieve.noting():
        columns["_label_time"] = _label_times(table, spec)
    if kind == "labels":
        return columns
    with sieve.noting():
        columns["_time"] = _times(table, spec)
    with sieve.noting():
        columns |= _prediction_columns(sieve, spec)
    for name, column_kind in kinds.items():
        with sieve.noting():
            columns[name] = convert(table, name, column_kind)
    return columns


def assign_chunks(frame: pd.DataFrame, spec: ModelSpec, positions: pd.Series) -> pd.DataFrame:
    """The rows with `_seq` and `_chunk`, given their positions in order of arrival."""
    by_time = spec.chunk in chunks.CALENDAR
    keys = chunks.keys(frame["_time"], spec.chunk) if by_time else chunks.row_keys(positions, spec.chunk)
    placed = {**dict(frame.items()), "_seq": positions.astype("int64"), "_chunk": keys}
    return pd.DataFrame(placed, copy=False)  # put into a wide frame, columns would cost a copy of all


def batch_hash(frame: pd.DataFrame) -> str:
    """A name for the content of a batch, before its rows are scored or placed.

    >>> one, two = (pd.DataFrame({"_id": ["r1"], "x": [value]}) for value in (1, 2))
    >>> batch_hash(one) == batch_hash(one.copy()), batch_hash(one) == batch_hash(two)
    (True, False)
    """
    return content_hash(frame)


def batch_hashes(frame: pd.DataFrame, content: str) -> frozenset[str]:
    """The names under which this content may be stored: an older Caretaker took every number as a double.

    `content` is its `batch_hash`.
    """
    return known_hashes(frame, content)


def _required_columns(
    table: Table, spec: ModelSpec, kinds: Mapping[str, ColumnKind], kind: Kind
) -> list[str]:
    roles = spec.roles
    names = [roles.id] if kind != "labels" else [roles.id or "id"]
    if kind != "predictions":
        names.append(roles.label)
    if kind != "labels":
        names += [roles.time, *kinds]
    if kind == "predictions" and roles.prediction and has_predictions(table, roles.prediction):
        names += list(roles.scores.values())
    return list(dict.fromkeys(name for name in names if name))


def _ids(table: Table, spec: ModelSpec) -> pd.Series:
    name = spec.roles.id or "id"
    if spec.roles.id is None and name not in table.frame.columns:
        prefix = content_hash(table.frame, rounded=True)[:8]  # a file that was sent before keeps its ids
        return pd.Series([f"{prefix}-{number}" for number in range(1, len(table.frame) + 1)], dtype=object)
    ids = as_ids(table, name)
    if ids.isna().any():
        missing = np.flatnonzero(ids.isna())
        raise CellsError(
            table, name, missing, lambda _: "the id is missing", "Give every row an id.", empty=True
        )
    _refuse_repeated(table, name, ids)
    return ids


def _refuse_repeated(table: Table, name: str, ids: pd.Series) -> None:
    """Of copies of a row the first is kept; of different rows under one id none: nobody knows which holds."""
    if ids.is_unique:
        return
    repeated = np.flatnonzero(ids.duplicated(keep=False))
    rows = table.frame.iloc[repeated].astype(str)
    copies = rows.duplicated().to_numpy()
    different = ids.iloc[repeated[~copies]].duplicated(keep=False)
    bad = np.union1d(repeated[copies], different.index[different])

    def problem(position: int) -> str:
        first, second = np.flatnonzero(ids == ids.iloc[position])[:PAIR]
        what = f"the id {ids.iloc[position]!r} occurs"
        if position == first:
            return f"{what} again, with other values ({table.place(int(second))})"
        return f"{what} a second time (first in {table.place(int(first))})"

    hint = "Every row needs an id of its own; keep the row that holds."
    raise CellsError(table, name, bad, problem, hint)


def _outcomes(table: Table, spec: ModelSpec, name: str, *, required: bool) -> pd.Series:
    """Labels or predictions: classes as texts, or amounts as floats; without the column nothing is known."""
    if name not in table.frame.columns:
        return pd.Series(None, table.frame.index, dtype="float64" if spec.task == "regression" else object)
    if spec.task == "regression":
        return _amounts(table, spec, name, required=required)
    return _classes(table, spec, name, required=required)


def _amounts(table: Table, spec: ModelSpec, name: str, *, required: bool) -> pd.Series:
    amounts = as_number(table, name).astype("float64")
    if required and amounts.isna().any():
        raise _missing(table, spec, name, np.flatnonzero(amounts.isna()))
    large = np.flatnonzero(amounts.abs() > MOST)
    if len(large):
        raise CellsError(
            table,
            name,
            large,
            lambda position: f"{amounts.iloc[position]:g} is too large to be an amount",
            "Correct the cell.",
        )
    return amounts


def _classes(table: Table, spec: ModelSpec, name: str, *, required: bool) -> pd.Series:
    labels = as_class(table, name, spec.classes)
    strange = labels.notna() & ~labels.isin(spec.classes)
    if strange.any():
        same = class_spellings(labels[strange].unique(), spec.classes)
        labels = labels.replace(same) if same else labels
    if required and labels.isna().any():
        raise _missing(table, spec, name, np.flatnonzero(labels.isna()))
    strange = labels.notna() & ~labels.isin(spec.classes)
    many = labels[strange].nunique() > NEW_CLASSES or strange.sum() > max(1, NEW_SHARE * labels.notna().sum())
    if many:
        first = int(np.argmax(strange))
        problem = f"{labels.iloc[first]!r} is not a class of this model"
        known_classes = ", ".join(spec.classes[:12]) + (" ..." if len(spec.classes) > 12 else "")  # noqa: PLR2004
        raise cell_error(
            table,
            name,
            first,
            f"{problem}, and {int(strange.sum()):,} of {len(labels):,} rows are like that",
            f"The classes are: {known_classes}. Correct the file, or add a class with `classes add`.",
        )
    return labels


def _missing(table: Table, spec: ModelSpec, name: str, positions: npt.NDArray[np.intp]) -> CellsError:
    what, hint = ("label", LABEL_EVERY) if name == spec.roles.label else ("prediction", MIXED)
    return CellsError(table, name, positions, lambda _: f"the {what} is missing", hint, empty=True)


def _label_times(table: Table, spec: ModelSpec) -> pd.Series:
    name = spec.roles.label_available_at
    if name is None or name not in table.frame.columns:
        return pd.Series(pd.NaT, table.frame.index, dtype="datetime64[us]")
    return as_time(table, name)


def _times(table: Table, spec: ModelSpec) -> pd.Series:
    if spec.roles.time is None:
        return pd.Series(pd.NaT, table.frame.index, dtype="datetime64[us]")
    return as_time(table, spec.roles.time, required=True)


def _prediction_columns(sieve: Sieve, spec: ModelSpec) -> dict[str, pd.Series]:
    """What the model said, if the file has it: classes and one probability a class."""
    table, roles = sieve.table, spec.roles
    index, sieve.clipped = table.frame.index, 0
    chances = pd.DataFrame(np.nan, index, range(len(spec.classes)))
    predictions = pd.Series(None, index, dtype="float64" if spec.task == "regression" else object)
    if roles.scores and all(has_predictions(table, column) for column in roles.scores.values()):
        chances = scores(sieve, spec)
    if roles.prediction and has_predictions(table, roles.prediction):
        predictions = _outcomes(_in_classes(table, spec), spec, roles.prediction, required=True)
    elif spec.classes and not roles.prediction and chances.notna().all(axis=None):
        best = chances.to_numpy().argmax(axis=1)
        predictions = pd.Series(np.array(spec.classes, dtype=object)[best], index, dtype=object)
    columns = {"_prediction": predictions, "_version": pd.Series(None, index, dtype=object)}
    if roles.version and roles.version in table.frame.columns:
        columns["_version"] = as_text(table, roles.version)
    return columns | {f"_score_{number}": chances[number] for number in chances.columns}


def _in_classes(table: Table, spec: ModelSpec) -> Table:
    """With the classes that the predictions were said to mean."""
    name, means = str(spec.roles.prediction), spec.roles.means
    if not means:
        return table
    return replace(table, frame=table.frame.assign(**{name: as_class(table, name, means).replace(means)}))


def has_predictions(table: Table, column: str) -> bool:
    """Whether the column is there and holds anything: an empty one is a file without answers.

    >>> has_predictions(Table(pd.DataFrame({"p": [None, None], "q": [None, 1]}), "a.csv"), "p")
    False
    """
    if column not in table.frame.columns:
        return False
    cells = table.frame[column]
    return any(is_filled(some).any() for some in (cells.iloc[:FIRST], cells.iloc[FIRST:]))


def require_time_for(spec: ModelSpec) -> None:
    """A calendar chunk needs a time.

    Raises:
        SchemaError: there is no column of dates.
    """
    if spec.chunk in chunks.CALENDAR and spec.roles.time is None:
        raise SchemaError(
            f"Chunks of a {spec.chunk} need a column of dates.", "Name it with --time, or say --chunk 500."
        )
