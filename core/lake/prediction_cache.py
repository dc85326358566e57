"""What a version said about the rows of a holdout, kept so that nobody has to score them again."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.lake.rows_view import prediction_columns
from core.lake.whole import damage
from core.lake.write import write_plain
from core.model import ModelSpec
from core.settings import Settings


def path(settings: Settings, spec: ModelSpec, holdout: int, version: str) -> Path:
    """The file with a version's answers."""
    return settings.lake / str(spec.id) / "answers" / f"holdout-{holdout}" / f"version-{version}.parquet"


def table(
    spec: ModelSpec,
    ids: "pd.Series[str] | list[str]",
    said: npt.NDArray[np.float64],
    decided: npt.NDArray[Any],
) -> pd.DataFrame:
    """Answers with the ids of their rows: what `write` takes.

    Args:
        spec: the model.
        ids: of the rows.
        said: probabilities (n, classes), or numbers (n,) for regression.
        decided: class numbers (n,) as the model decided; for regression the numbers again.
    """
    columns = dict(zip(prediction_columns(spec), said.reshape(len(said), -1).T, strict=True))
    if spec.classes:
        columns["_prediction"] = np.array(spec.classes, dtype=object)[decided]
    return pd.DataFrame({"_id": list(ids), **columns})


def values(spec: ModelSpec, answers: pd.DataFrame) -> tuple[npt.NDArray[np.float64], npt.NDArray[Any]]:
    """The answers in a table of rows: what `table` was given."""
    found: npt.NDArray[np.float64] = answers[prediction_columns(spec)].to_numpy(dtype=np.float64)
    if not spec.classes:
        return found[:, 0], found[:, 0]
    decided = pd.Index(spec.classes).get_indexer(pd.Index(answers["_prediction"].astype(object)))
    return found, np.where(decided < 0, found.argmax(axis=1), decided)


def columns(spec: ModelSpec) -> list[str]:
    """What is known of an answer: the numbers, and the decision."""
    return list(dict.fromkeys([*prediction_columns(spec), "_prediction"]))


def write(target: Path, answers: pd.DataFrame) -> None:
    """Write `_id` and the answers; a crash leaves the old file, the new one or none."""
    write_plain(target, answers)


def read(source: Path, spec: ModelSpec, ids: list[str]) -> pd.DataFrame | None:
    """The answers to these rows in this order; None when the file is missing, damaged or lacks something."""
    if not source.exists() or damage(source) is not None:
        return None
    found = pd.read_parquet(source).set_index("_id").reindex(index=ids, columns=columns(spec))
    return None if found.isna().any(axis=None) else found.reset_index()
