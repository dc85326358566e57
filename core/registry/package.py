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
from core.registry.pyfunc_model import PROBABILITIES, TYPES
from core.settings import Settings

if TYPE_CHECKING:
    from mlflow.models import Model, ModelSignature

PINNED = ("mlflow", "scikit-learn", "skops", "pandas", "numpy", "scipy", "pillow")
OPTIONAL = ("lightgbm", "xgboost", "catboost")
"""Required where the model holds a type of theirs."""
EXAMPLE_ROWS = 5
LOADER = local_name("core.registry.pyfunc_model")
SHARED = local_name("core.tables.values.upright")
"""What our modules in a model import of ours."""
AS_THEY_ARE = ("binary", "datetime")
"""Types that MLflow brings into shape; the others it refuses wherever pandas guessed another one."""


class Flavour:
    """scikit-learn's flavour of MLflow, asked through our module where it is asked through pyfunc."""

    __name__ = "mlflow.sklearn"

    def save_model(self, path: str, mlflow_model: "Model", **how: Any) -> None:
        """What MLflow calls to write the files."""
        import mlflow.sklearn

        mlflow.sklearn.save_model(path=path, mlflow_model=mlflow_model, **how)
        mlflow_model.flavors["python_function"]["loader_module"] = LOADER
        mlflow_model.save(str(Path(path) / "MLmodel"))


def log_model(settings: Settings, source: Any, rows: pd.DataFrame) -> str:
    """Log an estimator, or the one in a skops file, to the active run; returns MLflow's model id.

    Args:
        settings: with the types that may be loaded again.
        source: the estimator or the path of its file.
        rows: some rows of the training (`example_rows`).

    Raises:
        UntrustedModel: the estimator holds types that may not be loaded again.
    """
    from mlflow.models import Model

    estimator, trusted = _check_types(settings, source)
    columns = _signature(estimator, rows)
    types = {column.name: column.type.name for column in columns.inputs}
    with TemporaryDirectory() as folder:
        # Without given requirements MLflow finds them out in a child process, which takes 12 s.
        info = Model.log(
            None,
            flavor=Flavour(),
            name="model",
            sk_model=estimator,
            serialization_format="skops",
            skops_trusted_types=trusted,
            signature=_accepting(columns),
            input_example=rows.head(EXAMPLE_ROWS),
            metadata={TYPES: types},
            pip_requirements=_requirements(trusted),
            code_paths=[_own_code(trusted, Path(folder))],
        )
    return str(info.model_id)


def example_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """The first rows, and for each column with missing values one where it is missing.

    From these the signature learns which columns may be left out.

    >>> example_rows(pd.DataFrame({"a": range(9), "b": [1.0] * 8 + [None]})).index.tolist()
    [0, 1, 2, 3, 4, 8]
    """
    gaps = rows.isna()
    positions = list(range(min(EXAMPLE_ROWS, len(rows))))
    for name in gaps.columns[gaps.any()]:
        if not gaps[name].iloc[positions].any():
            positions.append(int(gaps[name].to_numpy().argmax()))
    return rows.iloc[positions]


def _signature(estimator: Any, example: pd.DataFrame) -> "ModelSignature":
    from mlflow.models import infer_signature

    # of no value at all MLflow can tell no type
    typed = example.astype(dict.fromkeys(example.columns[example.isna().all()], float))
    with warnings.catch_warnings():
        # MLflow advises floats for whole numbers, which `_accepting` does better.
        warnings.filterwarnings("ignore", ".*integer column", UserWarning)
        proba = {PROBABILITIES: False} if hasattr(estimator, "predict_proba") else None
        return infer_signature(typed, estimator.predict(example), proba)


def _accepting(signature: "ModelSignature") -> "ModelSignature":
    """The same columns, which take any value: the model itself reads what comes, as in training.

    MLflow's `long` refuses a missing value, its `double` refuses whole numbers, its `string` a column of
    which no value is known: each refuses rows as pandas reads them. A column without missing values in
    training is required.
    """
    from mlflow.models import ModelSignature
    from mlflow.types.schema import AnyType, ColSpec, Schema

    anything: Any = AnyType
    columns: list[Any] = [
        column
        if column.type.name in AS_THEY_ARE
        else ColSpec(anything(), column.name, required=column.required)
        for column in signature.inputs
    ]
    return ModelSignature(Schema(columns), signature.outputs, signature.params)


def _requirements(types: list[str]) -> list[str]:
    """What must be installed to load the model, in the versions that made it."""
    packages = {name.partition(".")[0] for name in types}
    return [f"{name}=={version(name)}" for name in (*PINNED, *(one for one in OPTIONAL if one in packages))]


def _own_code(types: list[str], folder: Path) -> str:
    """Copies of our modules that the model needs, to serve it where Caretaker is not installed."""
    modules = {name.rpartition(".")[0] for name in types if name.startswith(f"{ROOT}.")}
    for name in {*modules, LOADER, *([SHARED] if modules else [])}:
        source = IMPORT_FOLDER.joinpath(*name.split(".")).with_suffix(".py")
        target = folder / source.relative_to(IMPORT_FOLDER)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)
        for parent in target.relative_to(folder).parents[:-1]:
            (folder / parent / "__init__.py").touch()
    return str(folder / ROOT.partition(".")[0])


def _check_types(settings: Settings, model: Any) -> tuple[Any, list[str]]:
    """The estimator, and the types in it that skops wants to be named."""
    if isinstance(model, Path):
        return files.read(settings, model), files.trusted_types(settings, model)
    with TemporaryDirectory() as folder:
        return model, files.trusted_types(settings, files.save(model, Path(folder) / "model.skops"))
