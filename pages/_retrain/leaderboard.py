"""The leaderboard, on Experiments and in the wizard."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from core.health.performance import format_number
from core.model import ModelSpec
from core.services.experiments.recipes.titles import title
from core.stats.measures.table import metric_named


def board(spec: ModelSpec, trials: Any) -> None:
    """All trials: the best first of each that were judged on the same rows, the newest of these first."""
    st.dataframe(
        [_line(spec, row) for row in _rows(trials)],
        alt="Trials by the rows that they were judged on, best first",
        key="board",
        hide_index=True,
        column_config={
            "Took": st.column_config.TextColumn("Took", width="small"),
            "When": st.column_config.DatetimeColumn("When", format="D MMM YYYY, HH:mm"),
        },
    )


def _line(spec: ModelSpec, row: dict[str, Any]) -> dict[str, Any]:
    known = _is_known(row["value"])
    value = (
        format_number.with_interval(row["value"], row["low"], row["high"], metric=spec.metric)
        if known
        else "-"
    )
    return {
        "Version": row["version"] if _is_known(row["version"]) else "-",
        "Recipe": title(row["recipe"]),
        "State": row["status"],
        f"{metric_named(spec.metric).title}, cross-validated": value,
        "Judged on": row["data"] if _is_known(row["data"]) else "-",
        "Took": format_number.duration(row["seconds"]) if _is_known(row["seconds"]) else "-",
        "When": _plain(row["at"]),
    }


def _plain(at: Any) -> datetime | None:
    """A moment in UTC without its zone, which tables lose with a warning."""
    return at.astimezone(UTC).replace(tzinfo=None) if isinstance(at, datetime) else None


def _is_known(value: Any) -> bool:
    return value is not None and value == value  # noqa: PLR0124 -- NaN


def _rows(trials: Any) -> Iterator[dict[str, Any]]:
    yield from trials.to_dict("records")
