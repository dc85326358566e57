"""The rows of a model as every use case reads them: files, late labels and settled annotations joined."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from core.lake.paths import Part
from core.lake.rows import read_rows
from core.model import ModelSpec
from core.store.annotation import events
from core.store.engine import reading
from core.store.ingestion import batches
from core.store.workspace import Workspace

if TYPE_CHECKING:
    import pyarrow as pa


def rows(
    ws: Workspace,
    spec: ModelSpec,
    *,
    part: Part = "all",
    columns: list[str] | None = None,
    fields: Sequence[str] | None = None,
    ids: "list[str] | pa.Array | None" = None,
    chunks: list[str] | None = None,
    until: int | None = None,
    measuring: bool = False,
) -> pd.DataFrame:
    """Canonical rows in order of arrival (`core.lake.rows_view.rows_sql` says which columns).

    `fields`: of the canonical columns only these, `_id` among them.
    `until`: of the log only what deliveries up to this one brought.
    `measuring`: without labels that experts gave to rows of which a model was not sure.
    """
    with reading(ws.engine) as session:
        live = batches.live(session, spec.id)
        corrections = events.corrections(session, spec.id, measuring=measuring)
    known = [batch for batch in live if until is None or batch.kind != "predictions" or batch.id <= until]
    return read_rows(
        ws.settings,
        spec,
        tuple(known),
        part=part,
        columns=columns,
        fields=fields,
        ids=ids,
        chunks=chunks,
        corrections=corrections,
    )


def features(spec: ModelSpec, frame: pd.DataFrame, *versions: Any) -> pd.DataFrame:
    """The columns that the model reads: its features, or the item for an image or a text.

    Args:
        spec: the model.
        frame: canonical rows, or rows as they came.
        versions: fitted estimators that may read other columns of the rows besides: those by which the
            columns of a source are looked up.
    """
    columns = [spec.roles.item] if spec.roles.item else list(spec.roles.features)
    read = dict.fromkeys(str(name) for one in versions for name in getattr(one, "feature_names_in_", ()))
    beside = columns_beside(spec, frame, [name for name in read if name not in columns])
    return frame[columns].assign(**beside) if beside else frame[columns]


def columns_beside(spec: ModelSpec, frame: pd.DataFrame, names: Iterable[str]) -> "dict[str, pd.Series[Any]]":
    """Those of the named columns that the rows have, id and time under the names that rows arrive with."""
    canonical = {spec.roles.time: "_time", spec.roles.id: "_id"}
    places = {name: canonical.get(name, name) for name in names}
    return {
        name: frame[place if place in frame else name]
        for name, place in places.items()
        if place in frame or name in frame
    }
