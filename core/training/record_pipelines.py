"""Unfitted pipelines for records: columns of numbers, categories and texts."""

from dataclasses import dataclass
from typing import Any

from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.decomposition import TruncatedSVD
from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer
from sklearn.impute import SimpleImputer
from sklearn.kernel_approximation import Nystroem
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler
from sklearn.svm import LinearSVC, LinearSVR

from core.training.features import TableFeatures
from core.training.similarity import PairSimilarity

MOST_CATEGORIES = 200
NEAREST: dict[str, Any] = {"n_neighbors": 15, "weights": "distance"}
FEW_ROWS = 1_000
TOPICS = 20

Block = tuple[str, Any, list[str]]


@dataclass(frozen=True, slots=True)
class FeatureTable:
    """Names of the columns by how they are read, and the number of rows that were looked at."""

    numeric: tuple[str, ...]
    categorical: tuple[str, ...]
    text: tuple[str, ...]
    rows: int


def hist_gradient_boosting(table: FeatureTable, seed: int) -> Pipeline:
    """Gradient-boosted trees that tell classes apart."""
    return for_boosting(table, HistGradientBoostingClassifier(**_boosting(table, seed)))


def hist_gradient_boosting_of_numbers(table: FeatureTable, seed: int) -> Pipeline:
    """Gradient-boosted trees that expect a number."""
    return for_boosting(table, HistGradientBoostingRegressor(**_boosting(table, seed)))


def extra_trees(table: FeatureTable, seed: int) -> Pipeline:
    """Extremely randomised trees that tell classes apart."""
    return _for_trees(table, ExtraTreesClassifier(**_trees(seed)))


def extra_trees_of_numbers(table: FeatureTable, seed: int) -> Pipeline:
    """Extremely randomised trees that expect a number."""
    return _for_trees(table, ExtraTreesRegressor(**_trees(seed)))


def random_forest(table: FeatureTable, seed: int) -> Pipeline:
    """Trees on rows drawn anew that tell classes apart."""
    return _for_trees(table, RandomForestClassifier(**_forest(seed)))


def random_forest_of_numbers(table: FeatureTable, seed: int) -> Pipeline:
    """Trees on rows drawn anew that expect a number."""
    return _for_trees(table, RandomForestRegressor(**_forest(seed)))


def nearest_neighbours(table: FeatureTable, seed: int) -> Pipeline:  # noqa: ARG001 -- nothing is drawn
    """The classes of the nearest rows, columns scaled."""
    return _linear(table, KNeighborsClassifier(**NEAREST))


def nearest_neighbours_of_numbers(table: FeatureTable, seed: int) -> Pipeline:  # noqa: ARG001 -- as above
    """The mean of the nearest rows, columns scaled."""
    return _linear(table, KNeighborsRegressor(**NEAREST))


def support_vectors(table: FeatureTable, seed: int) -> Pipeline:
    """A radial kernel through random landmarks and a linear machine: 50,000 rows take seconds, not hours."""
    # SVC(probability=True) is on its way out of scikit-learn; this is what it recommends instead
    machine = CalibratedClassifierCV(LinearSVC(random_state=seed, max_iter=2_000), cv=3, ensemble=False)
    return _on_landmarks(table, seed, machine)


def support_vectors_of_numbers(table: FeatureTable, seed: int) -> Pipeline:
    """The same for numbers, which are scaled for the machine and back."""
    machine = LinearSVR(random_state=seed, max_iter=2_000)
    return _on_landmarks(table, seed, TransformedTargetRegressor(machine, transformer=StandardScaler()))


def _on_landmarks(table: FeatureTable, seed: int, machine: Any) -> Pipeline:
    pipeline = _linear(table, machine)
    pipeline.steps.insert(-1, ("kernel", _kernel(table, seed)))
    return pipeline


