"""What experts said of the newest blind sample of labels, as Health takes it into account."""

from core.annotation.events import Current
from core.health.attribution.reviewed_labels import (
    Looked,
    ReviewedLabels,
    ReviewedPeriod,
    more_needed,
    progress,
)
from core.store import models
from core.store.annotation import blind_samples
from core.store.annotation.blind_samples import AnsweredSample, DrawnPeriod
from core.store.engine import reading
from core.store.workspace import Workspace


def sampled_labels(ws: Workspace, name: str) -> ReviewedLabels | None:
    """The newest blind sample of a model and how far it is; None before the first. Nothing is computed.

    Raises:
        DataError: there is no such model.
    """
    with reading(ws.engine) as session:
        newest = blind_samples.latest_with_labels(session, models.spec(session, name).id)
    return reviewed_labels(newest) if newest else None


def standing(sample: ReviewedLabels, fall: float | None) -> tuple[float, int | None]:
    """How far "are labels the cause?" is, -1 no to 1 yes, and how many further labels are expected to say.

    Args:
        sample: what experts said.
        fall: growth of the share of wrong predictions; None where nothing fell that could be explained.
    """
    if fall is None:
        return 0.0, None
    more = more_needed(sample, fall)
    return progress(sample, fall), 0 if more is None else more


def reviewed_labels(newest: AnsweredSample) -> ReviewedLabels:
    """What experts said of the rows of a sample, by period and kind."""
    sample, known = newest
    settled = {row_id: now for row_id, now in known.items() if now.state == "settled"}
    moments = [now.updated_at for now in settled.values()]
    return ReviewedLabels(
        before=_period(sample.before, settled),
        now=_period(sample.now, settled),
        period=sample.period,
        first=sample.first,
        last=sample.last,
        queued=len(sample.rows) - (len(known) - len(settled)),  # unsure and flagged ones will not be settled
        persons=sorted({person for now in settled.values() for person in now.votes}),
        until=max(moments).date().isoformat() if moments else None,
    )


def _period(drawn: DrawnPeriod, settled: dict[str, Current]) -> ReviewedPeriod:
    labels = {
        row_id: (row.given, row.predicted, settled[row_id].label)
        for row_id, row in drawn.rows.items()
        if row_id in settled
    }
    differ = [row for row in labels.values() if row[0] != row[1]]
    agree = [row for row in labels.values() if row[0] == row[1]]
    return ReviewedPeriod(_count_looks(drawn.differ, differ), _count_looks(drawn.agree, agree))


def _count_looks(rows: int, labels: list[tuple[str, str, str | None]]) -> Looked:
    """Counts of (given, predicted, settled) labels."""
    wrong = [row for row in labels if row[2] != row[0]]
    excused = [row for row in wrong if row[2] == row[1]]
    return Looked(rows, len(labels), len(wrong), len(excused))
