"""From where on a version may be judged: after what it learnt from and the labels that it waited for."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pandas as pd

from core.lake.row_locations import label_lag
from core.model import ModelSpec
from core.store.engine import reading
from core.store.experiments import deployments, holdouts, trials
from core.store.ingestion import batches
from core.store.workspace import Workspace
from core.training.split import after, before


@dataclass(frozen=True, slots=True)
class FairStart:
    """Where the rows begin that a version has not learnt from.

    Attributes:
        place: a moment or the number of a row; empty: from the first row of the log on.
        beyond: whether the row at that place was learnt from, too.
        guard: what is known of its training rows, for people.
    """

    place: str
    beyond: bool
    guard: str

    def rows(self, table: pd.DataFrame) -> "pd.Series[bool]":
        """Which rows of a table may be counted."""
        if not self.place:
            return pd.Series(data=True, index=table.index)
        return after(table, self.place) if self.beyond else ~before(table, self.place)


def fair_start(ws: Workspace, spec: ModelSpec, version: str) -> FairStart:
    """Of a version that was trained here, its training rows; of the first champion, the training window."""
    with reading(ws.engine) as session:
        trial = trials.by_version(session, spec.id, version)
        own = holdouts.get(session, trial.holdout_id) if trial and trial.holdout_id else None
        first = deployments.list_done(session, spec.id)[:1]
        live = batches.live(session, spec.id)
    if trial is not None and own is not None:
        until = trial.params.get("until")
        place = own.first if until is None else str(until)
        lag = label_lag(ws.settings, spec, live) if spec.roles.time is not None else None
        return FairStart(_later(place, lag), until is not None, "its training rows come before")
    trained = any(batch.kind == "training" for batch in live)
    if first and first[0].version == version and trained:
        return FairStart("", beyond=False, guard="its training rows are not part of the log")
    return FairStart("", beyond=False, guard="nothing is known of its training rows")


def _later(place: str, seconds: float | None) -> str:
    """The moment at which the labels of the rows before a place were known.

    >>> _later("2024-03-01T00:00:00", 86_400.0), _later("400", None)
    ('2024-03-02T00:00:00', '400')
    """
    if not seconds:
        return place
    return (datetime.fromisoformat(place) + timedelta(seconds=seconds)).isoformat()
