"""`monitor`: the health of a model from its log in memory."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from caretaker.hints import notebook_errors
from core.model import Task

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

    from core.charts.theme import Mode
    from core.health.report.document import HealthDocument

Part = Literal["chunks", "causes", "segments", "alerts", "inputs"]
Chart = Literal["timeline", "segments", "account", "segment", "column"]


@dataclass(frozen=True, repr=False)
class Health:
    """The health of a model, as the Health page tells it.

    Attributes:
        document: everything that is known, as `caretaker health NAME --format json` prints it.
        reasons: what the columns were taken for, and why, where nobody said it.
    """

    document: "HealthDocument"
    reasons: tuple[str, ...] = ()

    @property
    def status(self) -> str:
        """`green`, `amber`, `red`, or `grey` where nothing can be said yet."""
        return self.document["status"]

    @property
    def sentence(self) -> str:
        """The verdict with its numbers."""
        return self.document["sentence"]

    @property
    def suggestion(self) -> str:
        """What to do next."""
        return self.document["suggestion"]

    def frame(self, part: Part = "chunks") -> "pd.DataFrame":
        """One row for each chunk of time, or for each cause, segment, alert or input that moved.

        Args:
            part: `chunks` has the metric of record with its 95 % interval, measured and estimated.
        """
        import pandas as pd

        if part == "chunks":
            from core.charts.chunks import timeline_table

            return timeline_table(self.document)
        if part == "inputs":
            rows = [
                {"chunk": chunk["label"], "input": name, **entry}
                for chunk in self.document["chunks"]
                for name, entry in chunk["drift"].items()
            ]
            return pd.DataFrame(rows, columns=["chunk", "input", "js", "psi", "p", "flagged"])
        return pd.DataFrame(self.document[part])

    def plot(self, chart: Chart = "timeline", mode: "Mode" = "light", of: str | None = None) -> "alt.Chart":
        """A chart of the Health page.

        Args:
            chart: `timeline` of the metric; `segments`, where it changed and when; `account`, what the fall
                is made of; one `segment` over time; one `column`, before and now.
            mode: `light` or `dark` ground.
            of: which segment or column; the first of the page when None.

        Raises:
            DataError: there is nothing of that to draw; says what there is.
        """
        from core.charts.closer.of_document import draw

        drawn: alt.Chart = draw(self.document, chart, of, mode)
        return drawn

    def report(self) -> str:
        """One HTML document: verdict, questions, numbers, the charts as pictures, causes."""
        from core.charts import health

        return health.page(self.document, [])

    def __repr__(self) -> str:
        return f"{self.status}: {self.sentence}"


@notebook_errors
def monitor(
    frame: Any,
    *,
    label: Any = None,
    prediction: Any = None,
    scores: Any = None,
    time: Any = None,
    label_time: Any = None,
    version: Any = None,
    features: Sequence[str] | None = None,
    segments: Sequence[str] | None = None,
    reference: Any = None,
    task: Task | None = None,
    positive: Any = None,
    metric: str | None = None,
    tolerance: float | None = None,
    threshold: float | None = None,
    costs: Any = None,
    currency: str = "",
    class_order: Sequence[Any] = (),
    chunk: str | int | None = None,
    as_of: str | None = None,
    name: str = "model",
) -> Health:
    """Say how the health of a model goes over time, since when it fell and why; nothing is stored.

    A part is the name of a column or n values of its own; what is left out is guessed and said in
    `Health.reasons`. Rows whose label is not known yet stay in, with an empty label.

    Args:
        frame: the log, n rows: a pandas, polars or Arrow table, a mapping of columns, a 2-D array.
        label: what became of each row: a class, or an amount.
        prediction: the model's prediction.
        scores: its probabilities: of the positive class, class -> column, or (n, classes) values in the
            order of the sorted labels.
        time: when the prediction was made; without it, chunks are numbers of rows.
        label_time: when the label became known: labels that come early are a biased sample.
        version: which version of the model answered.
        features: the columns that the model reads.
        segments: columns by which the fall is broken down.
        reference: first and last date (or chunk) of the reference period, or a table of its own, e.g.
            training rows with out-of-fold scores; the first quarter of the log when None.
        task: `binary`, `multiclass` or `regression`.
        positive: the class that a single score is the probability of.
        metric: metric of record, e.g. `roc_auc`, `accuracy`, `mae`, `recall@top5%`, `pinball@0.9`; `cost`
            where costs are given, else chosen with a reason.
        tolerance: a loss of it that does not matter, in its unit.
        threshold: score from which on the positive class is decided, where there are no predictions.
        costs: what decisions cost: label -> prediction -> cost of a row, or a table with a row for each label
            and a column for each prediction; below 0 it is a gain.
        currency: of the costs, e.g. `EUR`.
        class_order: the classes from the lowest to the highest, where they have an order that is not that of
            numbers.
        chunk: `day`, `week`, `month`, `quarter`, `year` or a number of rows.
        as_of: the data's clock as an ISO date; labels that became known later are not seen.
        name: what the model is called in sentences and reports.

    Returns:
        The findings; their repr is the verdict.

    Raises:
        DataError: something does not fit; says column, row and what to do.
        UnsureRole: a column could play two parts.

    Examples:
        >>> import numpy as np, caretaker
        >>> rng, n = np.random.default_rng(0), 6000
        >>> p = rng.random(n)
        >>> broken = (np.arange(n) >= 4500) & (rng.random(n) < 0.6)
        >>> y = np.where(broken, rng.random(n) < 0.5, rng.random(n) < p).astype(int)
        >>> health = caretaker.monitor({"x": p}, label=y, scores=p, positive=1, chunk=500)
        >>> health.status
        'red'
        >>> health.document["onset"]["label"]
        'Rows 4,501-5,000'
        >>> health.frame()[["chunk", "realised", "status"]].tail(1).round(2).values.tolist()
        [['Rows 5,501-6,000', 0.61, 'red']]
        >>> costs = {0: {0: 0, 1: 5}, 1: {0: 50, 1: 2}}
        >>> paid = caretaker.monitor(
        ...     {"x": p}, label=y, scores=p, positive=1, chunk=500, threshold=0.2, costs=costs, currency="EUR"
        ... )
        >>> paid.document["metric"], paid.document["money"]["currency"]
        ('cost', 'EUR')
    """
    from core.services.in_memory.monitor_frame import monitor_frame
    from core.services.in_memory.read_costs import costs_from_table
    from core.services.in_memory.read_log import LogColumns, read_log, read_reference
    from core.services.onboarding.plan import ConnectRequest

    columns = LogColumns(
        label, prediction, scores, time, label_time, version, features, segments, task, positive
    )
    log, roles = read_log(frame, columns)
    period, table = read_reference(reference)
    request = ConnectRequest(
        name,
        roles,
        metric=metric,
        tolerance=tolerance,
        threshold=threshold,
        costs=None if costs is None else costs_from_table(costs, currency),
        class_order=tuple(str(name) for name in class_order),
        chunk=None if chunk is None else str(chunk),
        reference=period,
        as_of=as_of,
    )
    monitored = monitor_frame(request, log, table)
    return Health(monitored.document, (*monitored.plan.notes, *monitored.plan.reasons))
