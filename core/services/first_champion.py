"""The first champion of a model: a recipe fitted on the training window, with its out-of-fold answers."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import clone

from core.errors import RetrainError
from core.frames.content import row_hashes
from core.frames.folds import groups
from core.frames.spec import ModelSpec
from core.registry.models import champion, set_champion
from core.registry.trials import Logged, TrialRecord, log_trial
from core.retraining.fingerprint import fingerprint
from core.retraining.fit import Progress, scores
from core.retraining.recipes import build
from core.services.rows import features
from core.services.scoring import as_columns
from core.settings import Settings
from core.suspects import folds
from core.suspects.out_of_fold import Contender, out_of_fold

SEED = 0


@dataclass(frozen=True, slots=True)
class FirstFit:
    """A fitted estimator, what it answered for rows that it did not see, and how well."""

    estimator: Any
    training: pd.DataFrame
    cv: dict[str, dict[str, float]]


def fit(spec: ModelSpec, training: pd.DataFrame, progress: Progress) -> FirstFit:
    """Fit the spec's recipe on canonical training rows; give them their out-of-fold answers.

    Equal rows are in the same fold: a copy in the training part would make the reference look too good.

    Raises:
        RetrainError: the recipe cannot learn from these rows.
    """
    X = features(spec, training)
    labels = list(training["_label"])
    pipeline = build(spec.recipe or "", X, spec, SEED)
    group = groups(row_hashes(X))
    splits = folds.shuffled(pd.Categorical(labels).codes.astype(np.int64), group, repeats=1, seed=SEED)
    if not splits:
        raise RetrainError(
            f"{len(X):,} training rows are too few for a reference.", "Move --train-until to a later date."
        )
    done = iter(range(1, len(splits) + 1))

    def tick() -> None:
        number = next(done)
        progress(number / (len(splits) + 1), f"Reference: part {number} of {len(splits)}")

    try:
        chances = out_of_fold(Contender("champion", pipeline, X), labels, spec.classes, splits, tick=tick)
        progress(len(splits) / (len(splits) + 1), "Fitting on all training rows")
        estimator = clone(pipeline).fit(X, labels)
    except ValueError as error:
        raise RetrainError(
            f"The recipe {spec.recipe} cannot learn from these rows: {error}", "Choose another --recipe."
        ) from error
    return _told(spec, training, estimator, chances)


def _told(
    spec: ModelSpec, training: pd.DataFrame, estimator: Any, chances: npt.NDArray[np.float64]
) -> FirstFit:
    """The training rows with their out-of-fold answers; rows of classes too rare to judge have none."""
    judged = np.flatnonzero(~np.isnan(chances).any(axis=1))
    cv = scores(training["_label"].iloc[judged], chances[judged], spec.classes, spec.metric)
    said = as_columns(spec, np.nan_to_num(chances), spec.classes, training.index)
    typed = said.iloc[judged].reindex(said.index)
    typed["_prediction"] = typed["_prediction"].astype(object).where(typed["_prediction"].notna(), None)
    return FirstFit(estimator, training.assign(**typed), cv)


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
            params={"recipe": spec.recipe, "seed": SEED, "rows": len(X), "features": ", ".join(X.columns)},
            metrics={f"cv_{name}": value["value"] for name, value in first.cv.items()},
            datasets=[(f"{spec.name} training", content, source, "training")],
            estimator=first.estimator,
            input_example=X.head(5),
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
