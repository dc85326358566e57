"""Weights of rows, as estimators take them."""

from typing import Any

from sklearn.compose import TransformedTargetRegressor
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import has_fit_parameter


def weights_of_rows(estimator: Any, weights: Any) -> dict[str, Any]:
    """The weights as `fit` of an estimator, or of the last step of a pipeline, takes them; none for None.

    Raises:
        ValueError: it takes no weights.
    """
    if weights is None:
        return {}
    # own code need not be a pipeline
    last, model = estimator.steps[-1] if isinstance(estimator, Pipeline) else ("", estimator)
    inner = model.regressor if isinstance(model, TransformedTargetRegressor) else model
    if not has_fit_parameter(inner, "sample_weight"):
        raise ValueError(f"{type(model).__name__} takes no weights of rows")
    return {f"{last}__sample_weight" if last else "sample_weight": weights}
