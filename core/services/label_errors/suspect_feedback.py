"""One annotation of one suspect, made beside its card: the same event as one made on the Relabel page."""

import time
from typing import Literal
from uuid import uuid4

from core.errors import LabelError
from core.services.annotation import annotate
from core.services.label_errors import suspect_list
from core.store import models
from core.store.annotation import suspect_query, suspects, tasks
from core.store.annotation.suspect_query import SuspectFilter
from core.store.engine import reading
from core.store.workspace import Workspace

Choice = Literal["agree", "keep", "unsure"]
HOLDER = "suspects page"


def give(ws: Workspace, name: str, row_id: str, choice: Choice, by: str) -> None:
    """Ask about the suspect if nobody has yet, and annotate it.

    Raises:
        LabelError: the row is not among the suspects, or the annotation was refused.
    """
    only = SuspectFilter(row_ids=[row_id])
    suspect_list.send(ws, name, only, by)
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
        scan = suspects.latest(session, spec.id)
        ranked = suspect_query.list_suspects(session, scan, only) if scan else []
        queued = tasks.of_rows(session, spec.id, [row_id])
    if not ranked or not queued:
        raise LabelError(f"Row {row_id!r} cannot be answered here.", "Find suspects again, or pick another.")
    suspect = ranked[0].suspect
    annotation = {
        "uid": str(uuid4()),
        "task": queued[0].id,
        "action": "unsure" if choice == "unsure" else "label",
        "label": suspect.suggested if choice == "agree" else suspect.given,
        "at": int(time.time() * 1000),
    }
    _, refused = annotate.save(ws, annotate.open_desk(ws, name, by, HOLDER), [annotation])
    if refused:
        raise LabelError(refused[0]["message"], refused[0]["hint"])
