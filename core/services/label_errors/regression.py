"""The search for suspects among labels that are numbers: the problem, and what is kept of it."""

from typing import Any

import numpy as np
import pandas as pd

from core.label_errors.cv_splits import time_blocks
from core.label_errors.regression.dataset import Amounts
from core.label_errors.regression.judgement import AmountJudgement, judge
from core.label_errors.regression.search import points, search, texts
from core.label_errors.search import SearchResult
from core.model import ModelSpec
from core.stats.arrays import Bools, Floats, Ints

MOST_POINTS = 400


def problem(frame: pd.DataFrame, settled: Bools, group: Ints, times: Floats | None) -> Amounts:
    """The labelled rows of a model of numbers."""
    current = frame["_label"].to_numpy(dtype=np.float64)
    labels = frame["_given"].to_numpy(dtype=np.float64)
    frozen = frame["_prediction"].to_numpy(dtype=np.float64)
    return Amounts(
        ids=tuple(frame["_id"]),
        # a row that had no label before an expert answered has nothing to suspect
        given=np.where(np.isnan(labels), current, labels),
        current=current,
        settled=settled,
        group=group,
        times=times,
        block=None if times is None else time_blocks(times),
        frozen=None if np.isnan(frozen).all() else frozen,
    )


def find(
    spec: ModelSpec,
    frame: pd.DataFrame,
    posed: Amounts,
    votes: tuple[dict[str, Floats], dict[str, Floats]],
    vectors: Floats,
    on: str,
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The summary and the rows to keep, as `review_record` makes them for classes."""
    judgement = judge(posed, *votes, vectors)
    document = _refusal_document(on, posed, judgement)
    if judgement.refused is not None:
        return document, []
    changed = month(judgement.changed.start)
    result = search(posed, judgement, vectors, changed=changed)
    errors = judgement.errors
    document |= {
        "flagged": int(result.flagged.sum()),
        "errors": {
            "value": errors.value,
            "low": errors.low,
            "high": errors.high,
            "reviewed": errors.reviewed,
        },
        "points": points(posed, judgement, result.flagged, MOST_POINTS),
        "curve": {name: [round(float(v), 2) for v in values] for name, values in result.curve.items()},
        "changed": None if changed is None else {"from": changed, "rows": int(judgement.changed.rows.sum())},
    }
    return document, _rows(spec, frame, posed, judgement, result)


def month(start: float | None) -> str | None:
    """The moment of a change in words."""
    return None if start is None else pd.Timestamp(int(start), unit="us").strftime("%b %Y")


def _refusal_document(on: str, posed: Amounts, judgement: AmountJudgement) -> dict[str, Any]:
    voters = zip(judgement.names, judgement.weights, judgement.losses, strict=True)
    return {
        "on": on,
        "rows": len(posed.ids),
        "flagged": 0,
        "refused": judgement.refused,
        "errors": None,
        "knowledge": judgement.knowledge,
        "models": [
            {"name": name, "weight": round(float(weight), 4), "mae": float(f"{loss:.6g}")}
            for name, weight, loss in voters
        ],
        "pairs": [],
        "points": [],
        "curve": None,
        "changed": None,
        "unjudged": 0,
    }


def _rows(
    spec: ModelSpec, frame: pd.DataFrame, posed: Amounts, judgement: AmountJudgement, result: SearchResult
) -> list[dict[str, Any]]:
    place = {int(row): i for i, row in enumerate(result.explained)}
    segments = frame[list(spec.roles.segments)].astype(str)
    labels = texts(posed.current)
    records = []
    for record in result.table.to_dict("records"):
        item = {str(key): value for key, value in record.items()}
        row, why = int(item.pop("row")), item.pop("reasons")
        detail: dict[str, Any] = {"reasons": why}
        if row in place:
            detail |= _detail(posed, judgement, result, place[row], labels)
        if item["flagged"] and not segments.empty:
            detail["segments"] = segments.iloc[row].to_dict()
        records.append({**item, "row_id": item.pop("id"), "reasons": list(why.values()), "detail": detail})
    return records


def _detail(
    posed: Amounts, judgement: AmountJudgement, result: SearchResult, i: int, labels: np.ndarray[Any, Any]
) -> dict[str, Any]:
    row, near = int(result.explained[i]), result.near
    predictions = zip(judgement.names, judgement.members[:, row], strict=True)
    return {
        "votes": [[name, f"{value:.6g}", None] for name, value in predictions],
        "interval": [float(f"{judgement.low[row]:.6g}"), float(f"{judgement.high[row]:.6g}")],
        "neighbours": [
            [posed.ids[int(other)], str(labels[int(other)]), round(float(d), 4)]
            for other, d in zip(near.rows[i], near.distances[i], strict=True)
        ],
    }
