"""Cut a revision: freeze which labels hold now, so that an experiment can name what it learned from."""

import pandas as pd

from core.lake.rows import read_rows
from core.model import ModelSpec
from core.services.annotation.views import RevisionView
from core.store import audit, models
from core.store.annotation import events, revisions
from core.store.engine import reading, writing
from core.store.ingestion import batches
from core.store.tables import Revision
from core.store.workspace import Workspace


def cut(ws: Workspace, name: str, by: str) -> RevisionView:
    """Freeze the present labels; when nothing changed since, the revision that is there already.

    Raises:
        DataError: there is no such model.
    """
    from core.training.fingerprint import digest

    with reading(ws.engine) as session:
        spec = models.spec(session, name)
        live = batches.live(session, spec.id)
        settled = events.corrections(session, spec.id)
        seq = events.last_seq(session, spec.id)
    frame = read_rows(ws.settings, spec, live, columns=[], corrections=settled)
    changed = changes(frame, settled)
    content = {
        "files": sorted([batch.kind, batch.content_hash] for batch in live),
        "corrections": changed,
        "as_of": spec.as_of,
    }
    return _store(ws, spec, changed, digest(content), seq, int(frame["_label"].notna().sum()), by)


def _store(
    ws: Workspace, spec: ModelSpec, changed: dict[str, str], content: str, seq: int, rows: int, by: str
) -> RevisionView:
    new = Revision(
        model_id=spec.id,
        number=0,
        content_hash=content,
        event_seq=seq,
        rows=rows,
        created_by=by,
    )
    with writing(ws.engine) as session:
        revision = revisions.add(session, new, changed)
        if revision is new:
            body = {"number": revision.number, "corrections": len(changed), "rows": rows}
            audit.add(session, spec.id, by, "revision", body)
        return view(revision)


def changes(frame: pd.DataFrame, settled: dict[str, str]) -> dict[str, str]:
    """Those settled labels that differ from the given ones: a confirmed label changes no data.

    Of regression a number is its shortest exact text, which is also how a revision's hash spells it.
    """
    rows = frame[frame["_id"].isin(list(settled))]
    differs = rows["_label"].notna() & (rows["_label"] != rows["_given"])
    return dict(zip(rows.loc[differs, "_id"], map(str, rows.loc[differs, "_label"]), strict=True))


def latest(ws: Workspace, name: str) -> RevisionView | None:
    """The newest revision; None before the first one."""
    with reading(ws.engine) as session:
        row = revisions.latest(session, models.spec(session, name).id)
    return view(row) if row is not None else None


def view(row: Revision) -> RevisionView:
    """A stored revision for people."""
    return RevisionView(
        row.id or 0,
        row.number,
        row.content_hash,
        row.event_seq,
        row.rows,
        row.corrected,
        row.created_by,
        row.created_at,
    )
