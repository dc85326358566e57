"""What experiments predict for the judged rows, kept in the lake: a cache, whose loss costs a fit."""

from dataclasses import dataclass, field
from pathlib import Path

from core.lake import prediction_cache
from core.services.experiments.search.search_data import SearchData
from core.settings import Settings
from core.stats.predictions import Predictions


@dataclass(frozen=True, slots=True)
class JudgedPredictions:
    """By the fingerprint of an experiment; read once."""

    settings: Settings
    data: SearchData
    _read: dict[str, Predictions] = field(default_factory=dict)

    def read(self, fingerprint: str) -> Predictions | None:
        """For the judged rows; None where nobody keeps them any more."""
        if fingerprint not in self._read:
            table = prediction_cache.read(self._file(fingerprint), self.data.spec, self.data.ids)
            if table is None:
                return None
            self._read[fingerprint] = prediction_cache.predictions(self.data.spec, table)
        return self._read[fingerprint]

    def write(self, fingerprint: str, predictions: Predictions) -> None:
        """Keep them."""
        spec = self.data.spec
        table = prediction_cache.table(spec, self.data.ids, predictions.outputs, predictions.predicted)
        prediction_cache.write(self._file(fingerprint), table)
        self._read[fingerprint] = predictions

    def _file(self, fingerprint: str) -> Path:
        folder = self.settings.lake / str(self.data.spec.id) / "answers" / "search"
        return folder / f"{fingerprint}.parquet"
