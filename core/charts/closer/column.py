"""One column before and now: the share of the rows in each of its cells."""

from typing import Any

import altair as alt
import pandas as pd

from core.charts.theme import PALETTE, Mode, finish
from core.health.performance.formatting import column_title
from core.health.report.document import FeatureEntry

ROW, NAME_PIXELS = 34, 130
WHEN = ("reference period", "now")


def column_table(feature: FeatureEntry) -> pd.DataFrame:
    """One row a cell: its share before and now."""
    return pd.DataFrame({"values": feature["cells"], WHEN[0]: feature["before"], WHEN[1]: feature["now"]})


def column(name: str, feature: FeatureEntry, mode: Mode) -> Any:
    """Two bars a cell: the reference period thin and grey, now wide and blue, each with its share."""
    palette, order = PALETTE[mode], list(feature["cells"])
    shares = column_table(feature).melt("values", var_name="when", value_name="share")
    shares["text"] = [f"{100 * share:.0f} %" for share in shares["share"]]
    y = alt.Y("values:N", sort=order, axis=alt.Axis(title=None, labelLimit=NAME_PIXELS, ticks=False))
    bars = alt.Chart(shares).encode(
        y=y,
        yOffset=alt.YOffset("when:N", sort=list(WHEN)),
        x=alt.X("share:Q", axis=None),
        tooltip=["values:N", "when:N", alt.Tooltip("text:N", title="rows")],
    )
    scale = alt.Scale(domain=list(WHEN), range=[palette.status["grey"], palette.accent])
    drawn = alt.layer(
        bars.mark_bar().encode(color=alt.Color("when:N", scale=scale, legend=None)),
        bars.mark_text(align="left", dx=4, color=palette.ink).encode(text="text:N"),
        width="container",
        height=ROW * max(1, len(order)),
    )
    return finish(
        drawn, title=_title(name, feature), subtitle="Upper bar: reference period; lower: now.", mode=mode
    )


def _title(name: str, feature: FeatureEntry) -> str:
    """The cell whose share moved most."""
    moves = [now - before for before, now in zip(feature["before"], feature["now"], strict=True)]
    if not moves:
        return f"{column_title(name)}: no values"
    at = max(range(len(moves)), key=lambda place: abs(moves[place]))
    before, now = f"{100 * feature['before'][at]:.0f}", f"{100 * feature['now'][at]:.0f}"
    return f"{column_title(name)}, {feature['cells'][at]}: {before} → {now} % of the rows"
