"""The rows of a model as every use case reads them: files, late labels and settled annotations joined."""

import pandas as pd

from core.lake.paths import Part
from core.lake.rows import read_rows
from core.model import ModelSpec
from core.store.annotation import events
from core.store.engine import reading
from core.store.ingestion import batches
from core.store.workspace import Workspace


def rows(
    ws: Workspace,
    spec: ModelSpec,
    *,
    part: Part = "all",
    columns: list[str] | None = None,
    ids: list[str] | None = None,
    chunks: list[str] | None = None,
) -> pd.DataFrame:
    """Canonical rows in order of arrival (`core.lake.rows_view.rows_sql` says which columns)."""
    with reading(ws.engine) as session:
        live = batches.live(session, spec.id)
        corrections = events.corrections(session, spec.id)
    return read_rows(
        ws.settings,
        spec,
        live,
        part=part,
        columns=columns,
        ids=ids,
        chunks=chunks,
        corrections=corrections,
    )


def features(spec: ModelSpec, frame: pd.DataFrame) -> pd.DataFrame:
    """The columns that the model reads: its features, or the item for an image or a text."""
    columns = [spec.roles.item] if spec.roles.item else list(spec.roles.features)
    return frame[columns]
