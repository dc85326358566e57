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
from core.training.predictions import predict
from core.training.tasks import Task

UNSEEN = "never seen before"


@dataclass(frozen=True, slots=True)
class GateRules:
    """The limits of the gates.

    Attributes:
        same: largest gap between two predictions for one row, relative above 1. Loading may change how an
            array lies in memory, and so the last digits of a float32, whose precision is 1.2e-7.
        ties: share of the rows that may lie so near to the threshold that such a change decides them
            otherwise: 2 of 200 rows.
        calls: single rows that are timed, after one to warm up: the slowest of 100 is the 99 % quantile, and
            the median of 30 is steady within 10 %, which `fewest_calls` are for models that take long.
        patience: seconds after which no further row is timed, once there are `fewest_calls`.
        singles: rows that are asked one by one, too: the answer to a row may not hang on those beside it.
        slowest: seconds for one row at the median: below it a person does not wait (Miller 1968: 1 s).
        largest: bytes of a saved model that every server and registry takes.
        worse: a model may be so many times slower, or larger, than its champion where that is more.
        p99: budget of this model: seconds in which 99 of 100 single rows are answered; None: nobody set one.
        memory: budget in bytes of a process that serves it; `size` in bytes of the saved model.
    """

    same: float = 1e-6
    ties: float = 0.01
    calls: int = 100
    fewest_calls: int = 30
    patience: float = 5.0
    singles: int = 25
    slowest: float = 0.5
    largest: int = 200_000_000
    worse: float = 3.0
    p99: float | None = None
    memory: int | None = None
    size: int | None = None


RULES = GateRules()


@dataclass(frozen=True, slots=True)
class Gate:
    """One test.

    Attributes:
        passed: None where it was not computed; `detail` says why then, else what was seen.
        figure: the number that decided, in words; `limit` what it was held against.
        warns: it passed, and somebody should look at it all the same.
    """

    name: str
    passed: bool | None
    detail: str
    figure: str = ""
    limit: str = ""
    warns: bool = False


@dataclass(frozen=True, slots=True)
class Subject:
    """What is tested.

    Attributes:
        challenger: freshly loaded from the registry; `reload` loads it once more.
        champion: for latency and size; None when its model is not in the registry.
        rows: features of some rows.
        before_saving: what the challenger predicted for these rows before it was saved.
        task: how it is asked.
    """

    challenger: Any
    champion: Any | None
    reload: Callable[[], Any]
    rows: pd.DataFrame
    before_saving: Predictions
    task: Task

    def ask(self, model: Any, rows: pd.DataFrame) -> Predictions:
        """Predictions of one of the models."""
        return predict(model, rows, self.task)


def run(subject: Subject, leak: dict[str, Any], rules: GateRules = RULES) -> list[Gate]:
    """All gates, in the order in which people read them.

    Args:
        subject: the two models and some rows.
        leak: what `core.training.split.leak` returned.
        rules: the limits.
    """
    return [
        _schema(subject),
        leak_gate(leak),
        _determinism(subject, rules),
        _singles(subject, rules),
        _edge_rows(subject),
        _latency(subject, rules),
        _size(subject, rules),
    ]


def failed_gates(gates: list[Gate]) -> list[str]:
    """Names of the gates that did not pass: they block a promotion.

    >>> failed_gates([Gate("schema", True, "as it was"), Gate("latency", False, "three times as slow")])
    ['latency']
    """
    return [gate.name for gate in gates if gate.passed is False]


def leak_gate(leak: dict[str, Any]) -> Gate:
    """No training row is in the holdout, by key or by content."""
    if not leak.get("known", True):
        detail = "it was not trained here: whoever registered it must know that it never saw these rows"
        return Gate("leak", bool(leak["passed"]), detail)
    detail = f"{leak['keys']} shared keys, {leak['contents']} rows of the same content"
    return Gate("leak", bool(leak["passed"]), detail, f"{leak['keys'] + leak['contents']:,} rows", "0 rows")


def _schema(subject: Subject) -> Gate:
    passed, detail = subject.task.check_outputs(subject.challenger, subject.rows)
    return Gate("schema", passed, detail, f"{len(subject.rows):,} rows")


