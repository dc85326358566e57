"""Join a source by key: read it, refuse or leave out what may not be learnt from, keep the rest."""

import re
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from core.errors import DataError, SchemaError
from core.jobs.spec import Progress, quiet
from core.lake.remotes.address import absolute, parse
from core.lake.remotes.sources import open_tables
from core.lake.rows_view import data_columns
from core.model import JoinedSource, ModelSpec
from core.services import dataset
from core.services.experiments.joins import kept_rows
from core.services.experiments.joins.documents import JoinedDocument, LeftOutColumnEntry, PeriodEntry
from core.services.experiments.joins.views import log_columns
from core.store import audit, models
from core.store.engine import reading, writing
from core.store.workspace import Workspace
from core.tables.table import SHOWN, Table
from core.training.features import as_number
from core.training.joined.joined_columns import JoinedColumns, as_keys
from core.training.joined.leak_guard import RULES as LEAKS
from core.training.joined.leak_guard import columns_that_are_later, columns_that_say_the_label
from core.training.joined.source_rows import LeftOutColumn, SourceRows, read_source

MOST_CELLS = 5_000_000
"""Of a source: they are kept in each version that reads it, and as numbers take 40 megabytes."""
NAME = re.compile(r"\W+")
TRAINING = "training rows"


@dataclass(frozen=True, slots=True)
class JoinRequest:
    """What a person asks for.

    Attributes:
        address: a file or a SQL table (`core.lake.remotes.address`).
        key: column of the source.
        on: column of the log that holds the same keys; None: the one of the same name.
        time: column of the source that says since when a row was known; None: its rows hold for every time.
        name: of the source; None: of the file or table.
    """

    address: str
    key: str
    on: str | None = None
    time: str | None = None
    name: str | None = None

    @property
    def title(self) -> str:
        """The name under which it is joined.

        >>> JoinRequest("/data/hourly weather.csv", "station").title
        'hourly_weather'
        """
        where = parse(self.address)
        plain = self.name or (where.table if where.kind == "sql" else Path(where.place).name.split(".")[0])
        return NAME.sub("_", plain).strip("_") or "source"


def join(
    ws: Workspace, name: str, request: JoinRequest, *, by: str, progress: Progress = quiet
) -> JoinedDocument:
    """Read a source, guard it and keep its rows; the next search tries its columns.

    Raises:
        DataError: it cannot be read, does not fit the log, or nothing of it can be learnt from.
        SchemaError: a column is missing, a key stands twice, or no key of the log is known.
    """
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
    on = _column_of_log(spec, request)
    progress(0.0, f"Reading {request.address}")
    source = read_source(_one_table(ws, request), request.key, request.time)
    if len(source.keys) * len(source.values.columns) > MOST_CELLS:
        raise DataError(
            f"The source has {len(source.keys):,} rows of {len(source.values.columns)} columns: more than "
            f"{MOST_CELLS:,} values, which every version would carry.",
            "Join a view with the columns and the keys that matter.",
        )
    _refuse_names(spec, request.title, source)
    progress(0.4, "Looking its keys up in the log")
    draft = JoinedSource(request.title, absolute(request.address), request.key, on, request.time, "", (), 0.0)
    columns = [on] if on in data_columns(spec) else []
    rows = dataset.rows(ws, spec, columns=columns)
    known, coverage = _look_up(spec, draft, source, rows, request)
    progress(0.6, "Guarding against columns that say the label")
    source = _guard(spec, draft, source, rows, known)
    if source.values.empty:
        reasons = " ".join(f"{one.column}: {one.why}" for one in source.left_out[:3])
        raise DataError(f"Nothing of {draft.name} can be learnt from. {reasons}", "Join other columns.")
    digest = kept_rows.keep(ws.settings, spec, source, (on, request.key, request.time))
    share = sum(entry["known"] for entry in coverage) / sum(entry["rows"] for entry in coverage)
    made = replace(draft, digest=digest, columns=tuple(source.values.columns), share=share)
    return _record(ws, spec, made, source, coverage, by)


def _column_of_log(spec: ModelSpec, request: JoinRequest) -> str:
    """The column of the log that answers to the key.

    Raises:
        DataError: the items are no records, or there is a time and the log has none.
        SchemaError: the log keeps no such column.
    """
    if spec.item != "record":
        raise DataError(
            f"{spec.name} reads {spec.item}s: columns cannot be joined to them.",
            "Connect the log as records.",
        )
    if request.time is not None and spec.roles.time is None:
        raise DataError(
            f"The log of {spec.name} has no time: what was known before a prediction cannot be told.",
            "Join a source without a time, or connect the log with --time.",
        )
    on = request.on or request.key
    columns = log_columns(spec)
    if on not in columns:
        raise SchemaError(
            f"The log of {spec.name} keeps no column {on!r}.",
            f"Name the column that holds the keys; kept are: {', '.join(columns[:SHOWN])}. A column that is "
            "no feature is kept where it is connected with --group or --segment.",
        )
    return on


