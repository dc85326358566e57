"""Labelled rows of a period, each as the cells that its values fall into and the loss of its prediction."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import md5

import numpy as np

from core.health.profiles.feature_cells import cells_of
from core.health.profiles.layout import Layout
from core.health.profiles.log_rows import LogRows
from core.stats.arrays import Bools, Floats, Ints


@dataclass(frozen=True, slots=True)
class CellRows:
    """n labelled rows of a period, or a sample of them.

    Attributes:
        cells: (n, F) cell of every feature of the layout, each counted from 0.
        losses: (n,) what a row adds to the mean loss: 1 where it is wrong; of amounts the absolute error.
        outputs: (n, C) what the model gave (`Task.outputs`), NaN where a row has none; None: not read.
    """

    cells: Ints
    losses: Floats
    outputs: Floats | None = None

    def at(self, rows: Bools) -> "CellRows":
        """Some of the rows."""
        outputs = None if self.outputs is None else self.outputs[rows]
        return CellRows(self.cells[rows], self.losses[rows], outputs)


def cell_rows(layout: Layout, rows: LogRows, losses: Floats, outputs: Floats | None = None) -> CellRows:
    """Rows of a log as cells.

    Args:
        layout: the cells.
        rows: n rows.
        losses: (n,) their losses, NaN where no label counts: such rows are left out.
        outputs: (n, C) what the model gave.
    """
    labelled = ~np.isnan(losses)
    known = rows.at(labelled)
    places = [cells_of(feature, known.features[feature.name]) for feature in layout.features]
    cells = np.column_stack(places) if places else np.zeros((int(labelled.sum()), 0))
    return CellRows(cells.astype(np.int64), losses[labelled], None if outputs is None else outputs[labelled])


def sample(ids: Sequence[str], most: int) -> Ints:
    """Positions of at most so many rows, the same for the same ids in whatever order they come.

    >>> sample(["a", "b", "c"], 2).tolist(), sample(["c", "a", "b"], 2).tolist()
    ([0, 2], [1, 0])
    """
    order = sorted(range(len(ids)), key=lambda at: digest(ids[at]))
    return np.array(order[:most], dtype=np.int64)


def digest(row_id: str) -> str:
    """The name by which rows are sorted before some are taken: as good as chance, and the same everywhere."""
    return md5(row_id.encode(), usedforsecurity=False).hexdigest()
