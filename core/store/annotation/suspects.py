"""Scans and their suspects: written in one transaction; the newest one, and what experts made of it."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
from sqlalchemy import bindparam
from sqlmodel import Session, and_, case, col, delete, func, insert, select, update

from core.store.experiments import holdouts
from core.store.sealed import suspects as digests
from core.store.tables import HoldoutRow, LabelCurrent, LabelTask, Scan, Suspect

AT_ONCE = 5_000
SUSPECT: Any = Suspect.__table__  # type: ignore[attr-defined]


def add(
    session: Session,
    model_id: int,
    fingerprint: str,
    summary: dict[str, Any],
    suspects: Sequence[dict[str, Any]],
) -> int:
    """Store a scan with its rows; the rows of the model's older scans go, their summaries stay."""
    older = select(Scan.id).where(Scan.model_id == model_id)
    session.exec(delete(Suspect).where(col(Suspect.scan_id).in_(older)))
    scan = Scan(model_id=model_id, fingerprint=fingerprint, rows=len(suspects), summary=summary)
    session.add(scan)
    session.flush()
    if scan.id is None:
        raise ValueError("the scan was not stored")
    for start in range(0, len(suspects), AT_ONCE):
        rows = [
            {**row, "scan_id": scan.id, "digest": digests.digest(row)}
            for row in suspects[start : start + AT_ONCE]
        ]
        session.execute(insert(Suspect), rows)
    return scan.id


def latest(session: Session, model_id: int) -> Scan | None:
    """The newest scan of the model."""
    mine = select(Scan).where(Scan.model_id == model_id)
    return session.exec(mine.order_by(col(Scan.id).desc()).limit(1)).first()


def scans(session: Session, model_id: int) -> list[Scan]:
    """Every scan of the model, oldest first."""
    return list(session.exec(select(Scan).where(Scan.model_id == model_id).order_by(col(Scan.id))).all())


SCORES = ["row_id", "given", "suggested", "prior", "p_error", "impact", "rank", "flagged"]


def scores(session: Session, scan: Scan) -> pd.DataFrame:
    """The rows of a scan, with `SCORES`; of those that the models cannot judge `prior` is NaN."""
    columns = [col(getattr(Suspect, name)) for name in SCORES]
    query = select(*columns).where(Suspect.scan_id == scan.id)
    return pd.DataFrame(session.exec(query).all(), columns=SCORES).astype({"prior": float})


OPINIONS = ["row_id", "given", "suggested", "prior"]


def model_opinions(session: Session, model_id: int) -> pd.DataFrame:
    """What the newest search thinks of rows with annotations, with `OPINIONS`, where that is independent.

    Without rows that experts had settled before it, whose labels it judged, and without those that are kept
    apart for comparisons, of which nobody may see what models think.
    """
    scan = latest(session, model_id)
    if scan is None:
        return pd.DataFrame(columns=OPINIONS)
    columns = [col(getattr(Suspect, name)) for name in OPINIONS]
    settled = LabelCurrent.state == "settled"
    apart = holdouts.rows_apart(model_id).where(col(HoldoutRow.row_id) == Suspect.row_id).exists()
    query = (
        select(*columns)
        .join(
            LabelCurrent, and_(LabelCurrent.model_id == model_id, col(LabelCurrent.row_id) == Suspect.row_id)
        )
        .where(Suspect.scan_id == scan.id, col(Suspect.prior).is_not(None))
        .where(case((settled, col(LabelCurrent.updated_at) >= scan.created_at), else_=~apart))
    )
    return pd.DataFrame(session.exec(query).all(), columns=OPINIONS)


def update_scores(session: Session, scan: Scan, rows: pd.DataFrame) -> None:
    """Write the probabilities, impacts and ranks of these rows."""
    columns = ["row_id", "p_error", "impact", "rank"]
    changed = [
        {
            **{f"new_{name}": value for name, value in zip(columns, row, strict=True)},
            "half": digests.score_half(*row),
        }
        for row in rows[columns].itertuples(index=False, name=None)
    ]
    statement = (
        update(SUSPECT)
        .where(SUSPECT.c.scan_id == scan.id, SUSPECT.c.row_id == bindparam("new_row_id"))
        .values(
            {name: bindparam(f"new_{name}") for name in columns[1:]}
            | {"digest": func.substr(SUSPECT.c.digest, 1, digests.HALF).concat(bindparam("half"))}
        )
    )
    for start in range(0, len(changed), AT_ONCE):
        session.connection().execute(statement, changed[start : start + AT_ONCE])


def is_damaged(session: Session, scan: Scan) -> bool:
    """Whether a row of the scan is not what was written; all of them are read."""
    names = digests.COLUMNS
    columns = [col(getattr(Suspect, name)) for name in (*names, "digest")]
    rows = session.exec(select(*columns).where(Suspect.scan_id == scan.id)).all()
    whole = (digests.is_whole(dict(zip(names, row, strict=False)), row[-1]) for row in rows)
    return not all(whole)


def count_verdicts(session: Session, model_id: int, newest: int) -> tuple[int, int]:
    """Of the newest settled suggestions: how many there are and how many experts accepted."""
    same = and_(LabelTask.model_id == LabelCurrent.model_id, col(LabelTask.row_id) == LabelCurrent.row_id)
    query = (
        select(LabelTask.suggested, LabelCurrent.label)
        .join(LabelCurrent, same)
        .where(
            LabelTask.model_id == model_id,
            LabelTask.kind == "suspect",
            LabelCurrent.state == "settled",
            col(LabelTask.suggested).is_not(None),
        )
        .order_by(col(LabelCurrent.updated_at).desc())
        .limit(newest)
    )
    rows = session.exec(query).all()
    return len(rows), sum(suggested == label for suggested, label in rows)
