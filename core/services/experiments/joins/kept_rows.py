"""The file of a joined source in the lake: written once under the hash of its rows, never changed."""

import hashlib
from pathlib import Path

import pandas as pd

from core.errors import StoreError
from core.lake.whole import damage
from core.lake.write import write_plain
from core.model import JoinedSource, ModelSpec
from core.settings import Settings
from core.tables.values.content_hash import content_hash
from core.training.joined.joined_columns import JoinedColumns
from core.training.joined.source_rows import SourceRows

KEY, MOMENT = "_key", "_moment"


def path(settings: Settings, model_id: int, digest: str) -> Path:
    """Where the rows of a digest lie."""
    return settings.lake / str(model_id) / "joined" / f"{digest}.parquet"


def keep(settings: Settings, spec: ModelSpec, source: SourceRows, how: tuple[str | None, ...]) -> str:
    """Write the rows; gives the SHA-256 of them and of how they are joined.

    Args:
        settings: with the place of the lake.
        spec: the model.
        source: what is kept.
        how: columns by which they are joined: the same rows joined otherwise are another experiment.
    """
    moments = {} if source.moments is None else {MOMENT: source.moments}
    frame = pd.DataFrame({KEY: source.keys, **moments}).join(source.values)
    frame = frame.sort_values([KEY, *moments], kind="stable", ignore_index=True)
    texts = frame.assign(**{name: column.map(str) for name, column in moments.items()})
    digest = hashlib.sha256(f"{how} {content_hash(texts)}".encode()).hexdigest()
    target = path(settings, spec.id, digest)
    if not target.exists():
        write_plain(target, frame)
    return digest


def read(settings: Settings, spec: ModelSpec, joined: JoinedSource) -> JoinedColumns:
    """The step that adds the columns of a joined source under their full names.

    Raises:
        StoreError: its file is gone or damaged.
    """
    file = path(settings, spec.id, joined.digest)
    if not file.exists() or damage(file) is not None:
        raise StoreError(
            f"The rows of the source {joined.name} are gone or damaged ({file}).",
            f"Join it again from {joined.address}, or restore a backup.",
        )
    frame = pd.read_parquet(file)
    return step_of(
        spec,
        joined,
        SourceRows(
            keys=frame[KEY],
            moments=frame.get(MOMENT),
            values=frame[list(joined.columns)],
            times=(),
            left_out=(),
            without_key=0,
        ),
    )


def step_of(spec: ModelSpec, joined: JoinedSource, source: SourceRows) -> JoinedColumns:
    """The step that looks these rows up."""
    step = JoinedColumns(joined.on, spec.roles.time if joined.time else None, joined.digest)
    values = source.values.rename(columns={name: f"{joined.name}.{name}" for name in source.values.columns})
    return step.keep(source.keys, source.moments, values)


def replace_source(sources: tuple[JoinedSource, ...], new: JoinedSource) -> tuple[JoinedSource, ...]:
    """The sources with this one in the place of the one of its name.

    >>> from dataclasses import replace
    >>> old = JoinedSource("w", "w.csv", "k", "k", None, "1", ("a",), 1.0)
    >>> [one.digest for one in replace_source((old,), replace(old, digest="2"))]
    ['2']
    """
    return (*(one for one in sources if one.name != new.name), new)
