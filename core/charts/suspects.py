"""Suspected labels as charts: which classes are swapped, and what answering brings."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import altair as alt
import pandas as pd

from core.charts.theme import PALETTE, Mode, finish

Pair: TypeAlias = tuple[str, str, int, float]
"""Given class, suggested class, number of suspects, expected wrong labels among them."""

CELL = 34
MOST_CLASSES = 20
MOST_NUMBERED = 12
SIDE_PIXELS = 110


def swaps(pairs: Sequence[Pair], mode: Mode) -> Any:
    """A map of given (rows) by suggested class (columns); the busiest classes when there are many."""
    palette, cells = PALETTE[mode], _cells(pairs)
    classes = sorted({*cells["given"], *cells["suggested"]})
    scale = alt.Scale(range=[palette.grid, palette.accent], domainMin=0, interpolate="rgb")
    base = _grid(cells, classes)
    drawn: Any = base.mark_rect(stroke=palette.ground, strokeWidth=1).encode(
        color=alt.Color("suspects:Q", scale=scale, legend=None)
    )
    if len(classes) <= MOST_NUMBERED:
        # a number on the accent needs the ground's colour, on a pale cell the ink
        half = float(cells["suspects"].max()) / 2 if len(cells) else 0.0
        tint = alt.condition(alt.datum.suspects > half, alt.value(palette.ground), alt.value(palette.ink))
        drawn += base.mark_text().encode(text=alt.Text("suspects:Q", format=","), color=tint)
    return finish(
        drawn.properties(height=max(CELL * len(classes), 2 * CELL)),
        title=_swaps_title(pairs),
        subtitle="Suspects by the label they carry and the label the models suggest.",
        mode=mode,
    )


def _grid(cells: pd.DataFrame, classes: list[str]) -> alt.Chart:
    """Both axes show the same classes in the same order, so that the diagonal is empty."""
    angle = 0 if sum(map(len, classes)) <= MOST_CLASSES else -40
    same = alt.Scale(domain=classes)
    tooltip = [
        alt.Tooltip("given:N"),
        alt.Tooltip("suggested:N"),
        alt.Tooltip("suspects:Q", format=","),
        alt.Tooltip("expected wrong:Q", format=",.0f"),
    ]
    across = alt.Axis(
        title="Suggested", orient="top", labelAngle=angle, ticks=False, domain=False, labelLimit=SIDE_PIXELS
    )
    down = alt.Axis(title="Given", ticks=False, domain=False, labelLimit=SIDE_PIXELS)
    return alt.Chart(cells).encode(
        x=alt.X("suggested:N", scale=same, axis=across),
        y=alt.Y("given:N", scale=same, axis=down),
        tooltip=tooltip,
    )


def swaps_table(pairs: Sequence[Pair]) -> pd.DataFrame:
    """One row a pair of classes, most suspects first."""
    return pd.DataFrame(pairs, columns=["given", "suggested", "suspects", "expected wrong"])


def _cells(pairs: Sequence[Pair]) -> pd.DataFrame:
    """The pairs among the classes with the most suspects."""
    table = swaps_table(pairs)
    ends = pd.concat([table.set_index(side)["suspects"] for side in ("given", "suggested")])
    busiest = ends.groupby(level=0).sum().sort_values(ascending=False).index[:MOST_CLASSES]
    return table[table["given"].isin(busiest) & table["suggested"].isin(busiest)]


def _swaps_title(pairs: Sequence[Pair]) -> str:
    if not pairs:
        return "No label looks swapped"
    label, suggested, count, _ = max(pairs, key=lambda pair: pair[2])
    return (
        f"Most often {label} stands where {suggested} is likely ({count:,} of {sum(p[2] for p in pairs):,})"
    )


def scatter(points: Sequence[Sequence[float]], mode: Mode) -> Any:
    """Given numbers against expected ones: suspects, some of the others, and the line of agreement."""
    palette, table = PALETTE[mode], scatter_table(points)
    axis = alt.Axis(format="~s")
    tooltip = [alt.Tooltip("given:Q", format=",.4~g"), alt.Tooltip("expected:Q", format=",.4~g")]
    tooltip.append(alt.Tooltip("row:N"))
    base = alt.Chart(table).encode(
        x=alt.X("expected:Q", title="Expected", axis=axis),
        y=alt.Y("given:Q", title="Given", axis=axis),
        tooltip=tooltip,
    )
    others = base.transform_filter("datum.row != 'suspect'").mark_point(
        color=palette.quiet, filled=True, size=14, opacity=0.5
    )
    suspects = base.transform_filter("datum.row == 'suspect'").mark_point(
        color=palette.accent, shape="diamond", size=50, strokeWidth=1.5
    )
    ends = [float(table["expected"].min()), float(table["expected"].max())]
    agree = alt.Chart(pd.DataFrame({"expected": ends, "given": ends})).mark_line(
        color=palette.quiet, strokeWidth=1
    )
    return finish(
        alt.layer(others, agree.encode(x=alt.X("expected:Q"), y=alt.Y("given:Q")), suspects).properties(
            height=320
        ),
        title=_scatter_title(table),
        subtitle="Diamonds are suspects, dots a sample of the others; on the line given and expected agree.",
        mode=mode,
    )


def scatter_table(points: Sequence[Sequence[float]]) -> pd.DataFrame:
    """One row a point: given, expected, and whether it is a suspect."""
    table = pd.DataFrame(points, columns=["given", "expected", "row"])
    return table.assign(row=table["row"].map({1.0: "suspect", 0.0: "other"}))


def _scatter_title(table: pd.DataFrame) -> str:
    suspects = table[table["row"] == "suspect"]
    above = int((suspects["given"] > suspects["expected"]).sum())
    return f"{above:,} of {len(suspects):,} suspects are higher than expected"


def gain(curve: Mapping[str, Sequence[float]], mode: Mode) -> Any:
    """Answers in the order of the list -> expected number of wrong labels found, with a 95 % band."""
    palette, table = PALETTE[mode], gain_table(curve)
    x = alt.X("answers:Q", title="Answers", axis=alt.Axis(format="~s", tickMinStep=1))
    base = alt.Chart(table).encode(x=x)
    tooltip = [
        alt.Tooltip("answers:Q", format=","),
        alt.Tooltip("wrong labels found:Q", format=",.0f"),
        alt.Tooltip("low:Q", format=",.0f", title="95 % from"),
        alt.Tooltip("high:Q", format=",.0f", title="to"),
    ]
    y = alt.Y("wrong labels found:Q", title="Wrong labels found", axis=alt.Axis(format="~s"))
    band = base.mark_area(color=palette.accent, opacity=0.15).encode(
        y=alt.Y("low:Q", title="Wrong labels found"), y2=alt.Y2("high:Q")
    )
    line = base.mark_line(color=palette.accent, strokeDash=[6, 4]).encode(y=y)
    points = base.mark_point(color=palette.accent, opacity=0, size=200).encode(y=y, tooltip=tooltip)
    return finish(
        alt.layer(band, line, points).properties(height=260),
        title=_gain_title(table),
        subtitle="Expected wrong labels found by answers in this order, 95 % band (dashed: estimated).",
        mode=mode,
    )


def gain_table(curve: Mapping[str, Sequence[float]]) -> pd.DataFrame:
    """One row a number of answers: expected wrong labels found, with the interval."""
    names = {"answers": "answers", "fixed": "wrong labels found", "low": "low", "high": "high"}
    return pd.DataFrame({title: list(curve[name]) for name, title in names.items()})


def _gain_title(table: pd.DataFrame) -> str:
    half = table.iloc[len(table) // 2]
    number, low, high = half["wrong labels found"], half["low"], half["high"]
    return f"{half['answers']:,.0f} answers find about {number:,.0f} wrong labels ({low:,.0f}-{high:,.0f})"
