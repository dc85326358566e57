"""The first champion of a model: a recipe fitted on the training window, with its out-of-fold predictions."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from core.jobs.spec import Progress
from core.model import ModelSpec
from core.registry.models import champion, set_champion
from core.registry.package import example_rows
from core.registry.trials import Logged, TrialRecord, log_trial
from core.services.dataset import features
from core.services.scoring import as_columns
from core.services.spec_metrics import metrics_of
from core.settings import Settings
from core.stats.predictions import Predictions
from core.tables.values.content_hash import row_hashes
from core.training import fit as fitting
from core.training.fingerprint import estimator_parameters, fingerprint
from core.training.recipes import build
from core.training.tasks import task_of

SEED = 0


@dataclass(frozen=True, slots=True)
class FirstFit:
    """A fitted estimator, what it predicted for rows that it did not see, and how well."""

    estimator: Any
    training: pd.DataFrame
    cv: dict[str, dict[str, float]]


def fit(spec: ModelSpec, training: pd.DataFrame, progress: Progress) -> FirstFit:
    """Fit the spec's recipe on canonical training rows; give them their out-of-fold predictions.

    Raises:
        RetrainError: the recipe cannot learn from these rows.
    """
    X = features(spec, training)
    task = task_of(spec.classes)
    made = fitting.fit(
        build(spec.recipe or "", X, spec, SEED),
        X,
        training["_label"],
        task,
        metric=spec.metric,
        seed=SEED,
        copies=row_hashes(X),
        progress=lambda done, scored: progress(done, f"Reference: {scored}"),
        metrics=metrics_of(spec),
    )
    scored = as_columns(spec, made.out_of_fold, training.index)
    cv = made.cv
    if spec.threshold is not None:  # its own decisions are stored, those at the threshold are judged
        decided = Predictions.from_outputs(made.out_of_fold.outputs, spec.threshold)
        cv = fitting.scores(task.truth(training["_label"]), decided, spec.metric, metrics=metrics_of(spec))
    return FirstFit(made.estimator, training.assign(**scored), cv)


def register(
    settings: Settings, spec: ModelSpec, first: FirstFit, content: str, source: str, job_id: str
) -> Logged:
    """Log the fit, register it and make it the champion; twice gives the same version."""
    X = features(spec, first.training)
    logged = log_trial(
        settings,
        TrialRecord(
            registry_name=spec.registry_name,
            run_name=f"first champion: {spec.recipe}",
            fingerprint=first_fingerprint(spec, content),
            job_id=job_id,
            params={
                "recipe": spec.recipe,
                "seed": SEED,
                "rows": len(X),
                "features": ", ".join(X.columns),
                **estimator_parameters(first.estimator),
            },
            metrics={f"cv_{name}": value["value"] for name, value in first.cv.items()},
            datasets=[(f"{spec.name} training", content, source, "training")],
            estimator=first.estimator,
            input_example=example_rows(X),
            description=f"The first champion: {spec.recipe} on the {len(X):,} training rows.",
            tags={"caretaker.kind": "first champion"},
        ),
    )
    if champion(settings, spec.registry_name) is None:
        set_champion(settings, spec.registry_name, logged.version, None)
    return logged


def first_fingerprint(spec: ModelSpec, content: str) -> str:
    """Name of this experiment: the same data and recipe are not logged twice."""
    parts = {"first": spec.registry_name, "content": content, "recipe": spec.recipe, "seed": SEED}
    return fingerprint(parts | {"features": spec.roles.features, "classes": spec.classes})
