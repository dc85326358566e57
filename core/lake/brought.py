"""Which delivery brought the rows of a chunk: the cells of columns, counted by delivery."""

from collections.abc import Sequence

import numpy as np

from core.health.profiles.layout import Feature
from core.lake.cells import cell_sql
from core.lake.paths import row_files
from core.lake.rows import connect
from core.lake.rows_view import newest_versions_sql
from core.model import ModelSpec
from core.settings import Settings
from core.stats.arrays import Counts
from core.tables.deliveries import LiveBatches


def cells_by_batch(
    settings: Settings, spec: ModelSpec, batches: LiveBatches, chunk: str, features: Sequence[Feature]
) -> dict[int, dict[str, Counts]]:
    """Batch -> feature -> (M,) rows in its cells, of one chunk of the log, in order of arrival."""
    files = row_files(settings, spec, batches, "log", [chunk])
    with connect(settings, spec) as connection:
        connection.execute(f"CREATE TEMP TABLE chunk AS {newest_versions_sql(files, [chunk])}")
        types = {name: kind for name, kind, *_ in connection.execute("DESCRIBE chunk").fetchall()}
        counted: dict[int, dict[str, Counts]] = {}
        for feature in features:
            query = (
                f"SELECT _order, {cell_sql(feature, types[feature.name])} AS cell, count(*) "
                "FROM chunk GROUP BY ALL ORDER BY _order"
            )
            for batch, cell, rows in connection.execute(query).fetchall():
                by_feature = counted.setdefault(int(batch), {})
                cells = by_feature.setdefault(feature.name, np.zeros(feature.size, dtype=np.int64))
                cells[int(cell)] = rows
    return counted
