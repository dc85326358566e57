"""The sources: where data keep coming from, and how far each was read."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlmodel import Session, col, delete, func, select

from core.errors import BusyError, DataError
from core.store.tables import Arrival, Source, SourceFile
from core.store.types import now

LONGEST_PAUSE = timedelta(hours=1)
MOST_DOUBLINGS = 8


def add(session: Session, new: Source) -> Source:
    """Store a source; one that was removed comes back with what it had read, so that nothing counts twice.

    Raises:
        DataError: it is there already.
    """
    same = select(Source).where(
        Source.model_id == new.model_id, Source.address == new.address, Source.kind == new.kind
    )
    row = session.exec(same).one_or_none()
    if row is None:
        row = new
    elif row.state != "removed":
        raise DataError(f"{new.address} is a source already (number {row.id}).", "Nothing was changed.")
    else:
        if row.watermark_column != new.watermark_column:
            row.watermark, row.seen = None, b""
        row.watermark_column, row.look_back = new.watermark_column, new.look_back
        row.every_seconds, row.created_by, row.state = new.every_seconds, new.created_by, "on"
        row.failures, row.message, row.polled_at = 0, "", None
    session.add(row)
    session.flush()
    return row


def get(session: Session, source_id: int) -> Source:
    """The source of that number.

    Raises:
        DataError: there is none, or it was removed.
    """
    row = session.get(Source, source_id)
    if row is None or row.state == "removed":
        raise DataError(f"There is no source {source_id}.", "See `python -m core source list NAME`.")
    return row


def list_sources(session: Session, model_id: int) -> list[Source]:
    """The sources of a model in order of their numbers, without those that were removed."""
    mine = select(Source).where(Source.model_id == model_id, Source.state != "removed")
    return list(session.exec(mine.order_by(col(Source.id))).all())


def due(session: Session, moment: datetime) -> list[Source]:
    """The sources that are to be looked at by now."""
    rows = session.exec(select(Source).where(Source.state == "on").order_by(col(Source.id))).all()
    return [row for row in rows if next_at(row) <= moment]


def next_at(row: Source) -> datetime:
    """When a source is to be looked at next: after failures less and less often, but at least every hour."""
    if row.polled_at is None:
        return row.created_at
    pause = timedelta(seconds=row.every_seconds)
    patient = pause * 2 ** min(row.failures, MOST_DOUBLINGS)
    latest: datetime = row.polled_at + max(pause, min(patient, LONGEST_PAUSE))
    return latest


def record_poll(session: Session, source_id: int, problem: str = "") -> None:
    """Write down that a source was looked at; a problem lengthens the time to the next look."""
    row = session.get_one(Source, source_id)
    row.polled_at, row.message = now(), problem
    row.failures = row.failures + 1 if problem else 0


def advance(session: Session, source_id: int, before: str | None, watermark: str, digests: bytes) -> None:
    """Move the watermark, in the transaction that takes the rows in.

    Raises:
        BusyError: somebody else moved it meanwhile.
    """
    row = session.exec(select(Source).where(Source.id == source_id).with_for_update()).one()
    if row.watermark != before:
        raise BusyError("Somebody else reads this source.", "Nothing was taken in twice; it goes on later.")
    row.watermark, row.seen = watermark, digests


def files(session: Session, source_id: int) -> Mapping[str, SourceFile]:
    """Path -> what is known of the files that the source looked at."""
    rows = session.exec(select(SourceFile).where(SourceFile.source_id == source_id)).all()
    return {row.path: row for row in rows}


def know(session: Session, file: SourceFile) -> None:
    """Write down what became of a file."""
    session.merge(file)


def forget_refused(session: Session, source_id: int) -> None:
    """Look again at the files that were refused."""
    mine = col(SourceFile.source_id) == source_id
    session.exec(delete(SourceFile).where(mine, col(SourceFile.refused).is_(True)))


def outcomes(session: Session, model_id: int) -> dict[int, dict[str, tuple[int, int]]]:
    """Source -> outcome of its deliveries -> how many, and rows in all."""
    counted = select(Arrival.source_id, Arrival.outcome, func.count(), func.sum(Arrival.rows))
    rows = session.exec(
        counted.where(Arrival.model_id == model_id, col(Arrival.source_id).is_not(None)).group_by(
            col(Arrival.source_id), col(Arrival.outcome)
        )
    ).all()
    counts: dict[int, dict[str, tuple[int, int]]] = {}
    for source_id, outcome, count, total in rows:
        counts.setdefault(source_id or 0, {})[outcome] = (count, int(total or 0))
    return counts
