"""The champion's predictions for rows that came without any."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from core.errors import DataError, SchemaError
from core.jobs.spec import Progress
from core.lake.rows_view import score_columns
from core.model import ModelSpec
from core.registry.foreign import Foreign
from core.registry.load import load_model
from core.services.dataset import features
from core.store.engine import reading
from core.store.experiments import deployments
from core.store.workspace import Workspace

if TYPE_CHECKING:
    from core.stats.predictions import Predictions

BLOCK = 20_000


def champion_version(ws: Workspace, spec: ModelSpec) -> str | None:
    """The version in production, as the record of deployments has it."""
    with reading(ws.engine) as session:
        row = deployments.champion(session, spec.id)
    return row.version if row else None


def score(ws: Workspace, spec: ModelSpec, frame: pd.DataFrame, progress: Progress) -> pd.DataFrame:
    """The rows with the champion's prediction, scores and version.

    Raises:
        DataError: there is no champion that could predict.
        RegistryError: its model cannot be loaded.
    """
    version = champion_version(ws, spec)
    if version is None:
        raise DataError(
            "The file has no predictions, and there is no model in production that could make them.",
            f"Send the columns {_expected_columns(spec)}.",
        )
    progress(0.0, f"Loading version {version}")
    estimator = load_model(ws.settings, spec, version)
    parts = []
    for start in range(0, len(frame), BLOCK):
        progress(start / len(frame), f"Scoring {len(frame):,} rows with version {version}")
        block = features(spec, frame.iloc[start : start + BLOCK], estimator)
        parts.append(predict_columns(estimator, spec, block))
    return frame.assign(**pd.concat(parts), _version=version)


def predict_columns(estimator: Any, spec: ModelSpec, rows: pd.DataFrame) -> pd.DataFrame:
    """`_prediction` and `_score_0` ... of an estimator, in the order of the spec's classes.

    Of a regression only `_prediction`, as a number. Its own decisions are stored: a threshold of the spec
    decides when they are read (`core.lake.rows_view`).
    """
    from core.training.predictions import predict
    from core.training.tasks import task_of

    if isinstance(estimator, Foreign) and spec.classes:
        return _foreign(estimator, spec, rows)
    return as_columns(spec, predict(estimator, rows, task_of(spec.classes)), rows.index)


def _foreign(model: Foreign, spec: ModelSpec, rows: pd.DataFrame) -> pd.DataFrame:
    """A model that only names classes has no scores: they stay unknown.

    Raises:
        SchemaError: decisions should be made from its scores at a threshold, and it has none.
    """
    output = model.predict_output(rows)
    if output.chances is None and spec.threshold is not None:
        raise SchemaError(
            f"A threshold of {spec.threshold:g} needs scores, and the model names classes only.",
            "Let it return probabilities, or leave the threshold out: its own decisions are used then.",
        )
    unknown = np.full((len(rows), len(spec.classes)), np.nan)
    chances = unknown if output.chances is None else output.chances
    frame = pd.DataFrame(chances, rows.index, score_columns(spec))
    return frame.assign(_prediction=pd.Series(output.predicted, rows.index, dtype=object))


def as_columns(spec: ModelSpec, predictions: "Predictions", index: pd.Index) -> pd.DataFrame:
    """Probabilities and the model's own decisions, or the numbers of a regression, as canonical columns."""
    if not spec.classes:
        return pd.DataFrame({"_prediction": predictions.predicted}, index)
    frame = pd.DataFrame(predictions.probabilities, index, score_columns(spec))
    decisions = np.array(spec.classes, dtype=object)[predictions.predicted]
    return frame.assign(_prediction=pd.Series(decisions, index, dtype=object))


def _expected_columns(spec: ModelSpec) -> str:
    names = [spec.roles.prediction, *spec.roles.scores.values()]
    return " and ".join(name for name in names if name) or "of predictions named when the model was connected"
