"""What a version predicts for rows of the log, made once and kept in the lake's cache."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from core.jobs.spec import Progress, quiet
from core.lake import prediction_cache
from core.lake.rows import read_delivery
from core.model import ModelSpec
from core.registry.load import load_model
from core.services.dataset import features
from core.services.scoring import BLOCK, predict_columns
from core.store.workspace import Workspace
from core.tables.deliveries import LiveBatch


def judgeable_rows(spec: ModelSpec, table: pd.DataFrame) -> pd.DataFrame:
    """The rows of a table whose label can be judged by."""
    usable = table["_label"].notna() & table["_prediction"].notna()
    if spec.classes:
        usable &= table["_label"].isin(spec.classes)
    return table[usable]


class VersionPredictions:
    """A version that predicts delivery after delivery; its model is loaded when the first row needs it."""

    def __init__(self, ws: Workspace, spec: ModelSpec, version: str) -> None:
        """Of one version of a model."""
        self._ws, self._spec, self.version = ws, spec, version
        self._model: Any = None

    def path(self, batch: LiveBatch) -> Path:
        """The file with its predictions for the rows of a delivery."""
        return prediction_cache.batch_path(self._ws.settings, self._spec, self.version, batch.id)

    def of_batch(self, batch: LiveBatch, progress: Progress = quiet) -> Path:
        """The file with its predictions for a delivery; made if it is missing, a block of rows at a time.

        Rows are predicted as they came, with the features that this delivery brought.

        Raises:
            RegistryError: the version cannot be loaded.
            SchemaError: it cannot take these rows.
        """
        target = self.path(batch)
        if not prediction_cache.is_whole(target):
            frame = read_delivery(self._ws.settings, self._spec, batch)
            parts = list(self._predict(frame, progress))
            prediction_cache.write(target, pd.concat(parts, ignore_index=True))
        return target

    def _predict(self, frame: pd.DataFrame, progress: Progress) -> Iterator[pd.DataFrame]:
        if self._model is None:
            self._model = load_model(self._ws.settings, self._spec, self.version)
        for start in range(0, max(1, len(frame)), BLOCK):
            progress(start / max(1, len(frame)), f"Version {self.version} predicts {len(frame):,} rows")
            block = frame.iloc[start : start + BLOCK]
            columns = predict_columns(self._model, self._spec, features(self._spec, block, self._model))
            yield columns.assign(_id=block["_id"].to_numpy())
