"""Rows for each period, on which the reference period is picked by a click."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from core.charts.theme import PALETTE, Mode, finish, inner_axis

SELECTION = "period"
HEIGHT = 140
PARTS = {"reference": "reference period", "training": "learnt from", "log": "log"}


def table(chunks: Sequence[Mapping[str, Any]], reference: Sequence[str] | None) -> pd.DataFrame:
    """One row a chunk: label, rows, rows with a label, and the part that it plays."""
    rows = [
        {
            "chunk": chunk["label"],
            "rows": chunk["n"],
            "labelled": chunk["labelled"],
            "part": PARTS["reference"]
            if reference and chunk["part"] == "log" and reference[0] <= chunk["key"] <= reference[1]
            else PARTS[chunk["part"]],
        }
        for chunk in chunks
    ]
    return pd.DataFrame(rows, columns=["chunk", "rows", "labelled", "part"])


def chart(periods: pd.DataFrame, mode: Mode) -> Any:
    """Bars; a click on one selects it, a click with Shift adds one."""
    palette = PALETTE[mode]
    order = list(dict.fromkeys(periods["chunk"]))
    step = max(1, -(-len(order) // 4))
    drawn = (
        alt.Chart(periods)
        .mark_bar()
        .encode(
            x=alt.X(
                "chunk:O",
                sort=order,
                axis=alt.Axis(title=None, values=order[::step], labelAngle=0, labelAlign="left", ticks=False),
            ),
            y=alt.Y("rows:Q", axis=inner_axis(tickCount=3, format=",d")),
            color=alt.Color(
                "part:N",
                scale=alt.Scale(
                    domain=list(PARTS.values()),
                    range=[palette.series[0], palette.series[0], palette.status["grey"]],
                ),
                legend=None,
            ),
            tooltip=[
                "chunk:O",
                "part:N",
                alt.Tooltip("rows:Q", format=","),
                alt.Tooltip("labelled:Q", format=","),
            ],
        )
        .add_params(alt.selection_point(name=SELECTION, fields=["chunk"]))
        .properties(height=HEIGHT)
    )
    return finish(drawn, title=_title(periods), subtitle="Rows for each period.", mode=mode)


def _title(periods: pd.DataFrame) -> str:
    counts = periods.groupby("part")["rows"].sum()
    sentence = ", ".join(f"{part}: {rows:,} rows" for part, rows in counts.items())
    return sentence[:1].upper() + sentence[1:]
