"""What a person should know of a model's predictions when it is connected."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.lake.rows_view import score_columns
from core.model import ModelSpec
from core.services.onboarding.agreement import PAIR, RankingQuality, ranking_quality, reference_rows
from core.stats.intervals import Z95
from core.tables.table import Table
from core.tables.values.empty_cells import is_filled
from core.tables.values.timestamps import has_zone

DAYS = {"day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}
LATE = 2
"""Chunks without a row after which a log may have ended (`core.health.rules.rows`, `late`)."""


def decision_notes(spec: ModelSpec) -> list[str]:
    """How a row gets its class where a log has only scores."""
    if spec.roles.prediction or not spec.roles.scores:
        return []
    how = "the class with the largest score"
    if spec.task == "binary":
        if spec.threshold is not None:
            return []
        how = f"{spec.classes[-1]!r} when its score is above 0.5"
    sentence = f"The log has scores and no predictions: a row counts as {how}. "
    hint = "name the column of its decisions with --prediction, or say where it decides with --threshold."
    return [f"{sentence}If the model decides otherwise, {hint}"]


def clock_notes(spec: ModelSpec, rows: pd.DataFrame, now: pd.Timestamp) -> list[str]:
    """Whether the newest row fits the data's clock: a finished log has one of its own.

    Args:
        spec: with the clock, if somebody set it, and the length of its chunks.
        rows: canonical rows.
        now: the clock of this machine, without a zone.
    """
    days = DAYS.get(spec.chunk)
    if not spec.roles.time or days is None or not len(rows):
        return []
    newest, clock = rows["_time"].max(), pd.Timestamp(spec.as_of) if spec.as_of else now
    if newest > clock + pd.Timedelta(days=1):
        return [f"The newest row is of {newest:%Y-%m-%d}, after the clock ({clock:%Y-%m-%d}): is that right?"]
    if spec.as_of or clock - newest <= pd.Timedelta(days=LATE * days):
        return []
    after = newest.normalize() + pd.Timedelta(days=1)
    ended = f"The newest row is of {newest:%Y-%m-%d}: Health will say that the log has ended."
    how = f"connect it anew, under another name, with --as-of {after:%Y-%m-%d}"
    return [f"{ended} If it is a finished one, {how}."]


def zone_notes(spec: ModelSpec, table: Table) -> list[str]:
    """Whether the two columns of times name zones alike: else labels seem to come hours early or late.

    >>> from core.model import Roles
    >>> roles = Roles("y", time="t", label_available_at="known")
    >>> spec = ModelSpec(1, "m", "binary", "record", ("0", "1"), roles, "m", "accuracy", 0.02, "day")
    >>> frame = pd.DataFrame({"t": ["2024-01-01T10:00Z"], "known": ["2024-01-01T10:00"]})
    >>> zone_notes(spec, Table(frame, "a.csv"))
    ["'t' names a time zone and 'known' does not: 'known' is read as UTC. Is that right?"]
    """
    times = [name for name in (spec.roles.time, spec.roles.label_available_at) if name in table.frame.columns]
    known = {str(name): table.frame[name][is_filled(table.frame[name])] for name in times}
    zones = {name: bool(has_zone(cells).any()) for name, cells in known.items() if len(cells)}
    if len(set(zones.values())) < PAIR:
        return []
    named, bare = sorted(zones, key=lambda name: not zones[name])
    return [f"{named!r} names a time zone and {bare!r} does not: {bare!r} is read as UTC. Is that right?"]


def quality_notes(spec: ModelSpec, rows: pd.DataFrame) -> list[str]:
    """What a person should know of the predictions in the reference period before relying on them."""
    if not spec.classes:
        return _quality_notes_of_numbers(spec, rows)
    reference = reference_rows(spec, rows)
    scored = reference[reference[score_columns(spec)].notna().all(axis=1)]
    known = reference[reference["_prediction"].isin(spec.classes)]
    if len(scored):
        quality, what = (
            _overall(spec, scored, scored[score_columns(spec)].to_numpy(dtype=np.float64)),
            "score",
        )
    else:
        predicted = np.equal.outer(
            known["_prediction"].to_numpy(dtype=object), np.array(spec.classes, dtype=object)
        )
        quality, what = _overall(spec, known, predicted.astype(np.float64)), "prediction"
    if quality is None or quality.low > 1 / PAIR:
        return []
    worse = "may tell the classes apart no better than chance" if quality.chance else "is worse than chance"
    return [f"In the reference period the {what} {worse}: {quality}."]


def _quality_notes_of_numbers(spec: ModelSpec, rows: pd.DataFrame) -> list[str]:
    """Amounts that are no nearer to the label than its mean: R² with its 95 % interval contains nought."""
    reference = reference_rows(spec, rows)
    reference = reference[reference["_prediction"].notna()]
    if len(reference) <= PAIR:
        return []
    truth, predicted = reference["_label"].to_numpy(np.float64), reference["_prediction"].to_numpy(np.float64)
    usual = (truth - truth.mean()) ** 2
    if usual.mean() == 0:
        return []
    gain = (usual - (truth - predicted) ** 2) / usual.mean()
    value, reach = float(gain.mean()), Z95 * float(gain.std(ddof=1)) / float(np.sqrt(len(gain)))
    if value - reach > 0:
        return []
    sentence = f"R² {value:.2f} ({value - reach:.2f} to {value + reach:.2f}, n = {len(gain):,})"
    said_of = "the prediction may be no nearer to the label than its mean"
    return [f"In the reference period {said_of}: {sentence}. Are both in the same unit?"]


def _overall(
    spec: ModelSpec, reference: pd.DataFrame, numbers: npt.NDArray[np.float64]
) -> RankingQuality | None:
    """The positive class of two, or the mean over each class against the rest."""
    from core.stats.auc import rows_macro_area

    truth = pd.Index(spec.classes).get_indexer(pd.Index(reference["_label"]))
    if len(np.unique(truth)) < PAIR:
        return None
    if len(spec.classes) == PAIR:
        return ranking_quality(truth == 1, numbers[:, 1])
    auc, influence = rows_macro_area(truth, numbers)
    reach = Z95 * float(np.sqrt((influence**2).sum()))
    return RankingQuality(
        auc, max(0.0, auc - reach), min(1.0, auc + reach), len(truth), auc + reach < 1 / PAIR
    )
