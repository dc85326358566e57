"""Retrain: what would be tried, the steps that try it, and the leaderboard of what was tried."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from core.model import ModelSpec
from core.services.experiments.holdout.freeze import freeze
from core.services.experiments.recipes.titles import AS_CHAMPION, title
from core.services.experiments.search import champion_again
from core.services.experiments.search.champion_again import Again
from core.services.experiments.trial_data import Frozen, TrialData, experiment, load
from core.services.experiments.views import TrialPlan
from core.stats.measures.table import metric_named
from core.store import models
from core.store.annotation import revisions
from core.store.engine import reading, writing
from core.store.experiments import holdouts, trials
from core.store.tables import Holdout
from core.store.workspace import Workspace

COLUMNS = [
    "trial",
    "recipe",
    "status",
    "version",
    "metric",
    "value",
    "low",
    "high",
    "seconds",
    "revision",
    "holdout",
    "parent",
    "refit_of",
    "fingerprint",
    "run_id",
    "error",
    "by",
    "at",
    "data",
]
MEASURED = ["value", "low", "high"]
SEARCHED = ["stage", "on", "features", "treatment"]
"""What is kept of a trial of a search beside `COLUMNS`; features and treatment as JSON."""


@dataclass(frozen=True, slots=True)
class PlannedTrials:
    """The plans and the data they share."""

    spec: ModelSpec
    frozen: Frozen
    revision: int
    holdout: dict[str, Any]
    plans: list[TrialPlan]


def plan(ws: Workspace, name: str, recipes: Sequence[str], by: str) -> list[TrialPlan]:
    """What each recipe would be on the present labels, and whether it was tried before.

    Cuts a revision and, the first time, freezes a holdout. No recipe named: all that fit the items.

    Raises:
        RetrainError: too few labelled rows, or a recipe that does not exist.
    """
    again = read_champion(ws, name) if AS_CHAMPION in recipes else None
    return plan_trials(ws, name, recipes, by, again).plans


def plan_trials(
    ws: Workspace, name: str, recipes: Sequence[str], by: str, again: Again | None, *, folds: bool = True
) -> PlannedTrials:
    """The plans with what they stand on (see `plan`); without folds, a trial that had them is known too.

    Args:
        ws: the stores.
        name: of the model.
        recipes: their names; none: all that fit the items.
        by: who asks for it.
        again: what made the champion (`read_champion`), which is asked for as a recipe.
        folds: cross-validate.
    """
    from core.services.experiments.recipes import own_recipes
    from core.training.recipes import recipes_for

    spec, revision, holdout, frozen = freeze(ws, name, by)
    fitting = [recipe.name for recipe in recipes_for(spec.item, spec.task)]
    names = list(dict.fromkeys(recipes)) or fitting + own_recipes.names(ws.settings)
    data = load(ws, spec, frozen)
    newest = again.with_newest(spec) if again else None
    plans = [
        _plan(ws, data, holdout, recipe, newest if recipe == AS_CHAMPION else None, folds=folds)
        for recipe in names
    ]
    holdout_document = {
        "rows": holdout.rows,
        "from": holdout.first,
        "to": holdout.last,
        "number": holdout.number,
    }
    return PlannedTrials(spec, frozen, revision.number, holdout_document, plans)


def _plan(
    ws: Workspace, data: TrialData, holdout: Holdout, recipe: str, again: Again | None, *, folds: bool
) -> TrialPlan:
    """The plan of a recipe, or of what made the champion."""
    spec = data.spec
    if again is not None:
        recipe = again.candidate.recipe
    elif recipe == AS_CHAMPION:
        recipe = champion_recipe(ws, spec.name)
    mark = experiment(data, holdout, recipe, again=again).fingerprint
    with reading(ws.engine) as session:
        tried = trials.find(session, spec.id, mark)
        if not folds and (tried is None or tried.status != "trained"):
            mark = experiment(data, holdout, recipe, folds=False, again=again).fingerprint
            tried = trials.find(session, spec.id, mark)
    if again is None:
        return TrialPlan(recipe, title(recipe), mark, tried)
    return TrialPlan(recipe, again.title, mark, tried, {**again.candidate.to_json(), "on": None})


def read_champion(ws: Workspace, name: str) -> Again | None:
    """What made the champion, where the name of its recipe does not say it all; only SQL.

    Raises:
        DataError: there is no such model.
        RetrainError: the trials of its stack are gone.
    """
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
    return champion_again.of_champion(ws, spec)


def default_recipes(ws: Workspace, name: str, again: Again | None) -> list[str]:
    """What a retraining without further wishes repeats on new data: the champion's recipe, or all of it.

    Args:
        ws: the stores.
        name: of the model.
        again: what made the champion (`read_champion`).

    Raises:
        DataError: there is no such model.
    """
    return [AS_CHAMPION] if again is not None else [champion_recipe(ws, name)]


def champion_recipe(ws: Workspace, name: str) -> str:
    """Name of the champion's recipe, or of the one that a first champion would have.

    Raises:
        DataError: there is no such model.
    """
    from core.training.recipes import default_recipe

    with reading(ws.engine) as session:
        spec = models.spec(session, name)
        trial = trials.of_champion(session, spec.id)
    return trial.recipe if trial else spec.recipe or default_recipe(spec.item, spec.task, len(spec.classes))


def leaderboard(ws: Workspace, name: str) -> pd.DataFrame:
    """All trials of a model; the columns are `COLUMNS`. Only SQL: the web process may call it.

    Those of one `data` (the labels, and what a search judged on) were judged on the same rows: they stand
    together, the best first by the metric of record, what was tried last before the rest.
    """
    return leaderboard_of(*scores(ws, name))


def scores(ws: Workspace, name: str) -> tuple[ModelSpec, pd.DataFrame]:
    """The model, and all its trials in order: `COLUMNS`, and `SEARCHED` of a search.

    Raises:
        DataError: there is no such model.
    """
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
        numbers = {row.id: row.number for row in revisions.list_revisions(session, spec.id)}
        holdout = {row.id: row.number for row in holdouts.list_holdouts(session, spec.id)}
        rows = trials.list_scores(session, spec.id, spec.metric)
    lines = [_row(spec, trial, numbers, holdout) for trial in rows]
    frame = pd.DataFrame(lines, columns=[*COLUMNS[:-1], *SEARCHED])
    frame["data"] = _basis_of(frame)
    frame[MEASURED] = frame[MEASURED].astype(float)  # where no trial has one, pandas makes no numbers
    return spec, frame


def leaderboard_of(spec: ModelSpec, scored: pd.DataFrame) -> pd.DataFrame:
    """The leaderboard of what `scores` gave."""
    newest = {data: place for place, data in enumerate(scored["data"])}
    order = scored.assign(
        newest=scored["data"].map(newest), merit=scored["value"].map(metric_named(spec.metric).merit)
    )
    order = order.sort_values(
        ["newest", "merit"], ascending=False, na_position="last", kind="stable", ignore_index=True
    )
    return order[COLUMNS]


def _basis_of(frame: pd.DataFrame) -> list[str]:
    """The labels of each trial, and whether a search judged it: on other rows, and in another way.

    >>> _basis_of(pd.DataFrame({"revision": [None, 1, 1, 1], "on": [None, None, "d walk", "e walk"]}))
    ['First training', 'Revision 1', 'Revision 1 search', 'Revision 1 search 2']
    """
    numbers: dict[tuple[str, Any], str] = {}
    searches: dict[str, int] = {}
    names = []
    for revision, on in zip(frame["revision"], frame["on"], strict=True):
        labels = "First training" if pd.isna(revision) else f"Revision {int(revision)}"
        if isinstance(on, str) and (labels, on) not in numbers:
            searches[labels] = searches.get(labels, 0) + 1
            count = f" {searches[labels]}" if searches[labels] > 1 else ""
            numbers[labels, on] = f"{labels} search{count}"
        names.append(numbers.get((labels, on), labels) if isinstance(on, str) else labels)
    return names


def tried_recipes(ws: Workspace, name: str, revision: int) -> set[str]:
    """Recipes that were trained as they are on a revision, by its id; what a search changed is no recipe.

    Raises:
        DataError: there is no such model.
    """
    with reading(ws.engine) as session:
        rows = trials.list_trials(session, models.spec(session, name).id)
    return {
        row.recipe
        for row in rows
        if row.revision_id == revision and row.status == "trained" and "search" not in row.params
    }


def _row(
    spec: ModelSpec, trial: Any, numbers: dict[int | None, int], holdout: dict[int | None, int]
) -> tuple[Any, ...]:
    # what a search has stopped early was judged on its first rows alone: no score beside those of all
    score = {} if trial.status == "stopped" else trial.score or {}
    measured = (spec.metric, score.get("value"), score.get("low"), score.get("high"), trial.seconds)
    data = (
        numbers.get(trial.revision_id),
        holdout.get(trial.holdout_id),
        trial.parent_version,
        trial.refit_of,
    )
    made = (trial.fingerprint, trial.run_id, trial.error, trial.created_by, trial.created_at)
    searched = (trial.stage, trial.on, trial.features, trial.treatment)
    return (trial.id, trial.recipe, trial.status, trial.version, *measured, *data, *made, *searched)


def reconcile(ws: Workspace, live_jobs: Collection[str]) -> int:
    """Close the trials whose job is gone, so that nothing seems to run for ever; gives their number."""
    with writing(ws.engine) as session:
        left = [trial for trial in trials.list_running(session) if trial.job_id not in live_jobs]
        for trial in left:
            trials.close(session, trial.id or 0, "failed", "The job ended before the trial was done.")
    return len(left)
