"""Rows of a holdout that a version has learnt from, whichever holdout it was made with."""

from typing import Any

from core.lake.rows import read_rows
from core.model import ModelSpec
from core.services.experiments.trial_data import content_columns
from core.store.engine import reading
from core.store.experiments import holdouts
from core.store.ingestion import batches
from core.store.tables import Holdout, Trial
from core.store.workspace import Workspace

NOT_TRAINED_HERE = {"keys": 0, "contents": 0, "passed": True, "known": False}


def leak_on(ws: Workspace, spec: ModelSpec, trial: Trial | None, holdout: Holdout) -> dict[str, Any]:
    """Rows of a holdout that a version has learnt from, by key and by content.

    Of the holdout that it was made with, what was counted then. Of a later one, all labelled rows that it
    can have learnt from count: those before its own holdout, of a refit all up to the newest it learnt from.
    """
    from core.training.split import after, before, leak, usable

    if trial is None or trial.holdout_id in {None, holdout.id}:
        return dict(trial.params.get("leak", NOT_TRAINED_HERE) if trial else NOT_TRAINED_HERE)
    with reading(ws.engine) as session:
        own = holdouts.get(session, trial.holdout_id or 0)
        ids = list(holdouts.labels(session, holdout.id or 0))
        live = batches.live(session, spec.id)
        upto = batches.newest_at(session, spec.id, trial.created_at)
    content, until = content_columns(spec), trial.params.get("until")
    known = tuple(batch for batch in live if batch.id <= upto)
    rows = usable(read_rows(ws.settings, spec, known, columns=content))
    learnt = rows[before(rows, own.first) if until is None else ~after(rows, until)]
    return leak(learnt, read_rows(ws.settings, spec, live, columns=content, ids=ids), content)
