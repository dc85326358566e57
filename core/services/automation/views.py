"""What people are told of trainings by themselves: the rule, what comes next, what waits for them."""

from dataclasses import dataclass
from datetime import datetime

from core.model import Automation
from core.services.automation import situation
from core.services.automation.due import NextRun
from core.store import models
from core.store.engine import reading
from core.store.experiments import automatic_runs, deployments
from core.store.tables import AutomaticRun
from core.store.types import now
from core.store.workspace import Workspace
from core.tables.chunks import day

VERDICTS = {
    "better": "better",
    "small_gain": "better, by less than is worth a promotion",
    "not_worse": "not worse",
    "cannot_tell": "cannot tell",
    "worse": "worse",
    "blocked": "a test failed",
}
"""Verdict of a comparison -> what it is in a line."""


@dataclass(frozen=True, slots=True)
class RunView:
    """A training by itself.

    Attributes:
        state: training, comparing, promoting or done.
        outcome: waits (for a person), promoted, nothing_new, stopped or failed; None until it is done.
        sentence: what became of it.
    """

    began: datetime
    cause: str
    state: str
    outcome: str | None
    version: str | None
    verdict: str | None
    sentence: str


@dataclass(frozen=True, slots=True)
class AutomationView:
    """How training by itself stands for a model; `next` is what comes where nothing is at work."""

    rule: Automation | None
    next: NextRun
    last: RunView | None


@dataclass(frozen=True, slots=True)
class Notice:
    """What Health and Retrain say about the newest training by itself.

    Attributes:
        detail: what the comparison says, or why there is none.
        open: whether somebody has to decide.
    """

    sentence: str
    detail: str
    open: bool


def state(ws: Workspace, name: str, moment: datetime | None = None) -> AutomationView:
    """The rule of a model, its last training by itself and what comes next; only SQL.

    Raises:
        DataError: there is no such model.
    """
    coming, _, newest = situation.read(ws, name, moment or now())
    with reading(ws.engine) as session:
        rule = models.spec(session, name).automation
    return AutomationView(rule, coming, _view(newest) if newest is not None else None)


def notice(ws: Workspace, name: str) -> Notice | None:
    """What waits for a person: a version that was trained by itself and is not in production; only SQL.

    It is said until the champion changes, or the next training by itself makes another version.

    Raises:
        DataError: there is no such model.
    """
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
        newest = automatic_runs.newest(session, spec.id)
        run = automatic_runs.newest_with_version(session, spec.id)
        live = deployments.champion(session, spec.id)
    if newest is not None and newest.outcome == "failed":
        return Notice(f"Training by itself on {newest.cause} failed.", newest.message, open=True)
    if run is None:
        return None
    changed = live is not None and (live.decided_at or live.created_at) > run.created_at
    if run.outcome == "promoted" and live is not None and live.version == run.version:
        done = f"Version {run.version}, trained on {run.cause}, was promoted by itself."
        return Notice(done, run.message, open=False)
    return None if changed or run.outcome != "waits" else Notice(_waiting(run), run.message, open=True)


def _waiting(run: AutomaticRun) -> str:
    start = f"A challenger trained on {run.cause} waits: version {run.version}"
    if run.verdict is None:
        return f"{start}, not compared yet."
    return f"{start} - {VERDICTS.get(run.verdict, run.verdict)}."


def _view(run: AutomaticRun) -> RunView:
    return RunView(
        began=run.created_at,
        cause=run.cause,
        state=run.state,
        outcome=run.outcome,
        version=run.version,
        verdict=run.verdict,
        sentence=_sentence(run),
    )


def _sentence(run: AutomaticRun) -> str:
    start = f"{day(run.created_at)}, on {run.cause}"
    if run.state != "done":
        return f"{start}: {run.state} now."
    verdict = VERDICTS.get(run.verdict or "", "not compared yet")
    outcomes = {
        "waits": f"version {run.version}, {verdict}; it waits for a person.",
        "promoted": f"version {run.version} was promoted.",
        "nothing_new": "nothing new.",
        "stopped": "stopped.",
        "failed": "failed.",
    }
    return f"{start}: {outcomes[run.outcome or 'failed']} {run.message}".strip()
