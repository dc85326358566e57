"""The jobs of experiments: retrain, and compare what was trained with the champion."""

from dataclasses import dataclass
from typing import Any

from core.jobs.job import ModelJob, job, step
from core.jobs.spec import StepContext


@job("retrain", "Retrain")
@dataclass(frozen=True, slots=True, kw_only=True)
class Retrain(ModelJob):
    """Train challengers on the present labels; what was tried before is looked up.

    Attributes:
        by: who asks for it, for the record.
        recipes: names of recipes; None: what made the champion, with the parameters, columns and trend that a
            search found ("champion"); ("all",): every one that fits the items.
        minutes: after so many no further recipe is begun; None: no limit.
        folds: cross-validate; without, each recipe is fitted once, and the holdout alone can judge it.
    """

    by: str
    recipes: tuple[str, ...] | None = None
    minutes: float | None = None
    folds: bool = True


@step(Retrain, weight=1)
def prepare(context: StepContext[Retrain]) -> dict[str, Any]:
    """Freeze labels and holdout, and enter every new experiment as a running trial."""
    from core.services.experiments import train_steps

    return train_steps.prepare(context)


@step(Retrain, weight=8)
def fit(context: StepContext[Retrain]) -> dict[str, Any]:
    """Fit each new experiment."""
    from core.services.experiments import train_steps

    return train_steps.fit(context)


@step(Retrain, weight=2)
def register(context: StepContext[Retrain]) -> dict[str, Any]:
    """Log what was fitted to the registry."""
    from core.services.experiments import register_trial

    return register_trial.register(context)


@job("search", "Search")
@dataclass(frozen=True, slots=True, kw_only=True)
class Search(ModelJob):
    """Try one experiment after another within some minutes, and register the finalists.

    Attributes:
        by: who asks for it, for the record.
        minutes: of experiments and of fitting what is kept; registering comes on top.
        recipes: names of recipes that may be tried; None: all that fit the items and are installed.
        parts: what may be changed: "models" (recipes and their parameters), "features" (columns added or
            taken away), "sources" (columns of joined sources added), "data" (the rows to learn from);
            "questions" measures what fewer rows, and each column left out, would lose.
    """

    by: str
    minutes: float = 10.0
    recipes: tuple[str, ...] | None = None
    parts: tuple[str, ...] = ("models", "features", "sources", "data")


@job("join", "Join a source", quick=True)
@dataclass(frozen=True, slots=True, kw_only=True)
class Join(ModelJob):
    """Join a source by key, so that the next search tries its columns.

    Attributes:
        by: who asks for it, for the record.
        address: a file or a SQL table (`core.lake.remotes.address`).
        key: column of the source; its keys stand in the column `on` of the log.
        on: None: the column of the log has the same name.
        time: column of the source that says since when a row was known; None: its rows hold for every time.
        name: of the source; None: of the file or table.
    """

    by: str
    address: str
    key: str
    on: str | None = None
    time: str | None = None
    name: str | None = None


@step(Join)
def join_source(context: StepContext[Join]) -> dict[str, Any]:
    """Check it, guard it and keep its rows."""
    from core.services.experiments.joins.join import JoinRequest, join

    args = context.args
    request = JoinRequest(args.address, args.key, args.on, args.time, args.name)
    with context.workspace() as ws:
        joined = join(ws, args.model, request, by=args.by, progress=context.progress)
    return {"joined": dict(joined)}


@step(Search, weight=1)
def prepare_search(context: StepContext[Search]) -> dict[str, Any]:
    """Freeze labels and holdout."""
    from core.services.experiments.search import search_steps

    return search_steps.prepare(context)


@step(Search, weight=20)
def search(context: StepContext[Search]) -> dict[str, Any]:
    """Try one candidate after another; each result is a row."""
    from core.services.experiments.search import search_steps

    return search_steps.search(context)


