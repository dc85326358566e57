"""Which column is the label, where nobody said it; and logs whose labels are still to come."""

from dataclasses import replace
from difflib import get_close_matches

import pandas as pd

from core.tables.roles.guess import ID_NAMES
from core.tables.roles.prediction_names import part_by_name, words
from core.tables.roles.requested_roles import Choice, RequestedRoles, UnsureRole
from core.tables.table import Table, require_rows
from core.tables.values.columns import kind_of

LABEL_NAMES = ("label", "target", "y", "class", "outcome", "truth", "ground_truth", "actual", "y_true")
MOST_CLASSES = 50
OFFERED = 4
ALIKE = 0.6
"""Share of letters from which on two names may be one that is mistyped: the default of difflib."""


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


def with_label_column(table: Table, requested: RequestedRoles, reasons: list[str]) -> Table:
    """A log without the column of the label has an empty one: its labels are still to come.

    Only where something says what the model answered, and no column is called alike: a name that is mistyped
    is refused.

    >>> table, reasons = Table(pd.DataFrame({"score": [0.1], "x": [2]}), "a.csv"), []
    >>> list(with_label_column(table, RequestedRoles("churned"), reasons).frame)
    ['score', 'x', 'churned']
    """
    columns, label = list(map(str, table.frame.columns)), requested.label
    if label in {*columns, *table.unread}:
        return table
    about = words(label)
    named = requested.prediction or requested.score or requested.scores or requested.scores_prefix
    others = [name for name in columns if not part_by_name(name, about)]
    alike = get_close_matches(label, others, cutoff=ALIKE) or {*map(str.lower, others)} & {*LABEL_NAMES}
    if alike or not (named or len(others) < len(columns)):
        return table
    reasons.append(f"There is no column {label!r} yet: labels are expected under this name.")
    return replace(table, frame=table.frame.assign(**{label: None}))


def _candidates(frame: pd.DataFrame) -> list[str]:
    """Columns that could be classes, the last of the file first: that is where labels usually stand."""
    counts = {str(name): frame[name].nunique() for name in frame.columns if kind_of(frame[name]) != "bytes"}
    few = [name for name, count in counts.items() if 1 < count <= MOST_CLASSES]
    numbers = [name for name in counts if kind_of(frame[name]) == "number" and name.lower() not in ID_NAMES]
    return list(dict.fromkeys([*reversed(few), *reversed(numbers)]))[:OFFERED]
