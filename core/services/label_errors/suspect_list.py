"""Suspected labels: what the page, the queue and the command line ask for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from core.errors import DataError
from core.label_errors.audit import draw
from core.label_errors.rules import RULES
from core.services.label_errors.card import card
from core.services.label_errors.views import ScanSummary
from core.store import audit, models
from core.store.annotation import estimates, suspect_query, tasks
from core.store.annotation import suspects as scans
from core.store.annotation.suspect_query import EVERY_ROW, Order, SuspectFilter
from core.store.engine import reading, writing
from core.store.tables import Scan, Suspect
from core.store.workspace import Workspace

__all__ = ["Order", "SuspectFilter", "card", "count_suspects", "export", "latest", "send", "suspects"]

NEWEST_VERDICTS = 50
ROUNDING = 1e-9
SUSPECTS = SuspectFilter(flagged=True, visible=True)
OFFERED = SuspectFilter(visible=True, state="new")
COLUMNS = ["id", "given", "suggested", "p_error", "impact", "rank", "reasons", "state"]
EXPORTED = ["id", "given", "suggested", "p_error", "impact", "rank", "reasons"]


def latest(ws: Workspace, name: str) -> ScanSummary | None:
    """The newest search of the model, or None."""
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
        scan = scans.latest(session, spec.id)
        if scan is None:
            return None
        settled, accepted = scans.count_verdicts(session, spec.id, NEWEST_VERDICTS)
        learnt = estimates.of_scan(session, scan)
    return _summary(scan, learnt, settled, accepted)


def _summary(scan: Scan, learnt: dict[str, Any], settled: int, accepted: int) -> ScanSummary:
    document = {"points": [], **scan.summary, **learnt}
    document["pairs"] = [tuple(pair) for pair in document["pairs"]]
    return ScanSummary(
        id=scan.id or 0, created_at=scan.created_at, settled=settled, accepted=accepted, **document
    )


def suspects(
    ws: Workspace, name: str, which: SuspectFilter = EVERY_ROW, *, limit: int | None = None
) -> pd.DataFrame:
    """The suspects that may be shown: flagged, and not kept apart for comparisons unless settled.

    Args:
        ws: the workspace.
        name: of the model.
        which: of them, and in which order.
        limit: at most so many.

    Returns:
        A row for each, with `COLUMNS`.
    """
    return _table(ws, name, which, SUSPECTS, limit=limit)


def count_suspects(ws: Workspace, name: str, which: SuspectFilter = EVERY_ROW) -> tuple[int, int]:
    """How many rows `suspects` has without a limit, and how many of them are new."""
    scan = _latest_scan(ws, name)
    if scan is None:
        return 0, 0
    with reading(ws.engine) as session:
        return suspect_query.count_suspects(session, scan, which, SUSPECTS)


def _latest_scan(ws: Workspace, name: str) -> Scan | None:
    with reading(ws.engine) as session:
        return scans.latest(session, models.spec(session, name).id)


def _table(ws: Workspace, name: str, *filters: SuspectFilter, limit: int | None) -> pd.DataFrame:
    scan = _latest_scan(ws, name)
    if scan is None:
        return pd.DataFrame(columns=COLUMNS)
    with reading(ws.engine) as session:
        rows = suspect_query.list_suspect_rows(session, scan, *filters, limit=limit)
    return pd.DataFrame(rows, columns=COLUMNS)


def send(ws: Workspace, name: str, which: SuspectFilter, by: str, number: int | None = None) -> int:
    """Ask experts about these rows; gives how many questions were added.

    A share of the questions are rows drawn at random, asked without a suggestion: only so the number of wrong
    labels that nobody suspected can be estimated. Their chances are written to the audit trail.

    Args:
        ws: the workspace.
        name: of the model.
        which: the rows, in the order in which they are asked about.
        by: who sends them.
        number: of questions in all; those that the filter does not fill are the next ones in its order.
            Default: the rows of the filter and the random rows beside them.
    """
    scan = _latest_scan(ws, name)
    selected = _select(ws, scan, which, number)
    share = RULES.audit.share
    drawn = _draw(
        ws, scan, which, selected, _audits(len(selected) / (1 - share) if number is None else number)
    )
    between = selected[:: max(len(selected) // max(len(drawn), 1), 1)]
    # asked in the order of the filter, in the places that these rows have among all questions
    places = sorted(suspect.rank for suspect in selected)
    new = [_question(suspect, place) for suspect, place in zip(selected, places, strict=True)]
    new += [_audit(row.suspect, near) for row, near in zip(drawn, between, strict=False)]
    body = {"suspects": len(selected), "drawn": {row.suspect.row_id: row.chance for row in drawn}}
    with writing(ws.engine) as session:
        spec = models.spec(session, name)
        count = tasks.create(session, spec.id, new)
        audit.add(session, spec.id, by, "send suspects", {"questions": count, **body})
    return count


def _audits(questions: float) -> int:
    """How many of so many questions are drawn at random."""
    return int(RULES.audit.share * questions + ROUNDING)


def _select(ws: Workspace, scan: Scan | None, which: SuspectFilter, number: int | None) -> list[Suspect]:
    """The new rows of the filter and, up to the number, the next ones in its order."""
    places = None if number is None else number - _audits(number)
    first = _list(ws, scan, which, OFFERED, limit=places)
    if places is None or len(first) == places:
        return first
    known = {suspect.row_id for suspect in first}
    following = _list(ws, scan, replace(OFFERED, sort=which.sort), limit=places)
    return [*first, *(suspect for suspect in following if suspect.row_id not in known)][:places]


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A row drawn at random, and the chance with which it was."""

    suspect: Suspect
    chance: float


