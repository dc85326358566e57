"""Some labelled rows of the lake as cells and losses: what the account of a fall is priced from."""

from collections.abc import Mapping

import numpy as np

from core.health.profiles.cell_rows import CellRows
from core.health.profiles.layout import Layout
from core.lake.paths import Part
from core.lake.profile.counting import counting_of
from core.lake.profile.placed_rows import placed_rows
from core.lake.rows import connect
from core.lake.rows_view import NO_CORRECTIONS, rows_sql
from core.model import ModelSpec
from core.settings import Settings
from core.tables.deliveries import LiveBatches


def sample_rows(
    settings: Settings,
    spec: ModelSpec,
    batches: LiveBatches,
    layout: Layout,
    *,
    part: Part,
    chunks: list[str],
    most: int,
    corrections: Mapping[str, str] = NO_CORRECTIONS,
) -> CellRows:
    """At most so many labelled rows of these chunks, the same ones every time (`cell_rows.sample`).

    Labels count as in `profile_chunks`.
    """
    columns = [feature.name for feature in layout.features]
    rows = rows_sql(
        settings, spec, batches, part=part, chunks=chunks, columns=columns, corrections=corrections
    )
    labelled = (
        f"SELECT * FROM ({rows}) WHERE _label IS NOT NULL AND (_part = 'training' OR _mature) "
        f"ORDER BY md5(_id) LIMIT {most}"
    )
    cells = ", ".join(f"f{at}" for at in range(len(columns)))
    loss = "(1 - coalesce((y = p)::INT, 0))::DOUBLE" if layout.classes else "abs(e)"
    known = "y" if layout.classes else "e"
    terms = [f"b{k} / {layout.bins}" for k in layout.scored] if layout.classes else ["_prediction"]
    outputs = ", ".join(f"coalesce({term}, 'nan')::DOUBLE AS o{at}" for at, term in enumerate(terms))
    with connect(settings, spec) as connection:
        types = {name: kind for name, kind, *_ in connection.execute(f"DESCRIBE {rows}").fetchall()}
        placed = placed_rows(labelled, spec, layout, types, chunks)
        connection.execute(counting_of(layout).table_sql(placed, layout, cells=True))
        read = connection.execute(
            f"SELECT {cells}, {loss}, {outputs} FROM t WHERE {known} IS NOT NULL"
        ).fetchnumpy()
    values, at = [np.asarray(column) for column in read.values()], len(columns)
    places, losses, read_outputs = values[:at], values[at], values[at + 1 :]
    return CellRows(
        np.column_stack(places).astype(np.int64), losses.astype(np.float64), np.column_stack(read_outputs)
    )
