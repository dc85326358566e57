"""Package a fitted estimator as an MLflow model: skops file, signature, example and pinned requirements."""

import ast
import shutil
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import packages_distributions, version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pandas as pd
from threadpoolctl import threadpool_limits

from core.modules import IMPORT_FOLDER, ROOT, local_name
from core.registry import files
from core.registry.pyfunc_model import PROBABILITIES, TYPES
from core.settings import Settings
from core.training.encoders import pictures, texts

if TYPE_CHECKING:
    from mlflow.models import Model, ModelSignature

PINNED = ("mlflow", "scikit-learn", "skops", "pandas", "numpy", "scipy", "pillow")
OPTIONAL = {
    "lightgbm": "lightgbm.",
    "xgboost": "xgboost.",
    "catboost": "catboost.",
    **dict.fromkeys(texts.NEEDS, local_name("core.training.encoders.encoded.EncodedText")),
    **dict.fromkeys(pictures.NEEDS, local_name("core.training.encoders.encoded.EncodedPicture")),
}
"""Package -> how the name of a type begins that needs it."""
EXAMPLE_ROWS = 5
LOADER = local_name("core.registry.pyfunc_model")
AS_THEY_ARE = ("binary",)
"""Types that MLflow brings into shape; the others it refuses wherever pandas guessed another one, as times
that a file holds as texts."""


@dataclass(frozen=True, slots=True)
class Flavour:
    """scikit-learn's flavour of MLflow, asked through our module where it is asked through pyfunc.

    Attributes:
        file: of the estimator, which was read once and is copied as it is: MLflow would write the estimator
            anew and read it again, which takes as long as half a fit of boosted trees.
    """

    file: Path

    __name__ = "mlflow.sklearn"

    def save_model(
        self, path: str, mlflow_model: "Model", *, sk_model: Any, validate_serving_input: bool, **how: Any
    ) -> None:
        """What MLflow calls to write the files; what it validates afterwards is no matter of theirs."""
        import mlflow.sklearn
        from sklearn.base import clone

        _ = validate_serving_input
        folder = Path(path)
        mlflow.sklearn.save_model(clone(sk_model, safe=False), path, mlflow_model=mlflow_model, **how)
        shutil.copy(self.file, folder / mlflow_model.flavors["sklearn"]["pickled_model"])
        mlflow_model.flavors["python_function"]["loader_module"] = LOADER
        mlflow_model.model_size_bytes = sum(one.stat().st_size for one in folder.rglob("*") if one.is_file())
        mlflow_model.save(str(folder / "MLmodel"))


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

    with TemporaryDirectory() as folder:
        file = source if isinstance(source, Path) else files.save(source, Path(folder) / "model.skops")
        estimator, trusted = files.read_with_types(settings, file)
        columns = _signature(estimator, rows)
        types = {column.name: column.type.name for column in columns.inputs}
        # Without given requirements MLflow finds them out in a child process, which takes 12 s. Its look at
        # whether the example can be served loads the model once more and only warns: the tests of a
        # comparison ask the registered version itself.
        info = Model.log(
            None,
            flavor=Flavour(file),
            name="model",
            sk_model=estimator,
            serialization_format="skops",
            skops_trusted_types=trusted,
            signature=_accepting(columns),
            input_example=rows.head(EXAMPLE_ROWS),
            metadata={TYPES: types},
            pip_requirements=requirements(trusted),
            code_paths=[_own_code(trusted, Path(folder))],
            validate_serving_input=False,
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
        # threads that wait for each other over five rows take seconds beside any other work
        with threadpool_limits(1):
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


def requirements(types: list[str]) -> list[str]:
    """What must be installed to load the model, in the versions that made it."""
    optional = [
        _distribution(module)
        for module, start in OPTIONAL.items()
        if any(name.startswith(start) for name in types)
    ]
    return [f"{name}=={version(name)}" for name in (*PINNED, *optional)]


def _distribution(module: str) -> str:
    """What is installed to have a module: the same package may come under several names, as xgboost-cpu."""
    return packages_distributions().get(module, [module])[0]


def _own_code(types: list[str], folder: Path) -> str:
    """Copies of our modules that the model needs, to serve it where Caretaker is not installed."""
    modules = {name.rpartition(".")[0] for name in types if name.startswith(f"{ROOT}.")}
    for name in _with_imports({*modules, LOADER}):
        source = _source(name)
        target = folder / source.relative_to(IMPORT_FOLDER)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)
        for parent in target.relative_to(folder).parents[:-1]:
            (folder / parent / "__init__.py").touch()
    return str(folder / ROOT.partition(".")[0])


def _with_imports(modules: set[str]) -> set[str]:
    """Our modules, and those of ours that they import at their top, and so on."""
    needed, waiting = set(modules), list(modules)
    while waiting:
        new = set(_imports(_source(waiting.pop()))) - needed
        needed |= new
        waiting += new
    return needed


def _imports(source: Path) -> Iterator[str]:
    for part in ast.parse(source.read_text(encoding="utf-8")).body:
        if isinstance(part, ast.ImportFrom) and f"{part.module}.".startswith(f"{ROOT}."):
            for one in part.names:
                module = f"{part.module}.{one.name}"
                yield module if _source(module).exists() else str(part.module)


def _source(module: str) -> Path:
    return IMPORT_FOLDER.joinpath(*module.split(".")).with_suffix(".py")
