"""What an experiment learns from and is judged on: frozen rows, the holdout, the fingerprint."""

import hashlib
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from core.lake.rows import read_rows
from core.lake.rows_view import data_columns
from core.model import ModelSpec
from core.services.dataset import features
from core.services.spec_metrics import metrics_of
from core.settings import Settings
from core.store.annotation import revisions
from core.store.engine import reading
from core.store.experiments import holdouts
from core.store.ingestion import batches
from core.store.tables import Holdout
from core.store.types import now
from core.store.workspace import Workspace
from core.tables.values.content_hash import row_hashes

if TYPE_CHECKING:
    from core.services.experiments.search.champion_again import Again
    from core.stats.arrays import Ints
    from core.stats.predictions import Predictions, Truth
    from core.stats.together.dependence import Together
    from core.training.split import Training
    from core.training.treatments.fit_treated import Treatments

SEED = 0


@dataclass(frozen=True, slots=True)
class Frozen:
    """Which rows an experiment sees, small enough to be kept with the job.

    Attributes:
        upto: id of the newest batch that belongs to it.
        as_of: the moment at which labels count as known.
    """

    revision: int
    holdout: int
    upto: int
    as_of: str


def labels_known_at(spec: ModelSpec) -> str:
    """The moment at which labels count as known."""
    return spec.as_of or now().replace(tzinfo=None).isoformat()


@dataclass(frozen=True, slots=True)
class TrialData:
    """The rows themselves.

    Attributes:
        rows: everything; `training`: what is learned from.
        holdout_rows: those of the holdout in their frozen order.
        content: columns by which two rows are the same.
        fingerprint: SHA-256 over keys, labels and contents of the training rows.
    """

    settings: Settings
    spec: ModelSpec
    training: "Training"
    holdout_rows: pd.DataFrame
    content: list[str]
    fingerprint: str

    def X(self, rows: pd.DataFrame, *versions: Any) -> pd.DataFrame:  # noqa: N802 -- the field's name
        """The features of some rows, and what these fitted estimators read besides."""
        return features(self.spec, rows, *versions)


def load(ws: Workspace, spec: ModelSpec, frozen: Frozen) -> TrialData:
    """Read what was frozen: the same rows whenever and wherever it is called.

    Raises:
        RetrainError: too few rows or classes are left to learn from.
    """
    from core.training.split import training_rows

    content = content_columns(spec)
    rows = read_frozen(ws, spec, frozen, data_columns(spec))
    with reading(ws.engine) as session:
        ids = list(holdouts.labels(session, frozen.holdout))
    training = training_rows(rows, set(ids), content)
    holdout_rows = rows[rows["_id"].isin(ids)].set_index("_id").reindex(ids).reset_index()
    return TrialData(ws.settings, spec, training, holdout_rows, content, _fingerprint(training.rows, content))


def load_all(ws: Workspace, spec: ModelSpec, frozen: Frozen, recent: int) -> tuple[TrialData, pd.DataFrame]:
    """Everything that is labelled by now, the holdout's rows too, and the newest rows, labelled or not.

    Args:
        ws: the stores.
        spec: the model.
        frozen: which rows; its holdout is named beside them, but not kept apart.
        recent: how many of the newest rows.

    Raises:
        RetrainError: too few rows or classes are left to learn from.
    """
    from core.training.split import training_rows

    content = content_columns(spec)
    rows = read_frozen(ws, spec, frozen, data_columns(spec))
    with reading(ws.engine) as session:
        ids = list(holdouts.labels(session, frozen.holdout))
    training = training_rows(rows, set(), content)
    known = set(training.rows["_id"])
    ids = [row_id for row_id in ids if row_id in known]
    holdout_rows = training.rows.set_index("_id").reindex(ids).reset_index()
    data = TrialData(ws.settings, spec, training, holdout_rows, content, _fingerprint(training.rows, content))
    return data, rows.sort_values("_seq", kind="stable").tail(recent)


def content_columns(spec: ModelSpec) -> list[str]:
    """The columns by which two rows are the same: those that the model reads."""
    return [spec.roles.item] if spec.roles.item else list(spec.roles.features)


def read_frozen(ws: Workspace, spec: ModelSpec, frozen: Frozen, columns: list[str]) -> pd.DataFrame:
    """The canonical rows that were frozen, with some further columns."""
    with reading(ws.engine) as session:
        live = tuple(batch for batch in batches.live(session, spec.id) if batch.id <= frozen.upto)
        corrections = revisions.corrections(session, frozen.revision)
    then = replace(spec, as_of=frozen.as_of)
    rows = read_rows(ws.settings, then, live, columns=columns, corrections=corrections)
    if not spec.classes:
        return rows
    # nothing can be learnt from a class that is no class of the model yet
    return rows[rows["_label"].isna() | rows["_label"].isin(spec.classes)].reset_index(drop=True)


