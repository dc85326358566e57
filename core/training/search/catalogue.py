"""What a search may tune: for each recipe the parameters of its estimator and their ranges."""

from core.model import Task
from core.training.search.spaces import Choice, Number, Space, Whole

BOOSTING: Space = {
    "model__learning_rate": Number(0.02, 0.3, log=True),
    "model__max_iter": Whole(60, 400, log=True),
    "model__max_leaf_nodes": Whole(8, 128, log=True),
    "model__min_samples_leaf": Whole(5, 100, log=True),
    "model__l2_regularization": Number(1e-3, 10.0, log=True),
    "model__max_features": Choice((0.5, 0.75, 1.0)),
}
FOREST: Space = {
    "model__n_estimators": Choice((100, 200)),
    "model__min_samples_leaf": Whole(1, 20, log=True),
    "model__max_features": Number(0.1, 1.0),
}
NEIGHBOURS: Space = {
    "model__n_neighbors": Whole(3, 100, log=True),
    "model__weights": Choice(("uniform", "distance")),
}
VECTORS: Space = {"kernel__gamma": Number(1e-3, 1.0, log=True)}
LEAVES: Space = {
    "model__learning_rate": Number(0.02, 0.3, log=True),
    "model__n_estimators": Whole(60, 400, log=True),
    "model__num_leaves": Whole(8, 128, log=True),
    "model__min_child_samples": Whole(5, 100, log=True),
    "model__reg_lambda": Number(1e-3, 10.0, log=True),
    "model__colsample_bytree": Choice((0.5, 0.75, 1.0)),
}
EXTREME: Space = {
    "model__learning_rate": Number(0.02, 0.3, log=True),
    "model__n_estimators": Whole(60, 400, log=True),
    "model__max_depth": Whole(3, 10),
    "model__min_child_weight": Number(1.0, 100.0, log=True),
    "model__reg_lambda": Number(1e-3, 10.0, log=True),
    "model__colsample_bytree": Choice((0.5, 0.75, 1.0)),
}
SYMMETRIC: Space = {
    "model__learning_rate": Number(0.02, 0.3, log=True),
    "model__iterations": Whole(60, 400, log=True),
    "model__depth": Whole(4, 10),
    "model__l2_leaf_reg": Number(1.0, 30.0, log=True),
}
NETWORK: Space = {
    "model__alpha": Number(1e-6, 1e-1, log=True),
    "model__learning_rate_init": Number(2e-4, 5e-3, log=True),
    "model__activation": Choice(("relu", "tanh")),
}
SPACES: dict[str, Space] = {
    "hist_gradient_boosting": BOOSTING,
    "logistic_regression": {"model__C": Number(1e-3, 100.0, log=True)},
    "ridge": {"model__alpha": Number(1e-2, 1e3, log=True)},
    "extra_trees": FOREST,
    "random_forest": FOREST,
    "nearest_neighbours": NEIGHBOURS,
    "support_vectors": VECTORS,
    "lightgbm": LEAVES,
    "xgboost": EXTREME,
    "catboost": SYMMETRIC,
    "neural_network": NETWORK,
    "pixels_svm": {"model__estimator__C": Number(0.1, 100.0, log=True)},
    "pixels_logistic": {"model__C": Number(1e-3, 10.0, log=True)},
    "pixels_ridge": {"model__alpha": Number(1e-1, 1e4, log=True)},
    "pixels_extra_trees": FOREST,
    "efficientnet_logistic": {"model__C": Number(1e-3, 1.0, log=True)},
    "efficientnet_ridge": {"model__alpha": Number(1e-1, 1e4, log=True)},
    "e5_logistic": {"model__C": Number(1e-3, 1.0, log=True)},
    "e5_ridge": {"model__alpha": Number(1e-1, 1e4, log=True)},
    "tfidf_logistic": {"model__C": Number(0.1, 100.0, log=True), "words__min_df": Choice((1, 2, 5))},
    "tfidf_ridge": {"model__alpha": Number(1e-2, 100.0, log=True), "words__min_df": Choice((1, 2, 5))},
}
"""Ranges around the recipe's own values, an order of magnitude to each side, as in Probst, Boulesteix and
Bischl (2019, table 1) for boosting and forests; what costs time ends where 50,000 rows take a minute."""

NUMBERED = ("xgboost", "catboost")
"""Recipes whose classes are numbered around their estimator."""
SCALED = ("neural_network",)
"""Recipes whose numbers are scaled around their estimator."""


def space_for(recipe: str, task: Task) -> Space:
    """What may be tuned of a recipe for this task; nothing of one that is not here.

    >>> list(space_for("xgboost", "binary"))[0], list(space_for("xgboost", "regression"))[0]
    ('model__estimator__learning_rate', 'model__learning_rate')
    """
    space = SPACES.get(recipe, {})
    inner = "regressor" if task == "regression" else "estimator"
    if recipe not in (SCALED if task == "regression" else NUMBERED):
        return space
    return {name.replace("model__", f"model__{inner}__"): part for name, part in space.items()}
