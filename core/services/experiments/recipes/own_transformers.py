"""Transformers of the user's own code as changes of the columns that a search tries.

They are entry points that the configuration names, never a page or a request.
"""

from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from sklearn.base import clone

from core.errors import RetrainError
from core.model import ModelSpec
from core.services.experiments.recipes import own_recipes
from core.settings import Settings
from core.stats.arrays import Ints
from core.training.fingerprint import digest
from core.training.recipes import feature_table
from core.training.search.derivations import Derivation, ReadyStep

HINT = (
    "Write package.module:Class, a scikit-learn transformer from a DataFrame to a DataFrame of the same rows."
)


@dataclass(frozen=True, slots=True)
class Offer:
    """What the configuration offers: derivations, their steps by digest, and what cannot be used."""

    derivations: list[Derivation] = field(default_factory=list)
    steps: dict[str, ReadyStep] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def offer(settings: Settings, spec: ModelSpec, X: pd.DataFrame, y: "pd.Series[Any]", early: Ints) -> Offer:
    """The configured transformers, each tried out: cloned, fitted, asked, saved.

    Args:
        settings: with `transformers`, name -> entry point.
        spec: the model; only records have columns to change.
        X: features, n rows.
        y: labels.
        early: rows by which a transformer is looked at: none that is judged.
    """
    made = Offer()
    if spec.item != "record":
        return made
    X, y = X.iloc[early], y.iloc[early]
    for name, where in settings.transformers.items():
        try:
            step = own_recipes.make_entry(name, where, HINT)
            ready = _try(settings, where, spec, step, X, y)
        except RetrainError as error:
            made.problems.append(str(error))
            continue
        key = digest({"code": own_recipes.file_digest(where), "step": step})
        made.derivations.append(Derivation("own", (), name, key))
        made.steps[key] = ready
    return made


def _try(
    settings: Settings, where: str, spec: ModelSpec, step: Any, X: pd.DataFrame, y: "pd.Series[Any]"
) -> ReadyStep:
    """The step, and what it does to the columns.

    Raises:
        RetrainError: says at what it failed.
    """
    if not all(hasattr(step, method) for method in ("fit", "transform", "get_params")):
        raise RetrainError(f"{where} gives {type(step).__name__}, which is no transformer.", HINT)
    own_recipes.require_form(where, step)
    few = own_recipes.few_rows(y)
    try:
        fitted = clone(step).fit(X.iloc[few], y.iloc[few].to_numpy(dtype=object if spec.classes else float))
        table = fitted.transform(X)
        again = fitted.transform(X.iloc[few[:1]])
    except own_recipes.FAULTS as error:
        raise RetrainError(f"{where} fails on {len(few)} rows: {error}", HINT) from error
    if not isinstance(table, pd.DataFrame) or len(table) != len(X) or not table.index.equals(X.index):
        raise RetrainError(f"{where} does not give a DataFrame of the same rows.", HINT)
    if list(again.columns) != list(table.columns):
        raise RetrainError(f"{where} gives other columns for one row than for many.", HINT)
    own_recipes.require_saved(settings, where, fitted)
    return _read_columns(step, X, table)


def _read_columns(step: Any, before: pd.DataFrame, after: pd.DataFrame) -> ReadyStep:
    """The columns that are new, or hold something else than before."""
    was, now = feature_table(before), feature_table(after)
    numeric, categorical, text = (
        tuple(name for name in getattr(now, kind) if name not in getattr(was, kind))
        for kind in ("numeric", "categorical", "text")
    )
    absent = tuple(str(name) for name in before.columns if name not in after.columns)
    return ReadyStep(step, numeric, categorical, text, absent)
