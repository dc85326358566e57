"""Annotations as a table, a row for each event: the form in which they leave and come back."""

import json
from collections.abc import Iterable
from uuid import UUID, uuid5

import pandas as pd

from core.annotation.events import EventRecord

COLUMNS = ("uid", "id", "person", "action", "at", "label", "note", "supersedes", "shown", "mode", "ms")
NEEDED = frozenset({"uid", "id", "person", "action", "at", "label"})
"""Columns by which a table of events is known; it says whose they are, and when."""
IMPORT = "import"
"""The mode of annotations that came as a file."""
NAMESPACE = UUID("6d1a3c5e-6f0e-4d5e-9f6b-0d3b6a2f4c11")
"""Of the uids that are made from what an annotation says (UUID version 5, RFC 9562)."""


def as_table(records: Iterable[EventRecord]) -> pd.DataFrame:
    """The events as rows with the columns `COLUMNS`, in their order; times in UTC, to the microsecond."""
    rows = [
        (e.uid, e.row_id, e.person, e.action, e.at, e.label, e.note, e.supersedes, r.shown, r.mode, r.ms)
        for r in records
        for e in (r.event,)
    ]
    frame = pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)
    return frame.assign(
        at=pd.to_datetime(frame["at"], utc=True).astype("datetime64[us, UTC]"),
        ms=frame["ms"].astype("Int64"),
    )


def name_from(*parts: object) -> str:
    """A uid that follows from what it names."""
    return str(uuid5(NAMESPACE, json.dumps(parts, default=str)))
