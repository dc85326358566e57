"""Losses that the metric of record does not see: errors and calibration are judged beside it, always.

A ranking can stay as it was while every decision goes wrong. A model that is no better than chance in its own
reference period cannot become worse: that is said first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from core.health.change import alarm
from core.health.change.norm import norm
from core.health.performance import tolerance as limit
from core.health.performance.metrics import measure
from core.health.profiles.history import History, pool
from core.health.profiles.metric_counts import observed_counts
from core.health.rules import RULES, HealthRules
from core.stats.intervals import Measured
from core.stats.metric import Metric
from core.stats.metrics import METRICS, MetricTable


@dataclass(frozen=True, slots=True)
class Loss:
    """A metric beside that of record that is worse than before by more than chance and a little.

    Attributes:
        alone: whether the chunk itself excludes that nothing was lost, without those before it.
    """

    metric: Metric
    before: Measured
    now: Measured
    alone: bool


def losses(
    history: History,
    record: Metric,
    realised: Sequence[dict[str, Measured]],
    rules: HealthRules = RULES,
    metrics: MetricTable = METRICS,
) -> list[list[Loss]]:
    """Every chunk of the log -> metrics that fell beyond their band by it.

    The band is that of the weighted mean, narrower than that of an alarm. One overwhelming chunk, or the mean
    of two, needs no more chunks, as the metric of record does not either.

    Args:
        history: for the reference period, and for the places where another version began.
        record: the metric that is judged anyway.
        realised: of every chunk of the log, metric -> value.
        rules: what is a loss, of `rules.guards`.
        metrics: those of them that guard are judged.
    """
    from scipy.special import ndtri

    before = pool(history.reference, history.layout)
    watched = [metric for metric in metrics.values() if metric.guards and metric.name != record.name]
    counts = observed_counts(before)
    guards = [
        metric
        for metric in watched
        if metric.of_numbers == record.of_numbers
        and (metric.guards_where is None or metric.guards_where(counts))
    ]
    sure = float(ndtri(1 - rules.guards.level / 2 / len(guards)))
    by_chunk: list[list[Loss]] = [[] for _ in realised]
    for metric in guards:
        reference = measure(metric, before, rules.measure)
        if reference is None:
            continue
        size = (
            rules.guards.points
            if metric.unit == "share"
            else limit.tolerance(metric, None, before, rules.tolerance)
        )
        normal = norm(metric, reference, history.reference, size, rules)
        values = normal.levels(history.log, realised)
        signals = alarm.signals(normal.baseline, values, metric.sign, size, history.fresh, rules.alarm)
        for at, signal in enumerate(signals):
            if signal is None:
                continue
            if signal.alarm or signal.level >= max(size, sure * signal.error):
                lost = Loss(metric, reference, realised[at][metric.name], alone=signal.own_low > 0)
                by_chunk[at].append(lost)
    return by_chunk


def no_better_than_chance(
    reference: dict[str, Measured], classes: int
) -> tuple[Metric, Measured, float] | None:
    """The metric that shows it, its value in the reference period and by chance; None: it is better.

    >>> coin = Measured(0.51, 0.48, 0.54, 0.0002, 1200)
    >>> worst = no_better_than_chance({"roc_auc": coin}, 2)
    >>> (worst[0].name, worst[2]) if worst else None
    ('roc_auc', 0.5)
    """
    known = [metric for metric in METRICS.values() if metric.chance and metric.name in reference]
    # a ranking sees more than the decisions that are made from it
    for metric in sorted(known, key=lambda metric: "scores" not in metric.needs):
        measured, worthless = reference[metric.name], metric.chance(classes) if metric.chance else -inf
        return (metric, measured, worthless) if measured.low <= worthless else None
    return None
