"""Unfitted pipelines of packages that are not required: LightGBM, XGBoost, CatBoost, where installed.

Their model files hold types of these packages, which an operator must trust by name before one is kept
(`CARETAKER_TRUSTED_MODEL_TYPES`). All begin with 120 rounds at a rate of .1, as the boosted trees of
scikit-learn do here.
"""

from typing import Any

from sklearn.pipeline import Pipeline

from core.training.boosters.numbered_classes import NumberedClasses
from core.training.record_pipelines import FeatureTable, for_boosting

ROUNDS = 120
RATE = 0.1


def lightgbm(table: FeatureTable, seed: int) -> Pipeline:
    """LightGBM that tells classes apart."""
    from lightgbm import LGBMClassifier

    return for_boosting(table, LGBMClassifier(**_leaves(seed)))


def lightgbm_of_numbers(table: FeatureTable, seed: int) -> Pipeline:
    """LightGBM that expects a number."""
    from lightgbm import LGBMRegressor

    return for_boosting(table, LGBMRegressor(**_leaves(seed)))


def xgboost(table: FeatureTable, seed: int) -> Pipeline:
    """XGBoost that tells classes apart."""
    from xgboost import XGBClassifier

    return for_boosting(table, NumberedClasses(XGBClassifier(**_extreme(seed))))


def xgboost_of_numbers(table: FeatureTable, seed: int) -> Pipeline:
    """XGBoost that expects a number."""
    from xgboost import XGBRegressor

    return for_boosting(table, XGBRegressor(**_extreme(seed)))


def catboost(table: FeatureTable, seed: int) -> Pipeline:
    """CatBoost that tells classes apart."""
    from catboost import CatBoostClassifier

    return for_boosting(table, NumberedClasses(CatBoostClassifier(**_symmetric(seed))))


def catboost_of_numbers(table: FeatureTable, seed: int) -> Pipeline:
    """CatBoost that expects a number."""
    from catboost import CatBoostRegressor

    return for_boosting(table, CatBoostRegressor(**_symmetric(seed)))


def _extreme(seed: int) -> dict[str, Any]:
    return {"n_estimators": ROUNDS, "learning_rate": RATE, "random_state": seed}


def _symmetric(seed: int) -> dict[str, Any]:
    # without the last one it writes a folder of logs beside whoever starts it
    return {
        "iterations": ROUNDS,
        "learning_rate": RATE,
        "random_seed": seed,
        "verbose": 0,
        "allow_writing_files": False,
    }


def _leaves(seed: int) -> dict[str, Any]:
    return {
        "n_estimators": ROUNDS,
        "learning_rate": RATE,
        "random_state": seed,
        "verbose": -1,
        "deterministic": True,
        "force_col_wise": True,
    }
