"""The axes of the timeline, shared by its layers and by the strip below."""

from dataclasses import dataclass
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from core.charts.theme import inner_axis
from core.health.document import HealthDocument, Place
from core.health.metrics import METRICS
from core.health.words import SHARES

ROOM = 0.1
"""Part of the x axis left of the first point that is kept free for the labels of the y axis."""


@dataclass(frozen=True, slots=True)
class Axes:
    """What all layers share: x, y, and how a value is written.

    Attributes:
        x: time or rows; `below`: the same with its labels; `end`: where it ends.
        form: a format of d3, in which Python can write too.
    """

    x: alt.X
    below: alt.X
    y: alt.Y
    low: float
    high: float
    form: str
    timed: bool
    end: Any

    def at(self, place: Place) -> Any:
        """A place on the x axis as a value of a data column."""
        return pd.Timestamp(place) if self.timed else int(place)


def shared(document: HealthDocument, table: pd.DataFrame) -> Axes:
    """The axes on which everything fits: from the first chunk to the end of the last, around all bands."""
    bounds = METRICS[document["metric"]].bounds
    columns = [name for name in table.columns if name.endswith(("_low", "_high"))]
    values = table[columns].to_numpy(dtype=float) if len(table) else None
    low, high = bounds[0], min(bounds[1], 1.0)
    if values is not None and np.isfinite(values).any():
        low = max(bounds[0], round(float(np.nanmin(values)) - 0.03, 2))
        high = min(bounds[1], round(float(np.nanmax(values)) + 0.02, 2))
    timed = not len(table) or isinstance(table["start"].iloc[0], str)
    form = ".0%" if document["metric"] in SHARES else ".2f"
    start = pd.to_datetime(table["start"]) if timed else table["start"]
    end = _end(document, start)
    scale: Any = alt.Undefined
    if len(table) > 1:
        ends = [start.min() - (end - start.min()) * ROOM, end]
        scale = alt.Scale(domain=[_moment(each) if timed else float(each) for each in ends], nice=False)
    kind = "at:T" if timed else "at:Q"
    labelled = alt.Axis(
        title=None if timed else "row",
        tickCount=6,
        labelOverlap=True,
        labelFlush=True,
        format="%b %Y" if timed else ",d",
    )
    return Axes(
        x=alt.X(kind, axis=alt.Axis(title=None, labels=False, ticks=False), scale=scale),
        below=alt.X(kind, axis=labelled, scale=scale),
        y=alt.Y("value:Q", axis=inner_axis(format=form, tickCount=4), scale=alt.Scale(domain=[low, high])),
        low=low,
        high=high,
        form=form,
        timed=timed,
        end=end,
    )


def _end(document: HealthDocument, start: pd.Series) -> Any:
    """Where the last chunk of the log ends, so that its coverage has a width."""
    if not document["chunks"]:
        return start.max()
    end = document["chunks"][-1]["end"]
    return pd.Timestamp(end) + pd.Timedelta(days=1) if isinstance(end, str) else end + 1


def _moment(moment: pd.Timestamp) -> alt.DateTime:
    return alt.DateTime(year=moment.year, month=moment.month, date=moment.day)