def _fingerprint(rows: pd.DataFrame, content: list[str]) -> str:
    hashes = row_hashes(rows[["_id", "_label", *content]])
    return hashlib.sha256(hashes.tobytes()).hexdigest()


@dataclass(frozen=True, slots=True)
class Experiment:
    """A recipe on this data.

    Attributes:
        fingerprint: of everything that decides its result.
        pipeline: unfitted.
        X: (n, ...) what it reads of the rows to learn from.
        treatments: what becomes of these rows before it learns from them.
    """

    fingerprint: str
    pipeline: Any
    X: pd.DataFrame
    treatments: "Treatments"


def experiment(
    data: TrialData, holdout: Holdout, recipe: str, *, folds: bool = True, again: "Again | None" = None
) -> Experiment:
    """A recipe on this data, or what made the champion; without folds it is another experiment.

    Raises:
        RetrainError: there is no such recipe for these items, or what made the champion is gone.
    """
    from core.services.experiments.recipes import own_recipes
    from core.stats.folds import FOLDS
    from core.training.fingerprint import fingerprint
    from core.training.recipes import build
    from core.training.treatments.fit_treated import Treatments

    spec = data.spec
    rows = data.training.rows
    X, own, treatments = data.X(rows), dict[str, Any](), Treatments.none(len(rows))
    if again is not None:
        pipeline, X = again.build(data.settings, spec, rows, rows["_label"])
        own, treatments = again.code(data.settings) | again.marks_of_rows(rows), again.treatments(rows)
    elif recipe.startswith(own_recipes.PREFIX):
        pipeline = own_recipes.make(data.settings, recipe, spec, X, rows["_label"])
        own = {"code": own_recipes.code_digest(data.settings, recipe)}
    else:
        pipeline = build(recipe, X, spec, SEED)
    scheme = f"stratified {FOLDS} folds, copies together" if folds else "none"
    mark = fingerprint({**own, **experiment_parts(data, holdout, pipeline, scheme)})
    return Experiment(mark, pipeline, X, treatments)


def experiment_parts(data: TrialData, holdout: Holdout, estimator: Any, scheme: str) -> dict[str, Any]:
    """What decides the result of an experiment: the data, the estimator, and how it is judged."""
    spec = data.spec
    return {
        "data": data.fingerprint,
        "holdout": holdout.keys_hash,
        "features": data.content,
        "classes": spec.classes,
        "estimator": estimator,
        "seed": SEED,
        "cv": scheme,
        "metric": spec.metric,
        **({} if spec.threshold is None else {"threshold": spec.threshold}),
        **({} if spec.costs is None else {"costs": asdict(spec.costs)}),
        **({"decides": "from a threshold of its own"} if tunes_threshold(spec) else {}),
    }


def rows_together(spec: ModelSpec, rows: pd.DataFrame) -> "Together":
    """Which rows belong together: by the role group, and in time or in order of arrival."""
    from core.stats.together import blocks

    roles = spec.roles
    return blocks.rows_together(
        rows[roles.group] if roles.group else None, rows["_time"] if roles.time else rows["_seq"]
    )


def tunes_threshold(spec: ModelSpec) -> bool:
    """Whether what is trained may decide from its own threshold: nobody set one, and the metric needs one."""
    from core.training.search.decision_threshold import RULES

    return spec.task == "binary" and spec.threshold is None and spec.metric in RULES.metrics


def with_own_threshold(
    spec: ModelSpec,
    estimator: Any,
    made: "Predictions",
    cv: dict[str, Any],
    truth: "Truth",
    folds: "Ints",
    together: "Together",
) -> tuple[Any, "Predictions", dict[str, Any]]:
    """A fit that decides from a threshold of its own where that is better beyond chance; else as it is.

    Args:
        spec: the model.
        estimator: fitted on all rows.
        made: predictions for n rows of models that had not seen them.
        cv: metric -> value and interval of these.
        truth: (n,) class numbers.
        folds: (n,) number of the fold of each row.
        together: which of the rows belong together.

    Returns:
        The estimator, its predictions out of fold and their scores.
    """
    from core.training.fit import scores
    from core.training.search.decision_threshold import decide_from, tune

    metrics = metrics_of(spec)
    decided = tune(metrics[spec.metric], truth, made, folds, together) if tunes_threshold(spec) else None
    if decided is None:
        return estimator, made, cv
    cv = scores(truth, decided.predictions, spec.metric, metrics=metrics)
    return decide_from(estimator, decided.threshold, spec.classes[-1]), decided.predictions, cv
