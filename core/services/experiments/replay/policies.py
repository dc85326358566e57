"""When to retrain, tried out on the past: the champion's recipe fitted anew as each policy would have."""

from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from typing import Any, cast

import pandas as pd

from core.errors import RetrainError
from core.jobs.spec import Progress, quiet
from core.lake.row_locations import label_lag
from core.model import ModelSpec
from core.services.dataset import features, rows
from core.services.experiments.replay.past_predictions import PastPredictions
from core.services.experiments.replay.views import PoliciesDocument, PolicyEntry
from core.services.experiments.search import champion_again
from core.services.experiments.search.champion_again import Again
from core.services.monitoring import monitor
from core.services.spec_metrics import metrics_of
from core.settings import Settings
from core.stats.arrays import Floats
from core.stats.measures.cost_matrix import NAME as COST
from core.stats.predictions import Predictions
from core.store import audit, models
from core.store.engine import reading, writing
from core.store.experiments import trials
from core.store.ingestion import batches
from core.store.workspace import Workspace
from core.training.comparison import replay as counting
from core.training.comparison.policies import POLICIES, RULES, Course, PolicyRules, follow
from core.training.fit import fit_once
from core.training.predictions import predict
from core.training.recipes import RECIPES, build
from core.training.split import usable
from core.training.tasks import task_of
from core.training.treatments.fit_treated import Treatments

ACTION, SEED = "policies", 0
FEWEST_PERIODS = 4
"""One to learn from, one to compare with, and two in which policies can differ."""


@dataclass
class Past:
    """The labelled past in periods, and the models that could have been fitted in it.

    Attributes:
        first: rows that model 0 learnt from.
        periods: labelled rows of each period.
        lag: periods until the labels of a period are known, beyond its own end.
        again: what made the champion, where a search did; None: the recipe as it is.
        kept: what models predicted before the worker died; None where nobody can go on.
    """

    settings: Settings
    spec: ModelSpec
    recipe: str
    first: pd.DataFrame
    periods: list[pd.DataFrame]
    lag: int
    rules: PolicyRules
    again: Again | None = None
    kept: PastPredictions | None = None
    fitted: dict[int, Any] = field(default_factory=dict)
    predictions: dict[tuple[int, int], Predictions] = field(default_factory=dict)

    def training_rows(self, model: int) -> pd.DataFrame:
        """The newest labelled rows that were known at the beginning of a period."""
        known = self.periods[: max(0, model - self.lag)]
        return pd.concat([self.first, *known], ignore_index=True).tail(self.rules.most_rows)

    def ask(self, model: int, period: int) -> Predictions:
        """What a model predicts in a period; fitted and asked once, also where a worker died."""
        if (model, period) not in self.predictions:
            known = self.kept.read(model, period) if self.kept is not None else None
            self.predictions[model, period] = known or self._predict(model, period)
        return self.predictions[model, period]

    def _predict(self, model: int, period: int) -> Predictions:
        if model not in self.fitted:
            table = self.training_rows(model)
            pipeline, X, treatments = self._pipeline(table)
            task = task_of(self.spec.classes)
            self.fitted[model] = fit_once(pipeline, X, table["_label"], task, treatments)
        X = features(self.spec, self.periods[period], self.fitted[model])
        task = task_of(self.spec.classes, self.spec.threshold)
        predictions = predict(self.fitted[model], X, task)
        if self.kept is not None:
            self.kept.write(model, period, predictions)
        return predictions

    def _pipeline(self, table: pd.DataFrame) -> tuple[Any, pd.DataFrame, Treatments]:
        """What is fitted, what it reads of the rows, and what becomes of them before it learns."""
        if self.again is not None:
            made = self.again.build(self.settings, self.spec, table, table["_label"])
            return *made, self.again.treatments(table)
        X = features(self.spec, table)
        return build(self.recipe, X, self.spec, SEED), X, Treatments.none(len(X))

    def losses(self, metric: Any, model: int, period: int) -> Floats:
        """(n,) what the metric counts of a model in a period."""
        truth = task_of(self.spec.classes, self.spec.threshold).truth(self.periods[period]["_label"])
        return counting.row_losses(metric, truth, self.ask(model, period))


def compare_policies(
    ws: Workspace,
    name: str,
    *,
    by: str,
    progress: Progress = quiet,
    rules: PolicyRules = RULES,
    work: Path | None = None,
) -> PoliciesDocument:
    """What each policy of retraining would have come to; written into the record.

    Args:
        ws: the stores.
        name: of the model.
        by: who asks.
        progress: how far it is.
        rules: of the policies.
        work: folder in which a worker that follows one that died finds what was predicted.

    Raises:
        RetrainError: the champion has no recipe that can be fitted again, or the past is too short.
    """
    past = _read_past(ws, name, rules)
    if work is not None:
        made = past.again.key if past.again else past.recipe
        past.kept = PastPredictions(work, made, [past.first, *past.periods])
    metrics = metrics_of(past.spec)
    metric = counting.counting_metric(metrics, past.spec.metric)
    count = len(past.periods)

    def losses(model: int, period: int) -> Floats:
        progress(0.95 * period / count, f"Fitting {past.recipe} as it would have been in period {model + 1}")
        return past.losses(metric, model, period)

    courses = [follow(policy, count, past.lag, losses, rules) for policy in POLICIES]
    totals = [sum(float(losses(m, p).sum()) for p, m in enumerate(course.models)) for course in courses]
    cost = metrics.get(COST)
    paid = [
        None
        if cost is None
        else sum(float(past.losses(cost, m, p).sum()) for p, m in enumerate(course.models))
        for course in courses
    ]
    unit = "errors" if past.spec.classes else metric.short or metric.title
    entries = [
        _entry(past, course, total, totals[0], money)
        for course, total, money in zip(courses, totals, paid, strict=True)
    ]
    document = PoliciesDocument(
        model=name,
        recipe=past.recipe,
        sentence=_sentence(entries, unit),
        alarm=alarm_sentence(monitor.health(ws, name)),
        unit=unit,
        currency=cost.counted_in if cost else "",
        periods=[str(period["_chunk"].iloc[0]) for period in past.periods],
        lag=past.lag,
        rows=sum(map(len, past.periods)),
        policies=entries,
    )
    with writing(ws.engine) as session:
        audit.add(session, past.spec.id, by, ACTION, cast("dict[str, Any]", document))
    return document


