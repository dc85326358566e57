"""A training that begins by itself: train, compare, perhaps promote; what became of it is written down.

Each of its jobs has an id made of the run, and the job library never takes the same id twice: killed
anywhere, the next look goes on where it was, and nothing is done again.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from core.jobs import client
from core.jobs.job import Job
from core.model import ModelSpec
from core.services.automation import situation
from core.services.deployment.jobs import Promote
from core.services.experiments.jobs import Compare, Retrain, Search
from core.settings import Settings
from core.store import models
from core.store.engine import reading, writing
from core.store.experiments import automatic_runs, trials
from core.store.experiments.automatic_runs import BY
from core.store.tables import AutomaticRun
from core.store.workspace import Workspace
from core.tables.chunks import day

NOTHING_NEW = "The same experiments were made before on the same labels: nothing was trained."


@dataclass(frozen=True, slots=True)
class Ended:
    """A job that has ended: its result, or why there is none."""

    result: dict[str, Any] | None
    error: str = ""
    stopped: bool = False


Do = Callable[[Job, str], Ended | None]
"""Do a job of that id, or see how it stands; None while it is at work."""


def in_line(settings: Settings) -> Do:
    """The jobs put in line for the worker, each once."""

    def do(job: Job, job_id: str) -> Ended | None:
        known = client.jobs_with_prefix(settings, job_id)
        if not known:
            client.submit(settings, job, job_id=job_id)
            return None
        status = known[0]
        if status.is_live:
            return None
        if status.state == "cancelled":
            return Ended(None, "A person stopped it.", stopped=True)
        if status.error is not None:
            return Ended(None, f"{status.error['message']} {status.error['hint']}")
        return Ended(status.result or {})

    return do


def begin(ws: Workspace, name: str, moment: datetime) -> int | None:
    """Begin a training if one is due; gives its id, and None where none is.

    Raises:
        DataError: there is no such model.
    """
    due, labels, newest = situation.read(ws, name, moment)
    if due.occasion is None or (newest is not None and newest.state != "done"):
        return None
    with writing(ws.engine) as session:
        spec = models.spec(session, name)
        rule = spec.automation
        new = AutomaticRun(
            model_id=spec.id,
            occasion=due.occasion,
            cause=due.cause,
            labels=labels,
            known=sorted(row.version for row in trials.list_trials(session, spec.id) if row.version),
            rule=asdict(rule) if rule else {},
            created_at=moment,
        )
        row = automatic_runs.begin(session, new, newest.id if newest else None)
        return row.id if row is not None else None


def advance(ws: Workspace, run_id: int, do: Do) -> bool:
    """Go on with a run as far as it can now; gives whether it is done."""
    with reading(ws.engine) as session:
        run = automatic_runs.get(session, run_id)
        spec = models.by_id(session, run.model_id)
    steps = {"training": _train, "comparing": _compare, "promoting": _promote}
    while run.state != "done":
        ended = do(_job(spec, run), _job_id(run))
        if ended is None:
            return False
        if ended.result is None:
            facts = {"outcome": _outcome_of_error(run, ended), "message": ended.error}
            run = _move(ws, run, "done", **facts)
        else:
            run = steps[run.state](ws, spec, run, ended.result)
    return True


def _outcome_of_error(run: AutomaticRun, ended: Ended) -> str:
    """What became of a run of which a job failed: a version that was made waits for a person."""
    if run.version is not None:
        return "waits"
    return "stopped" if ended.stopped else "failed"


def _job(spec: ModelSpec, run: AutomaticRun) -> Job:
    if run.state == "training":
        minutes = run.rule.get("minutes")
        if minutes is None:
            return Retrain(model=spec.name, by=BY)
        return Search(model=spec.name, by=BY, minutes=minutes)
    version = run.version or ""
    if run.state == "comparing":
        return Compare(model=spec.name, by=BY, challenger=version)
    return Promote(model=spec.name, by=BY, version=version, reason=run.message)


def _job_id(run: AutomaticRun) -> str:
    """Of the job of this state; with the moment, so that a restored home takes no id of a later run."""
    return f"automatic-{run.id}-{int(run.created_at.timestamp())}-{run.state}"


def _train(ws: Workspace, spec: ModelSpec, run: AutomaticRun, result: dict[str, Any]) -> AutomaticRun:
    from core.services.experiments.comparison_inputs import finalist

    new = {trial["version"] for trial in result["trials"]} - {None, *run.known}
    with reading(ws.engine) as session:
        tried = [row for row in trials.list_scores(session, spec.id, spec.metric) if row.version in new]
    version = finalist(spec, None, tried)
    if version is None:
        return _move(ws, run, "done", outcome="nothing_new", message=NOTHING_NEW)
    return _move(ws, run, "comparing", version=version)


def _compare(ws: Workspace, spec: ModelSpec, run: AutomaticRun, result: dict[str, Any]) -> AutomaticRun:
    comparison = result["comparison"]
    passed = all(gate["passed"] for gate in comparison["gates"])
    with reading(ws.engine) as session:
        spec = models.by_id(session, spec.id)  # the rule of now decides, not that of the beginning
    rule, verdict = spec.automation, comparison["verdict"]
    by_itself = rule is not None and rule.promote_by_itself and not spec.second_person
    if rule is None or not by_itself or verdict != "better" or not passed:
        return _move(ws, run, "done", outcome="waits", verdict=verdict, message=comparison["sentence"])
    when = day(datetime.fromisoformat(rule.set_at))
    why = f"By the rule that {rule.set_by} set on {when}: better, and every test passed."
    return _move(ws, run, "promoting", verdict=verdict, message=why, rule=asdict(rule))


def _promote(ws: Workspace, _spec: ModelSpec, run: AutomaticRun, result: dict[str, Any]) -> AutomaticRun:
    live = result["state"] == "done"
    return _move(ws, run, "done", outcome="promoted" if live else "waits")


def _move(ws: Workspace, run: AutomaticRun, state: str, **facts: Any) -> AutomaticRun:
    with writing(ws.engine) as session:
        return automatic_runs.move(session, run.id or 0, run.state, state, **facts)