def _refuse_names(spec: ModelSpec, title: str, source: SourceRows) -> None:
    """Raise where a joined column would have the name of a column of the log."""
    same = [name for name in source.values.columns if f"{title}.{name}" in data_columns(spec)]
    if same:
        raise DataError(
            f"The log of {spec.name} has a column {title}.{same[0]} already.", "Give the source another name."
        )


def _one_table(ws: Workspace, request: JoinRequest) -> Table:
    tables = list(open_tables(ws.settings, request.address))
    if len(tables) > 1:
        raise DataError(f"{request.address} means {len(tables)} files.", "Join one file or one table.")
    return tables[0]


def _look_up(
    spec: ModelSpec, draft: JoinedSource, source: SourceRows, rows: pd.DataFrame, request: JoinRequest
) -> tuple[pd.Series, list[PeriodEntry]]:
    """Whether each row of the log is known, and how many are in each period.

    Raises:
        SchemaError: not one is.
    """
    if rows.empty:
        raise DataError(f"{spec.name} has no rows yet.", "Send rows first.")
    step = kept_rows.step_of(spec, draft, source)
    known = pd.Series(step.positions(_beside(spec, step, rows)) >= 0, rows.index)
    if not known.any():
        ours = ", ".join(as_keys(_beside(spec, step, rows)[draft.on]).drop_duplicates().head(3))
        theirs = ", ".join(source.keys.drop_duplicates().head(3))
        before = " before the prediction" if request.time else ""
        raise SchemaError(
            f"No row of the log is known to {draft.name}{before}: {draft.on!r} holds {ours} ..., "
            f"{draft.key!r} holds {theirs} ....",
            "Name the columns that hold the same keys: --key of the source, --on of the log.",
        )
    period = rows["_chunk"].where(rows["_part"] == "log", TRAINING)
    counts = pd.DataFrame({"period": period, "known": known}).groupby("period", sort=True)["known"]
    entries = [
        PeriodEntry(period=str(name), rows=len(group), known=int(group.sum())) for name, group in counts
    ]
    return known, sorted(entries, key=lambda entry: (entry["period"] != TRAINING, entry["period"]))


def _guard(
    spec: ModelSpec, draft: JoinedSource, source: SourceRows, rows: pd.DataFrame, known: pd.Series
) -> SourceRows:
    """The source without the columns that cannot have been known; each is named with the evidence."""
    named = replace(draft, columns=tuple(source.values.columns))
    step = kept_rows.step_of(spec, named, source)
    ordered = rows.sort_values(["_time", "_seq"], kind="stable")
    prefix = f"{draft.name}."
    added = step.fit(_beside(spec, step, ordered)).transform(_beside(spec, step, ordered))
    values = added[[*step.numbers, *step.kinds]].rename(columns=lambda name: name.removeprefix(prefix))
    leaks: tuple[LeftOutColumn, ...] = ()
    if spec.roles.time is not None:
        days = np.asarray(as_number(ordered["_time"]), dtype=np.float64)
        leaks = columns_that_are_later(values, source.times, days)
    labelled = ordered["_label"].notna()
    for mask in (labelled, labelled & known.reindex(ordered.index)):
        rest = values.loc[mask].drop(columns=[one.column for one in leaks])
        leaks += _leaks(spec, rest, ordered[mask])
    return source.without(leaks)


def _leaks(spec: ModelSpec, values: pd.DataFrame, rows: pd.DataFrame) -> tuple[LeftOutColumn, ...]:
    predicted = rows["_prediction"].notna().to_numpy()
    has_model = int(predicted.sum()) >= LEAKS.fewest
    if has_model:
        values, rows = values[predicted], rows[predicted]
    kind = object if spec.classes else float
    return columns_that_say_the_label(
        values,
        rows["_label"].to_numpy(dtype=kind),
        rows["_prediction"].to_numpy(dtype=kind) if has_model else None,
        classes=bool(spec.classes),
    )


def _beside(spec: ModelSpec, step: JoinedColumns, rows: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(dataset.columns_beside(spec, rows, step.reads))


def _record(
    ws: Workspace,
    spec: ModelSpec,
    made: JoinedSource,
    source: SourceRows,
    coverage: list[PeriodEntry],
    by: str,
) -> JoinedDocument:
    document = JoinedDocument(
        name=made.name,
        address=made.address,
        key=made.key,
        on=made.on,
        time=made.time,
        digest=made.digest,
        rows=len(source.keys),
        without_key=source.without_key,
        columns=list(made.columns),
        left_out=[LeftOutColumnEntry(column=one.column, why=one.why) for one in source.left_out],
        coverage=coverage,
        share=made.share,
        same=False,
    )
    with writing(ws.engine) as session:
        now = models.spec(session, spec.name, to_change=True)
        same = any((one.name, one.digest) == (made.name, made.digest) for one in now.joined)
        models.replace(session, replace(now, joined=kept_rows.replace_source(now.joined, made)))
        if not same:
            audit.add(session, spec.id, by, "join source", dict(document))
    return {**document, "same": same}
