"""Suspected labels: what the page, the queue and the command line ask for."""

from collections.abc import Sequence
from typing import Literal

import pandas as pd

from core.errors import DataError
from core.services.label_errors.card import card
from core.services.label_errors.views import ScanSummary
from core.store import audit, models
from core.store.annotation import suspects as kept
from core.store.annotation import tasks
from core.store.annotation.suspects import RankedSuspect
from core.store.engine import reading, writing
from core.store.experiments import holdouts
from core.store.tables import Scan
from core.store.workspace import Workspace

__all__ = ["card", "export", "latest", "send", "suspects"]

NEWEST_VERDICTS = 50
AUDIT_EVERY = 20
COLUMNS = ["id", "given", "suggested", "p_error", "impact", "rank", "reasons", "state"]
EXPORTED = ["id", "given", "suggested", "p_error", "impact", "rank", "reasons"]


def latest(ws: Workspace, name: str) -> ScanSummary | None:
    """The newest search of the model, or None."""
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
        scan = kept.latest(session, spec.id)
        if scan is None:
            return None
        settled, accepted = kept.count_verdicts(session, spec.id, NEWEST_VERDICTS)
    return _summary(scan, settled, accepted)


def _summary(scan: Scan, settled: int, accepted: int) -> ScanSummary:
    document = {"points": [], **scan.summary, "pairs": [tuple(pair) for pair in scan.summary["pairs"]]}
    return ScanSummary(
        id=scan.id or 0, created_at=scan.created_at, settled=settled, accepted=accepted, **document
    )


def suspects(
    ws: Workspace,
    name: str,
    *,
    pair: tuple[str, str] | None = None,
    reason: str | None = None,
    segment: tuple[str, str] | None = None,
    state: str | None = None,
    search: str | None = None,
    sort: Literal["impact", "likelihood"] = "impact",
    limit: int | None = None,
) -> pd.DataFrame:
    """The suspects that may be shown: flagged, and not kept apart for comparisons unless settled.

    Args:
        ws: the workspace.
        name: of the model.
        pair: only this (given, suggested).
        reason: only those with this reason (`core.services.label_errors.labelled_rows.reason_names`).
        segment: only this (column, value).
        state: "new", "sent" or "settled".
        search: part of the id.
        sort: by impact (the order of the queue) or by likelihood.
        limit: at most so many.
    """
    ranked = [
        item
        for item in _visible_suspects(ws, name, flagged=True)
        if pair in (None, (item.suspect.given, item.suspect.suggested))
        and (reason is None or reason in item.suspect.detail["reasons"])
        and (segment is None or item.suspect.detail.get("segments", {}).get(segment[0]) == segment[1])
        and state in (None, item.state)
        and (search or "") in item.suspect.row_id
    ]
    frame = _frame(ranked)
    if sort == "likelihood":
        frame = frame.sort_values(["p_error", "rank"], ascending=[False, True], ignore_index=True)
    return frame.head(limit) if limit is not None else frame


def _visible_suspects(ws: Workspace, name: str, *, flagged: bool) -> list[RankedSuspect]:
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
        scan = kept.latest(session, spec.id)
        if scan is None:
            return []
        apart = holdouts.row_ids(session, spec.id)
        ranked = kept.list_suspects(session, scan, flagged=flagged)
    return [item for item in ranked if item.state == "settled" or item.suspect.row_id not in apart]


def _frame(ranked: Sequence[RankedSuspect]) -> pd.DataFrame:
    rows = [{**item.suspect.model_dump(), "id": item.suspect.row_id, "state": item.state} for item in ranked]
    return pd.DataFrame(rows, columns=COLUMNS)


def send(ws: Workspace, name: str, row_ids: Sequence[str], by: str, number: int | None = None) -> int:
    """Ask experts about these suspects; gives how many questions were added.

    Every twentieth question is a random scanned row, asked without a suggestion: only so the number of
    wrong labels that nobody suspected can be estimated.

    Args:
        ws: the workspace.
        name: of the model.
        row_ids: the suspects, in the order of the list.
        by: who sends them.
        number: of questions in all; those that the list does not fill are the next ones in rank.
            Default: the suspects and the random rows beside them.
    """
    offered = {
        item.suspect.row_id: item
        for item in _visible_suspects(ws, name, flagged=False)
        if item.state == "new"
    }
    selected = [offered.pop(row) for row in dict.fromkeys(row_ids) if row in offered]
    if number is not None:
        places = number - number // AUDIT_EVERY
        selected = [*selected, *offered.values()][:places]
    selected_ids = {item.suspect.row_id for item in selected}
    rest = [item for row, item in offered.items() if row not in selected_ids]
    new = [_question(item) for item in selected] + _audits(selected, rest)
    with writing(ws.engine) as session:
        spec = models.spec(session, name)
        count = tasks.create(session, spec.id, new)
        audit.add(session, spec.id, by, "send suspects", {"questions": count, "suspects": len(selected)})
    return count


def _question(item: RankedSuspect) -> tasks.NewTask:
    suspect = item.suspect
    return tasks.NewTask(
        row_id=suspect.row_id,
        priority=float(suspect.rank),
        given=suspect.given,
        suggested=suspect.suggested,
        reasons=suspect.reasons,
    )


def _audits(selected: Sequence[RankedSuspect], rest: Sequence[RankedSuspect]) -> list[tasks.NewTask]:
    beside = selected[AUDIT_EVERY - 2 :: AUDIT_EVERY - 1]
    drawn = pd.Series(range(len(rest))).sample(min(len(beside), len(rest)), random_state=len(rest))
    return [
        tasks.NewTask(
            row_id=rest[i].suspect.row_id,
            priority=item.suspect.rank + 0.5,
            kind="audit",
            given=rest[i].suspect.given,
            blind=True,
        )
        for i, item in zip(drawn, beside, strict=False)
    ]


def export(ws: Workspace, name: str, top: int | None = None) -> pd.DataFrame:
    """Every scanned row, best first, as the `suspects` command writes it.

    Raises:
        DataError: nothing was searched yet, or suspects cannot be found here.
    """
    summary = latest(ws, name)
    if summary is None:
        raise DataError("No suspects were looked for yet.", f"Run `python -m core suspects {name}` first.")
    if summary.refused is not None:
        raise DataError(summary.refused, "Ask several experts about the same rows instead.")
    frame = _frame(_visible_suspects(ws, name, flagged=False))[EXPORTED]
    frame["reasons"] = [" | ".join(why) for why in frame["reasons"]]
    return frame.head(top) if top is not None else frame
