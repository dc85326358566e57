"""Unfitted pipelines for records: columns of numbers, categories and texts."""

from dataclasses import dataclass
from typing import Any

from sklearn.compose import ColumnTransformer
from sklearn.decomposition import TruncatedSVD
from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
)
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

from core.training.features import TableFeatures
from core.training.similarity import PairSimilarity

MOST_CATEGORIES = 200
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
    return _for_boosting(table, HistGradientBoostingClassifier(**_boosting(table, seed)))


def hist_gradient_boosting_of_numbers(table: FeatureTable, seed: int) -> Pipeline:
    """Gradient-boosted trees that expect a number."""
    return _for_boosting(table, HistGradientBoostingRegressor(**_boosting(table, seed)))


def extra_trees(table: FeatureTable, seed: int) -> Pipeline:
    """Extremely randomised trees that tell classes apart."""
    return _for_trees(table, ExtraTreesClassifier(**_trees(seed)))


def extra_trees_of_numbers(table: FeatureTable, seed: int) -> Pipeline:
    """Extremely randomised trees that expect a number."""
    return _for_trees(table, ExtraTreesRegressor(**_trees(seed)))


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


def _for_boosting(table: FeatureTable, model: Any) -> Pipeline:
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


def _linear(table: FeatureTable, model: Any) -> Pipeline:
    numbers = Pipeline(
        [("fill", SimpleImputer(strategy="median", keep_empty_features=True)), ("scale", StandardScaler())]
    )
    categories = OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=5, max_categories=50)
    blocks: list[Block] = [
        ("categories", categories, list(table.categorical)),
        ("numbers", numbers, list(table.numeric)),
    ]
    return _records(table, blocks, model, dense=False)


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
