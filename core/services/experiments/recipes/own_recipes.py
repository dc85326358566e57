"""Recipes of the user's own code: entry points that the configuration names, never a page or a request."""

import re
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import clone, is_classifier, is_regressor

from core.errors import RetrainError, UntrustedModel
from core.model import ModelSpec
from core.registry import files
from core.settings import Settings
from core.training.fingerprint import digest
from core.training.search.spaces import Space, read_space

PREFIX = "entry:"
ENTRY = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")
FEW = 50
MAKE_HINT = "Write package.module:make_estimator, a function without arguments, on the worker's PYTHONPATH."
FAULTS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What somebody else's code may raise; it is told as a sentence."""


def names(settings: Settings) -> list[str]:
    """Names of the recipes, e.g. "entry:boosted"; they fit whatever their code can learn from."""
    return [f"{PREFIX}{name}" for name in settings.estimators]


def title(recipe: str) -> str:
    """What people read.

    >>> title("entry:boosted")
    'boosted (own code)'
    """
    return f"{recipe.removeprefix(PREFIX)} (own code)"


def make(
    settings: Settings, recipe: str, spec: ModelSpec, rows: pd.DataFrame, labels: "pd.Series[Any]"
) -> Any:
    """An unfitted estimator of the entry point, tried out on a few rows: cloned, fitted, asked and saved.

    Raises:
        RetrainError: it is not configured, cannot be imported, or fails on the rows.
    """
    name = recipe.removeprefix(PREFIX)
    where = settings.estimators.get(name)
    if where is None:
        known = ", ".join(names(settings)) or "none is configured"
        raise RetrainError(
            f"There is no recipe {recipe!r}.", f"Set CARETAKER_ESTIMATORS on the server; now: {known}."
        )
    estimator = make_entry(name, where, MAKE_HINT)
    few = few_rows(labels)
    _try(settings, where, spec, estimator, rows.iloc[few], labels.iloc[few])
    return estimator


def code_digest(settings: Settings, recipe: str) -> str:
    """Of the module's file: changed code is another experiment."""
    return file_digest(settings.estimators[recipe.removeprefix(PREFIX)])


def file_digest(where: str) -> str:
    """SHA-256 of the file of an entry point's module; empty where it has none."""
    path = getattr(import_module(where.partition(":")[0]), "__file__", None)
    return sha256(Path(path).read_bytes()).hexdigest() if path else ""


def search_space(settings: Settings, recipe: str) -> Space:
    """What a search may tune: what `search_space()` beside the entry point gives; nothing without it.

    Raises:
        RetrainError: it fails, or gives what is no space.
    """
    where = settings.estimators[recipe.removeprefix(PREFIX)]
    function = getattr(import_module(where.partition(":")[0]), "search_space", None)
    if function is None:
        return {}
    try:
        return read_space(function(), where)
    except FAULTS as error:
        raise RetrainError(f"search_space() beside {where} fails: {error}", "Correct it.") from error


def make_entry(name: str, where: str, hint: str) -> Any:
    """What an entry point gives: a function or a class, called without arguments.

    Raises:
        RetrainError: it names nothing, or cannot be used; `hint` says how it is written.
    """
    if not ENTRY.fullmatch(where):
        raise RetrainError(f"The entry point of {name!r} is {where!r}, which names no function.", hint)
    module, _, function = where.partition(":")
    try:
        return getattr(import_module(module), function)()
    except (ImportError, *FAULTS) as error:
        raise RetrainError(f"{where} cannot be used: {error}", hint) from error


def few_rows(labels: "pd.Series[Any]") -> list[int]:
    """Positions of about `FEW` rows, the first of every label among them."""
    first = np.flatnonzero(~labels.duplicated().to_numpy())[:FEW]
    return sorted({*map(int, first), *range(min(FEW, len(labels)))})


def _try(
    settings: Settings,
    where: str,
    spec: ModelSpec,
    estimator: Any,
    rows: pd.DataFrame,
    labels: "pd.Series[Any]",
) -> None:
    """Clone, fit, ask and save; what fails after an hour of training would have failed now.

    Raises:
        RetrainError: says at what it failed.
    """
    hint = "It must be a scikit-learn estimator that takes the features as a DataFrame."
    method = "predict_proba" if spec.classes else "predict"
    if not all(hasattr(estimator, name) for name in (method, "fit", "predict")):
        raise RetrainError(f"{where} gives {type(estimator).__name__}, which has no {method}.", hint)
    _require_kind(where, spec, estimator)
    require_form(where, estimator)
    try:
        fitted = clone(estimator).fit(rows, labels.to_numpy(dtype=object if spec.classes else float))
        getattr(fitted, method)(rows)
        fitted.predict(rows)
    except FAULTS as error:
        raise RetrainError(f"{where} fails on {len(rows)} rows: {error}", hint) from error
    require_saved(settings, where, fitted)


def _require_kind(where: str, spec: ModelSpec, estimator: Any) -> None:
    """Refuse a classifier of numbers: each number is a class to it, and no stack of models takes it.

    Raises:
        RetrainError: it is of the other kind, or does not say of which.
    """
    fits, kind = (is_classifier, "classifier") if spec.classes else (is_regressor, "regressor")
    if not fits(estimator):
        predicted = "classes" if spec.classes else "numbers"
        raise RetrainError(
            f"{where} gives {type(estimator).__name__}, no {kind}: {spec.name} predicts {predicted}.",
            f"Give a {kind}; one of your own is derived from sklearn.base.{kind.capitalize()}Mixin.",
        )


def require_form(where: str, estimator: Any) -> None:
    """Refuse what cannot be told from other experiments.

    Raises:
        RetrainError: a parameter has no canonical form.
    """
    try:
        digest(estimator)
    except TypeError as error:
        hint = "Give its parameters as numbers, texts, lists, functions or estimators."
        raise RetrainError(f"{where} cannot be told from other experiments: {error}.", hint) from error


def require_saved(settings: Settings, where: str, fitted: Any) -> None:
    """Refuse what could not be opened again.

    Raises:
        RetrainError: a type of it is not trusted.
    """
    with TemporaryDirectory() as folder:
        try:
            files.trusted_types(settings, files.save(fitted, Path(folder) / "model.skops"))
        except UntrustedModel as error:
            raise RetrainError(f"{where} cannot be kept safely. {error.message}", error.hint) from error
