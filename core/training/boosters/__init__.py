"""Boosting of packages that are not required: LightGBM, XGBoost, CatBoost."""
