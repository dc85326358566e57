"""Package a fitted estimator as an MLflow model: skops file, signature, example and pinned requirements."""

import shutil
import warnings
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pandas as pd

from core.modules import IMPORT_FOLDER, ROOT, local_name
from core.registry import files
from core.settings import Settings

if TYPE_CHECKING:
    from mlflow.models import ModelSignature

PINNED = ("mlflow", "scikit-learn", "skops", "pandas", "numpy", "scipy", "pillow")
EXAMPLE_ROWS = 5
SHARED = local_name("core.tables.values.upright")
"""What our modules in a model import of ours."""


def log_model(settings: Settings, source: Any, rows: pd.DataFrame) -> str:
    """Log an estimator, or the one in a skops file, to the active run; returns MLflow's model id.

    Raises:
        UntrustedModel: the estimator holds types that may not be loaded again.
    """
    import mlflow.sklearn

    estimator, trusted = _check_types(settings, source)
    example = rows.head(EXAMPLE_ROWS)
    with TemporaryDirectory() as folder:
        # Without given requirements MLflow finds them out in a child process, which takes 12 s.
        info = mlflow.sklearn.log_model(
            estimator,
            name="model",
            serialization_format="skops",
            skops_trusted_types=trusted,
            signature=_signature(estimator, example),
            input_example=example,
            pip_requirements=[f"{name}=={version(name)}" for name in PINNED],
            code_paths=_own_code(trusted, Path(folder)),
        )
    return str(info.model_id)


def _signature(estimator: Any, example: pd.DataFrame) -> "ModelSignature":
    from mlflow.models import infer_signature

    with warnings.catch_warnings():
        # MLflow advises floats for whole numbers, but would then refuse the very rows of the training.
        warnings.filterwarnings("ignore", ".*integer column", UserWarning)
        return infer_signature(example, estimator.predict(example))


def _own_code(types: list[str], folder: Path) -> list[str] | None:
    """Copies of our modules that the model needs, to serve it where Caretaker is not installed."""
    modules = {name.rpartition(".")[0] for name in types if name.startswith(f"{ROOT}.")}
    for name in {*modules, SHARED} if modules else ():
        source = IMPORT_FOLDER.joinpath(*name.split(".")).with_suffix(".py")
        target = folder / source.relative_to(IMPORT_FOLDER)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)
        for parent in target.relative_to(folder).parents[:-1]:
            (folder / parent / "__init__.py").touch()
    return [str(folder / ROOT.partition(".")[0])] if modules else None


def _check_types(settings: Settings, model: Any) -> tuple[Any, list[str]]:
    """The estimator, and the types in it that skops wants to be named."""
    if isinstance(model, Path):
        return files.read(settings, model), files.trusted_types(settings, model)
    with TemporaryDirectory() as folder:
        return model, files.trusted_types(settings, files.save(model, Path(folder) / "model.skops"))
