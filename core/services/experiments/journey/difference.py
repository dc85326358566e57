"""How two trials differ: what was changed, and what came of it."""

from typing import Any

import pandas as pd

from core.errors import DataError
from core.services.experiments.recipes.titles import title
from core.stats.measures.table import metric_named
from core.store import models
from core.store.annotation import revisions
from core.store.engine import reading
from core.store.experiments import trials
from core.store.tables import Trial
from core.store.workspace import Workspace
from core.training.search.derivations import Derivation
from core.training.treatments.treatment import Treatment

COLUMNS = ["what", "first", "second"]
NAMES = {
    "data": "rows, by their hash",
    "rows": "rows to learn from",
    "leak, keys": "rows of the holdout among them, by key",
    "leak, contents": "rows of the holdout among them, by content",
    "leak, passed": "no row of the holdout among them",
}
"""Field of a trial's document -> what people call it."""


def difference(ws: Workspace, name: str, first: int, second: int) -> pd.DataFrame:
    """What is not the same of two trials, by their numbers; the columns are `COLUMNS`.

    Raises:
        DataError: one of them is not of this model.
    """
    with reading(ws.engine) as session:
        model = models.spec(session, name).id
        cuts = {row.id: row.number for row in revisions.list_revisions(session, model)}
    facts = [_facts(trial, cuts) for trial in _two(ws, name, first, second)]
    names = dict.fromkeys([*facts[0], *facts[1]])
    rows = [(what, facts[0].get(what, ""), facts[1].get(what, "")) for what in names]
    return pd.DataFrame([row for row in rows if row[1] != row[2]], columns=COLUMNS)


def _facts(trial: Trial, cuts: dict[int | None, int]) -> dict[str, str]:
    """Everything that is kept of a trial, as texts by what it is."""
    params = {key: value for key, value in trial.params.items() if key not in {"search", "refit"}}
    search = trial.params.get("search", {})
    cv = trial.cv or {}
    facts: dict[str, Any] = {
        "recipe": title(trial.recipe),
        "state": trial.status,
        "version": trial.version,
        "revision": cuts.get(trial.revision_id),
        "holdout": trial.holdout_id,
        "version before": trial.parent_version,
        **_flat("", search.get("parameters", {})),
        **_changes_of(search),
        **{NAMES.get(key, key): value for key, value in _flat("", params).items()},
        **{f"{metric_named(metric).title}, cross-validated": _score(of) for metric, of in cv.items()},
        "seconds": trial.seconds,
        "why not": trial.error,
        "run": trial.run_id,
        "by": trial.created_by,
    }
    return {what: _text(value) for what, value in facts.items() if value not in (None, "", [], {})}


def _changes_of(search: dict[str, Any]) -> dict[str, Any]:
    """What a search changed, in words."""
    columns = [Derivation.from_json(part).title for part in search.get("features", [])]
    treatment = search.get("treatment")
    return {
        "stage": search.get("stage"),
        "columns": ", ".join(columns),
        "learnt from": Treatment(**treatment).title if treatment else None,
        "rows": search.get("rows"),
    }


def are_on_same_rows(ws: Workspace, name: str, first: int, second: int) -> bool:
    """Whether two trials were judged on the same rows: only then their metrics say which is better.

    Raises:
        DataError: one of them is not of this model.
    """
    one, other = (_basis(trial) for trial in _two(ws, name, first, second))
    return one is not None and one == other


def _basis(trial: Trial) -> str | None:
    """The rows and the way of judging: of a search, else of a retraining; None where nobody wrote it down."""
    data = trial.params.get("data")
    return trial.params.get("search", {}).get("on") or (f"{data} {trial.holdout_id}" if data else None)


def _two(ws: Workspace, name: str, first: int, second: int) -> list[Trial]:
    with reading(ws.engine) as session:
        model = models.spec(session, name).id
        two = [trials.find_number(session, model, number) for number in (first, second)]
    present = [trial for trial in two if trial is not None]
    if len(present) < len(two):
        raise DataError(f"{name} has no such experiment.", "Choose two of those that Experiments lists.")
    return present


def _score(score: dict[str, Any]) -> str | None:
    """A value with its interval, where there is one."""
    if score.get("value") is None:
        return None
    if score.get("low") is None:
        return _text(score["value"])
    return f"{score['value']:.4g} ({score['low']:.4g} to {score['high']:.4g})"


def _flat(before: str, document: dict[str, Any]) -> dict[str, Any]:
    """A document with its inner names joined.

    >>> _flat("", {"a": {"b": 1}, "c": [2]})
    {'a, b': 1, 'c': [2]}
    """
    flat: dict[str, Any] = {}
    for key, value in document.items():
        name = f"{before}{key}"
        flat |= _flat(f"{name}, ", value) if isinstance(value, dict) else {name: value}
    return flat


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.5g}" if isinstance(value, float) else str(value)
