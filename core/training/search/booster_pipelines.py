"""Unfitted pipelines of packages that are not required: LightGBM, where it is installed.

Its model files hold types of that package, which an operator must trust by name before one is kept
(`CARETAKER_TRUSTED_MODEL_TYPES`).
"""

from typing import Any

from sklearn.pipeline import Pipeline

from core.training.record_pipelines import FeatureTable, for_boosting


def lightgbm(table: FeatureTable, seed: int) -> Pipeline:
    """LightGBM that tells classes apart."""
    from lightgbm import LGBMClassifier

    return for_boosting(table, LGBMClassifier(**_leaves(seed)))


def lightgbm_of_numbers(table: FeatureTable, seed: int) -> Pipeline:
    """LightGBM that expects a number."""
    from lightgbm import LGBMRegressor

    return for_boosting(table, LGBMRegressor(**_leaves(seed)))


def _leaves(seed: int) -> dict[str, Any]:
    return {
        "n_estimators": 120,
        "learning_rate": 0.1,
        "random_state": seed,
        "verbose": -1,
        "deterministic": True,
        "force_col_wise": True,
    }
