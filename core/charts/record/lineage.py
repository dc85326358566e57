"""Lineage: from corrected labels over revision, run and version to the promotion."""

from itertools import pairwise
from typing import Any

import altair as alt
import pandas as pd

from core.charts.theme import PALETTE, Mode, finish
from core.tables.chunks import day

STEPS = ("labels", "revision", "run", "version", "promotion")
ROW = 46
MOST = 8
"""Deployments that are drawn; older ones are in the table."""


def chart(lines: pd.DataFrame, mode: Mode) -> Any:
    """A row for each of the newest deployments, a column for each step; what two share is drawn once."""
    palette, nodes, edges = PALETTE[mode], *_graph(lines.tail(MOST))
    height = ROW * max(1, int(nodes["y"].max()) + 1 if len(nodes) else 1)
    x = alt.X(
        "step:O",
        sort=list(STEPS),
        scale=alt.Scale(domain=list(STEPS)),
        axis=alt.Axis(title=None, orient="top", labelAngle=0, ticks=False, domain=False),
    )
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(reverse=True, domain=[-0.5, height / ROW - 0.5]))
    line = alt.Chart(edges).mark_line(color=palette.grid, strokeWidth=2)
    links = line.encode(x=x, y=y, detail="edge:N")
    dot = alt.Chart(nodes).mark_point(filled=True, size=70, opacity=1)
    dots = dot.encode(
        x=x,
        y=y,
        color=alt.condition("datum.live", alt.value(palette.accent), alt.value(palette.status["grey"])),
        tooltip=[alt.Tooltip("step:N", title="step"), alt.Tooltip("full:N", title="what")],
    )
    halo: dict[str, Any] = {"stroke": palette.ground, "strokeWidth": 4}
    inks: tuple[dict[str, Any], ...] = (halo, {})
    names = [
        alt.Chart(nodes)
        .mark_text(dy=-12, fontSize=11, color=palette.ink, **ink)
        .encode(x=x, y=y, text="name:N")
        for ink in inks
    ]
    both = alt.layer(links, dots, *names).properties(height=height)
    return finish(both, title=title(lines), subtitle=_subtitle(lines), mode=mode)


def table(lines: pd.DataFrame) -> pd.DataFrame:
    """One line a deployment, newest first."""
    at = pd.to_datetime(lines["at"], utc=True).dt.tz_localize(None)
    return lines.assign(at=at).iloc[::-1].rename(columns={"corrected": "corrected labels"})


def title(lines: pd.DataFrame) -> str:
    """What the live version came from."""
    if lines.empty:
        return "Nothing is in production yet"
    live = lines.iloc[-1]
    if pd.isna(live["recipe"]):
        return f"Version {live['version']} was trained elsewhere: what it learned from is not known here"
    if pd.isna(live["revision"]):
        return f"Version {live['version']} learned here from labels as they came, before any was corrected"
    corrected = f"{int(live['corrected']):,} corrected labels"
    return f"Version {live['version']} learned from revision {int(live['revision'])}, with {corrected}"


def _subtitle(lines: pd.DataFrame) -> str:
    older = len(lines) - MOST
    hidden = f" {older} older {'one is' if older == 1 else 'ones are'} in the table." if older > 0 else ""
    return f"From corrected labels to each deployment, the newest on top; blue is live.{hidden}"


def _graph(lines: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Nodes and the ends of edges; a node that several lines share stands at the height of the first."""
    nodes: dict[tuple[str, str], dict[str, Any]] = {}
    edges: dict[tuple[Any, Any], None] = {}
    for y, row in enumerate(lines.iloc[::-1].to_dict("records")):
        path = [(step, *names) for step, names in zip(STEPS, _names(row), strict=True) if names is not None]
        for step, name, full in path:
            node = {"step": step, "name": name, "full": full, "y": y, "live": y == 0}
            nodes.setdefault((step, full), node)
        keys = [(step, full) for step, _, full in path]
        edges |= dict.fromkeys(pairwise(keys))
    ends = [
        {"edge": number, "step": nodes[key]["step"], "y": nodes[key]["y"]}
        for number, edge in enumerate(edges)
        for key in edge
    ]
    columns = ["step", "name", "full", "y", "live"]
    return pd.DataFrame(list(nodes.values()), columns=columns), pd.DataFrame(
        ends, columns=["edge", "step", "y"]
    )


def _names(row: dict[Any, Any]) -> list[tuple[str, str] | None]:
    """Short and full name of each step; None where it is not known."""
    is_known = not pd.isna(row["revision"])
    revision = int(row["revision"]) if is_known else 0
    corrected = int(row["corrected"]) if is_known else 0
    at = day(row["at"])
    return [
        (f"{corrected:,} corrected", f"{corrected:,} corrected labels of revision {revision}")
        if is_known
        else None,
        (f"{revision}", f"revision {revision}") if is_known else None,
        (str(row["run"])[:6], f"{row['recipe']}, run {row['run']}") if not pd.isna(row["run"]) else None,
        (str(row["version"]), f"version {row['version']}"),
        (at, f"{row['promotion']} of version {row['version']} on {at} by {row['by']}"),
    ]
