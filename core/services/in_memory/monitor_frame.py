"""The health document of a log in memory: the same findings as of a connected model with the same rows."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd

from core.health.assess import assess, fault_runs
from core.health.change.faults import Run
from core.health.change.rows_and_time import Arrivals
from core.health.change.values.settle import CLOSER, MOST_VALUES, SHARES, ColumnValues, as_text
from core.health.explain import itemise_rows, needs_rows, period_keys
from core.health.findings import Findings
from core.health.performance.versions import changes
from core.health.profiles.cell_rows import CellRows, cell_rows, sample
from core.health.profiles.history import Chunk, History
from core.health.profiles.layout import Feature, Layout
from core.health.profiles.log_rows import LogRows, column
from core.health.report.compose import Facts, compose
from core.health.report.document import HealthDocument
from core.health.tasks.from_arrays import layout_from_arrays, profile_from_arrays
from core.health.tasks.task import task_of
from core.lake.profile.log_facts import most_frequent
from core.lake.profile.profile_pass import VERSIONS
from core.lake.rows_view import MATURE_SHARE, data_columns, score_columns
from core.model import ModelSpec
from core.services.onboarding.plan import ConnectRequest, Plan, plan
from core.services.spec_metrics import metrics_of
from core.stats.arrays import Bools
from core.stats.predictions import decisions
from core.tables.canonical import assign_chunks, canonical
from core.tables.table import Table
from core.tables.values.columns import kind_of


@dataclass(frozen=True, slots=True)
class Part:
    """Canonical rows of the log or of a reference table, and which of their labels count."""

    frame: pd.DataFrame
    counts: Bools
    rows: LogRows


@dataclass(frozen=True, slots=True)
class Monitored:
    """What came of monitoring a log: what the rows were taken for, and what was found."""

    plan: Plan
    document: HealthDocument


def monitor_frame(request: ConnectRequest, log: Table, reference: Table | None = None) -> Monitored:
    """Check the rows, count their profiles and compute the findings; nothing is stored.

    Args:
        request: what the columns mean, and how the model is judged.
        log: the predictions of the model, one row each.
        reference: rows to compare with, e.g. training rows with out-of-fold predictions; without them the
            reference period lies in the log.

    Raises:
        DataError: the request or a cell does not fit.
    """
    planned = plan(request, log)
    spec = planned.spec
    log_rows = _decide_rows(planned.log, spec)
    moment = pd.Timestamp(spec.as_of) if spec.as_of else pd.Timestamp(datetime.now(UTC)).tz_localize(None)
    before = log_rows[_within(log_rows, spec)] if reference is None else _rows(spec, reference)
    lag = _label_lag(spec, before)
    visible = _visible(log_rows, moment)
    later = _part(spec, visible, _mature(visible, moment, lag))
    earlier = _part(spec, before, np.ones(len(before), dtype=bool))
    if reference is None:
        inside = _within(visible, spec)
        earlier = Part(visible[inside], later.counts[inside], later.rows.at(inside))
    layout = layout_from_arrays(spec.classes, earlier.rows, _features(spec), spec.roles.segments)
    history = History(layout, _chunks(layout, earlier), _chunks(layout, later), reference is not None)
    history = replace(history, fresh=changes(history.log) or ())
    metrics = metrics_of(spec)
    runs = fault_runs(history)
    findings = assess(
        history,
        metrics[spec.metric],
        spec.tolerance,
        _column_values(history, later.frame, runs),
        runs=runs,
        arrivals=_arrivals(spec, visible, moment),
        metrics=metrics,
    )
    if needs_rows(findings):
        past, present = period_keys(findings)
        rows = _cell_rows(findings, earlier, past), _cell_rows(findings, later, present)
        findings = itemise_rows(findings, *rows)
    return Monitored(planned, compose(spec, findings, _facts(spec, visible, moment)))


def _cell_rows(findings: Findings, part: Part, chunks: Sequence[str]) -> CellRows:
    """Labelled rows of these chunks, all or a sample."""
    losses = findings.task.losses(part.rows)
    at = np.flatnonzero(np.isin(part.frame["_chunk"], chunks) & ~np.isnan(losses))
    at = at[sample(part.frame["_id"].iloc[at].tolist(), findings.rules.joint_mix.rows)]
    layout, rows = findings.history.layout, part.rows.at(at)
    return cell_rows(layout, rows, losses[at], findings.task.outputs(layout, rows))


def _rows(spec: ModelSpec, reference: Table) -> pd.DataFrame:
    """The rows of a reference table in order, each in its chunk."""
    kinds = {name: kind_of(reference.frame[name]) for name in data_columns(spec) if name in reference.frame}
    rows = canonical(reference, spec, kinds, "training")
    if spec.roles.time:
        rows = rows.sort_values("_time", kind="stable", ignore_index=True)
    return _decide_rows(assign_chunks(rows, spec, pd.Series(range(len(rows)), rows.index)), spec)


def _decide_rows(rows: pd.DataFrame, spec: ModelSpec) -> pd.DataFrame:
    """The rows with the decisions that the threshold makes, as the view over the lake gives them."""
    if spec.threshold is None or spec.task != "binary":
        return rows
    scored = rows["_score_1"].notna()
    numbers = decisions(rows[score_columns(spec)].to_numpy(np.float64), spec.threshold)
    made = pd.Series(np.array(spec.classes, dtype=object)[numbers], rows.index, dtype=object)
    return rows.assign(_prediction=rows["_prediction"].mask(scored, made))


def _within(rows: pd.DataFrame, spec: ModelSpec) -> Bools:
    first, last = spec.reference or ("", "")
    return rows["_chunk"].between(first, last).to_numpy(dtype=bool)


def _features(spec: ModelSpec) -> list[str]:
    return [name for name in spec.roles.features if name != spec.roles.item]


def _label_lag(spec: ModelSpec, reference: pd.DataFrame) -> float | None:
    """Seconds after which 99 % of the labels of the reference are known; None where no column says when."""
    if spec.roles.label_available_at is None or spec.roles.time is None:
        return None
    waited = (reference["_label_time"] - reference["_time"]).dt.total_seconds().dropna()
    return max(float(waited.quantile(MATURE_SHARE)), 0.0) if len(waited) else None


def _visible(rows: pd.DataFrame, moment: pd.Timestamp) -> pd.DataFrame:
    """The rows without labels that were not known yet."""
    hidden = rows["_label_time"] > moment
    return rows.assign(_label=rows["_label"].mask(hidden, None)) if hidden.any() else rows


def _mature(rows: pd.DataFrame, moment: pd.Timestamp, lag: float | None) -> Bools:
    if lag is None:
        return np.ones(len(rows), dtype=bool)
    return (rows["_time"] + pd.Timedelta(seconds=lag) <= moment).to_numpy(dtype=bool)


def _part(spec: ModelSpec, frame: pd.DataFrame, counts: Bools) -> Part:
    columns = list(dict.fromkeys([*_features(spec), *spec.roles.segments]))
    delayed = spec.roles.label_available_at is not None
    return Part(
        frame, counts, task_of(spec.classes).log_rows(frame, spec.classes, columns, counts, delayed=delayed)
    )


def _chunks(layout: Layout, part: Part) -> tuple[Chunk, ...]:
    """Every chunk in order, with the profiles of its segments and versions."""
    bare = replace(layout, features=())
    keys, versions = part.frame["_chunk"].to_numpy(), part.frame["_version"].to_numpy(dtype=object)
    names = pd.Series(versions).value_counts().index[:VERSIONS]
    made = []
    for key in sorted(set(keys)):
        here = np.flatnonzero(keys == key)
        rows, row_versions = part.rows.at(here), versions[here]
        segments = {
            (name, value): profile_from_arrays(bare, rows.at(rows.features[name] == value))
            for name, values in layout.segments
            for value in values
        }
        by_version = {str(name): profile_from_arrays(bare, rows.at(row_versions == name)) for name in names}
        made.append(
            Chunk(
                key,
                profile_from_arrays(layout, rows),
                {segment: profile for segment, profile in segments.items() if profile.n},
                {name: profile for name, profile in by_version.items() if profile.n},
            )
        )
    return tuple(made)


def _column_values(history: History, log: pd.DataFrame, runs: Sequence[Run]) -> dict[Run, ColumnValues]:
    """The values behind the faults whose counts do not say what they are."""
    features = {feature.name: feature for feature in history.layout.features}
    return {
        run: look_at(features[run.fault.feature], _values(log, history, run))
        for run in runs
        if run.fault.kind in CLOSER
    }


def _values(log: pd.DataFrame, history: History, run: Run) -> Any:
    keys = [history.log[at].key for at in run.newest()]
    rows = log.loc[log["_chunk"].isin(keys)]
    return column(rows[run.fault.feature], rows["_time"])


def look_at(feature: Feature, values: "np.ndarray[Any, Any]") -> ColumnValues:
    """Quantiles and most frequent values of numbers; the most frequent texts that the reference did not have.

    >>> look_at(Feature("x", values=("a",)), np.array(["a", "b", "b", None], dtype=object)).values
    (('b', 0.5),)
    """
    if feature.numeric:
        known = values[~np.isnan(values)]
        if not len(known):
            return ColumnValues()
        quantiles = tuple(map(float, np.quantile(known, SHARES, method="inverted_cdf")))
        return ColumnValues(quantiles, _most_frequent(pd.Series(known), len(values)))
    new = pd.Series([v for v in values if v is not None and v not in feature.values], dtype=object)
    return ColumnValues(values=_most_frequent(new, len(values)))


def _most_frequent(values: "pd.Series[Any]", rows: int) -> tuple[tuple[str, float], ...]:
    """(value, share of the rows), the first in order of those that are as frequent."""
    counts = values.value_counts().sort_index(kind="stable").sort_values(ascending=False, kind="stable")
    return tuple((as_text(name), float(count / rows)) for name, count in counts.head(MOST_VALUES).items())


def _facts(spec: ModelSpec, log: pd.DataFrame, moment: pd.Timestamp) -> Facts:
    order = log.sort_values(["_time", "_id"], na_position="first") if spec.roles.time else log
    last = order["_version"].iloc[-1] if len(order) else None
    known = int(log["_label"].notna().sum())
    return Facts(None, last, moment.to_pydatetime(), known, _new_classes(spec.classes, log), _ends(spec, log))


def _ends(spec: ModelSpec, log: pd.DataFrame) -> tuple[datetime, datetime] | None:
    if not spec.roles.time or not len(log):
        return None
    return log["_time"].min().to_pydatetime(), log["_time"].max().to_pydatetime()


def _arrivals(spec: ModelSpec, log: pd.DataFrame, moment: pd.Timestamp) -> Arrivals:
    values = log[[*spec.roles.features, "_prediction", *score_columns(spec)]].assign(chunk=log["_chunk"])
    copies = values.duplicated().groupby(log["_chunk"]).sum()
    by_chunk = {str(chunk): int(rows) for chunk, rows in copies.items()}
    ends = _ends(spec, log)
    until = ends and ends[1]
    # rows of the past are no log that has ended: its clock stands at its end unless somebody says otherwise
    clock = until if until is not None and not spec.as_of else moment.to_pydatetime()
    return Arrivals(spec.chunk, clock, until, copies=by_chunk)


def _new_classes(classes: Sequence[str], log: pd.DataFrame) -> tuple[tuple[str, int, int], ...]:
    """Classes that the model does not know: as labels, as predictions, the most frequent first."""
    if not classes:
        return ()
    labels, predictions = (
        Counter(log[name][log[name].notna() & ~log[name].isin(classes)]) for name in ("_label", "_prediction")
    )
    return most_frequent(labels, predictions)
