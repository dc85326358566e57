"""How two trials differ: what was changed, and what came of it."""

from typing import Any

import pandas as pd

from core.errors import DataError
from core.services.experiments.retrain import title
from core.store import models
from core.store.annotation import revisions
from core.store.engine import reading
from core.store.experiments import trials
from core.store.tables import Trial
from core.store.workspace import Workspace

COLUMNS = ["what", "first", "second"]


def difference(ws: Workspace, name: str, first: int, second: int) -> pd.DataFrame:
    """What is not the same of two trials, by their numbers; the columns are `COLUMNS`.

    Raises:
        DataError: one of them is not of this model.
    """
    with reading(ws.engine) as session:
        model = models.spec(session, name).id
        two = [trials.find_number(session, model, number) for number in (first, second)]
        cuts = {row.id: row.number for row in revisions.list_revisions(session, model)}
    if two[0] is None or two[1] is None:
        raise DataError(f"{name} has no such experiment.", "Choose two of those that Experiments lists.")
    facts = [_facts(trial, cuts) for trial in two if trial is not None]
    names = dict.fromkeys([*facts[0], *facts[1]])
    rows = [(what, facts[0].get(what, ""), facts[1].get(what, "")) for what in names]
    return pd.DataFrame([row for row in rows if row[1] != row[2]], columns=COLUMNS)


def _facts(trial: Trial, cuts: dict[int | None, int]) -> dict[str, str]:
    """Everything that is kept of a trial, as texts by what it is."""
    params = {key: value for key, value in trial.params.items() if key not in {"search", "refit"}}
    search = trial.params.get("search", {})
    own = {key: search[key] for key in ("stage", "features", "treatment", "rows") if key in search}
    facts: dict[str, Any] = {
        "recipe": title(trial.recipe),
        "state": trial.status,
        "version": trial.version,
        "revision": cuts.get(trial.revision_id),
        "holdout": trial.holdout_id,
        "version before": trial.parent_version,
        **_flat("", search.get("parameters", {})),
        **_flat("", own),
        **_flat("", params),
        **{metric: score.get("value") for metric, score in (trial.cv or {}).items()},
        "seconds": trial.seconds,
        "why not": trial.error,
        "run": trial.run_id,
        "by": trial.created_by,
    }
    return {what: _text(value) for what, value in facts.items() if value not in (None, "", [], {})}


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
    return f"{value:.5g}" if isinstance(value, float) else str(value)
