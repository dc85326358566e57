"""A request to predict and its response: MLflow's forms of JSON in, classes and probabilities out."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import numpy as np
import pandas as pd

from core.errors import DataError, SchemaError
from core.lake.rows_view import data_columns, score_columns
from core.model import ModelSpec
from core.tables.canonical import PREDICTION, SCORE, VERSION

SPLIT, RECORDS, INPUTS = "dataframe_split", "dataframe_records", "inputs"
HINT = f'Send {{"{RECORDS}": [{{"COLUMN": VALUE, ...}}, ...]}}, "{SPLIT}" or "{INPUTS}" (a list a column).'


def read_rows(document: Mapping[str, Any], spec: ModelSpec) -> pd.DataFrame:
    """The rows of a request, at least one; pictures, which come as base64, as bytes.

    Raises:
        DataError: it is none of the forms, or holds no row.
        SchemaError: a picture is no base64.
    """
    forms = [name for name in (SPLIT, RECORDS, INPUTS) if name in document]
    if len(forms) != 1:
        raise DataError("The body does not say its rows in one of the known forms.", HINT)
    try:
        rows = _frame(forms[0], document[forms[0]])
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise DataError(f"{forms[0]} cannot be read as rows: {error}", HINT) from error
    if rows.empty:
        raise DataError("The body holds no row.", HINT)
    if spec.item == "image" and spec.roles.item in rows.columns:
        rows[spec.roles.item] = [_picture(value, row) for row, value in enumerate(rows[spec.roles.item], 1)]
    return rows


def _frame(form: str, content: Any) -> pd.DataFrame:
    if form == SPLIT:
        return pd.DataFrame(content["data"], columns=list(map(str, content["columns"])))
    row_by_row = isinstance(content, list) and all(isinstance(row, Mapping) for row in content)
    columns = isinstance(content, Mapping) and all(isinstance(values, list) for values in content.values())
    if not row_by_row and not (columns and form == INPUTS):
        raise DataError(f"{form} is no list of rows.", HINT)
    frame = pd.DataFrame(content)
    return frame.set_axis(list(map(str, frame.columns)), axis=1)


def _picture(value: Any, row: int) -> bytes | None:
    if value is None:
        return None
    try:
        return base64.b64decode(str(value), validate=True)
    except (binascii.Error, ValueError) as error:
        raise SchemaError(
            f"The picture of row {row} is no base64.", "Encode the bytes of the file."
        ) from error


def with_moment(rows: pd.DataFrame, spec: ModelSpec, moment: str) -> pd.DataFrame:
    """The rows, those without a time as of the moment: so they are predicted, and so they stand in the log.

    Args:
        rows: of a request; without the column they stay as they are.
        spec: the model.
        moment: UTC, ISO 8601.
    """
    time = spec.roles.time
    if time is None or time not in rows.columns:
        return rows
    times = rows[time].astype(object)
    return rows.assign(**{time: times.where(times.notna(), moment)})


def write_predictions(spec: ModelSpec, predicted: pd.DataFrame, version: str) -> list[dict[str, Any]]:
    """`prediction`, `probabilities` and `version` of each row; the threshold of the model decides.

    Args:
        spec: the model.
        version: that predicted.
        predicted: as `core.services.scoring.predict_columns` gives it.
    """
    if not spec.classes:
        return [{"prediction": _number(value), "version": version} for value in predicted["_prediction"]]
    chances = predicted[score_columns(spec)].to_numpy(dtype=np.float64)
    decided = predicted["_prediction"].to_numpy(dtype=object)
    if spec.threshold is not None:
        names = np.array(spec.classes, dtype=object)
        decided = names[(chances[:, -1] >= spec.threshold).astype(int)]
    return [
        {
            "prediction": str(name),
            "probabilities": dict(zip(spec.classes, map(_number, row), strict=True)),
            "version": version,
        }
        for name, row in zip(decided, chances, strict=True)
    ]


def delivery_rows(
    spec: ModelSpec, raw: pd.DataFrame, predicted: pd.DataFrame, version: str, moment: str
) -> pd.DataFrame:
    """Rows as a delivery of predictions holds them: data, id, time, own decision, scores and version.

    Args:
        spec: the model, whose columns are used; without any of its own `caretaker_prediction` ....
        raw: rows as they came; without an id they get one, without a time `moment`.
        predicted: of these rows, as `core.services.scoring.predict_columns` gives it.
        version: that predicted.
        moment: UTC, ISO 8601.
    """
    roles, index = spec.roles, predicted.index
    rows = raw.loc[index].reindex(columns=list(dict.fromkeys(data_columns(spec))))
    key = roles.id or "id"
    ids = raw.loc[index, key] if key in raw.columns else pd.Series(None, index, object)
    rows[key] = ids.where(ids.notna(), pd.Series([str(uuid4()) for _ in index], index, dtype=object))
    if roles.time:
        times = raw.loc[index, roles.time] if roles.time in raw.columns else pd.Series(None, index, object)
        rows[roles.time] = times.astype(object).where(times.notna(), moment)
    written = {cls: value for value, cls in roles.means.items()} if roles.prediction else {}
    decided = predicted["_prediction"]
    rows[roles.prediction or PREDICTION] = decided.map(lambda name: written.get(name, name))
    for number, cls in enumerate(spec.classes):
        column = roles.scores.get(cls) if roles.scores else f"{SCORE}{number}"
        if column is not None:
            rows[column] = predicted[f"_score_{number}"]
    rows[roles.version or VERSION] = version
    return rows


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
