"""When the rows of a log come: its clock, its newest row, and how much comes at once."""

from datetime import UTC, datetime
from statistics import median_low

from core.health.change.rows_and_time import Arrivals
from core.lake.profile.log_facts import LogFacts
from core.model import ModelSpec
from core.tables.deliveries import LiveBatches


def arrivals(spec: ModelSpec, batches: LiveBatches, log: LogFacts | None = None) -> Arrivals:
    """What is known of the rows beside their profiles; without `log` only what needs no row to be read."""
    now = datetime.now(UTC).replace(tzinfo=None)
    moment = datetime.fromisoformat(spec.as_of).replace(tzinfo=None) if spec.as_of else now
    # the first delivery is mostly all of the past
    later = [len(batch.chunks) for batch in batches if batch.kind == "predictions"][1:]
    delivered = median_low(later) if later else 1
    if log is None:
        return Arrivals(spec.chunk, moment, delivered=delivered)
    return Arrivals(spec.chunk, moment, log.ends and log.ends[1], delivered, log.copies)
