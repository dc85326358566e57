"""A version opened to answer rows: its estimator, the columns that it wants, an example of them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from core.errors import RegistryError, SchemaError
from core.model import ModelSpec
from core.registry import files, foreign, load, store
from core.registry.models import champion_of
from core.registry.opening import BROKEN, opening
from core.registry.pyfunc_model import NUMBERS, TYPES, as_trained
from core.registry.rename_classes import rename_classes
from core.settings import Settings
from core.tables.values.timestamps import DATE_HINT, moments


@dataclass(frozen=True, slots=True)
class OpenVersion:
    """A version that can answer.

    Attributes:
        title: for messages.
        estimator: what `core.services.scoring.predict_columns` asks.
        columns: in the order of training; none where its signature names none.
        required: those of them that rows must have.
        types: column -> MLflow's name of its type in training, as far as it is known.
        example: some training rows, as they were logged with it; None without.
    """

    title: str
    estimator: Any
    columns: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    types: tuple[tuple[str, str], ...] = ()
    example: pd.DataFrame | None = None

    def as_input(self, rows: pd.DataFrame) -> pd.DataFrame:
        """The rows as the estimator reads them.

        Raises:
            SchemaError: a column is missing, or holds what is no number or time where training had them.
        """
        if not self.columns:
            return rows
        missing = [name for name in self.required if name not in rows.columns]
        if missing:
            raise SchemaError(
                f"The rows lack the columns {', '.join(missing[:8])}.", f"{self.title} learnt from them."
            )
        if isinstance(self.estimator, foreign.Foreign):  # brings its columns into shape itself
            return rows
        types = dict(self.types)
        times = [name for name in self.columns if types.get(name) == "datetime" and name in rows.columns]
        rows = rows.assign(**{name: _read_times(rows[name]) for name in times})
        try:
            typed = as_trained(rows, list(self.columns), types)
        except (TypeError, ValueError) as error:
            raise SchemaError(f"The rows cannot be read: {error}", "Send values as in training.") from error
        for name in self.columns:
            if types.get(name) in NUMBERS and not pd.api.types.is_numeric_dtype(typed[name]):
                _refuse_texts(name, typed[name])
        return typed


def open_version(settings: Settings, spec: ModelSpec, version: str) -> OpenVersion:
    """Open a version whatever its flavour; it answers with the classes of the monitored model.

    Raises:
        RegistryError: there is no such version, its files are gone or damaged, or a module of it is missing.
        UntrustedModel: opening it could run code, and its name is not trusted.
    """
    from mlflow.models import Model

    name, means = spec.registry_name, spec.roles.means
    folder, title = load.download(settings, name, version), f"{name} version {version}"
    with opening(title):
        document: Any = Model.load(folder)
        if load.is_skops(folder):
            file = folder / str(document.flavors["sklearn"]["pickled_model"])
            estimator = rename_classes(files.read(settings, file), means)
        else:
            estimator = foreign.open_model(settings, folder, name, spec.classes, title, means)
        return _describe(title, estimator, document, folder)


def champion_reader(settings: Settings, registry_name: str) -> Callable[[], str | None]:
    """A function that says which version carries the alias champion; None when none does.

    It keeps its connection, so that it can be asked several times a second.

    Raises:
        RegistryError: the registry does not answer; also when the function is called.
    """
    opened = store.client(settings)
    from mlflow.exceptions import MlflowException

    def read() -> str | None:
        try:
            return champion_of(opened, registry_name)
        except MlflowException as error:
            reason = (str(error).strip().splitlines() or [""])[0]
            raise RegistryError(
                f"The registry does not say which version is the champion: {reason}",
                f"Check {store.SETTING}, and that the server runs.",
            ) from error

    return read


def _describe(title: str, estimator: Any, document: Any, folder: Path) -> OpenVersion:
    schema = document.get_input_schema()
    rows = _example(document, folder)
    if schema is None or schema.is_tensor_spec() or not schema.has_input_names():
        return OpenVersion(title, estimator, example=rows)
    kinds = {column.name: getattr(column.type, "name", "") for column in schema.inputs}
    types = kinds | dict((document.metadata or {}).get(TYPES, {}))
    required = tuple(column.name for column in schema.inputs if column.required)
    return OpenVersion(title, estimator, tuple(kinds), required, tuple(types.items()), rows)


def _example(document: Any, folder: Path) -> pd.DataFrame | None:
    """The rows beside the model; None where there are none that can be read."""
    from mlflow.exceptions import MlflowException

    unreadable: tuple[type[Exception], ...] = (MlflowException, *BROKEN)
    try:
        example = document.load_input_example(str(folder))
    except unreadable:
        return None
    return example if isinstance(example, pd.DataFrame) else None


def _read_times(column: "pd.Series[Any]") -> "pd.Series[pd.Timestamp]":
    """Times as the log reads them, whatever form they are written in.

    Raises:
        SchemaError: for the first that cannot be read, with column and row.
    """
    times: pd.Series[pd.Timestamp] = moments(column)
    _refuse(column, column.notna() & times.isna(), "time", DATE_HINT)
    return times


def _refuse_texts(name: str, column: "pd.Series[Any]") -> None:
    """Raise for the first value that is no number; a column without any value passes.

    Raises:
        SchemaError: with column and row.
    """
    strange = column.notna() & pd.to_numeric(column, errors="coerce").isna()
    _refuse(column.rename(name), strange, "number", "Send a number, or null where it is not known.")


def _refuse(column: "pd.Series[Any]", strange: "pd.Series[bool]", kind: str, hint: str) -> None:
    if not strange.any():
        return
    position = int(strange.to_numpy().argmax())
    error = SchemaError(
        f"Row {position + 1}, column {column.name!r}: {column.iloc[position]!r} is no {kind}.", hint
    )
    error.column, error.row = str(column.name), position + 1
    raise error
