"""Losses that the metric of record does not see: errors and calibration are judged beside it, always.

A ranking can stay as it was while every decision goes wrong. A model that is no better than chance in its own
reference period cannot become worse: that is said first.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from core.health.change import alarm
from core.health.performance import tolerance as limit
from core.health.performance.metrics import METRICS, Metric, judged, measure
from core.health.profiles.history import History, pooled
from core.stats.intervals import Measured

OF_CLASSES, OF_AMOUNTS = ("accuracy", "log_loss", "brier"), ("mae", "bias")
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

    before = pooled(history.reference, history.layout)
    names = OF_AMOUNTS if history.layout.prediction is not None else OF_CLASSES
    guards = [METRICS[name] for name in names if name != record.name]
    sure = float(ndtri(1 - LEVEL / 2 / len(guards)))
    found: list[list[Loss]] = [[] for _ in realised]
    for metric in guards:
        reference = measure(metric, before)
        if reference is None:
            continue
        size = POINTS if metric.name == "accuracy" else limit.tolerance(metric, None, before)
        chunks = [measure(metric, chunk.profile) for chunk in history.reference]
        base = alarm.baseline(judged(metric, reference), [c and judged(metric, c) for c in chunks], size)
        values = [judged(metric, each[metric.name]) if metric.name in each else None for each in realised]
        signals = alarm.signals(base, values, metric.sign, size, history.fresh)
        for at, signal in enumerate(signals):
            if signal is not None and signal.level >= max(size, sure * signal.error):
                found[at].append(Loss(metric, reference, realised[at][metric.name]))
    return found


def no_better_than_chance(reference: dict[str, Measured], classes: int) -> tuple[Metric, Measured] | None:
    """The metric that shows it, in the reference period; None when the model is better than chance."""
    for name, chance in (("roc_auc", 0.5), ("balanced_accuracy", 1 / max(classes, 1)), ("r2", 0.0)):
        if name in reference:
            return (METRICS[name], reference[name]) if reference[name].low <= chance else None
    return None
