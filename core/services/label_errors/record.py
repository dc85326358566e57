"""What is kept of a search: the summary document and one row for each scanned row."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import pandas as pd

from core.label_errors.search import SearchResult
from core.label_errors.strategy import Judgement, Texts
from core.model import ModelSpec
from core.stats.arrays import Floats
from core.tables.values.columns import value_texts

MOST_POINTS = 400


def month(start: float | None) -> str | None:
    """The moment of a change in words.

    >>> month(1.4571e15), month(None)
    ('Mar 2016', None)
    """
    return None if start is None else pd.Timestamp(int(start), unit="us").strftime("%b %Y")


def refused_summary(on: str, judgement: Judgement) -> dict[str, Any]:
    """The summary of a search that cannot work here."""
    return {
        "on": on,
        "rows": len(judgement.rows.ids),
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


def summary(on: str, judgement: Judgement, search: SearchResult, changed: str | None) -> dict[str, Any]:
    """The summary of a finished search; a page reads only this and the flagged rows."""
    return {
        **refused_summary(on, judgement),
        "flagged": int(search.flagged.sum()),
        "errors": asdict(judgement.errors),
        "pairs": [list(pair) for pair in judgement.swaps(search.flagged)],
        "points": judgement.points(search.flagged, MOST_POINTS),
        "curve": curve_digits(search.curve),
        "changed": None if changed is None else {"from": changed, "rows": int(judgement.changed.rows.sum())},
    }


def curve_digits(curve: Mapping[str, Floats]) -> dict[str, list[float]]:
    """A curve as it is kept."""
    return {name: [round(float(v), 2) for v in values] for name, values in curve.items()}


def _models(judgement: Judgement) -> list[dict[str, Any]]:
    return [
        {"name": name, "weight": round(float(weight), 4), judgement.LOSS: loss}
        for name, weight, loss in zip(
            judgement.names, judgement.weights, judgement.loss_digits(), strict=True
        )
    ]


def found_rows(
    spec: ModelSpec, frame: pd.DataFrame, judgement: Judgement, search: SearchResult
) -> list[dict[str, Any]]:
    """The rows of table `suspect`: everything scanned, details only where there is an explanation."""
    place = {int(row): i for i, row in enumerate(search.explained)}
    segments = frame[list(spec.roles.segments)].apply(value_texts)
    labels = judgement.rows.texts(judgement.rows.current)
    countable = judgement.judged & ~judgement.changed.rows
    records = []
    for record in search.table.to_dict("records"):
        item = {str(key): value for key, value in record.items()}
        row = int(item.pop("row"))
        why = item.pop("reasons")
        detail: dict[str, Any] = {"reasons": why}
        if row in place:
            detail |= _detail(judgement, search, place[row], labels)
        if item["flagged"] and not segments.empty:
            detail["segments"] = segments.iloc[row].to_dict()
        item["prior"] = float(judgement.prior[row]) if countable[row] else None
        records.append({**item, "row_id": item.pop("id"), "reasons": list(why.values()), "detail": detail})
    return records


def _detail(judgement: Judgement, search: SearchResult, i: int, labels: Texts) -> dict[str, Any]:
    row, near = int(search.explained[i]), search.near
    ids, interval = judgement.rows.ids, judgement.interval(row)
    return {
        "votes": judgement.opinions(row),
        **({} if interval is None else {"interval": list(interval)}),
        "neighbours": [
            [ids[int(other)], str(labels[int(other)]), round(float(d), 4)]
            for other, d in zip(near.rows[i], near.distances[i], strict=True)
        ],
    }
