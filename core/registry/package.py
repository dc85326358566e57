"""Package a fitted estimator as an MLflow model: skops file, signature, example and pinned requirements."""

from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from core.registry import files
from core.settings import Settings

PINNED = ("mlflow", "scikit-learn", "skops", "pandas", "numpy", "scipy", "pillow")
EXAMPLE_ROWS = 5


def log_model(settings: Settings, given: Any, rows: pd.DataFrame) -> str:
    """Log an estimator, or the one in a skops file, to the active run; returns MLflow's model id.

    Raises:
        UntrustedModel: the estimator holds types that may not be loaded again.
    """
    import mlflow.sklearn

    estimator, trusted = _checked(settings, given)
    rows = rows.head(EXAMPLE_ROWS)
    example = _nullable(rows)
    # Without given requirements MLflow finds them out in a child process, which takes 12 s.
    info = mlflow.sklearn.log_model(
        estimator,
        name="model",
        serialization_format="skops",
        skops_trusted_types=trusted,
        signature=mlflow.models.infer_signature(example, estimator.predict(rows)),
        input_example=example,
        pip_requirements=[f"{name}=={version(name)}" for name in PINNED],
    )
    return str(info.model_id)


def _checked(settings: Settings, given: Any) -> tuple[Any, list[str]]:
    """The estimator, and the types in it that skops wants to be named."""
    if isinstance(given, Path):
        return files.read(settings, given), files.trusted_types(settings, given)
    with TemporaryDirectory() as folder:
        return given, files.trusted_types(settings, files.save(given, Path(folder) / "model.skops"))


def _nullable(example: pd.DataFrame) -> pd.DataFrame:
    """Whole numbers as floats: a signature of integers would refuse later rows with missing values."""
    whole = example.select_dtypes("integer").columns
    return example.astype(dict.fromkeys(whole, float))
