"""What people see of a search: read from the rows of its trials, so that it survives a closed page."""

from dataclasses import dataclass
from typing import Any

from core.jobs.runner import work_folder
from core.services.experiments.search.candidate import Candidate, describe
from core.services.monitoring import monitor
from core.stats.measures.table import metric_named
from core.store import models
from core.store.engine import reading
from core.store.experiments import trials
from core.store.tables import Trial
from core.store.workspace import Workspace


@dataclass(frozen=True, slots=True)
class SearchLine:
    """One experiment of a search.

    Attributes:
        what: recipe, parameters and treatment in a few words.
        stage: why it was tried.
        status: running, scored, stopped (hopeless), trained (a finalist), failed or cancelled.
        value: of the metric of record out of fold, with its 95 % interval; None where it was not judged.
        effect: (difference, low, high) to what it was derived from, more is better; None where there is none.
        mine: made by this search; else it was known from an earlier one.
        may_be_best: not where it only answers a question, by fewer rows or a trend that does not help.
    """

    trial: int
    what: str
    stage: str
    status: str
    value: float | None
    low: float | None
    high: float | None
    effect: tuple[float, float, float] | None
    seconds: float | None
    version: str | None
    error: str | None
    mine: bool
    may_be_best: bool


@dataclass(frozen=True, slots=True)
class SearchState:
    """How the newest search of a model stands: its lines, best first, what was stopped or failed last."""

    job: str | None
    lines: list[SearchLine]

    @property
    def tried(self) -> int:
        """How many experiments this search has made to an end."""
        return sum(line.mine and line.status != "running" for line in self.lines)

    @property
    def best(self) -> SearchLine | None:
        """The best one so far."""
        judged = (line for line in self.lines if line.status in {"scored", "trained"})
        return next((line for line in judged if line.may_be_best), None)


def state(ws: Workspace, name: str) -> SearchState:
    """Read how the newest search of a model stands; only SQL.

    Experiments of earlier searches on the very same data stand beside its own: they are not made again.

    Raises:
        DataError: there is no such model.
    """
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
        rows = trials.of_newest_search(session, spec.id)
    if not rows:
        return SearchState(None, [])
    job = rows[-1].job_id
    metric = metric_named(spec.metric)
    lines = [_line(row, spec.metric, job) for row in rows]
    done = {"scored": 0, "trained": 0, "running": 1}

    def place(line: SearchLine) -> tuple[int, float]:
        merit = 0.0 if line.value is None else metric.merit(line.value)
        return done.get(line.status, 2), -merit

    return SearchState(job, sorted(lines, key=place))


def advice(ws: Workspace, name: str) -> str | None:
    """What Health's finding means for a search: what comes first, or that training is not what helps."""
    document = monitor.health(ws, name)
    if document is None or not document["causes"]:
        return None
    cause = document["causes"][0]
    if cause["kind"] == "data_fault":
        return (
            f"Health names a fault of {cause['feature']}: repair the column where it comes from. "
            "A model trained on it learns the fault; a search tries models without it."
        )
    if cause["kind"] == "inside":
        return (
            "Rows of the same kind are predicted worse than before: the newest rows alone, and for amounts a "
            "trend in time, are tried first."
        )
    if cause["kind"] == "mix":
        return "Health names a moved mix: weights that favour the newest rows are tried first."
    return None


def finish(ws: Workspace, job_id: str) -> None:
    """Have a running search fit and register the finalists among what it has tried so far."""
    folder = work_folder(ws.settings, job_id)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "enough").touch()


def _line(row: Trial, metric: str, job: str | None) -> SearchLine:
    search: dict[str, Any] = row.params["search"]
    score, effect = row.cv.get(metric, {}), search.get("effect")
    candidate = Candidate.from_json(row.recipe, search)
    return SearchLine(
        trial=row.id or 0,
        what=describe(candidate),
        stage=search["stage"],
        status=row.status,
        value=score.get("value"),
        low=score.get("low"),
        high=score.get("high"),
        effect=(effect["difference"], effect["low"], effect["high"]) if effect else None,
        seconds=row.seconds,
        version=row.version,
        error=row.error,
        mine=row.job_id == job,
        may_be_best=candidate.may_be_best(effect),
    )
