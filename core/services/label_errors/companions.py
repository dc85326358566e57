"""Who votes on the labels of a model: its champion's pipeline and companions of other families."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sklearn.model_selection import FixedThresholdClassifier
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

from core.errors import RegistryError
from core.label_errors.neighbours import project
from core.label_errors.out_of_fold import Contender
from core.model import Item, ModelSpec, Task
from core.registry.load import load_estimator
from core.services.dataset import features as features_of
from core.services.label_errors.embeddings import Embedded
from core.services.scoring import champion_version
from core.stats.arrays import Floats
from core.store.workspace import Workspace
from core.training.item_pipelines import vectors_logistic, vectors_ridge
from core.training.recipes import build, default_recipe, recipes_for
from core.training.search.blend import thaw
from core.training.trends.trend import Trend

MOST_RECORDS = 20_000
MOST_ITEMS = 4_000
SEED = 0
NEIGHBOURS = 15


@dataclass(frozen=True, slots=True)
class Companions:
    """Who votes beside recipes of other families.

    Attributes:
        vectors: kind of item -> recipe whose preprocessing makes the vectors.
        neighbours: of scikit-learn.
        medians: boosted trees that expect the median vote on records: gross errors do not pull it.
    """

    vectors: Mapping[Item, str]
    neighbours: type
    medians: bool


OF_CLASSES = Companions(
    {"record": "logistic_regression", "image": "pixels_svm", "text": "tfidf_logistic"},
    KNeighborsClassifier,
    medians=False,
)
OF_NUMBERS = Companions(
    {"record": "ridge", "image": "pixels_ridge", "text": "tfidf_ridge"}, KNeighborsRegressor, medians=True
)
COMPANIONS: Mapping[Task, Companions] = {
    "binary": OF_CLASSES,
    "multiclass": OF_CLASSES,
    "regression": OF_NUMBERS,
}


@dataclass(frozen=True, slots=True)
class Jury:
    """The models that vote.

    Attributes:
        contenders: the champion's pipeline first.
        local: those that also vote from within the row's own time.
        vectors: (n, d) projected features of the rows.
    """

    contenders: tuple[Contender, ...]
    local: tuple[Contender, ...]
    vectors: Floats


def champion_key(ws: Workspace, spec: ModelSpec) -> str:
    """Name of the model whose pipeline votes, for the scan's fingerprint: the version, else the recipe."""
    version = champion_version(ws, spec)
    return f"version {version}" if version else f"recipe {_recipe(spec)}"


def jury(ws: Workspace, spec: ModelSpec, frame: pd.DataFrame, embedded: Embedded | None = None) -> Jury:
    """The champion's pipeline (unfitted in use: it is cloned), other recipes and nearest neighbours.

    Args:
        ws: the stores.
        spec: the model.
        frame: n canonical rows; the champion may read others of their columns than the features.
        embedded: vectors of the rows.
    """
    champion, features = _champion(ws, spec), features_of(spec, frame)
    read = None if champion is None else features_of(spec, frame, champion)
    return convene(champion, spec, features, embedded, read)


def convene(
    champion: Any,
    spec: ModelSpec,
    features: pd.DataFrame,
    embedded: Embedded | None = None,
    read: pd.DataFrame | None = None,
) -> Jury:
    """A champion (None: the recipe of the model), recipes of other families and nearest neighbours.

    Where the rows are embedded, a linear model on their vectors votes too, also from within a row's own time,
    and neighbours are near in them.

    Args:
        champion: whose pipeline votes first.
        spec: the model.
        features: of n rows.
        embedded: vectors of the rows.
        read: what the champion reads of the rows; None: the features.
    """
    champion = build(_recipe(spec), features, spec, SEED) if champion is None else champion
    family = _family(champion)
    most = MOST_RECORDS if spec.item == "record" else MOST_ITEMS
    voters = [Contender("champion", champion, features if read is None else read, most)]
    if embedded is not None:
        voters.append(_linear_voter(spec, embedded))
    for recipe in recipes_for(spec.item, spec.task):
        estimator = build(recipe.name, features, spec, SEED)
        if _family(estimator) != family:
            voters.append(Contender(recipe.title, estimator, features, most))
    vectors = item_vectors(spec, features) if embedded is None else project(embedded.vectors)
    companions = COMPANIONS[spec.task]
    near = companions.neighbours(min(NEIGHBOURS, len(features) // 4), weights="distance")
    local = tuple(voters[:2])
    if companions.medians and spec.item == "record":
        voters.append(Contender("Boosted medians", _medians(spec, features), features, most))
    voters.append(Contender("Nearest neighbours", near, vectors, most // 2))
    return Jury(tuple(voters), local, vectors)


def _linear_voter(spec: ModelSpec, embedded: Embedded) -> Contender:
    make = vectors_logistic if spec.classes else vectors_ridge
    title = "Logistic regression" if spec.classes else "Linear regression"
    pipeline = make(embedded.vectors.shape, SEED)
    return Contender(f"{title} on {embedded.source}", pipeline, embedded.vectors, MOST_RECORDS)


def _medians(spec: ModelSpec, features: pd.DataFrame) -> Any:
    median = build("hist_gradient_boosting", features, spec, SEED)
    return median.set_params(model__loss="absolute_error")


def item_vectors(spec: ModelSpec, features: pd.DataFrame) -> Floats:
    """(n, d) numbers for similarity and impact, from the preprocessing of a recipe for these items."""
    recipe = COMPANIONS[spec.task].vectors[spec.item]
    return project(build(recipe, features, spec, SEED)[:-1].fit_transform(features))


def _champion(ws: Workspace, spec: ModelSpec) -> Any:
    version = champion_version(ws, spec)
    if version is not None:
        # a champion that is not ours to open (a pickle, another library) need not vote itself
        with suppress(RegistryError):
            return thaw(load_estimator(ws.settings, spec.registry_name, version))
    return None


def _recipe(spec: ModelSpec) -> str:
    return spec.recipe or default_recipe(spec.item, spec.task, len(spec.classes))


def _family(estimator: Any) -> str:
    """Name of the learner at the end of a pipeline: two of one family would count the same opinion twice.

    Beside a trend, or under a threshold of its own, it is the learner that stands there.
    """
    if isinstance(estimator, Trend):
        return _family(estimator.regressor)
    last = getattr(estimator, "steps", [("", estimator)])[-1][1]
    return type(last.estimator if isinstance(last, FixedThresholdClassifier) else last).__name__
