"""The one SQL text for "the rows": what every reader of the lake sees.

Of several versions of a row (`_id`) the newest batch wins; labels that came later are joined; a label counts
as known only when it was available at `as_of`; a settled expert answer replaces the given label.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from core.lake.paths import LakeFile, Part, label_files, row_files
from core.lake.sql import literal, literals, quote
from core.model import ModelSpec
from core.settings import Settings
from core.tables.deliveries import LiveBatches

NO_CORRECTIONS: Mapping[str, str] = {}
MATURE_SHARE = 0.99
"""A chunk counts once this share of its labels can be expected: labels known early are a biased sample."""


def rows_sql(
    settings: Settings,
    spec: ModelSpec,
    batches: LiveBatches,
    *,
    part: Part = "all",
    chunks: list[str] | None = None,
    columns: list[str] | None = None,
    corrections: Mapping[str, str] = NO_CORRECTIONS,
) -> str:
    """A SELECT over the lake's files with the canonical columns and `columns` (None: all the spec names).

    Beside the stored canonical columns it gives `_part` ("training" or "log"), `_given` (the visible label
    as it came), `_label` (the current label) and `_mature` (whether the label counts for realised
    performance).

    A batch holds a row once, and all versions of a row stand in one chunk, so that they are looked for only
    in chunks of which a delivery corrected rows. Few rows came twice: looking for them alone takes half the
    time of numbering the versions of every row.
    """
    features = data_columns(spec) if columns is None else columns
    files = row_files(settings, spec, batches, part, chunks)
    if not files:
        return _no_rows(spec, features)
    late = label_files(settings, spec, batches, chunks)
    shared = _of_corrected_chunks(files)
    scores = score_columns(spec)
    written = {name: _score(name) for name in scores} | {"_prediction": _decision(spec)}
    named = ", ".join(written.get(name, f"n.{quote(name)}") for name in _own_columns(spec))
    named += "".join(f", n.{quote(name)}" for name in features)
    return f"""
WITH as_of(moment) AS (SELECT {_moment(spec)}),
raw AS ({_source(files, chunks, ordered=bool(shared or late))}{_later(spec)}),
newest AS ({_newest(shared, chunks)}),
late AS ({_late(spec, late)}),
expert(_id, label) AS ({_expert(spec, corrections)}),
lag(seconds) AS ({lag_sql(settings, spec, batches)}),
{_given_and_current(spec, named)}"""


def are_as_stored(
    settings: Settings,
    spec: ModelSpec,
    batches: LiveBatches,
    *,
    part: Part,
    chunks: list[str] | None,
    corrections: Mapping[str, str] = NO_CORRECTIONS,
) -> bool:
    """Whether these rows are read as they lie there: none was corrected, no label came later."""
    files = row_files(settings, spec, batches, part, chunks)
    late = label_files(settings, spec, batches, chunks)
    return not (corrections or late or _of_corrected_chunks(files))


def _of_corrected_chunks(files: list[LakeFile]) -> list[LakeFile]:
    """The files that may hold the same rows: of one folder, which is a chunk or the training part.

    Which rows of the first one were new does not matter: none came before it.
    """
    corrected, before = set(), set()
    for file in files:
        folder = file.path.parent
        if file.corrects and folder in before:
            corrected.add(folder)
        before.add(folder)
    return [file for file in files if file.path.parent in corrected]


def _newest(shared: list[LakeFile], chunks: list[str] | None) -> str:
    """The rows in their newest version; only those of `shared` may have several."""
    if not shared:
        return "SELECT * FROM raw"
    return (
        "SELECT n.* FROM raw n LEFT JOIN (SELECT _id, max(_order) AS _order "
        f"FROM ({_source(shared, chunks)}) GROUP BY _id HAVING count(*) > 1) r ON r._id = n._id "
        "WHERE r._order IS NULL OR r._order = n._order"
    )


def _later(spec: ModelSpec) -> str:
    """Columns of classes that were added after the files were written."""
    columns = ", ".join(f"NULL::DOUBLE AS {name}" for name in score_columns(spec))
    return f" UNION ALL BY NAME SELECT {columns} WHERE false" if columns else ""


def _score(name: str) -> str:
    """A row with scores gave a class that was not there yet the probability 0."""
    return f"CASE WHEN n._score_0 IS NOT NULL THEN coalesce(n.{name}, 0) END AS {name}"


def _decision(spec: ModelSpec) -> str:
    """What was decided; with a threshold it is decided here: one that is changed holds for all rows."""
    if spec.threshold is None or spec.task != "binary":
        return "n._prediction"
    scored = "n._score_1 IS NOT NULL AND NOT isnan(n._score_1)"
    positive, other = literal(spec.classes[1]), literal(spec.classes[0])
    return (
        f"CASE WHEN {scored} THEN CASE WHEN n._score_1 >= {spec.threshold!r}::DOUBLE THEN {positive} "
        f"ELSE {other} END ELSE n._prediction END AS _prediction"
    )


def _given_and_current(spec: ModelSpec, named: str) -> str:
    known = "coalesce(n._label_time <= moment, true)"
    if (delay := fixed_delay(spec)) is not None:
        known = f"n._time + to_seconds({delay}) <= moment"
    return f"""
