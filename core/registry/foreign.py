"""Models of other libraries, asked through MLflow's pyfunc: LightGBM, XGBoost, CatBoost, ONNX, own code.

A file that can run code when it is opened is opened only when the registered name is trusted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.errors import SchemaError, UntrustedModel
from core.registry import files
from core.registry.rename_classes import rename_output
from core.registry.signature import as_input
from core.settings import Settings
from core.tables.values.align_probabilities import align_probabilities
from core.tables.values.model_outputs import Output, read_output
from core.training.boosters.errors import own_errors

PLAIN = {
    "mlflow.lightgbm": ("lightgbm", (".lgb", ".txt")),
    "mlflow.xgboost": ("xgboost", (".xgb", ".ubj", ".json")),
    "mlflow.catboost": ("catboost", (".cb", ".cbm", ".onnx")),
    "mlflow.onnx": ("onnx", (".onnx",)),
}
"""Loader -> its flavour and the endings of files in the library's own format, which hold numbers only."""
ORDINARY: tuple[type[Exception], ...] = (TypeError, ValueError, LookupError, RuntimeError)
SKOPS_TYPES = (
    "lightgbm.sklearn.",
    "lightgbm.basic.Booster",
    "collections.OrderedDict",
    "collections.defaultdict",
)


class Foreign:
    """A model behind pyfunc, with the calls of a scikit-learn classifier or regressor.

    Attributes:
        classes_: the model's classes in the order of its scores; none for regression.
    """

    def __init__(
        self, model: Any, classes: Sequence[str], title: str, means: Mapping[str, str] | None = None
    ) -> None:
        self.classes_ = np.array(classes, dtype=object)
        self._model, self._title, self._means = model, title, dict(means or {})

    @property
    def own_classes(self) -> tuple[str, ...]:
        """The classes as the model itself writes them, after what they were said to mean; none if unknown."""
        names = map(str, getattr(self._raw(), "classes_", ()))
        return tuple(self._means.get(name, name) for name in names)

    def predict_output(self, rows: pd.DataFrame) -> Output:
        """Classes and, where the model gives any, probabilities.

        Raises:
            SchemaError: rows do not fit its signature, or what it says is neither class nor probability.
        """
        inputs = as_input(self._model.metadata.get_input_schema(), rows, self._title)
        classes = tuple(self.classes_)
        output = read_output(self._ask(inputs), classes, self._title)
        raw = self._raw()
        if not (hasattr(raw, "predict_proba") and hasattr(raw, "classes_")):
            return output
        if output.chances is None:
            chances = align_probabilities(np.asarray(raw.predict_proba(inputs)), self.own_classes, classes)
            return replace(output, chances=chances)
        # logged to answer with probabilities: the model's own decision is what its predict says
        decided = rename_output(raw.predict(inputs), self._means)
        return replace(output, predicted=read_output(decided, classes, self._title).predicted)

    def predict_proba(self, rows: pd.DataFrame) -> npt.NDArray[np.float64]:
        """(n, classes); all on the class that it names where the model gives no probabilities."""
        output = self.predict_output(rows)
        if output.chances is not None:
            return output.chances
        named: npt.NDArray[np.float64] = np.equal.outer(output.predicted, self.classes_).astype(np.float64)
        return named

    def predict(self, rows: pd.DataFrame) -> npt.NDArray[Any]:
        """(n,) names of classes, or numbers for regression."""
        if len(self.classes_):
            return self.predict_output(rows).predicted
        inputs = as_input(self._model.metadata.get_input_schema(), rows, self._title)
        numbers = np.asarray(self._ask(inputs), dtype=np.float64)
        return numbers.reshape(len(rows), -1)[:, 0]

    def own_decisions(self, rows: pd.DataFrame) -> npt.NDArray[np.object_]:
        """(n,) what the estimator behind pyfunc decides, in its own names."""
        inputs = as_input(self._model.metadata.get_input_schema(), rows, self._title)
        return np.asarray(self._raw().predict(inputs), dtype=object)

    def _ask(self, inputs: Any) -> Any:
        from mlflow.exceptions import MlflowException

        errors: tuple[type[Exception], ...] = (MlflowException, *ORDINARY, *own_errors())
        try:
            return rename_output(self._model.predict(inputs), self._means)
        except errors as error:
            raise SchemaError(
                f"{self._title} cannot answer these rows: {error}",
                "Check that the columns and types are those of the model's signature.",
            ) from error

    def _raw(self) -> Any:
        try:
            return self._model.get_raw_model()
        except (NotImplementedError, AttributeError):
            return None


def is_trusted(settings: Settings, name: str) -> bool:
    """Whether files of that registered name (or URI) may hold code."""
    return any(fnmatchcase(name, pattern) for pattern in settings.trusted_models)


def open_model(
    settings: Settings,
    folder: Path,
    name: str,
    classes: Sequence[str],
    title: str,
    means: Mapping[str, str] | None = None,
) -> Foreign:
    """A model of any flavour that has a pyfunc form.

    Raises:
        UntrustedModel: opening it could run code, and its name is not trusted.
    """
    require_safe(settings, folder, name, title)
    import mlflow.pyfunc

    return Foreign(mlflow.pyfunc.load_model(str(folder)), classes, title, means)


def require_safe(settings: Settings, folder: Path, name: str, title: str) -> None:
    """Refuse files that could run code, unless the name is trusted.

    Raises:
        UntrustedModel: says what to set.
    """
    from mlflow.models import Model

    if is_trusted(settings, name):
        return
    flavours = Model.load(folder).flavors
    pyfunc = flavours.get("python_function")
    if pyfunc is None:
        raise UntrustedModel(
            f"{title} has no form that answers rows (no python_function).", "Log it with an MLflow flavour."
        )
    loader = str(pyfunc.get("loader_module"))
    flavour, endings = PLAIN.get(loader, ("", ()))
    data = folder / str(pyfunc.get("data", ""))
    safe = not pyfunc.get("code") and data.resolve().is_relative_to(folder.resolve()) and data.is_file()
    own = str(flavours.get(flavour, {}).get("model_class", f"{flavour}.")).startswith(f"{flavour}.")
    if safe and own and data.suffix in endings:
        return
    if safe and own and flavour and data.suffix == ".skops":
        wider = settings.model_copy(
            update={"trusted_model_types": (*settings.trusted_model_types, *SKOPS_TYPES)}
        )
        files.trusted_types(wider, data)
        return
    raise UntrustedModel(
        f"{title} ({loader.removeprefix('mlflow.')}) can run any code when it is opened.",
        f"If it is your own, set CARETAKER_TRUSTED_MODELS to a JSON list that names it: '[\"{name}\"]'.",
    )
