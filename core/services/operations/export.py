"""What leaves as a table: labels, annotations, a revision, experiments."""

from typing import Literal

import pandas as pd

from core.access import LOCAL
from core.services.annotation import export_annotations, revise
from core.services.dataset import rows
from core.services.experiments import retrain
from core.store import models
from core.store.annotation import revisions
from core.store.engine import reading
from core.store.workspace import Workspace

What = Literal["labels", "annotations", "revision", "experiments"]
LABELS = {"_id": "id", "_given": "given", "_label": "label"}


def table(ws: Workspace, name: str, what: What) -> pd.DataFrame:
    """The table of that name; labels and revisions as `id`, `given`, `label`.

    Raises:
        DataError: there is no such model.
    """
    if what == "experiments":
        return retrain.leaderboard(ws, name)
    if what == "annotations":
        return export_annotations.annotations(ws, name)
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
    frame = rows(ws, spec, columns=[])[list(LABELS)].rename(columns=LABELS)
    if what == "revision":
        settled = _corrections(ws, name)
        pairs = zip(frame["id"], frame["given"], strict=True)
        frame["label"] = pd.Series([settled.get(row, label) for row, label in pairs], dtype=object)
    return frame[frame["label"].notna()].reset_index(drop=True)


def _corrections(ws: Workspace, name: str) -> dict[str, str]:
    """Those of the newest revision; without any, one is cut."""
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
        newest = revisions.latest(session, spec.id)
        if newest is not None:
            return revisions.corrections(session, newest.id or 0)
    revise.cut(ws, name, LOCAL.name)
    return _corrections(ws, name)