@step(Search, weight=3)
def fit_finalists(context: StepContext[Search]) -> dict[str, Any]:
    """Fit the finalists on all rows, and a stack of the experiments where that is better."""
    from core.services.experiments.search import finalists

    return finalists.fit(context)


@step(Search, weight=2)
def register_finalists(context: StepContext[Search]) -> dict[str, Any]:
    """Log the finalists to the registry."""
    from core.services.experiments import register_trial

    return register_trial.register(context)


@job("compare", "Compare with the champion")
@dataclass(frozen=True, slots=True, kw_only=True)
class Compare(ModelJob):
    """Compare a challenger with the champion on the frozen holdout.

    Attributes:
        by: who asks for it, for the record.
        challenger: the version to compare; None: the best of what was trained last.
    """

    by: str
    challenger: str | None = None


@step(Compare)
def compare_on_holdout(context: StepContext[Compare]) -> dict[str, Any]:
    """Compare and store what was seen."""
    from core.services.experiments.compare import compare

    context.progress(0.0, "Comparing on the frozen holdout")
    with context.workspace() as ws:
        document = compare(ws, context.args.model, context.args.challenger, by=context.args.by)
    return {"comparison": dict(document)}


@job("freshen", "Freshen the holdout")
@dataclass(frozen=True, slots=True, kw_only=True)
class Freshen(ModelJob):
    """Freeze a new holdout of the newest labelled rows, whose ledger begins anew.

    Attributes:
        by: who asks for it, for the record.
    """

    by: str


@step(Freshen)
def freshen_holdout(context: StepContext[Freshen]) -> dict[str, Any]:
    """Freeze it."""
    from core.services.experiments.holdout import freeze

    context.progress(0.0, "Freezing the newest labelled rows")
    with context.workspace() as ws:
        return {"freshened": dict(freeze.freshen(ws, context.args.model, context.args.by))}


@job("refit", "Refit on all labels")
@dataclass(frozen=True, slots=True, kw_only=True)
class Refit(ModelJob):
    """Fit the version in production anew on all labels, the holdout's too, and test what came out.

    Attributes:
        by: who asks for it, for the record.
    """

    by: str


@step(Refit, weight=8)
def fit_all(context: StepContext[Refit]) -> dict[str, Any]:
    """Fit it on all labels, and once without each fold; compare with the promoted version."""
    from core.services.experiments import refit

    return refit.fit_all(context)


@step(Refit, weight=1)
def register_refit(context: StepContext[Refit]) -> dict[str, Any]:
    """Log it to the registry as a version of its own, with its tests."""
    from core.services.experiments import refit

    return refit.register(context)


@job("replay", "Replay a version")
@dataclass(frozen=True, slots=True, kw_only=True)
class Replay(ModelJob):
    """Say what would have been, had a version gone live.

    Attributes:
        by: who asks for it, for the record.
        version: any that the registry has.
        since: first moment (ISO) or number of a row; None: as early as is fair.
    """

    by: str
    version: str
    since: str | None = None


@step(Replay)
def replay_version(context: StepContext[Replay]) -> dict[str, Any]:
    """Predict what is not predicted yet, and count."""
    from core.services.experiments.replay.replay import replay

    args = context.args
    with context.workspace() as ws:
        document = replay(ws, args.model, args.version, args.since, by=args.by, progress=context.progress)
    return {"replay": dict(document)}


@job("policies", "Compare policies of retraining")
@dataclass(frozen=True, slots=True, kw_only=True)
class ComparePolicies(ModelJob):
    """Say what retraining never, every period, on an alarm or on evidence would have come to.

    Attributes:
        by: who asks for it, for the record.
    """

    by: str


@step(ComparePolicies)
def try_policies(context: StepContext[ComparePolicies]) -> dict[str, Any]:
    """Fit the champion's recipe as each policy would have, and count."""
    from core.services.experiments.replay.policies import compare_policies

    args = context.args
    with context.workspace() as ws:
        document = compare_policies(ws, args.model, by=args.by, progress=context.progress, work=context.work)
    return {"policies": dict(document)}
