"""What experts' answers teach about the newest search: probabilities, ranks, the number. No fit."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.label_errors import rank
from core.label_errors.label_noise import Errors, progress
from core.label_errors.recalibration import Reviews, recalibrate
from core.label_errors.search import curve
from core.services.label_errors.record import curve_digits
from core.stats.arrays import Bools, Floats, Ints
from core.store import models
from core.store.annotation import estimates, events, suspects, tasks
from core.store.engine import reading, writing
from core.store.workspace import Workspace

FRONT = 1_000
"""Rows at the head of the list, before and after, that are ranked anew: not a million each time."""
MOVED = 0.005
"""Of other rows, probabilities that moved by less are left as they are: on a page they look the same."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """What stands in place of the same fields of a search's summary.

    Attributes:
        flagged: suspects that no expert has settled.
        errors: estimated number of wrong labels.
        pairs: (given, suggested, open suspects, expected errors among them).
        curve: answers to come and errors found by them.
        decided: after how many answers the interval was first narrow enough to stop; None before.
    """

    flagged: int
    errors: Errors
    pairs: list[list[Any]]
    curve: dict[str, list[float]]
    decided: int | None


def learn(ws: Workspace, name: str) -> dict[str, Any]:
    """Take the answers so far into account; gives how many there are. Nothing is done without a search."""
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
        scan = suspects.latest(session, spec.id)
        number = events.last_seq(session, spec.id)
        rows = suspects.scores(session, scan) if scan else pd.DataFrame()
        before = estimates.of_scan(session, scan) if scan else {}
        settled = events.corrections(session, spec.id)
        drawn = tasks.rows_of_kind(session, spec.id, "audit")
    if scan is None or rows.empty:
        return {"answers": 0}
    reviews = _reviews(rows, settled, drawn)
    pair = _pair_numbers(rows) if spec.classes else None
    p_error, errors = recalibrate(rows["prior"].to_numpy(), reviews, pair)
    after = _rank(rows, p_error, ~reviews.reviewed)
    document = _document(after, reviews.reviewed, errors, before.get("decided"), classes=bool(spec.classes))
    with writing(ws.engine) as session:
        suspects.update_scores(session, scan, _changes(rows, after))
        estimates.write(session, scan.id or 0, number, asdict(document))
    return {"answers": errors.reviewed}


def _reviews(rows: pd.DataFrame, settled: Mapping[str, str], drawn: Collection[str]) -> Reviews:
    labels = rows["row_id"].map(settled)
    reviewed = labels.notna()
    arrays = (reviewed, reviewed & (labels != rows["given"]), rows["row_id"].isin(drawn))
    return Reviews(*(values.to_numpy(dtype=bool) for values in arrays))


def _pair_numbers(rows: pd.DataFrame) -> Ints:
    numbers = rows.groupby(["given", "suggested"]).ngroup()
    return np.asarray(numbers, dtype=np.int64)


def _rank(rows: pd.DataFrame, p_error: Floats, unsettled: Bools) -> pd.DataFrame:
    """The rows with their new probabilities, and those at the head of the list with new ranks."""
    before = rows["p_error"].to_numpy()
    worth = np.divide(rows["impact"], before, out=np.zeros(len(rows)), where=before > 0)
    impact = np.asarray(worth * p_error)
    queue = rank.order(impact, p_error, unsettled)
    front = (rows["rank"] <= FRONT).to_numpy() | rows["flagged"].to_numpy(dtype=bool)
    front[queue[:FRONT]] = True
    ranks = rows["rank"].to_numpy().copy()
    ranks[queue[front[queue]]] = np.sort(ranks[front])
    return rows.assign(p_error=p_error, impact=impact, rank=ranks)


def _changes(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    moved = (after["p_error"] - before["p_error"]).abs() >= MOVED
    return after[moved | (after["rank"] != before["rank"])]


def _document(
    after: pd.DataFrame, reviewed: Bools, errors: Errors, decided: int | None, *, classes: bool
) -> Learnt:
    flagged = after["flagged"].to_numpy(dtype=bool) & ~reviewed
    queue: Ints = np.argsort(after["rank"].to_numpy())
    gain = curve(after["p_error"].to_numpy(), errors, queue, flagged)
    now = errors.reviewed if progress(errors, len(after)).decided else None
    return Learnt(
        flagged=int(flagged.sum()),
        errors=errors,
        pairs=_pairs(after[flagged]) if classes else [],
        curve=curve_digits(gain),
        decided=decided or now,
    )


def _pairs(open_suspects: pd.DataFrame) -> list[list[Any]]:
    """Every pair of labels that occurs, most suspects first."""
    grouped = open_suspects.groupby(["given", "suggested"])["p_error"].agg(["size", "sum"])
    ordered = grouped.sort_values("size", ascending=False, kind="stable").reset_index()
    return [
        [label, suggested, int(n), float(p)] for label, suggested, n, p in ordered.itertuples(index=False)
    ]
