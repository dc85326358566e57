"""A home, and a fitted model to be kept in its registry."""

from pathlib import Path

import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline

from core.registry.trials import TrialRecord
from core.settings import Settings
from core.training.features import TableFeatures


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


@pytest.fixture(scope="session")
def rows() -> pd.DataFrame:
    return pd.DataFrame({"nights": [1, 2, 3, 4] * 5, "price": [0.5, 1.5, None, 3.5] * 5})


@pytest.fixture(scope="session")
def fitted(rows: pd.DataFrame) -> Pipeline:
    complete = rows.fillna(0.0)
    return make_pipeline(TableFeatures(numeric=("nights", "price")), LogisticRegression()).fit(
        complete, ["no", "no", "yes", "yes"] * 5
    )


@pytest.fixture
def record(fitted: Pipeline, rows: pd.DataFrame) -> TrialRecord:
    return TrialRecord(
        registry_name="hotel",
        run_name="logistic_regression",
        fingerprint="f1",
        job_id="job-1",
        params={"recipe": "logistic_regression"},
        metrics={"roc_auc": 0.75},
        datasets=[("training", "0" * 36, "/lake/training.parquet", "training")],
        estimator=fitted,
        input_example=rows.fillna(0.0),
    )
