"""What the models of a comparison of policies predicted, in files of its job: a worker that dies goes on."""

from hashlib import sha256
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import pandas as pd

from core.lake.write import replacing
from core.stats.predictions import Predictions


class PastPredictions:
    """Files of one past; of another one (rows, labels or recipe changed meanwhile) nothing is known."""

    def __init__(self, work: Path, recipe: str, periods: list[pd.DataFrame]) -> None:
        """Of the folder of a job.

        Args:
            work: the folder.
            recipe: that is fitted.
            periods: rows to learn from, and those of each period.
        """
        digest = sha256(recipe.encode())
        for period in periods:
            digest.update(pd.util.hash_pandas_object(period, index=False).to_numpy().tobytes())
        self._folder = work / f"policies-{digest.hexdigest()[:16]}"

    def read(self, model: int, period: int) -> Predictions | None:
        """What a model predicted in a period; None where no whole file says it."""
        try:
            with self._path(model, period).open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                return Predictions(arrays["probabilities"], arrays["predicted"])
        except (OSError, ValueError, KeyError, BadZipFile):
            return None

    def write(self, model: int, period: int, predictions: Predictions) -> None:
        """Keep it; a crash leaves the whole file or none."""
        target = self._path(model, period)
        with replacing(target, target.with_suffix(".partial.npz")) as partial:
            np.savez(partial, probabilities=predictions.probabilities, predicted=predictions.predicted)

    def _path(self, model: int, period: int) -> Path:
        return self._folder / f"model-{model}-period-{period}.npz"
