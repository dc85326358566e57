"""Rows without a label, asked about first where an answer teaches most."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from core.annotation.first_labels import first_labels, margins
from core.annotation.rules import RULES, FirstRules
from core.errors import DataError
from core.jobs.spec import Progress, quiet
from core.label_errors.neighbours import project
from core.lake.rows_view import score_columns
from core.model import ModelSpec
from core.services.dataset import features, rows
from core.services.label_errors.companions import item_vectors
from core.services.label_errors.embeddings import embed
from core.stats.arrays import Floats, Ints
from core.store import audit, models
from core.store.annotation import tasks
from core.store.engine import reading, writing
from core.store.workspace import Workspace

ACTION = "ask for first labels"
APART = 2.0
"""Suspects have their ranks as priorities: two of them are asked about for each row without a label."""


def ask(
    ws: Workspace,
    name: str,
    by: str,
    count: int,
    progress: Progress = quiet,
    rules: FirstRules = RULES.first,
) -> int:
    """Ask experts about rows without a label; gives how many were added to the queue.

    Rows whose label may still come by itself are left out where it is known how long labels take.

    Args:
        ws: the workspace.
        name: of the model.
        by: who asks, for the record.
        count: most rows.
        progress: how far it is; an encoder may have to see the rows first.
        rules: which rows come first.

    Raises:
        DataError: the model predicts numbers, or no such row has probabilities.
    """
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
        queued = {row for row, state in tasks.states(session, spec.id).items() if state != "withdrawn"}
    progress(0.0, "Reading the rows without a label")
    frame = _candidates(ws, spec, queued, rules)
    sure = margins(frame[score_columns(spec)].to_numpy(dtype=np.float64))
    embedded = embed(ws, spec, frame, progress)
    table = features(spec, frame)
    vectors = item_vectors(spec, table) if embedded is None else project(embedded.vectors)
    queue = first_labels(sure, vectors, count, rules)
    with writing(ws.engine) as session:
        added = tasks.create(session, spec.id, list(_tasks(spec, frame, queue)))
        audit.add(session, spec.id, by, ACTION, {"questions": added, "of": len(frame)})
    return added


def _candidates(ws: Workspace, spec: ModelSpec, queued: set[str], rules: FirstRules) -> pd.DataFrame:
    if not spec.classes:
        raise DataError(
            f"{spec.name} predicts numbers: how sure it is of one is not known.",
            "Send some of its rows to Relabel from Suspects.",
        )
    frame = rows(ws, spec, part="log")
    unlabelled = frame["_label"].isna() & frame["_mature"].astype(bool) & ~frame["_id"].isin(list(queued))
    usable = frame[unlabelled & frame[score_columns(spec)].notna().all(axis=1)]
    if usable.empty:
        raise DataError(
            f"No row of {spec.name} waits for a label: {int(unlabelled.sum()):,} without one have no scores "
            "by which to choose, the others have a label, are asked about or may still get one.",
            "Send rows with the scores of the model, or ask about suspects.",
        )
    return usable.tail(rules.newest).reset_index(drop=True)


def _tasks(spec: ModelSpec, frame: pd.DataFrame, queue: Ints) -> Iterator[tasks.NewTask]:
    scores: Floats = frame[score_columns(spec)].to_numpy(dtype=np.float64)[queue]
    likely = np.argsort(-scores, axis=1, kind="stable")[:, :2]
    for place, (row, order) in enumerate(zip(queue, likely, strict=True), start=1):
        first, second = (f"{spec.classes[k]} {100 * scores[place - 1, k]:.0f} %" for k in order)
        yield tasks.NewTask(
            row_id=str(frame["_id"].iloc[row]),
            priority=APART * place + 0.5,
            kind="unlabelled",
            suggested=spec.classes[order[0]],
            reasons=[f"It has no label, and the model is not sure: {first}, {second}."],
        )
