"""What is kept of a search: the summary document and one row for each scanned row."""

from typing import Any

import numpy as np
import pandas as pd

from core.label_errors.dataset import Problem
from core.label_errors.judgement import Judgement, pairs
from core.label_errors.search import SearchResult
from core.model import ModelSpec


def refused_summary(on: str, problem: Problem, judgement: Judgement) -> dict[str, Any]:
    """The summary of a search that cannot work here."""
    return {
        "on": on,
        "rows": len(problem.ids),
        "flagged": 0,
        "refused": judgement.refused,
        "errors": None,
        "knowledge": judgement.knowledge,
        "models": _models(judgement),
        "pairs": [],
        "points": [],
        "curve": None,
        "changed": None,
        "unjudged": int((~judgement.judged).sum()),
    }


def summary(
    on: str, problem: Problem, judgement: Judgement, search: SearchResult, changed: str | None
) -> dict[str, Any]:
    """The summary of a finished search; a page reads only this and the flagged rows."""
    errors = judgement.errors
    return {
        **refused_summary(on, problem, judgement),
        "flagged": int(search.flagged.sum()),
        "errors": {
            "value": errors.value,
            "low": errors.low,
            "high": errors.high,
            "reviewed": errors.reviewed,
        },
        "pairs": [list(pair) for pair in pairs(judgement, problem, search.flagged)],
        "curve": {name: [round(float(v), 2) for v in values] for name, values in search.curve.items()},
        "changed": None if changed is None else {"from": changed, "rows": int(judgement.changed.rows.sum())},
    }


def _models(judgement: Judgement) -> list[dict[str, Any]]:
    return [
        {"name": name, "weight": round(float(weight), 4), "log_loss": round(float(loss), 4)}
        for name, weight, loss in zip(judgement.names, judgement.weights, judgement.losses, strict=True)
    ]


def found_rows(
    spec: ModelSpec, frame: pd.DataFrame, problem: Problem, judgement: Judgement, search: SearchResult
) -> list[dict[str, Any]]:
    """The rows of table `suspect`: everything scanned, details only where there is an explanation."""
    place = {int(row): i for i, row in enumerate(search.explained)}
    segments = frame[list(spec.roles.segments)].astype(str)
    table = search.table
    records = []
    for record in table.to_dict("records"):
        item = {str(key): value for key, value in record.items()}
        row = int(item.pop("row"))
        why = item.pop("reasons")
        detail: dict[str, Any] = {"reasons": why}
        if row in place:
            detail |= _detail(problem, judgement, search, place[row])
        if item["flagged"] and not segments.empty:
            detail["segments"] = segments.iloc[row].to_dict()
        records.append({**item, "row_id": item.pop("id"), "reasons": list(why.values()), "detail": detail})
    return records


def _detail(problem: Problem, judgement: Judgement, search: SearchResult, i: int) -> dict[str, Any]:
    row = int(search.explained[i])
    best = judgement.members[:, row].argmax(axis=1)
    likely = judgement.members[np.arange(len(best)), row, best]
    near = search.near
    return {
        "votes": [
            [name, problem.classes[int(k)], round(float(p), 4)]
            for name, k, p in zip(judgement.names, best, likely, strict=True)
        ],
        "neighbours": [
            [problem.ids[int(other)], problem.classes[int(problem.current[other])], round(float(d), 4)]
            for other, d in zip(near.rows[i], near.distances[i], strict=True)
        ],
    }
