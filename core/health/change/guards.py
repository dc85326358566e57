"""Losses that the metric of record does not see: errors and calibration are judged beside it, always.

A ranking can stay as it was while every decision goes wrong. A model that is no better than chance in its own
reference period cannot become worse: that is said first.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from core.health.change import alarm
from core.health.performance import tolerance as limit
from core.health.performance.metrics import measure
from core.health.profiles.history import History, pool
from core.stats.intervals import Measured
from core.stats.metric import Metric
from core.stats.metrics import METRICS

POINTS = 0.02
"""Two more errors in a hundred are worth a word; of other metrics a tenth of what they were."""
LEVEL = 0.05


@dataclass(frozen=True, slots=True)
class Loss:
    """A metric beside that of record that is worse than before by more than chance and a little."""

    metric: Metric
    before: Measured
    now: Measured


def losses(history: History, record: Metric, realised: Sequence[dict[str, Measured]]) -> list[list[Loss]]:
    """Every chunk of the log -> metrics that fell beyond their band by it (level shared: Bonferroni)."""
    from scipy.special import ndtri

    before = pool(history.reference, history.layout)
    watched = [metric for metric in METRICS.values() if metric.guards and metric.name != record.name]
    guards = [metric for metric in watched if metric.of_numbers == record.of_numbers]
    sure = float(ndtri(1 - LEVEL / 2 / len(guards)))
    by_chunk: list[list[Loss]] = [[] for _ in realised]
    for metric in guards:
        reference = measure(metric, before)
        if reference is None:
            continue
        size = POINTS if metric.unit == "share" else limit.tolerance(metric, None, before)
        measured = [measure(metric, chunk.profile) for chunk in history.reference]
        chunks = [chunk and metric.comparable(chunk) for chunk in measured]
        base = alarm.baseline(metric.comparable(reference), chunks, size)
        values = [
            metric.comparable(metrics[metric.name]) if metric.name in metrics else None
            for metrics in realised
        ]
        signals = alarm.signals(base, values, metric.sign, size, history.fresh)
        for at, signal in enumerate(signals):
            if signal is not None and signal.level >= max(size, sure * signal.error):
                by_chunk[at].append(Loss(metric, reference, realised[at][metric.name]))
    return by_chunk


def no_better_than_chance(reference: dict[str, Measured], classes: int) -> tuple[Metric, Measured] | None:
    """The metric that shows it, in the reference period; None when the model is better than chance."""
    known = [metric for metric in METRICS.values() if metric.chance and metric.name in reference]
    # a ranking sees more than the decisions that are made from it
    for metric in sorted(known, key=lambda metric: "scores" not in metric.needs):
        measured, chance = reference[metric.name], metric.chance
        return (metric, measured) if chance and measured.low <= chance(classes) else None
    return None
