"""Parts of the Experiments page; the leaderboard is also drawn in the wizard."""

from collections.abc import Iterator
from typing import Any

import streamlit as st

from core.frames.spec import ModelSpec
from core.services import compare, promote
from pages import _number
from pages._frame import Frame

COLUMNS = ("version", "recipe", "status", "value", "low", "high", "revision", "seconds", "at")
VERDICTS = {
    "better": "better",
    "not_worse": "not worse",
    "cannot_tell": "cannot tell",
    "worse": "worse",
    "blocked": "blocked",
}


def board(spec: ModelSpec, trials: Any) -> None:
    """All trials, best first."""
    places = _number.METRIC_FORMAT
    number = st.column_config.NumberColumn
    st.dataframe(
        trials,
        alt="Trials, best first",
        key="board",
        hide_index=True,
        column_order=COLUMNS,
        column_config={
            "version": "Version",
            "recipe": "Recipe",
            "status": "Status",
            "value": number(f"Cross-validated {spec.metric}", format=places),
            "low": number("Low", format=places),
            "high": number("High", format=places),
            "revision": number("Revision"),
            "seconds": number("Seconds", format="%.0f"),
            "at": st.column_config.DatetimeColumn("When", format="D MMM YYYY, HH:mm"),
        },
    )


def tried(trials: Any) -> None:
    """Recipe by revision: the value where it was tried."""
    revisions = sorted({row["revision"] for row in _rows(trials)}, key=str)
    lines: dict[str, dict[str, str]] = {}
    for row in _rows(trials):
        line = lines.setdefault(
            row["recipe"], {"Recipe": row["recipe"], **dict.fromkeys(map(_name, revisions), "")}
        )
        line[_name(row["revision"])] = f"{row['value']:.3f}" if row["status"] == "trained" else row["status"]
    st.dataframe(list(lines.values()), alt="Recipes by label revision", key="tried", hide_index=True)


def outcomes(frame: Frame, trials: Any) -> None:
    """Each version with the verdict of its comparison, or why there is none."""
    champion = promote.champion(frame.ws, frame.spec.name)
    lines = [
        {"Version": row["version"] or "-", "Recipe": row["recipe"], "Outcome": _outcome(frame, row, champion)}
        for row in _rows(trials)
    ]
    st.dataframe(lines, alt="What became of each experiment", key="outcomes", hide_index=True)


def _outcome(frame: Frame, row: dict[str, Any], champion: promote.DeploymentView | None) -> str:
    if row["status"] != "trained":
        return str(row["error"] or row["status"])
    if champion and row["version"] == champion.version:
        return "in production"
    seen = compare.latest(frame.ws, frame.spec.name, row["version"])
    return f"{VERDICTS[seen['verdict']]}: {seen['sentence']}" if seen else "not compared yet"


def _name(revision: Any) -> str:
    known = revision is not None and revision == revision  # noqa: PLR0124 -- NaN
    return f"Revision {int(revision)}" if known else "First training"


def _rows(trials: Any) -> Iterator[dict[str, Any]]:
    yield from trials.to_dict("records")