def latest(ws: Workspace, name: str) -> PoliciesDocument | None:
    """What was compared last; one SQL read.

    Raises:
        DataError: there is no such model.
    """
    with reading(ws.engine) as session:
        newest = audit.entries(session, models.spec(session, name).id, 1, actions={ACTION})
    return cast("PoliciesDocument", newest[0].body) if newest else None


def _read_past(ws: Workspace, name: str, rules: PolicyRules) -> Past:
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
        trial = trials.of_champion(session, spec.id)
        live = batches.live(session, spec.id)
    again = champion_again.of_champion(ws, spec)
    recipe = trial.recipe if trial is not None else spec.recipe or ""
    if recipe not in RECIPES and again is None:
        raise RetrainError(
            f"The champion of {name} has no recipe that could be fitted again.",
            "Train and promote a version by one of the recipes first.",
        )
    table = usable(rows(ws, spec))
    table = table[table["_label"].isin(spec.classes)] if spec.classes else table[table["_label"].notna()]
    periods = _periods(table[table["_part"] == "log"], rules)
    trained = table[table["_part"] == "training"]
    if not len(trained) and periods:
        quarter = max(1, len(periods) // 4)
        trained, periods = pd.concat(periods[:quarter]), periods[quarter:]
    if len(periods) < FEWEST_PERIODS:
        raise RetrainError(
            f"Only {len(periods)} periods have labels: too few to compare policies.",
            f"{FEWEST_PERIODS} are needed.",
        )
    lag = label_lag(ws.settings, spec, live) if spec.roles.time is not None else None
    return Past(ws.settings, spec, recipe, trained, periods, _lag_in_periods(periods, lag), rules, again)


def _periods(log: pd.DataFrame, rules: PolicyRules) -> list[pd.DataFrame]:
    """The rows by chunk in order; neighbours are joined where there are very many."""
    chunks = sorted(log["_chunk"].unique())
    size = max(1, ceil(len(chunks) / rules.most_periods))
    groups = [chunks[at : at + size] for at in range(0, len(chunks), size)]
    return [log[log["_chunk"].isin(group)].reset_index(drop=True) for group in groups]


def _lag_in_periods(periods: list[pd.DataFrame], seconds: float | None) -> int:
    starts = pd.Series([period["_time"].min() for period in periods])
    length = starts.diff().dt.total_seconds().median()
    return ceil(seconds / length) if seconds and length > 0 else 0


def _entry(past: Past, course: Course, total: float, never: float, money: float | None) -> PolicyEntry:
    looked = len(past.periods) if course.policy in {"on alarm", "on evidence"} else course.newest
    known = sum(map(len, past.periods[: max(0, looked - past.lag)]))
    return PolicyEntry(
        policy=course.policy,
        total=total,
        less=never - total,
        retrains=course.retrains,
        changes=course.changes,
        labels=len(past.first) + known,
        money=money,
        models=list(course.models),
    )


def _sentence(entries: list[PolicyEntry], unit: str) -> str:
    best = min(entries, key=lambda entry: (entry["total"], entry["retrains"]))
    parts = [
        f"{entry['policy']} {entry['total']:,.0f} (retrained {entry['retrains']} times)" for entry in entries
    ]
    return f"Retraining {best['policy']} would have made the fewest {unit}: {'; '.join(parts)}."


def alarm_sentence(document: Any) -> str:
    """When Health's own alarm came on first, and how many periods before raised none.

    >>> chunks = [{"start": f"2024-0{month}-01"} for month in range(1, 7)]
    >>> alert = {"rule": "performance", "opened": "2024-05-01", "closed": None}
    >>> alarm_sentence({"chunks": chunks, "alerts": [alert]})
    'Health would have warned in the period from 2024-05-01 on; the 4 periods before raised no alarm.'
    >>> alarm_sentence({"chunks": chunks, "alerts": []})
    'Health raised no alarm in 6 periods.'
    """
    if document is None:
        return ""
    starts = [str(chunk["start"]) for chunk in document["chunks"]]
    opened = [str(alert["opened"]) for alert in document["alerts"] if alert["rule"] == "performance"]
    if not opened:
        return f"Health raised no alarm in {len(starts):,} periods."
    first = min(opened, key=starts.index) if set(opened) <= set(starts) else min(opened)
    before = starts.index(first) if first in starts else 0
    quiet_before = f"; the {before:,} periods before raised no alarm" if before else ""
    return f"Health would have warned in the period from {first} on{quiet_before}."
