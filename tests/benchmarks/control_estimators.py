"""Estimators that are no better than the champion, which `controls.py` names as own code of the worker.

`equal_1`, `equal_2`, ... are one recipe with other seeds; `shuffled` learns from labels in random order.
"""

from functools import partial

import numpy as np
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline

FOREST = {"n_estimators": 100, "min_samples_leaf": 5, "max_features": 0.5}


class ShuffledLabels(ExtraTreesClassifier):
    """Learns from labels in random order."""

    def fit(self, X, y, sample_weight=None):
        """Of the shuffled labels."""
        return super().fit(X, np.random.default_rng(self.random_state).permutation(y), sample_weight)


def shuffled():
    """The recipe on labels in random order."""
    return make_pipeline(SimpleImputer(), ShuffledLabels(**FOREST, random_state=0))


def _equal(seed):
    return make_pipeline(SimpleImputer(), ExtraTreesClassifier(**FOREST, random_state=seed))


def __getattr__(name):
    kind, _, seed = name.partition("_")
    if kind != "equal" or not seed.isdigit():
        raise AttributeError(name)
    return partial(_equal, int(seed))