def _draw(
    ws: Workspace, scan: Scan | None, which: SuspectFilter, selected: Sequence[Suspect], count: int
) -> list[_Drawn]:
    """So many new rows at random that neither pass the filter nor were selected.

    Ranks are tried in one random order of the whole scan, so that few rows are read, until there are enough
    to draw from; those that were asked about before are passed over.
    """
    if scan is None or count == 0:
        return []
    rng = np.random.default_rng(scan.id)
    order = rng.permutation(scan.rows) + 1
    candidates: list[Suspect] = []
    tried = 0
    while tried < len(order) and len(candidates) < count * RULES.audit.among:
        ranks = order[tried : tried + tasks.AT_ONCE].tolist()
        tried += len(ranks)
        among = SuspectFilter(ranks=ranks)
        passed = {suspect.row_id for suspect in (*selected, *_list(ws, scan, which, OFFERED, among))}
        offered = {suspect.rank: suspect for suspect in _list(ws, scan, OFFERED, among)}
        ordered = (offered[rank] for rank in ranks if rank in offered)
        candidates += [suspect for suspect in ordered if suspect.row_id not in passed]
    likely = np.array([row.p_error if row.prior is None else row.prior for row in candidates])
    made = draw(likely, np.zeros(len(candidates), dtype=bool), count, rng)
    share = tried / scan.rows
    return [
        _Drawn(candidates[row], round(float(chance) * share, 6))
        for row, chance in zip(made.rows, made.chances, strict=True)
    ]


def _list(
    ws: Workspace, scan: Scan | None, *filters: SuspectFilter, limit: int | None = None
) -> list[Suspect]:
    if scan is None:
        return []
    with reading(ws.engine) as session:
        ranked = suspect_query.list_suspects(session, scan, *filters, limit=limit)
    return [item.suspect for item in ranked]


def _question(suspect: Suspect, place: int) -> tasks.NewTask:
    return tasks.NewTask(
        row_id=suspect.row_id,
        priority=float(place),
        given=suspect.given,
        suggested=suspect.suggested,
        reasons=suspect.reasons,
    )


def _audit(suspect: Suspect, near: Suspect) -> tasks.NewTask:
    return tasks.NewTask(
        row_id=suspect.row_id, priority=near.rank + 0.5, kind="audit", given=suspect.given, blind=True
    )


def export(ws: Workspace, name: str, top: int | None = None, sort: Order = "likelihood") -> pd.DataFrame:
    """Every scanned row, first the likeliest error or what helps most, as the `suspects` command writes it.

    Raises:
        DataError: nothing was searched yet, or suspects cannot be found here.
    """
    summary = latest(ws, name)
    if summary is None:
        raise DataError("No suspects were looked for yet.", f"Run `python -m core suspects {name}` first.")
    if summary.refused is not None:
        raise DataError(summary.refused, "Ask several experts about the same rows instead.")
    frame = _table(ws, name, SuspectFilter(visible=True, sort=sort), limit=top)[EXPORTED]
    frame["rank"] = np.arange(1, len(frame) + 1)
    frame["reasons"] = [" | ".join(why) for why in frame["reasons"]]
    return frame
