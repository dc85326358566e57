"""Which column is the label, where nobody said it."""

import pandas as pd

from core.tables.roles.guess import ID_NAMES
from core.tables.roles.requested_roles import Choice, UnsureRole
from core.tables.table import Table, require_rows
from core.tables.values.columns import kind_of

LABEL_NAMES = ("label", "target", "y", "class", "outcome", "truth", "ground_truth", "actual", "y_true")
MOST_CLASSES = 50
OFFERED = 4


def guess_label(table: Table) -> tuple[str, str]:
    """The column of the label and why.

    Raises:
        UnsureRole: no name says so; offers the columns with the fewest different values.

    >>> from core.tables.table import Table
    >>> guess_label(Table(pd.DataFrame({"x": [0.1, 0.2], "label": ["no", "yes"]}), "a.csv"))[0]
    'label'
    """
    require_rows(table)
    names = {str(name).lower(): str(name) for name in table.frame.columns}
    for usual in LABEL_NAMES:
        if usual in names:
            return names[usual], f"{names[usual]!r} is the label, by its name."
    offered = _candidates(table.frame)
    raise UnsureRole(
        f"{table.source}: which column is the label, the truth that is known later?",
        "Say it with --label COLUMN.",
        "--label",
        tuple(Choice(name, {"label": name}) for name in offered),
    )


def _candidates(frame: pd.DataFrame) -> list[str]:
    """Columns that could be classes, the last of the file first: that is where labels usually stand."""
    counts = {str(name): frame[name].nunique() for name in frame.columns if kind_of(frame[name]) != "bytes"}
    few = [name for name, count in counts.items() if 1 < count <= MOST_CLASSES]
    numbers = [name for name in counts if kind_of(frame[name]) == "number" and name.lower() not in ID_NAMES]
    return list(dict.fromkeys([*reversed(few), *reversed(numbers)]))[:OFFERED]
