"""Suspected labels: what the page, the queue and the command line ask for."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from core.errors import DataError
from core.label_errors.audit import Standing
from core.label_errors.rules import RULES
from core.services.label_errors.card import card
from core.services.label_errors.views import ScanSummary
from core.store import models
from core.store.annotation import estimates, events, question_batches, suspect_query, tasks
from core.store.annotation import suspects as scans
from core.store.annotation.suspect_query import EVERY_ROW, OPEN, Order, SuspectFilter
from core.store.engine import reading, writing
from core.store.tables import Scan, Suspect
from core.store.workspace import Workspace

__all__ = [
    "Order",
    "SuspectFilter",
    "card",
    "count_suspects",
    "export",
    "latest",
    "send",
    "send_random",
    "suspects",
]

NEWEST_VERDICTS = 50
ROUNDING = 1e-9
FIRST = -1.0
"""Priority before all suspects, whose ranks begin with 1."""
BETWEEN = 0.49
"""What is added to a rank, at least and twice at most, for what is queued before the next one."""
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
    if "counted" in document:
        document["counted"] = Standing(**document["counted"])
    document["mixed_up"] = [(pair, Standing(**now)) for pair, now in document.get("mixed_up", [])]
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


def send(
    ws: Workspace, name: str, which: SuspectFilter, by: str, number: int | None = None, experts: int = 1
) -> int:
    """Ask experts about these rows; gives how many questions were added.

    A share of the questions are rows drawn at random, asked without a suggestion: only they say how many of
    the labels are wrong that nobody suspects (`core.label_errors.audit`). They stand evenly among the others.

    Args:
        ws: the workspace.
        name: of the model.
        which: the rows, in the order in which they are asked about.
        by: who sends them.
        number: of questions in all; those that the filter does not fill are the next ones in its order.
            Default: the rows of the filter and the random rows beside them.
        experts: how many different people are asked about each, before anything holds for it.
    """
    scan = _latest_scan(ws, name)
    picks = _select(ws, scan, which, number)
    share = RULES.audit.share
    size = int(len(picks) / (1 - share) + ROUNDING) if number is None else number
    return _send(ws, scan, by, size, picks, share, experts=experts)


def send_random(ws: Workspace, name: str, by: str, number: int, among: Sequence[str] | None = None) -> int:
    """Ask experts about so many rows drawn at random, before all others; gives how many were added.

    Args:
        ws: the workspace.
        name: of the model.
        by: who sends them.
        number: of rows.
        among: only rows with one of these two labels; None: all rows.
    """
    return _send(ws, _latest_scan(ws, name), by, number, [], 1.0, among)


def _send(
    ws: Workspace,
    scan: Scan | None,
    by: str,
    size: int,
    picks: Sequence[Suspect],
    share: float,
    among: Sequence[str] | None = None,
    experts: int = 1,
) -> int:
    """Up to `size` questions, of which a share are drawn; drawn rows that wait already come beside them."""
    if scan is None:
        return 0
    with reading(ws.engine) as session:
        known = events.last_seq(session, scan.model_id)
        annotated = events.first_opinions(session, scan.model_id)
        waiting = {row for row, state in tasks.states(session, scan.model_id).items() if state in OPEN}
        seed = (scan.id or 0, known, question_batches.count(session, scan.model_id))
    random_rows = (row for row in _random_rows(ws, scan, seed, among) if row.row_id not in annotated)
    queued = _interleave(picks, random_rows, waiting, size, share)
    batch = question_batches.QuestionBatch(
        scan=scan.id or 0,
        rows=list(queued),
        drawn=[place for place, (_, drawn) in enumerate(queued.values()) if drawn],
        known=known,
        among=among,
    )
    with writing(ws.engine) as session:
        count = tasks.create(session, scan.model_id, _tasks(list(queued.values()), experts))
        question_batches.add(session, scan.model_id, by, batch, count)
    return count


def _interleave(
    picks: Sequence[Suspect],
    random_rows: Iterator[Suspect],
    waiting: Collection[str],
    size: int,
    share: float,
) -> dict[str, tuple[Suspect, bool]]:
    """Row -> what is known of it, and whether it was drawn: in the order of the questions."""
    queued: dict[str, tuple[Suspect, bool]] = {}
    others = iter(picks)
    for place in range(size):
        draws = int((place + 1) * share + ROUNDING) > int(place * share + ROUNDING)
        for suspect in random_rows if draws else others:
            if suspect.row_id in queued:
                continue
            queued[suspect.row_id] = (suspect, draws)
            if not draws or suspect.row_id not in waiting:
                break
    return queued


def _select(ws: Workspace, scan: Scan | None, which: SuspectFilter, number: int | None) -> list[Suspect]:
    """The new rows of the filter and, up to the number, the next ones in its order."""
    first = _list(ws, scan, which, OFFERED, limit=number)
    if number is None or len(first) == number:
        return first
    known = {suspect.row_id for suspect in first}
    following = _list(ws, scan, replace(OFFERED, sort=which.sort), limit=number)
    return [*first, *(suspect for suspect in following if suspect.row_id not in known)]


def _random_rows(
    ws: Workspace, scan: Scan, seed: Sequence[int], among: Sequence[str] | None
) -> Iterator[Suspect]:
    """All rows of the scan, or those with one of the labels, in random order.

    Also those kept apart for comparisons: they are drawn whatever any model says of them, and asked blind.
    """
    with reading(ws.engine) as session:
        ranks = suspect_query.ranks(session, scan, among)
    order = np.random.default_rng(seed).permutation(np.sort(ranks)).tolist()
    for start in range(0, len(order), tasks.AT_ONCE):
        part = order[start : start + tasks.AT_ONCE]
        by_rank = {row.rank: row for row in _list(ws, scan, SuspectFilter(ranks=part))}
        yield from (by_rank[rank] for rank in part)


def _list(
    ws: Workspace, scan: Scan | None, *filters: SuspectFilter, limit: int | None = None
) -> list[Suspect]:
    if scan is None:
        return []
    with reading(ws.engine) as session:
        ranked = suspect_query.list_suspects(session, scan, *filters, limit=limit)
    return [item.suspect for item in ranked]


def _tasks(queued: Sequence[tuple[Suspect, bool]], experts: int) -> list[tasks.NewTask]:
    """The questions: suspects in the places that they have together among all; drawn rows between them."""
    places = iter(sorted(suspect.rank for suspect, drawn in queued if not drawn))
    new, at = [], FIRST
    for number, (suspect, drawn) in enumerate(queued):
        if drawn:
            priority = at + BETWEEN + BETWEEN * number / len(queued)
            new.append(
                tasks.NewTask(
                    suspect.row_id, priority, "audit", given=suspect.given, want=experts, blind=True
                )
            )
        else:
            at = float(next(places))
            new.append(
                tasks.NewTask(
                    suspect.row_id,
                    at,
                    given=suspect.given,
                    suggested=suspect.suggested,
                    reasons=suspect.reasons,
                    want=experts,
                )
            )
    return new


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
