"""What a version predicted for rows of a holdout or of a delivery, kept so that nobody asks again."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from core.lake.rows import read_columns, to_frame
from core.lake.rows_view import prediction_columns
from core.lake.whole import damage
from core.lake.write import write_plain
from core.model import ModelSpec
from core.settings import Settings
from core.stats.predictions import Predictions, decisions


def path(settings: Settings, spec: ModelSpec, holdout: int, version: str) -> Path:
    """The file with a version's predictions."""
    return settings.lake / str(spec.id) / "answers" / f"holdout-{holdout}" / f"version-{version}.parquet"


def batch_path(settings: Settings, spec: ModelSpec, version: str, batch: int) -> Path:
    """The file with a version's predictions for the rows of a delivery."""
    return settings.lake / str(spec.id) / "answers" / f"version-{version}" / f"batch-{batch}.parquet"


def look_path(settings: Settings, spec: ModelSpec, shadow: int, look: int) -> Path:
    """The file with the rows that one look of a shadow counted."""
    return settings.lake / str(spec.id) / "answers" / f"shadow-{shadow}" / f"look-{look:06d}.parquet"


def is_whole(path: Path) -> bool:
    """Whether a file is there and can be read."""
    return path.exists() and damage(path) is None


def table(
    spec: ModelSpec,
    ids: "pd.Series[str] | list[str]",
    outputs: npt.NDArray[np.float64],
    decided: npt.NDArray[Any],
) -> pd.DataFrame:
    """Predictions with the ids of their rows: what `write` takes.

    Args:
        spec: the model.
        ids: of the rows.
        outputs: probabilities (n, classes), or numbers (n,) for regression.
        decided: class numbers (n,) as the model decided; for regression the numbers again.
    """
    columns = dict(zip(prediction_columns(spec), outputs.reshape(len(outputs), -1).T, strict=True))
    if spec.classes:
        columns["_prediction"] = np.array(spec.classes, dtype=object)[decided]
    return pd.DataFrame({"_id": list(ids), **columns})


def predictions(spec: ModelSpec, table: pd.DataFrame) -> Predictions:
    """The predictions in a table of rows, with the decisions that were made then."""
    numbers: npt.NDArray[np.float64] = table[prediction_columns(spec)].to_numpy(dtype=np.float64)
    if not spec.classes:
        return Predictions.from_outputs(numbers[:, 0])
    decided = pd.Index(spec.classes).get_indexer(pd.Index(table["_prediction"].astype(object)))
    made = decisions(numbers, spec.threshold)
    return Predictions(numbers, made if spec.threshold is not None else np.where(decided < 0, made, decided))


def columns(spec: ModelSpec) -> list[str]:
    """What is known of a prediction: the numbers, and the decision."""
    return list(dict.fromkeys([*prediction_columns(spec), "_prediction"]))


def read_first(paths: Sequence[Path], spec: ModelSpec, ids: "pd.Series[Any]") -> pd.DataFrame:
    """The predictions for these rows, in their order, each from the first file that has it; whole files.

    Args:
        paths: of files with predictions, all of the same version.
        spec: the model.
        ids: of the rows; those of which nothing was predicted are unknown.
    """
    known = read_columns(paths, ["_id", *columns(spec)])
    places = pc.index_in(
        pa.array(ids, pa.string()), value_set=known["_id"].cast(pa.string()).combine_chunks()
    )
    return to_frame(known.select(columns(spec)).take(places)).assign(_id=ids.to_numpy())


def write(target: Path, table: pd.DataFrame) -> None:
    """Write `_id` and the predictions; a crash leaves the old file, the new one or none.

    Ids and scores hardly repeat: a dictionary of them would take three times as long and more space.
    """
    decided = "_prediction" in table and not pd.api.types.is_numeric_dtype(table["_prediction"])
    write_plain(target, table, repeating=["_prediction"] if decided else False)


def read(source: Path, spec: ModelSpec, ids: list[str]) -> pd.DataFrame | None:
    """The predictions for these rows in this order; None when the file is missing, damaged or incomplete."""
    if not source.exists() or damage(source) is not None:
        return None
    cached = pd.read_parquet(source).set_index("_id").reindex(index=ids, columns=columns(spec))
    return None if cached.isna().any(axis=None) else cached.reset_index()
