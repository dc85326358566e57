"""What a version said about the rows of a holdout, kept so that nobody has to score them again."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.frames.spec import ModelSpec
from core.lake.view import answer_columns
from core.lake.write import write_plain
from core.settings import Settings


def path(settings: Settings, spec: ModelSpec, holdout: int, version: str) -> Path:
    """The file with a version's answers."""
    return settings.lake / str(spec.id) / "answers" / f"holdout-{holdout}" / f"version-{version}.parquet"


def table(spec: ModelSpec, ids: "pd.Series[str] | list[str]", said: npt.NDArray[np.float64]) -> pd.DataFrame:
    """Answers, (n, classes) or (n,), with the ids of their rows: what `write` takes."""
    columns = answer_columns(spec)
    return pd.DataFrame({"_id": list(ids), **dict(zip(columns, said.reshape(len(said), -1).T, strict=True))})


def values(spec: ModelSpec, answers: pd.DataFrame) -> npt.NDArray[np.float64]:
    """The answers in a table of rows: (n, classes) probabilities, or (n,) numbers for regression."""
    found: npt.NDArray[np.float64] = answers[answer_columns(spec)].to_numpy(dtype=np.float64)
    return found if spec.classes else found[:, 0]


def write(target: Path, answers: pd.DataFrame) -> None:
    """Write `_id` and the answers; a crash leaves the old file, the new one or none."""
    write_plain(target, answers)


def read(source: Path, spec: ModelSpec, ids: list[str]) -> pd.DataFrame | None:
    """The answers to these rows in this order; None when the file is missing or lacks a row."""
    if not source.exists():
        return None
    found = pd.read_parquet(source).set_index("_id").reindex(ids)[answer_columns(spec)]
    return None if found.isna().any(axis=None) else found.reset_index()
