"""Recipes: named ways to build an unfitted pipeline from the columns of a model."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sklearn.pipeline import Pipeline

from core.errors import RetrainError
from core.model import Item, ModelSpec, Task
from core.stats.measures.table import quantile_of
from core.tables.roles.feature_guess import is_long
from core.training import item_pipelines as items
from core.training import record_pipelines as records
from core.training.boosters import pipelines as boosters
from core.training.encoders import pictures, texts
from core.training.encoders.packages import missing
from core.training.features import as_number
from core.training.record_pipelines import FeatureTable

MANY_TEXTS = 50
MANY_CLASSES = 12
"""Long texts of fewer kinds are names of categories, however long."""

MOSTLY = 0.95

Make = Callable[[FeatureTable, int], Pipeline]


@dataclass(frozen=True, slots=True)
class Recipe:
    """A named way to build a model.

    Attributes:
        title: what people read.
        item: the kind of item it can learn from.
        classify: (columns, seed) -> unfitted pipeline for classes; None when it cannot.
        regress: the same for numbers.
        usual: offered and tried without being named; the others by a search, or by name.
        needs: packages that are not required; where one is not installed, the recipe is not offered.
        types: in its model files, which an operator must trust by name before one can be kept.
        quantile: quantile -> parameters by which its estimator learns it; None where it learns means alone.
    """

    name: str
    title: str
    item: Item
    classify: Make | None = None
    regress: Make | None = None
    usual: bool = True
    needs: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    quantile: Callable[[float], dict[str, Any]] | None = None

    @property
    def installed(self) -> bool:
        """Whether all that it needs is there."""
        return not missing(self.needs)

    def make(self, task: Task) -> Make | None:
        """How it builds a pipeline for this task; None when it cannot."""
        return self.regress if task == "regression" else self.classify


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
        moments = pd.api.types.is_datetime64_any_dtype(column)
        if pd.api.types.is_numeric_dtype(column) or moments or _is_amount(column):
            numeric.append(name)
        else:
            (text if _is_text(column) else categorical).append(name)
    return FeatureTable(tuple(numeric), tuple(categorical), tuple(text), len(frame))


def _is_text(column: "pd.Series[Any]") -> bool:
    """Long by the one definition of long, and of many kinds (or all different, where rows are few)."""
    values = column.dropna().map(str)
    values = values[values != ""]
    return len(values) > 0 and is_long(values) and values.nunique() > min(MANY_TEXTS, len(values) / 2)


def _is_amount(column: "pd.Series[Any]") -> bool:
    """Words that are amounts, such as "$1,299.00"."""
    values = column.replace("", None).dropna().head(2_000)
    return len(values) > 0 and bool(as_number(values).notna().mean() > MOSTLY)


RECIPES: dict[str, Recipe] = {
    recipe.name: recipe
    for recipe in (
        Recipe(
            "hist_gradient_boosting",
            "Gradient-boosted trees",
            "record",
            records.hist_gradient_boosting,
            records.hist_gradient_boosting_of_numbers,
            quantile=lambda share: {"loss": "quantile", "quantile": share},
        ),
        Recipe("logistic_regression", "Logistic regression", "record", records.logistic_regression),
        Recipe("ridge", "Linear regression", "record", regress=records.ridge),
        Recipe(
            "extra_trees",
            "Extremely randomised trees",
            "record",
            records.extra_trees,
            records.extra_trees_of_numbers,
        ),
        Recipe(
            "random_forest",
            "Random forest",
            "record",
            records.random_forest,
            records.random_forest_of_numbers,
            usual=False,
        ),
        Recipe(
            "nearest_neighbours",
            "Nearest neighbours",
            "record",
            records.nearest_neighbours,
            records.nearest_neighbours_of_numbers,
            usual=False,
        ),
        Recipe(
            "neural_network",
            "Neural network",
            "record",
            records.neural_network,
            records.neural_network_of_numbers,
            usual=False,
        ),
        Recipe(
            "support_vectors",
            "Support vectors",
            "record",
            records.support_vectors,
            records.support_vectors_of_numbers,
            usual=False,
        ),
        Recipe(
            "lightgbm",
            "LightGBM",
            "record",
            boosters.lightgbm,
            boosters.lightgbm_of_numbers,
            usual=False,
            needs=("lightgbm",),
            types=("lightgbm.basic.Booster", "lightgbm.sklearn.LGBM", "collections.OrderedDict"),
            quantile=lambda share: {"objective": "quantile", "alpha": share},
        ),
        Recipe(
            "xgboost",
            "XGBoost",
            "record",
            boosters.xgboost,
            boosters.xgboost_of_numbers,
            usual=False,
            needs=("xgboost",),
            types=("xgboost.core.Booster", "xgboost.sklearn.XGB"),
            quantile=lambda share: {"objective": "reg:quantileerror", "quantile_alpha": share},
        ),
        Recipe(
            "catboost",
            "CatBoost",
            "record",
            boosters.catboost,
            boosters.catboost_of_numbers,
            usual=False,
            needs=("catboost",),
            types=("catboost.core.CatBoost",),
            quantile=lambda share: {"loss_function": f"Quantile:alpha={share}"},
        ),
        Recipe("pixels_svm", "Support vectors on pixels", "image", items.pixels_svm),
        Recipe("pixels_logistic", "Logistic regression on pixels", "image", items.pixels_logistic),
        Recipe("pixels_ridge", "Linear regression on pixels", "image", regress=items.pixels_ridge),
        Recipe(
            "pixels_extra_trees",
            "Randomised trees on pixels",
            "image",
            items.pixels_extra_trees,
            items.pixels_extra_trees_of_numbers,
        ),
        Recipe(
            "efficientnet_logistic",
            "Logistic regression on EfficientNet-Lite0",
            "image",
            items.encoded_picture_logistic,
            usual=False,
            needs=pictures.NEEDS,
        ),
        Recipe(
            "efficientnet_ridge",
            "Linear regression on EfficientNet-Lite0",
            "image",
            regress=items.encoded_picture_ridge,
            usual=False,
            needs=pictures.NEEDS,
        ),
        Recipe("tfidf_logistic", "Logistic regression on words", "text", items.tfidf_logistic),
        Recipe("tfidf_ridge", "Linear regression on words", "text", regress=items.tfidf_ridge),
        Recipe(
            "e5_logistic",
            "Logistic regression on multilingual-e5-small",
            "text",
            items.encoded_text_logistic,
            usual=False,
            needs=texts.NEEDS,
        ),
        Recipe(
            "e5_ridge",
            "Linear regression on multilingual-e5-small",
            "text",
            regress=items.encoded_text_ridge,
            usual=False,
            needs=texts.NEEDS,
        ),
    )
}


def recipes_for(item: Item, task: Task, *, every: bool = False) -> list[Recipe]:
    """The usual recipes that can learn this task from this kind of item; the first is the default.

    `every`: those too that only a search tries unasked, as far as what they need is installed.

    >>> recipes_for("record", "binary")[0].name, recipes_for("text", "regression")[0].name
    ('hist_gradient_boosting', 'tfidf_ridge')
    """
    fitting = [recipe for recipe in RECIPES.values() if recipe.item == item and recipe.make(task)]
    return [recipe for recipe in fitting if recipe.usual or (every and recipe.installed)]


def default_recipe(item: Item, task: Task, classes: int = 0) -> str:
    """The recipe where none was said.

    Boosting grows a tree a class in every round: with many classes a forest learns far sooner.

    >>> default_recipe("record", "binary", 2), default_recipe("record", "multiclass", 40)
    ('hist_gradient_boosting', 'extra_trees')
    """
    names = [recipe.name for recipe in recipes_for(item, task)]
    return "extra_trees" if names[0] == "hist_gradient_boosting" and classes > MANY_CLASSES else names[0]


def build(recipe_name: str, frame: pd.DataFrame, spec: ModelSpec, seed: int) -> Pipeline:
    """An unfitted pipeline for the features in `frame`; fit it with string labels, or numbers for regression.

    Where the metric of record is the loss of a quantile, it learns that quantile if its recipe can (Koenker
    and Bassett 1978): a mean, however good, would be judged by what it does not predict.

    `frame` holds the features as in the lake (for images and texts: the one item column).

    Raises:
        RetrainError: there is no such recipe, or it cannot learn this task from these items.
    """
    return build_from(recipe_name, feature_table(frame), spec, seed)


def build_from(recipe_name: str, table: FeatureTable, spec: ModelSpec, seed: int) -> Pipeline:
    """The same from columns that are sorted already.

    Raises:
        RetrainError: there is no such recipe, or it cannot learn this task from these items, or what it needs
            is not installed.
    """
    recipe = RECIPES.get(recipe_name)
    make = recipe.make(spec.task) if recipe and recipe.item == spec.item else None
    absent = missing(recipe.needs) if recipe else []
    if absent:
        raise RetrainError(
            f"The recipe {recipe_name!r} needs the package {absent[0]}, which is not installed.",
            f"Install it beside the worker: pip install {' '.join(absent)}.",
        )
    if make is None:
        fitting = ", ".join(recipe.name for recipe in recipes_for(spec.item, spec.task))
        raise RetrainError(
            f"{recipe_name!r} is not a recipe for {spec.task} on {spec.item} items.",
            f"Choose one of: {fitting}.",
        )
    pipeline = make(table, seed)
    share = quantile_of(spec.metric)
    if share is not None and recipe is not None and recipe.quantile is not None:
        pipeline.set_params(**{f"model__{name}": value for name, value in recipe.quantile(share).items()})
    return pipeline
