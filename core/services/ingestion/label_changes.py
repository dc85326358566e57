"""What the labels of a delivery do: how many say something else than before, and which are of no class."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from core.lake.rows import read_rows
from core.model import ModelSpec
from core.store.workspace import Workspace
from core.tables.deliveries import LiveBatches

SHOWN = 20
"""Names of classes that are kept of a delivery."""


def changed_labels(ws: Workspace, spec: ModelSpec, live: LiveBatches, rows: pd.DataFrame) -> int:
    """How many of the rows had another label before.

    Args:
        ws: the stores.
        spec: the model.
        live: deliveries of before.
        rows: canonical rows that came before, `_id` and `_label` among their columns.
    """
    labelled = rows[rows["_label"].notna()]
    if labelled.empty:
        return 0
    before = read_rows(
        ws.settings, spec, live, columns=[], fields=["_id", "_seq", "_given"], ids=labelled["_id"].tolist()
    )
    known = before.set_index("_id")["_given"].reindex(labelled["_id"])
    differs = known.to_numpy() != labelled["_label"].to_numpy()
    return int((known.notna().to_numpy() & differs).sum())


def unknown_classes(spec: ModelSpec, labels: "pd.Series[str]") -> dict[str, int]:
    """Labels that are no class of the model -> how many, the most frequent first.

    >>> from core.model import Roles
    >>> spec = ModelSpec(0, "m", "binary", "record", ("no", "yes"), Roles("y"), "m", "f1", 0.1, "month")
    >>> unknown_classes(spec, pd.Series(["yes", "maybe", None, "maybe"]))
    {'maybe': 2}
    """
    if not spec.classes:
        return {}
    strange = labels[labels.notna() & ~labels.isin(spec.classes)].value_counts()
    return {str(name): int(count) for name, count in strange.head(SHOWN).items()}


def describe(batch: Mapping[str, Any]) -> list[str]:
    """What somebody who sent a delivery should know of its labels; `batch` is its report as JSON.

    >>> describe({"labelled": 110, "changed": 1, "unknown": {"paused": 10}})[0]
    '1 of 110 labels is another one than before.'
    """
    notes, changed = [], batch.get("changed", 0)
    if changed:
        other = "is another one" if changed == 1 else "are others"
        notes.append(f"{changed:,} of {batch['labelled']:,} labels {other} than before.")
    unknown: Mapping[str, int] = batch.get("unknown", {})
    if unknown:
        named = ", ".join(f"{name!r} ({count:,})" for name, count in unknown.items())
        notes.append(f"No class of the model: {named}. No number counts them: correct them or add the class.")
    return notes
