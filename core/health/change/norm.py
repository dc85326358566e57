"""What is normal of one metric: its baseline, and the rhythm that every chunk is freed of."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.health.change.between import Baseline, baseline
from core.health.change.rhythm import Rhythm, rhythm
from core.health.performance.metrics import measure
from core.health.profiles.history import Chunk
from core.health.rules import HealthRules
from core.stats.intervals import Measured
from core.stats.metric import Metric


@dataclass(frozen=True, slots=True)
class Norm:
    """What the chunks of a log are judged by.

    Attributes:
        metric: the metric.
        baseline: its value in the reference period, and how much chunks vary.
        rhythm: what repeats in it.
    """

    metric: Metric
    baseline: Baseline
    rhythm: Rhythm

    def levels(
        self, chunks: Sequence[Chunk], realised: Sequence[dict[str, Measured]]
    ) -> list[Measured | None]:
        """What is compared of every chunk, as if it were of no weekday; None where it was not measured."""
        name = self.metric.name
        return [
            self.rhythm.level(chunk.key, self.metric.comparable(metrics[name])) if name in metrics else None
            for chunk, metrics in zip(chunks, realised, strict=True)
        ]


def norm(
    metric: Metric, pooled: Measured, reference: Sequence[Chunk], tolerance: float, rules: HealthRules
) -> Norm:
    """Learn it from the reference period.

    Args:
        metric: the metric.
        pooled: it over all reference rows.
        reference: chunks of the reference period.
        tolerance: a loss that does not matter, in the unit of the metric.
        rules: of the variance between chunks, and of what repeats.
    """
    keys = [chunk.key for chunk in reference]
    measured = [measure(metric, chunk.profile, rules.measure) for chunk in reference]
    chunks = [chunk and metric.comparable(chunk) for chunk in measured]
    repeats = rhythm(keys, chunks, rules.season)
    residuals = [chunk and repeats.residual(key, chunk) for key, chunk in zip(keys, chunks, strict=True)]
    return Norm(metric, baseline(metric.comparable(pooled), residuals, tolerance, rules.alarm), repeats)
