"""Parts of the Experiments page; the leaderboard is also drawn in the wizard."""

from collections.abc import Iterator
from typing import Any

import streamlit as st

from core.model import ModelSpec
from core.services.deployment import promote
from core.services.deployment.views import DeploymentView
from core.services.experiments import compare, retrain
from core.stats.measures.table import metric_named
from pages._shared import format_number
from pages._shared.page_context import Frame


def board(spec: ModelSpec, trials: Any) -> None:
    """All trials, best first."""
    st.dataframe(
        [_line(spec, row) for row in _rows(trials)],
        alt="Trials, best first",
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
        "Recipe": retrain.title(row["recipe"]),
        "State": row["status"],
        f"{metric_named(spec.metric).title}, cross-validated": value,
        "Labels": _name(row["revision"]),
        "Took": format_number.duration(row["seconds"]) if _is_known(row["seconds"]) else "-",
        "When": row["at"],
    }


def show_tried(trials: Any) -> None:
    """Recipe by revision: the value where it was tried."""
    revisions = sorted({row["revision"] for row in _rows(trials)}, key=str)
    lines: dict[str, dict[str, str]] = {}
    for row in _rows(trials):
        recipe = retrain.title(row["recipe"])
        line = lines.setdefault(recipe, {"Recipe": recipe, **dict.fromkeys(map(_name, revisions), "")})
        line[_name(row["revision"])] = f"{row['value']:.3f}" if _is_known(row["value"]) else row["status"]
    st.dataframe(list(lines.values()), alt="Recipes by label revision", key="tried", hide_index=True)


def outcomes(frame: Frame, trials: Any) -> None:
    """Each version with the verdict of its comparison, or why there is none."""
    champion = promote.champion(frame.ws, frame.spec.name)
    lines = [
        {
            "Version": row["version"] or "-",
            "Recipe": retrain.title(row["recipe"]),
            "Outcome": _outcome(frame, row, champion),
        }
        for row in _rows(trials)
    ]
    st.dataframe(
        lines,
        alt="What became of each experiment",
        key="outcomes",
        hide_index=True,
        column_config={
            "Version": st.column_config.TextColumn(width=70),
            "Recipe": st.column_config.TextColumn(width=190),
            "Outcome": st.column_config.TextColumn(width=900),
        },
    )


def _outcome(frame: Frame, row: dict[str, Any], champion: DeploymentView | None) -> str:
    if row["status"] != "trained":
        return str(row["error"] or row["status"])
    if champion and row["version"] == champion.version:
        return "in production"
    document = compare.latest(frame.ws, frame.spec.name, row["version"])
    return str(document["sentence"]) if document else "not compared yet"


def _name(revision: Any) -> str:
    return f"Revision {int(revision)}" if _is_known(revision) else "First training"


def _is_known(value: Any) -> bool:
    return value is not None and value == value  # noqa: PLR0124 -- NaN


def _rows(trials: Any) -> Iterator[dict[str, Any]]:
    yield from trials.to_dict("records")
