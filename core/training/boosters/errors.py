"""Errors of packages that are not required: they derive from nothing more special than `Exception`."""

import sys
from typing import Any

OWN_ERRORS = (
    ("lightgbm.basic", "LightGBMError"),
    ("xgboost.core", "XGBoostError"),
    ("catboost", "CatBoostError"),
)


def own_errors() -> tuple[type[Exception], ...]:
    """Those of the packages that are loaded; nothing is imported."""
    errors: list[Any] = [getattr(sys.modules.get(module), name, None) for module, name in OWN_ERRORS]
    return tuple(error for error in errors if error is not None)
