"""Tests of the user's own code: entry points that the configuration names, never a page or a request."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

import pandas as pd

from core.services.experiments.recipes.own_recipes import ENTRY, FAULTS
from core.settings import Settings

if TYPE_CHECKING:
    from core.training.comparison.gates import Gate

LONGEST = 300
"""Letters of what a check says."""


def run_checks(settings: Settings, model: Any, rows: pd.DataFrame, labels: "pd.Series[Any]") -> "list[Gate]":
    """Every configured check: `check(model, rows, labels)` fails by an AssertionError, and may give a text.

    Args:
        settings: with `checks`, name -> "package.module:function".
        model: the challenger, freshly loaded.
        rows: features of some rows of the holdout.
        labels: theirs, as experts corrected them.
    """
    return [_run(name, where, model, rows, labels) for name, where in settings.checks.items()]


def _run(name: str, where: str, model: Any, rows: pd.DataFrame, labels: "pd.Series[Any]") -> "Gate":
    from core.training.comparison.gates import Gate

    title = f"own check {name}"
    if not ENTRY.fullmatch(where):
        return Gate(title, passed=False, detail=f"{where!r} names no function: write package.module:function")
    module, _, function = where.partition(":")
    try:
        words = getattr(import_module(module), function)(model, rows.copy(), labels.copy())
    except AssertionError as error:
        return Gate(title, passed=False, detail=str(error)[:LONGEST] or "it says no")
    except (ImportError, SystemExit, *FAULTS) as error:
        return Gate(title, passed=False, detail=f"{type(error).__name__}: {error}"[:LONGEST])
    return Gate(title, passed=True, detail=str(words or f"{len(rows):,} rows")[:LONGEST])