def _determinism(subject: Subject, rules: GateRules) -> Gate:
    once = subject.ask(subject.challenger, subject.rows)
    others = {
        "same input twice": subject.ask(subject.challenger, subject.rows),
        "after loading again": subject.ask(subject.reload(), subject.rows),
        "before it was saved": subject.before_saving,
    }
    gaps = {name: float(np.abs(once.outputs - other.outputs).max()) for name, other in others.items()}
    detail = ", ".join(f"{name}: largest gap {gap:.1g}" for name, gap in gaps.items())
    scale = max(1.0, float(np.abs(subject.before_saving.outputs).max()))
    changed = max(subject.task.decided_otherwise(once, other) for other in others.values())
    if changed:
        detail += f"; {changed:,} rows are decided otherwise"
    same = max(gaps.values()) <= rules.same * scale and changed <= rules.ties * len(subject.rows)
    return Gate("determinism", same, detail, f"{max(gaps.values()):.1g}", f"{rules.same * scale:.1g}")


def _singles(subject: Subject, rules: GateRules) -> Gate:
    """Each row by itself as among others."""
    rows = subject.rows.head(rules.singles)
    batch = subject.ask(subject.challenger, rows)
    alone = [subject.ask(subject.challenger, rows.iloc[[at]]) for at in range(len(rows))]
    gap = float(np.abs(np.concatenate([one.outputs for one in alone]) - batch.outputs).max(initial=0.0))
    limit = rules.same * max(1.0, float(np.abs(batch.outputs).max(initial=0.0)))
    detail = f"{len(rows)} rows asked one by one and together"
    return Gate("batch and single", gap <= limit, detail, f"{gap:.1g}", f"{limit:.1g}")


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
            outputs = subject.ask(subject.challenger, row).outputs
        except (SchemaError, ValueError, TypeError, KeyError, AttributeError, OSError) as error:
            broken.append(f"{name}: {type(error).__name__}")
            continue
        if not np.isfinite(outputs).all():
            broken.append(f"{name}: no number")
    detail = f"{len(cases)} odd rows answered" if not broken else "; ".join(broken[:5])
    return Gate("edge rows", not broken, detail, f"{len(broken)} of {len(cases)} without an answer", "0")


def _seconds(subject: Subject, model: Any, rules: GateRules) -> tuple[float, float, float]:
    """Median, 95 % and 99 % quantile of the time that one row takes."""
    subject.ask(model, subject.rows.head(1))
    times: list[float] = []
    began = perf_counter()
    for at in range(rules.calls):
        if at >= rules.fewest_calls and perf_counter() - began > rules.patience:
            break
        row = subject.rows.iloc[[at % len(subject.rows)]]
        start = perf_counter()
        subject.ask(model, row)
        times.append(perf_counter() - start)
    middle, slow, slowest = np.quantile(times, [0.5, 0.95, 0.99])
    return float(middle), float(slow), float(slowest)


def _latency(subject: Subject, rules: GateRules) -> Gate:
    middle, slow, slowest = _seconds(subject, subject.challenger, rules)
    detail = f"one row: p50 {1000 * middle:.1f} ms, p95 {1000 * slow:.1f} ms, p99 {1000 * slowest:.1f} ms"
    limit = rules.slowest
    if subject.champion is not None:
        before, _, _ = _seconds(subject, subject.champion, rules)
        limit = max(limit, rules.worse * before)
        detail += f", {middle / before:.1f} times the champion's"
    if rules.p99 is not None:
        passed = middle <= limit and slowest <= rules.p99
        return Gate("latency", passed, detail, _ms("p99", slowest), _ms("p99", rules.p99))
    return Gate("latency", middle <= limit, detail, _ms("p50", middle), _ms("p50", limit))


def _ms(name: str, seconds: float) -> str:
    """A quantile of the time of a row.

    >>> _ms("p99", 0.0123)
    'p99 12.3 ms'
    """
    return f"{name} {1000 * seconds:,.1f} ms"


def _bytes(model: Any) -> int:
    buffer = BytesIO()
    joblib.dump(model, buffer)
    return buffer.tell()


def _size(subject: Subject, rules: GateRules) -> Gate:
    size = _bytes(subject.challenger)
    detail, limit = f"{size / 1e6:.1f} MB", rules.largest
    if subject.champion is not None:
        before = _bytes(subject.champion)
        limit = max(limit, int(rules.worse * before))
        detail += f", {size / before:.1f} times the champion's"
    limit = limit if rules.size is None else rules.size
    return Gate("size", size <= limit, detail, megabytes(size), megabytes(limit))


def megabytes(size: int) -> str:
    """Bytes for people.

    >>> megabytes(1_234_567)
    '1.2 MB'
    """
    return f"{size / 1e6:,.1f} MB"
