"""What a version said about the rows of a holdout, kept so that nobody has to score them again."""

from pathlib import Path

import pandas as pd

from core.frames.spec import ModelSpec
from core.lake.view import score_columns
from core.lake.write import write_plain
from core.settings import Settings


def path(settings: Settings, spec: ModelSpec, holdout: int, version: str) -> Path:
    """The file with a version's answers."""
    return settings.lake / str(spec.id) / "answers" / f"holdout-{holdout}" / f"version-{version}.parquet"


def write(target: Path, answers: pd.DataFrame) -> None:
    """Write `_id` and the scores; a crash leaves the old file, the new one or none."""
    write_plain(target, answers)


def read(source: Path, spec: ModelSpec, ids: list[str]) -> pd.DataFrame | None:
    """The scores for these rows in this order; None when the file is missing or lacks a row."""
    if not source.exists():
        return None
    found = pd.read_parquet(source).set_index("_id").reindex(ids)[score_columns(spec)]
    return None if found.isna().any(axis=None) else found.reset_index()
