"""Recipes: named ways to build an unfitted pipeline from the columns of a model."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier
from sklearn.feature_extraction.text import HashingVectorizer, TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler
from sklearn.svm import SVC

from core.errors import RetrainError
from core.frames.spec import Item, ModelSpec
from core.retraining.features import PixelFeatures, TableFeatures, TextItem

MOST_CATEGORIES = 200
TEXT_LENGTH = 40
FEW_ROWS = 1_000

Block = tuple[str, Any, list[str]]


@dataclass(frozen=True, slots=True)
class FeatureTable:
    """Names of the columns by how they are read, and the number of rows that were looked at."""

    numeric: tuple[str, ...]
    categorical: tuple[str, ...]
    text: tuple[str, ...]
    rows: int


@dataclass(frozen=True, slots=True)
class Recipe:
    """A named way to build a model.

    Attributes:
        title: what people read.
        items: kinds of items it can learn from.
        make: (columns, seed) -> unfitted pipeline.
    """

    name: str
    title: str
    items: frozenset[Item]
    make: Callable[[FeatureTable, int], Pipeline]


def feature_table(frame: pd.DataFrame) -> FeatureTable:
    """Sort the columns of a feature frame into numbers, categories and texts.

    >>> feature_table(pd.DataFrame({"a": [1, 2], "b": ["x", "y"]}))
    FeatureTable(numeric=('a',), categorical=('b',), text=(), rows=2)
    """
    numeric: list[str] = []
    categorical: list[str] = []
    text: list[str] = []
    for name in map(str, frame.columns):
        column = frame[name]
        if pd.api.types.is_numeric_dtype(column) or pd.api.types.is_datetime64_any_dtype(column):
            numeric.append(name)
        else:
            (text if _is_text(column) else categorical).append(name)
    return FeatureTable(tuple(numeric), tuple(categorical), tuple(text), len(frame))


def _is_text(column: "pd.Series[Any]") -> bool:
    values = column.dropna().head(2_000).map(str)
    return len(values) > 0 and values.str.len().mean() > TEXT_LENGTH and values.nunique() > len(values) / 2


def _text_branches(table: FeatureTable, *, dense: bool) -> list[tuple[str, Any, str]]:
    branches: list[tuple[str, Any, str]] = []
    for name in table.text:
        steps: list[tuple[str, Any]] = [("words", HashingVectorizer(n_features=2**14, ngram_range=(1, 2)))]
        if dense:
            steps.append(("topics", TruncatedSVD(20, random_state=0)))
        branches.append((f"text_{name}", Pipeline(steps), name))
    return branches


def _records(
    table: FeatureTable, blocks: list[tuple[str, Any, list[str]]], model: Any, *, dense: bool
) -> Pipeline:
    branches = [block for block in blocks if block[2]]
    columns = ColumnTransformer([*branches, *_text_branches(table, dense=dense)], sparse_threshold=0.3)
    typed = TableFeatures(table.numeric, table.categorical, table.text)
    return Pipeline([("types", typed), ("columns", columns), ("model", model)])


def _ordinal(missing: float) -> OrdinalEncoder:
    return OrdinalEncoder(
        handle_unknown="use_encoded_value",
        unknown_value=missing,
        encoded_missing_value=missing,
        max_categories=MOST_CATEGORIES,
    )


def _hist_gradient_boosting(table: FeatureTable, seed: int) -> Pipeline:
    blocks: list[Block] = [
        ("categories", _ordinal(float("nan")), list(table.categorical)),
        ("numbers", "passthrough", list(table.numeric)),
    ]
    model = HistGradientBoostingClassifier(
        categorical_features=None,
        learning_rate=0.1,
        max_iter=120,
        min_samples_leaf=10 if table.rows < FEW_ROWS else 20,
        early_stopping=False,
        random_state=seed,
    )
    return _records(table, blocks, model, dense=True)


def _extra_trees(table: FeatureTable, seed: int) -> Pipeline:
    blocks: list[Block] = [
        ("categories", _ordinal(-1), list(table.categorical)),
        ("numbers", SimpleImputer(strategy="median", keep_empty_features=True), list(table.numeric)),
    ]
    model = ExtraTreesClassifier(n_estimators=100, min_samples_leaf=5, max_features=0.5, random_state=seed)
    return _records(table, blocks, model, dense=True)


def _logistic_regression(table: FeatureTable, seed: int) -> Pipeline:
    numbers = Pipeline(
        [("fill", SimpleImputer(strategy="median", keep_empty_features=True)), ("scale", StandardScaler())]
    )
    categories = OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=5, max_categories=50)
    blocks: list[Block] = [
        ("categories", categories, list(table.categorical)),
        ("numbers", numbers, list(table.numeric)),
    ]
    return _records(table, blocks, LogisticRegression(max_iter=2_000, random_state=seed), dense=False)


def _pixels_svm(table: FeatureTable, seed: int) -> Pipeline:  # noqa: ARG001
    # SVC(probability=True) is on its way out of scikit-learn; this is what it recommends instead.
    model = CalibratedClassifierCV(SVC(C=5), cv=3, ensemble=False)
    return Pipeline([("pixels", PixelFeatures()), ("model", model)])


def _pixels_logistic(table: FeatureTable, seed: int) -> Pipeline:
    components = max(2, min(50, table.rows // 4))
    return Pipeline(
        [
            ("pixels", PixelFeatures()),
            ("directions", PCA(components, svd_solver="randomized", random_state=seed)),
            ("scale", StandardScaler()),
            ("model", LogisticRegression(C=0.1, max_iter=2_000, random_state=seed)),
        ]
    )


def _pixels_extra_trees(table: FeatureTable, seed: int) -> Pipeline:  # noqa: ARG001
    return Pipeline(
        [("pixels", PixelFeatures()), ("model", ExtraTreesClassifier(n_estimators=200, random_state=seed))]
    )


def _tfidf_logistic(table: FeatureTable, seed: int) -> Pipeline:  # noqa: ARG001
    words = TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2), max_features=20_000)
    model = LogisticRegression(C=10, max_iter=2_000, random_state=seed)
    return Pipeline([("text", TextItem()), ("words", words), ("model", model)])


_RECORD: frozenset[Item] = frozenset({"record"})
_IMAGE: frozenset[Item] = frozenset({"image"})
_TEXT: frozenset[Item] = frozenset({"text"})

RECIPES: dict[str, Recipe] = {
    recipe.name: recipe
    for recipe in (
        Recipe("hist_gradient_boosting", "Gradient-boosted trees", _RECORD, _hist_gradient_boosting),
        Recipe("logistic_regression", "Logistic regression", _RECORD, _logistic_regression),
        Recipe("extra_trees", "Extremely randomised trees", _RECORD, _extra_trees),
        Recipe("pixels_svm", "Support vectors on pixels", _IMAGE, _pixels_svm),
        Recipe("pixels_logistic", "Logistic regression on pixels", _IMAGE, _pixels_logistic),
        Recipe("pixels_extra_trees", "Randomised trees on pixels", _IMAGE, _pixels_extra_trees),
        Recipe("tfidf_logistic", "Logistic regression on words", _TEXT, _tfidf_logistic),
    )
}


def recipes_for(item: Item) -> list[Recipe]:
    """The recipes that can learn from this kind of item; the first is the default.

    >>> recipes_for("record")[0].name
    'hist_gradient_boosting'
    """
    return [recipe for recipe in RECIPES.values() if item in recipe.items]


def build(recipe_name: str, frame: pd.DataFrame, spec: ModelSpec, seed: int) -> Pipeline:
    """An unfitted pipeline for the features in `frame`; fit it with string labels.

    `frame` holds the features as in the lake (for images and texts: the one item column).

    Raises:
        RetrainError: there is no such recipe, or it cannot learn from these items.
    """
    fitting = [recipe.name for recipe in recipes_for(spec.item)]
    if recipe_name not in fitting:
        raise RetrainError(
            f"{recipe_name!r} is not a recipe for {spec.item} items.", f"Choose one of: {', '.join(fitting)}."
        )
    return RECIPES[recipe_name].make(feature_table(frame), seed)
