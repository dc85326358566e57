"""What the timeline draws, as a table: one row a chunk; `stretch` grows by one after every gap."""

from typing import Any

import pandas as pd

from core.charts.versions import columns
from core.health.report.chunk_entries import ChunkEntry, Number, Place, ReferenceChunk
from core.health.report.document import HealthDocument

COLUMNS = [
    *("period", "chunk", "start", "until", "stretch", "n", "labelled", "status", "alarm"),
    *("realised", "realised_low", "realised_high", "estimated", "estimated_low", "estimated_high"),
]


def timeline_table(document: HealthDocument) -> pd.DataFrame:
    """One row a chunk of the reference and of the log, with columns for each of several versions."""
    metric, reference = document["metric"], document["reference"]
    before = reference["chunks"] if reference else []
    gaps = _gaps(document)
    rows = [_row("reference", gaps, chunk, "", chunk["realised"].get(metric), None) for chunk in before]
    rows += [
        _row(
            "log", gaps, chunk, chunk["status"], chunk["realised"].get(metric), chunk["estimated"].get(metric)
        )
        for chunk in document["chunks"]
    ]
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.join(columns(document).set_index(table.index[len(before) :]))


def _gaps(document: HealthDocument) -> list[Place]:
    """Beginnings of the periods without rows."""
    return [gap["from"] for gap in document["data"]["gaps"]]


def _row(
    period: str,
    gaps: list[Place],
    chunk: ReferenceChunk | ChunkEntry,
    status: str,
    realised: Number | None,
    estimated: Number | None,
) -> dict[str, Any]:
    return {
        "period": period,
        "chunk": chunk["label"],
        "start": chunk["start"],
        "until": chunk["end"],
        "stretch": sum(gap <= chunk["start"] for gap in gaps),  # type: ignore[operator]
        "n": chunk["n"],
        "labelled": chunk["labelled"],
        "status": status,
        "alarm": _alarm(chunk),
        **_three("realised", realised),
        **_three("estimated", estimated),
    }


def _alarm(chunk: ReferenceChunk | ChunkEntry) -> str:
    """Documents before format 6 have none."""
    state = chunk.get("alarm")
    return "on" if isinstance(state, dict) and state["on"] else ""


def _three(name: str, value: Number | None) -> dict[str, float | None]:
    if value is None:
        return {name: None, f"{name}_low": None, f"{name}_high": None}
    return {name: value["value"], f"{name}_low": value["low"], f"{name}_high": value["high"]}
