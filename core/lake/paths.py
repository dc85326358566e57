"""Where a batch lies in the lake. A file exists only when a `batch` row names its hash."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from core.model import ModelSpec
from core.settings import Settings
from core.tables.deliveries import WAITING, LiveBatches

Part = Literal["training", "log", "all"]
FOLDERS = {"predictions": "log", "labels": "labels"}


@dataclass(frozen=True, slots=True)
class LakeFile:
    """One Parquet file: which part of the lake, and the id of the batch that wrote it.

    `corrects` unless every row of the batch was new.
    """

    path: Path
    part: str
    batch: int
    corrects: bool = True


def training_file(settings: Settings, model_id: int, content_hash: str) -> Path:
    """The file of a training batch."""
    return settings.lake / str(model_id) / "training" / f"{content_hash}.parquet"


def chunk_file(settings: Settings, model_id: int, kind: str, chunk: str, content_hash: str) -> Path:
    """The file of one chunk of a batch of predictions or labels."""
    return settings.lake / str(model_id) / FOLDERS[kind] / chunk / f"{content_hash}.parquet"


def row_files(
    settings: Settings,
    spec: ModelSpec,
    batches: LiveBatches,
    part: Part = "all",
    chunks: list[str] | None = None,
) -> list[LakeFile]:
    """The files that hold rows of these chunks, in order of arrival."""
    files = []
    for batch in batches:
        keys = [chunk for chunk in batch.chunks if chunks is None or chunk in chunks]
        if batch.kind == "training" and part != "log" and keys:
            path = training_file(settings, spec.id, batch.content_hash)
            files.append(LakeFile(path, "training", batch.id, batch.replaced != 0))
        elif batch.kind == "predictions" and part != "training":
            paths = [chunk_file(settings, spec.id, batch.kind, chunk, batch.content_hash) for chunk in keys]
            files += [LakeFile(path, "log", batch.id, batch.replaced != 0) for path in paths]
    return files


def label_files(
    settings: Settings, spec: ModelSpec, batches: LiveBatches, chunks: list[str] | None = None
) -> list[LakeFile]:
    """The files of labels that came later than their rows, or before them, in order of arrival."""
    return [
        LakeFile(chunk_file(settings, spec.id, "labels", chunk, batch.content_hash), "labels", batch.id)
        for batch in batches
        if batch.kind == "labels"
        for chunk in batch.chunks
        if chunks is None or chunk in chunks or chunk == WAITING
    ]
