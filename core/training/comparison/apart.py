"""Tests of a version in a process of its own, and of the way back to the champion."""

from collections.abc import Callable
from time import perf_counter
from typing import Any, Protocol

import numpy as np
import pandas as pd

from core.errors import CaretakerError
from core.training.comparison.gates import Gate, GateRules, Subject, megabytes

CLEAN, MEMORY, ROLLBACK = "clean environment", "memory", "rollback rehearsal"


class Apart(Protocol):
    """What came of loading a version apart (`core.registry.apart.load.LoadedApart`)."""

    @property
    def outputs(self) -> Any:
        """Probabilities or numbers for the rows; None where it did not load."""

    @property
    def packages(self) -> int:
        """How many packages it could import; 0 where it saw all."""

    @property
    def why(self) -> str:
        """Why it was not asked with its own requirements alone."""

    @property
    def trouble(self) -> str:
        """What it said when it failed."""

    @property
    def seconds(self) -> float:
        """Of loading."""

    @property
    def memory(self) -> int:
        """The most bytes used; 0 where that is not known."""

    @property
    def model(self) -> int:
        """Those of them that loading and asking took."""


def gates_apart(apart: Apart, model: Any, rows: pd.DataFrame, rules: GateRules) -> list[Gate]:
    """Whether it loads and answers alike where only its requirements are, and what memory that takes.

    Args:
        apart: what came of it there.
        model: the same version, loaded here.
        rows: that both were asked for.
        rules: the limits.
    """
    return [_clean(apart, model, rows, rules), _memory(apart, rules)]


def _clean(apart: Apart, model: Any, rows: pd.DataFrame, rules: GateRules) -> Gate:
    if apart.trouble:
        return Gate(CLEAN, passed=False, detail=f"it does not load in a process of its own: {apart.trouble}")
    if apart.outputs is None or apart.why:
        return Gate(CLEAN, None, apart.why)
    here = np.asarray(getattr(model, "predict_proba", model.predict)(rows), dtype=np.float64)
    outputs = np.asarray(apart.outputs, dtype=np.float64)
    gap = float(np.abs(here - outputs).max(initial=0.0)) if here.shape == outputs.shape else np.inf
    limit = rules.same * max(1.0, float(np.abs(here).max(initial=0.0)))
    detail = (
        f"stock MLflow with {apart.packages} packages, its requirements and what they need, loads it in "
        f"{apart.seconds:.1f} s and answers {len(rows):,} rows alike"
    )
    return Gate(CLEAN, gap <= limit, detail, f"{gap:.1g}", f"{limit:.1g}")


def _memory(apart: Apart, rules: GateRules) -> Gate:
    if not apart.memory:
        return Gate(MEMORY, None, apart.why or apart.trouble or "the system does not say how much was used")
    # loading packages may peak above what is in use once they are loaded: the model then fits below that
    alone = f"{megabytes(apart.model)} for it alone" if apart.model else "which its packages reach without it"
    detail = f"a process that serves it takes {megabytes(apart.memory)}, {alone}"
    if rules.memory is None:
        return Gate(MEMORY, None, f"{detail}; nobody has set a budget")
    passed = apart.memory <= rules.memory
    return Gate(MEMORY, passed, detail, megabytes(apart.memory), megabytes(rules.memory))


def rollback(load: Callable[[], Any | None], subject: Subject) -> Gate:
    """Whether the champion can be loaded once more and answers: the way back after a promotion.

    Args:
        load: loads it; None where the registry does not have it.
        subject: with the rows and the task.
    """
    began = perf_counter()
    try:
        model = load()
        if model is None:
            return Gate(ROLLBACK, None, "the champion's model is not in the registry: it predicts elsewhere")
        passed, detail = subject.task.check_outputs(model, subject.rows)
    except (CaretakerError, ValueError, TypeError, KeyError, AttributeError, OSError) as error:
        return Gate(ROLLBACK, passed=False, detail=f"the champion does not answer: {error}")
    seconds = perf_counter() - began
    return Gate(ROLLBACK, passed, f"the champion is loaded and answers: {detail}", f"{seconds:.1f} s")
