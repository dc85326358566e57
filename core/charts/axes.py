"""The axes of the timeline, shared by its layers and by the strip below."""

from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from core.charts.theme import inner_axis
from core.health.report.chunk_entries import Place
from core.health.report.document import HealthDocument
from core.stats.measures.table import metric_named
from core.stats.metric import Metric

ROOM = 0.1
"""Part of the x axis left of the first point that is kept free for the labels of the y axis."""


@dataclass(frozen=True, slots=True)
class Axes:
    """What all layers share: x, y, and how a value is written.

    Attributes:
        x: time or rows; `below`: the same with its labels; `end`: where it ends.
        form: a format of d3, in which Python can write too.
        metric: that of record.
    """

    x: alt.X
    below: alt.X
    y: alt.Y
    low: float
    high: float
    form: str
    metric: Metric
    timed: bool
    end: Any

    def at(self, place: Place) -> Any:
        """A place on the x axis as a value of a data column."""
        return pd.Timestamp(place) if self.timed else int(place)


def shared_axes(document: HealthDocument, table: pd.DataFrame) -> Axes:
    """The axes on which everything fits: from the first chunk to the end of the last, around all bands."""
    metric = metric_named(document["metric"])
    amounts = metric.unit == "amount"
    columns = [name for name in table.columns if name.endswith(("_low", "_high"))]
    values = table[columns].to_numpy(dtype=float) if len(table) else None
    low, high, form = 0.0, 1.0, ".0%" if metric.unit == "share" else ".2f"
    if values is not None and np.isfinite(values).any():
        reach = float(np.nanmin(values)), float(np.nanmax(values))
        low, high, form = (
            _amounts(*reach) if amounts else (round(reach[0] - 0.03, 2), round(reach[1] + 0.02, 2), form)
        )
        bounds = metric.bounds
        low, high = max(bounds[0], low), min(bounds[1], high)
    timed = not len(table) or isinstance(table["start"].iloc[0], str)
    start = pd.to_datetime(table["start"]) if timed else table["start"]
    end = _end(document, start)
    scale: Any = alt.Undefined
    if len(table) > 1:
        ends = [start.min() - (end - start.min()) * ROOM, end]
        scale = alt.Scale(domain=[_moment(end) if timed else float(end) for end in ends], nice=False)
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
        metric=metric,
        timed=timed,
        end=end,
    )


def _amounts(low: float, high: float) -> tuple[float, float, str]:
    """Ends of the y axis and the form of its labels, for values in the unit of the label.

    >>> _amounts(16.9, 111.4), _amounts(0.00012, 0.00031)
    ((10.0, 120.0, ',.0f'), (0.00011, 0.00032, ',.5f'))
    """
    places = -floor(log10(max(high - low, abs(high) / 1000, 1e-12) / 5))
    step = 10.0**-places
    ends = floor(low / step - 0.05) * step, ceil(high / step + 0.05) * step
    return round(ends[0], places), round(ends[1], places), f",.{max(0, places)}f"


def _end(document: HealthDocument, start: pd.Series) -> Any:
    """Where the last chunk of the log ends, so that its coverage has a width."""
    if not document["chunks"]:
        return start.max()
    end = document["chunks"][-1]["end"]
    return pd.Timestamp(end) + pd.Timedelta(days=1) if isinstance(end, str) else end + 1


def _moment(moment: pd.Timestamp) -> alt.DateTime:
    return alt.DateTime(year=moment.year, month=moment.month, date=moment.day)
