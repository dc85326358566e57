"""A classifier that takes classes as numbers, for labels of any kind; skops can save it."""

from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.utils.validation import check_is_fitted


class NumberedClasses(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Numbers the classes from 0 before its estimator learns them, as XGBoost asks for.

    What it predicts is the most probable class: CatBoost's own predictions have another shape with more than
    two classes.

    >>> from sklearn.linear_model import LogisticRegression
    >>> X, y = np.array([[0.0], [1.0], [2.0], [3.0]]), np.array(["no", "no", "yes", "yes"], dtype=object)
    >>> NumberedClasses(LogisticRegression()).fit(X, y).predict(X).tolist()
    ['no', 'no', 'yes', 'yes']
    """

    def __init__(self, estimator: Any = None) -> None:
        self.estimator = estimator

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Of (n, columns), n labels and, where they are known, n weights."""
        self.classes_, numbers = np.unique(y, return_inverse=True)
        self.n_features_in_ = X.shape[1]
        self.estimator_ = clone(self.estimator).fit(X, numbers, sample_weight=sample_weight)
        return self

    def predict_proba(self, X: Any) -> npt.NDArray[np.float64]:
        """(n, classes) in the order of `classes_`."""
        check_is_fitted(self)
        return np.asarray(self.estimator_.predict_proba(X), dtype=np.float64)

    def predict(self, X: Any) -> Any:
        """(n,) the most probable class."""
        return self.classes_[self.predict_proba(X).argmax(axis=1)]