given AS (
  SELECT n.*, CASE WHEN l._label IS NOT NULL AND (l._order > n._order OR n._label IS NULL
      OR n._label_time > moment) THEN l._label
    WHEN {known} THEN n._label END AS _visible
  FROM newest n CROSS JOIN as_of LEFT JOIN late l ON l._id = n._id)
SELECT {named}, n._part, n._label_time, n._visible AS _given, coalesce(e.label, n._visible) AS _label,
  coalesce(n._time + to_seconds(lag.seconds) <= moment, lag.seconds IS NULL) AS _mature
FROM given n CROSS JOIN as_of CROSS JOIN lag LEFT JOIN expert e ON e._id = n._id
"""


def newest_versions_sql(files: list[LakeFile], chunks: list[str]) -> str:
    """A SELECT over the rows of these chunks as they were stored, each in its newest version."""
    return (
        f"SELECT * FROM ({_source(files, chunks)}) "
        "QUALIFY row_number() OVER (PARTITION BY _id ORDER BY _order DESC) = 1"
    )


def data_columns(spec: ModelSpec) -> list[str]:
    """The columns of the data that the lake keeps: features, the item, segments, the group, a vector."""
    item = (spec.roles.item,) if spec.roles.item else ()
    group = (spec.roles.group,) if spec.roles.group else ()
    return list(
        dict.fromkeys([*spec.roles.features, *item, *spec.roles.segments, *group, *spec.roles.embedding])
    )


def score_columns(spec: ModelSpec) -> list[str]:
    """One column a class, in the order of `spec.classes`."""
    return [f"_score_{index}" for index in range(len(spec.classes))]


def outcome_type(spec: ModelSpec) -> str:
    """The DuckDB type of labels and predictions."""
    return "DOUBLE" if spec.task == "regression" else "VARCHAR"


def prediction_columns(spec: ModelSpec) -> list[str]:
    """What a model said about a row: one probability a class, or the number for regression."""
    return score_columns(spec) or ["_prediction"]


def _own_columns(spec: ModelSpec) -> list[str]:
    return ["_id", "_time", "_seq", "_chunk", "_prediction", *score_columns(spec), "_version"]


def _moment(spec: ModelSpec) -> str:
    now = datetime.now(UTC).replace(tzinfo=None).isoformat()
    return f"TIMESTAMP {literal(spec.as_of or now)}"


def _read(files: list[LakeFile]) -> str:
    return f"read_parquet([{literals(str(f.path) for f in files)}], union_by_name=true, filename='_file')"


def _source(files: list[LakeFile], chunks: list[str] | None, *, ordered: bool = True) -> str:
    """The rows of files with their part and their batch, which need not be right where nobody orders by it.

    To look up the file of every row takes a third of the time in which one column is read.
    """
    parts = {file.part for file in files}
    if not ordered and len(parts) == 1:
        only = "" if chunks is None else f" WHERE _chunk IN ({literals(chunks)})"
        return f"SELECT *, {literal(parts.pop())} AS _part, 0 AS _order FROM {_read(files)}{only}"
    named = ", ".join(f"({literal(str(f.path))}, {literal(f.part)}, {f.batch})" for f in files)
    only = "" if chunks is None else f" WHERE r._chunk IN ({literals(chunks)})"
    return (
        f"SELECT r.*, f.part AS _part, f.batch AS _order FROM {_read(files)} r "
        f"JOIN (VALUES {named}) f(path, part, batch) ON r._file = f.path{only}"
    )


def _late(spec: ModelSpec, files: list[LakeFile]) -> str:
    if not files:
        label = f"NULL::{outcome_type(spec)} AS _label"
        return f"SELECT NULL::VARCHAR AS _id, {label}, NULL::BIGINT AS _order WHERE false"
    return (
        f"SELECT _id, _label, _order FROM ({_source(files, None)}) CROSS JOIN as_of "
        "WHERE _label_time IS NULL OR _label_time <= moment "
        "QUALIFY row_number() OVER (PARTITION BY _id ORDER BY _order DESC) = 1"
    )


def _expert(spec: ModelSpec, corrections: Mapping[str, str]) -> str:
    """Experts answer in texts: an amount is read as the number that it is."""
    kind = outcome_type(spec)
    if not corrections:
        return f"SELECT NULL::VARCHAR, NULL::{kind} WHERE false"
    pairs = ", ".join(f"({literal(i)}, {literal(c)})" for i, c in sorted(corrections.items()))
    return f"SELECT i, TRY_CAST(c AS {kind}) FROM (VALUES {pairs}) AS answers(i, c)"


def lag_sql(settings: Settings, spec: ModelSpec, batches: LiveBatches) -> str:
    """How long a label takes, in seconds, as the reference period has it: every row once, with its label.

    Without label times nothing is known (NULL), and every label present counts.
    """
    if (delay := fixed_delay(spec)) is not None:
        return f"SELECT {delay}::DOUBLE AS seconds"
    rows, labels = _timed_files(settings, spec, batches)
    if spec.roles.label_available_at is None or spec.roles.time is None or not rows:
        return "SELECT NULL::DOUBLE AS seconds"
    late = (
        f"SELECT _id, max_by(_label_time, _order) AS known FROM ({_source(labels, None)}) GROUP BY _id"
        if labels
        else "SELECT NULL::VARCHAR AS _id, NULL::TIMESTAMP AS known WHERE false"
    )
    newest = "QUALIFY row_number() OVER (PARTITION BY r._id ORDER BY r._order DESC) = 1"
    return (
        f"SELECT CASE WHEN count(*) > 0 THEN greatest(quantile_cont(epoch(known) - epoch(_time), "
        f"{MATURE_SHARE}), 0) END AS seconds FROM ("
        f"SELECT r._time, coalesce(r._label_time, l.known) AS known FROM ({_source(rows, None)}) r "
        f"LEFT JOIN ({late}) l USING (_id) {newest if _of_corrected_chunks(rows) else ''}"
        ") WHERE known IS NOT NULL AND _time IS NOT NULL"
    )


def _timed_files(
    settings: Settings, spec: ModelSpec, batches: LiveBatches
) -> tuple[list[LakeFile], list[LakeFile]]:
    """Files of the rows and labels of the reference period; of all rows where none is said."""
    trained = row_files(settings, spec, batches, "training")
    if trained:
        return trained, []
    first, last = spec.reference or ("", "\uffff")
    keys = {chunk for batch in batches for chunk in batch.chunks if first <= chunk <= last}
    return (
        row_files(settings, spec, batches, "log", sorted(keys)),
        label_files(settings, spec, batches, sorted(keys)),
    )


def fixed_delay(spec: ModelSpec) -> float | None:
    """Seconds after a row from which on its label counts, where somebody said it and no column says it."""
    unsaid = spec.roles.label_available_at is None and spec.roles.time is not None
    return 86_400.0 * spec.label_delay_days if unsaid and spec.label_delay_days is not None else None


def _no_rows(spec: ModelSpec, columns: list[str]) -> str:
    kind = outcome_type(spec)
    types = {"_time": "TIMESTAMP", "_seq": "BIGINT", "_prediction": kind}
    types |= dict.fromkeys(score_columns(spec), "DOUBLE")
    names = [*_own_columns(spec), *columns]
    empty = ", ".join(f"NULL::{types.get(name, 'VARCHAR')} AS {quote(name)}" for name in names)
    return (
        f"SELECT {empty}, NULL::VARCHAR AS _part, NULL::TIMESTAMP AS _label_time, "
        f"NULL::{kind} AS _given, NULL::{kind} AS _label, NULL::BOOLEAN AS _mature WHERE false"
    )
