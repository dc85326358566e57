"""The two sides of a comparison: what champion and challenger said about the same holdout rows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from core.errors import RegistryError, RetrainError
from core.lake import prediction_cache
from core.model import ModelSpec
from core.registry.load import load_model
from core.services.dataset import features, rows
from core.services.experiments.holdout.leak import leak_on
from core.services.spec_metrics import metrics_of
from core.stats.metrics import reported_beside
from core.store import models
from core.store.engine import reading
from core.store.experiments import deployments, holdouts, trials
from core.store.tables import Holdout, Trial
from core.store.workspace import Workspace

if TYPE_CHECKING:
    from core.stats.metric import Metric
    from core.stats.metrics import MetricTable
    from core.stats.predictions import Predictions
    from core.training.tasks import Task


@dataclass(frozen=True, slots=True)
class Pair:
    """Who is compared with whom, on what."""

    spec: ModelSpec
    champion: str
    challenger: str
    trial: Trial | None
    holdout: Holdout

    @property
    def task(self) -> "Task":
        """How labels are read, and when the two differ."""
        from core.training.tasks import task_of

        return task_of(self.spec.classes, self.spec.threshold)

    @property
    def metrics(self) -> "MetricTable":
        """What the model can be judged by."""
        return metrics_of(self.spec)


@dataclass(frozen=True, slots=True)
class ComparisonInputs:
    """The holdout rows with labels and the predictions of both, in the same order.

    Attributes:
        rows: canonical rows with features and segments.
        given_labels: those at the moment of freezing; `corrected`: with the settled annotations.
        settled: ids whose label an expert settled.
        leak: rows of the holdout that the challenger has learnt from (`holdout.leak`).
    """

    pair: Pair
    rows: pd.DataFrame
    given_labels: "pd.Series[Any]"
    corrected: "pd.Series[Any]"
    settled: frozenset[str]
    champion: "Predictions"
    challenger: "Predictions"
    leak: dict[str, Any]


def pair(ws: Workspace, name: str, challenger: str | None) -> Pair:
    """The champion, and the challenger named or else the finalist.

    Raises:
        RetrainError: there is no champion, no challenger, or no holdout.
    """
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
        live = deployments.champion(session, spec.id)
        if live is None:
            raise RetrainError(
                f"{name} has no version in production here: what it predicts comes with its log.",
                f"`python -m core replay {name} VERSION` holds a version against what was predicted there; "
                "to put a first one into production, promote it by an override.",
            )
        version = challenger or finalist(
            spec, live.version, trials.list_scores(session, spec.id, spec.metric)
        )
        if version == live.version:
            raise RetrainError(
                f"Version {version} is in production: it is compared with no other.", "Name a challenger."
            )
        if version is None:
            raise RetrainError("There is no challenger.", "Retrain first, or name another version.")
        trial = trials.by_version(session, spec.id, version)
        own = holdouts.get(session, trial.holdout_id) if trial and trial.holdout_id else None
        holdout = holdouts.latest(session, spec.id)
        # the newest, whose rows come after all that it learnt from; older homes have some that do not
        if own is not None and (holdout is None or holdout.first < own.first):
            holdout = own
    if holdout is None:
        raise RetrainError("No holdout was frozen yet.", "Retrain first: that freezes one.")
    return Pair(spec, live.version, version, trial, holdout)


def finalist(spec: ModelSpec, champion: str | None, tried: Sequence[Any]) -> str | None:
    """Of what was trained last the version to compare: choosing so costs no look.

    The first finalist of a search, which ranks what it keeps; of retrainings on the same data the best by
    cross-validation. Values of the two are not on the same rows, and never held against each other.

    Args:
        spec: with the metric of record.
        champion: the version in production.
        tried: rows of `trials.list_scores`, oldest first.
    """
    trained = [
        row
        for row in tried
        if row.status == "trained" and row.version and row.version != champion and row.refit_of is None
    ]
    if not trained:
        return None
    newest = trained[-1]
    if newest.on is not None:
        same = [row.version for row in trained if row.job_id == newest.job_id]
        return str(min(same, key=int))
    data = (newest.revision_id, newest.holdout_id)
    judged = [
        row for row in trained if row.on is None and row.score and (row.revision_id, row.holdout_id) == data
    ]
    if not judged:  # the metric of record was another one when they were trained
        return str(newest.version)
    merit = metrics_of(spec)[spec.metric].merit
    return str(max(judged, key=lambda row: merit(row.score["value"])).version)


def read_inputs(ws: Workspace, two: Pair) -> ComparisonInputs:
    """Read the holdout rows and what both versions said about them; who was not asked yet is asked now.

    Raises:
        RegistryError: a version must be asked but cannot be loaded.
    """
    with reading(ws.engine) as session:
        frozen_labels = holdouts.labels(session, two.holdout.id or 0)
    ids = list(frozen_labels)
    own = replace(two.spec, threshold=None)  # rows with the decisions that were stored
    frame = rows(ws, own, ids=ids).set_index("_id").reindex(ids).reset_index()
    labels = pd.Series(list(frozen_labels.values()), dtype=object)
    settled = _settled_labels(ws, two.spec, ids)
    corrected = pd.Series([settled.get(i, label) for i, label in frozen_labels.items()], dtype=object)
    predictions = {
        version: _read_predictions(ws, two, version, frame) for version in (two.champion, two.challenger)
    }
    return ComparisonInputs(
        two,
        frame,
        labels,
        corrected,
        frozenset(settled),
        predictions[two.champion],
        predictions[two.challenger],
        leak_on(ws, two.spec, two.trial, two.holdout),
    )


def _settled_labels(ws: Workspace, spec: ModelSpec, ids: list[str]) -> dict[str, str]:
    from core.store.annotation import events

    with reading(ws.engine) as session:
        known = events.corrections(session, spec.id)
    return {i: known[i] for i in ids if i in known}


def _read_predictions(ws: Workspace, two: Pair, version: str, frame: pd.DataFrame) -> "Predictions":
    from core.training.predictions import predict
    from core.training.tasks import task_of

    spec, ids = two.spec, list(frame["_id"])
    place = prediction_cache.path(ws.settings, spec, two.holdout.id or 0, version)
    cached = prediction_cache.read(place, spec, ids)
    if cached is not None:
        return prediction_cache.predictions(spec, cached)
    has_predictions = frame[prediction_cache.columns(spec)].notna().all(axis=None)
    # Rows of the training part hold out-of-fold predictions of the first champion: its model has seen them.
    if has_predictions and ((frame["_version"] == version).all() or _is_first(ws, two, version, frame)):
        predictions = prediction_cache.predictions(replace(spec, threshold=None), frame)
    else:
        model = load_model(ws.settings, spec, version)
        predictions = predict(model, features(spec, frame, model), task_of(spec.classes))
    # its own decisions are kept: a threshold of the model decides when they are read
    table = prediction_cache.table(spec, ids, predictions.outputs, predictions.predicted)
    prediction_cache.write(place, table)
    return prediction_cache.predictions(spec, table)


def _is_first(ws: Workspace, two: Pair, version: str, frame: pd.DataFrame) -> bool:
    with reading(ws.engine) as session:
        history = deployments.list_done(session, two.spec.id)
    return bool((frame["_part"] == "training").all()) and history[0].version == version


def load(ws: Workspace, spec: ModelSpec, version: str) -> Any | None:
    """A version's model; None when the registry does not have it (it predicts somewhere else)."""
    try:
        return load_model(ws.settings, spec, version)
    except RegistryError:
        return None


def truth(inputs: ComparisonInputs, labels: "pd.Series[Any]") -> "np.ndarray[Any, Any]":
    """Class numbers of the labels, or the labels as numbers."""
    return inputs.pair.task.truth(labels)


def metrics_on(inputs: ComparisonInputs, labels: "pd.Series[Any]") -> "list[Metric]":
    """What is measured on these labels, the metric that decides first.

    Every reported metric; those that need two different labels only where there are.
    """
    alike = len(np.unique(truth(inputs, labels))) < 2  # noqa: PLR2004 -- two labels
    table = inputs.pair.metrics
    metrics = reported_beside(table[inputs.pair.spec.metric], table)
    return [metric for metric in metrics if not (alike and "two labels" in metric.needs)]


def segments(inputs: ComparisonInputs) -> dict[str, "pd.Series[Any]"]:
    """The segment columns of the holdout rows, as text."""
    return {name: inputs.rows[name].astype(object) for name in inputs.pair.spec.roles.segments}