def _kernel(table: FeatureTable, seed: int) -> Nystroem:
    """Williams and Seeger (2001); 300 landmarks, or as many as there are rows for sure."""
    gamma = 1 / max(1, 2 * (len(table.numeric) + len(table.categorical)))
    return Nystroem(gamma=gamma, n_components=min(300, max(10, table.rows // 4)), random_state=seed)


def neural_network(table: FeatureTable, seed: int) -> Pipeline:
    """Two hidden layers on scaled numbers and indicators of categories."""
    return _linear(table, MLPClassifier(**_network(table, seed)), dense=True)


def neural_network_of_numbers(table: FeatureTable, seed: int) -> Pipeline:
    """The same for numbers, which are scaled for the network and back."""
    network = MLPRegressor(**_network(table, seed))
    return _linear(table, TransformedTargetRegressor(network, transformer=StandardScaler()), dense=True)


def _network(table: FeatureTable, seed: int) -> dict[str, Any]:
    """Early stopping needs a tenth of the rows, which is too few to tell of few: they are learnt to the end.

    60 rounds of 50,000 rows take a minute; few rows give few steps a round.
    """
    few = table.rows < FEW_ROWS
    return {
        "hidden_layer_sizes": (128, 64),
        "batch_size": min(32, max(1, table.rows // 4)) if few else "auto",
        "early_stopping": not few,
        "max_iter": 60,
        "random_state": seed,
    }


def logistic_regression(table: FeatureTable, seed: int) -> Pipeline:
    """Logistic regression on scaled numbers and indicators of categories."""
    return _linear(table, LogisticRegression(max_iter=2_000, random_state=seed))


def ridge(table: FeatureTable, seed: int) -> Pipeline:  # noqa: ARG001 -- nothing is drawn
    """Linear regression with a penalty on scaled numbers and indicators of categories."""
    # lsqr answers the same twice and takes sparse columns
    return _linear(table, Ridge(alpha=1.0, solver="lsqr"))


def _boosting(table: FeatureTable, seed: int) -> dict[str, Any]:
    return {
        "categorical_features": None,
        "learning_rate": 0.1,
        "max_iter": 120,
        "min_samples_leaf": 10 if table.rows < FEW_ROWS else 20,
        "early_stopping": False,
        "random_state": seed,
    }


def _trees(seed: int) -> dict[str, Any]:
    return {"n_estimators": 100, "min_samples_leaf": 5, "max_features": 0.5, "random_state": seed}


def _forest(seed: int) -> dict[str, Any]:
    return {"n_estimators": 100, "min_samples_leaf": 3, "max_features": 0.5, "random_state": seed}


def for_boosting(table: FeatureTable, model: Any) -> Pipeline:
    """Codes of categories and numbers as they are, missing ones too, for a model that splits on them."""
    blocks: list[Block] = [
        ("categories", _ordinal(float("nan")), list(table.categorical)),
        ("numbers", "passthrough", list(table.numeric)),
    ]
    return _records(table, blocks, model, dense=True)


def _for_trees(table: FeatureTable, model: Any) -> Pipeline:
    blocks: list[Block] = [
        ("categories", _ordinal(-1), list(table.categorical)),
        ("numbers", SimpleImputer(strategy="median", keep_empty_features=True), list(table.numeric)),
    ]
    return _records(table, blocks, model, dense=True)


def _linear(table: FeatureTable, model: Any, *, dense: bool = False) -> Pipeline:
    numbers = Pipeline(
        [("fill", SimpleImputer(strategy="median", keep_empty_features=True)), ("scale", StandardScaler())]
    )
    categories = OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=5, max_categories=50)
    blocks: list[Block] = [
        ("categories", categories, list(table.categorical)),
        ("numbers", numbers, list(table.numeric)),
    ]
    return _records(table, blocks, model, dense=dense)


def _records(table: FeatureTable, blocks: list[Block], model: Any, *, dense: bool) -> Pipeline:
    branches = [block for block in blocks if block[2]]
    columns = ColumnTransformer([*branches, *_text_branches(table, dense=dense)], sparse_threshold=0.3)
    typed = TableFeatures(table.numeric, table.categorical, table.text)
    return Pipeline([("types", typed), ("columns", columns), ("model", model)])


def _text_branches(table: FeatureTable, *, dense: bool) -> list[tuple[str, Any, Any]]:
    """Each text by its words; of two texts and more also how alike they are."""
    branches: list[tuple[str, Any, Any]] = []
    for name in table.text:
        words = HashingVectorizer(n_features=2**14, ngram_range=(1, 2), alternate_sign=False, norm=None)
        steps: list[tuple[str, Any]] = [("words", words), ("rarity", TfidfTransformer(sublinear_tf=True))]
        if dense:
            steps.append(("topics", TruncatedSVD(TOPICS, random_state=0)))
        branches.append((f"text_{name}", Pipeline(steps), name))
    if len(table.text) > 1:
        # every learner takes these: missing pairs are as alike as the middle one
        alike = [
            ("alike", PairSimilarity()),
            ("fill", SimpleImputer(strategy="median", keep_empty_features=True)),
        ]
        branches.append(("pairs", Pipeline([*alike, ("scale", StandardScaler())]), list(table.text)))
    return branches


def _ordinal(missing: float) -> OrdinalEncoder:
    return OrdinalEncoder(
        handle_unknown="use_encoded_value",
        unknown_value=missing,
        encoded_missing_value=missing,
        max_categories=MOST_CATEGORIES,
    )
