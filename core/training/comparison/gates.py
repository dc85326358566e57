"""The tests before a promotion, all computed: none can be ticked by hand."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from time import perf_counter
from typing import Any

import joblib
import numpy as np
import pandas as pd

from core.errors import SchemaError
from core.stats.predictions import Predictions
from core.training.comparison.predictions import ask

SAME = 1e-6
"""Loading may change how an array lies in memory, and so the last digits of a float32 (relative above 1)."""
TIES = 0.01
"""So many rows may lie so near to the threshold that such a change decides them otherwise."""
TIMED_CALLS = 30
SLOWEST = 0.5
LARGEST = 200_000_000
WORSE_AT_MOST = 3.0
UNSEEN = "never seen before"


@dataclass(frozen=True, slots=True)
class Gate:
    """One test: its name, whether it passed, and what was seen."""

    name: str
    passed: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Subject:
    """What is tested.

    Attributes:
        challenger: freshly loaded from the registry; `reload` loads it once more.
        champion: for latency and size; None when its model is not in the registry.
        rows: features of some rows.
        stored: what the challenger said about these rows before it was saved.
        classes: in the order of the scores; none for regression.
    """

    challenger: Any
    champion: Any | None
    reload: Callable[[], Any]
    rows: pd.DataFrame
    stored: Predictions
    classes: tuple[str, ...]


def run(subject: Subject, leak: dict[str, Any]) -> list[Gate]:
    """All gates, in the order in which people read them."""
    return [
        _schema(subject),
        leaked(leak),
        _determinism(subject),
        _edge_rows(subject),
        _latency(subject),
        _size(subject),
    ]


def failed(gates: list[Gate]) -> list[str]:
    """Names of the gates that did not pass: they block a promotion."""
    return [gate.name for gate in gates if not gate.passed]


def leaked(leak: dict[str, Any]) -> Gate:
    """No training row is in the holdout, by key or by content."""
    detail = f"{leak['keys']} shared keys, {leak['contents']} rows of the same content"
    return Gate("leak", bool(leak["passed"]), detail)


def _schema(subject: Subject) -> Gate:
    if not subject.classes:
        said = ask(subject.challenger, subject.rows, ()).outputs
        proper = said.shape == (len(subject.rows),) and bool(np.isfinite(said).all())
        return Gate("schema", proper, f"{len(subject.rows):,} rows in, {len(said):,} numbers out")
    said = subject.challenger.predict_proba(subject.rows)
    strange = sorted({str(name) for name in subject.challenger.classes_} - set(subject.classes))
    if strange:
        return Gate("schema", passed=False, detail=f"answers with unknown classes: {', '.join(strange)}")
    sums = np.abs(said.sum(axis=1) - 1).max()
    proper = bool(np.isfinite(said).all() and said.min() >= 0 and sums < 1e-6)  # noqa: PLR2004 -- rounding
    missing = len(subject.classes) - len(subject.challenger.classes_)
    note = f", {missing} classes were not in its training rows" if missing else ""
    return Gate("schema", proper, f"{len(subject.rows):,} rows in, {said.shape[1]} probabilities out{note}")


def _determinism(subject: Subject) -> Gate:
    once = ask(subject.challenger, subject.rows, subject.classes)
    twice = ask(subject.challenger, subject.rows, subject.classes)
    again = ask(subject.reload(), subject.rows, subject.classes)
    others = {"same input twice": twice, "after loading again": again, "before it was saved": subject.stored}
    gaps = {name: float(np.abs(once.outputs - other.outputs).max()) for name, other in others.items()}
    detail = ", ".join(f"{name}: largest gap {gap:.1g}" for name, gap in gaps.items())
    largest = max(1.0, float(np.abs(subject.stored.outputs).max()))
    changed = max(_changed(once, other) for other in others.values())
    if changed:
        detail += f"; {changed:,} rows are decided otherwise"
    return Gate(
        "determinism", max(gaps.values()) <= SAME * largest and changed <= TIES * len(subject.rows), detail
    )


def _changed(one: Predictions, other: Predictions) -> int:
    """Rows that were decided otherwise."""
    if not one.probabilities.shape[1]:
        return 0
    return int((one.predicted != other.predicted).sum())


def edge_rows(rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Rows that happen sooner or later: a missing value each, all missing, an unseen category."""
    one = rows.head(1).astype(object)
    cases = {"everything missing": one.assign(**dict.fromkeys(one.columns, None))}
    for name in one.columns:
        cases[f"{name} missing"] = one.assign(**{name: None})
        if rows[name].dtype == object and not isinstance(rows[name].iloc[0], bytes):
            cases[f"{name} unseen"] = one.assign(**{name: UNSEEN})
    return cases


def _edge_rows(subject: Subject) -> Gate:
    cases = edge_rows(subject.rows)
    broken = []
    for name, row in cases.items():
        try:
            said = ask(subject.challenger, row, subject.classes).outputs
        except (SchemaError, ValueError, TypeError, KeyError, AttributeError, OSError) as error:
            broken.append(f"{name}: {type(error).__name__}")
            continue
        if not np.isfinite(said).all():
            broken.append(f"{name}: no number")
    detail = f"{len(cases)} odd rows answered" if not broken else "; ".join(broken[:5])
    return Gate("edge rows", not broken, detail)


def _seconds(model: Any, rows: pd.DataFrame, classes: tuple[str, ...]) -> tuple[float, float]:
    ask(model, rows.head(1), classes)
    times = []
    for index in range(TIMED_CALLS):
        row = rows.iloc[[index % len(rows)]]
        start = perf_counter()
        ask(model, row, classes)
        times.append(perf_counter() - start)
    return float(np.quantile(times, 0.5)), float(np.quantile(times, 0.95))


def _latency(subject: Subject) -> Gate:
    middle, slow = _seconds(subject.challenger, subject.rows, subject.classes)
    detail = f"one row: p50 {1000 * middle:.1f} ms, p95 {1000 * slow:.1f} ms"
    limit = SLOWEST
    if subject.champion is not None:
        before, _ = _seconds(subject.champion, subject.rows, subject.classes)
        limit = max(SLOWEST, WORSE_AT_MOST * before)
        detail += f", {middle / before:.1f} times the champion's"
    return Gate("latency", middle <= limit, f"{detail} (limit {1000 * limit:.0f} ms)")


def _bytes(model: Any) -> int:
    buffer = BytesIO()
    joblib.dump(model, buffer)
    return buffer.tell()


def _size(subject: Subject) -> Gate:
    size = _bytes(subject.challenger)
    detail, limit = f"{size / 1e6:.1f} MB", LARGEST
    if subject.champion is not None:
        before = _bytes(subject.champion)
        limit = max(LARGEST, int(WORSE_AT_MOST * before))
        detail += f", {size / before:.1f} times the champion's"
    return Gate("size", size <= limit, f"{detail} (limit {limit / 1e6:.0f} MB)")
