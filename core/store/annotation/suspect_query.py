"""Rows of a scan as the database filters, orders and counts them: a page costs what stands on it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlmodel import Session, and_, case, col, false, func, or_, select

from core.store.experiments import holdouts
from core.store.sealed.suspects import COLUMNS, require_whole
from core.store.tables import HoldoutRow, LabelCurrent, LabelTask, Scan, Suspect

OPEN = ("open", "conflict")
TABLE = ("row_id", "given", "suggested", "p_error", "impact", "rank", "reasons")
"""What stands in a table of suspects, before the state."""
Order = Literal["impact", "likelihood"]


@dataclass(frozen=True, slots=True)
class SuspectFilter:
    """Which rows of a scan, and in which order; None and False leave nothing out.

    Attributes:
        flagged: only suspects.
        visible: only rows that may be shown: none that is kept apart for comparisons, unless it is settled.
        row_ids: only these.
        ranks: only those with these ranks.
        pair: only this (given, suggested).
        reason: only those with this reason (`core.services.label_errors.labelled_rows.reason_names`).
        segment: only this (column, value).
        state: new, sent (experts are being asked), settled, or open (not settled).
        search: part of the id.
        sort: by likelihood, or by impact (the order of the ranks).
    """

    flagged: bool = False
    visible: bool = False
    row_ids: Sequence[str] | None = None
    ranks: Sequence[int] | None = None
    pair: tuple[str, str] | None = None
    reason: str | None = None
    segment: tuple[str, str] | None = None
    state: str | None = None
    search: str | None = None
    sort: Order = "likelihood"


EVERY_ROW = SuspectFilter()


@dataclass(frozen=True, slots=True)
class RankedSuspect:
    """A suspect and its state; `hidden`: it may not be shown, so that comparisons stay fair."""

    suspect: Suspect
    state: str
    hidden: bool


def list_suspects(
    session: Session, scan: Scan, *filters: SuspectFilter, limit: int | None = None
) -> list[RankedSuspect]:
    """Rows of the scan that pass every filter, in the order of the first one; at most `limit`."""
    rows = _Rows(scan)
    query = rows.select(filters, Suspect, rows.state, ~rows.visible)
    ranked = [RankedSuspect(*row) for row in session.exec(_order(query, filters).limit(limit)).all()]
    for item in ranked:
        require_whole({name: getattr(item.suspect, name) for name in COLUMNS}, item.suspect.digest)
    return ranked


def list_suspect_rows(
    session: Session, scan: Scan, *filters: SuspectFilter, limit: int | None = None
) -> list[tuple[Any, ...]]:
    """The same rows without what speaks for and against them, for a table.

    Returns:
        (id, given, suggested, p_error, impact, rank, reasons, state) of each.

    Raises:
        DamagedDocument: a row is not what was written.
    """
    rows = _Rows(scan)
    columns = [getattr(Suspect, name) for name in COLUMNS]
    query = _order(rows.select(filters, *columns, Suspect.digest, rows.state), filters).limit(limit)
    tuples = []
    for *values, digest, state in session.exec(query).all():
        row = dict(zip(COLUMNS, values, strict=True))
        require_whole(row, digest)
        tuples.append((*(row[name] for name in TABLE), state))
    return tuples


def ranks(session: Session, scan: Scan, among: Sequence[str] | None = None) -> list[int]:
    """The ranks of all rows of the scan, or of those with one of these labels."""
    query = select(Suspect.rank).where(Suspect.scan_id == scan.id)
    if among is not None:
        query = query.where(col(Suspect.given).in_(among))
    return list(session.exec(query).all())


def count_suspects(session: Session, scan: Scan, *filters: SuspectFilter) -> tuple[int, int]:
    """How many rows of the scan pass every filter, and how many of them are new."""
    rows = _Rows(scan)
    new = func.sum(case((rows.conditions["new"], 1), else_=0))
    matching, new_ones = session.exec(rows.select(filters, func.count(), new)).one()
    return matching, new_ones or 0


def _order(query: Any, filters: Sequence[SuspectFilter]) -> Any:
    by_likelihood = bool(filters) and filters[0].sort == "likelihood"
    likely = [col(Suspect.p_error).desc()] if by_likelihood else []
    return query.order_by(*likely, col(Suspect.rank))


class _Rows:
    """SQL: the rows of a scan, and what is known of each elsewhere.

    Looked up row by row, not joined: of a join PostgreSQL reads every suspect and the whole holdout before it
    takes the first page.
    """

    def __init__(self, scan: Scan) -> None:
        self.scan = scan
        model_id, row_id = scan.model_id, col(Suspect.row_id)
        label = select(LabelCurrent.row_id).where(LabelCurrent.model_id == model_id)
        label = label.where(col(LabelCurrent.row_id) == row_id)
        task = select(LabelTask.id).where(LabelTask.model_id == model_id, col(LabelTask.row_id) == row_id)
        apart = holdouts.rows_apart(model_id).where(col(HoldoutRow.row_id) == row_id).exists()
        settled = label.where(LabelCurrent.state == "settled").exists()
        sent = or_(label.exists(), task.where(col(LabelTask.state).in_(OPEN)).exists())
        self.conditions = {"settled": settled, "open": ~settled, "sent": and_(sent, ~settled), "new": ~sent}
        self.state = case((settled, "settled"), (sent, "sent"), else_="new")
        self.visible = or_(~apart, settled)

    def select(self, filters: Sequence[SuspectFilter], *columns: Any) -> Any:
        conditions = [condition for which in filters for condition in self._conditions(which)]
        return select(*columns).select_from(Suspect).where(Suspect.scan_id == self.scan.id, *conditions)

    def _conditions(self, which: SuspectFilter) -> Iterator[Any]:
        if which.flagged:
            yield col(Suspect.flagged)
        if which.visible:
            yield self.visible
        if which.state is not None:
            yield self.conditions[which.state]
        if which.row_ids is not None:
            yield col(Suspect.row_id).in_(which.row_ids)
        if which.ranks is not None:
            yield col(Suspect.rank).in_(which.ranks)
        if which.pair is not None:
            yield and_(Suspect.given == which.pair[0], Suspect.suggested == which.pair[1])
        yield from _in_detail(which)
        if which.search:
            yield _contains(which.search)


def _contains(part: str) -> Any:
    """Not LIKE: SQLite's takes no notice of case, and % and _ are characters of ids."""
    if "\0" in part:  # PostgreSQL has no such text
        return false()
    return func.replace(col(Suspect.row_id), part, "") != Suspect.row_id


def _in_detail(which: SuspectFilter) -> Iterator[Any]:
    detail: Any = col(Suspect.detail)
    if which.reason is not None:
        yield detail["reasons"][which.reason].as_string().is_not(None)
    if which.segment is not None:
        column, value = which.segment
        yield detail["segments"][column].as_string() == value
