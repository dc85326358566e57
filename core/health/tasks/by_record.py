"""Two classes: estimates from scores alone, and post-stratified ones, chosen by their record."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial, reduce
from operator import add

import numpy as np

from core.health.performance.metrics import measure
from core.health.profiles.profile import Profile
from core.health.rules import RULES, EstimateRules
from core.health.tasks.confidence import ConfidenceEstimator, learn_confidence
from core.health.tasks.post_stratified import learn_residuals
from core.health.tasks.record import Candidates, Record
from core.stats.intervals import Measured
from core.stats.metrics import METRICS, MetricTable


@dataclass(frozen=True)
class ByRecord:
    """Estimates of the metrics of classes.

    Attributes:
        scores: from what scores meant.
        strata: from that and from what strata had beyond it; None where these differ by chance only.
        validate: makes the record of both in the reference period, when somebody asks for it.
    """

    scores: ConfidenceEstimator
    strata: ConfidenceEstimator | None = None
    validate: Callable[[], Record] = Record

    @cached_property
    def record(self) -> Record:
        """Of both in the reference period."""
        return self.validate()

    def candidates(self, profile: Profile) -> Candidates:
        """From the scores alone; and post-stratified."""
        made = {"confidence": self.scores.estimate(profile)}
        return made | ({"post_stratified": self.strata.estimate(profile)} if self.strata else {})

    def estimate(self, profile: Profile) -> dict[str, Measured]:
        """Metric of classes -> expected value, by the method with the better record in the reference."""
        return self.record.choose(self.candidates(profile)).values

    def assist(self, profile: Profile) -> dict[str, Measured]:
        """From the scores alone, with few labels."""
        return self.scores.assist(profile)


def learn_by_record(
    reference: Profile,
    chunks: Sequence[Profile],
    rules: EstimateRules = RULES.estimate,
    metrics: MetricTable = METRICS,
) -> ByRecord:
    """Learn from the labelled rows of the reference period; the record is cross-validated over its chunks."""
    learnt = _learn(reference, rules, metrics)
    if learnt.strata is None or len(chunks) < rules.record:
        return learnt
    return replace(learnt, validate=partial(_cross_validate, chunks, rules, metrics))


def _cross_validate(chunks: Sequence[Profile], rules: EstimateRules, metrics: MetricTable) -> Record:
    """How far estimates of some chunks were off that were learnt from the others."""
    short, record = replace(rules, replicates=LEAST), Record(rules=rules)
    parts = np.array_split(np.arange(len(chunks)), min(len(chunks), rules.folds))
    folds = [reduce(add, [chunks[at] for at in part]) for part in parts]
    for at, fold in enumerate(folds):
        others = _learn(reduce(add, [*folds[:at], *folds[at + 1 :]]), short, metrics)
        real = {name: measure(metric, fold) for name, metric in metrics.items()}
        candidates = others.candidates(fold)
        record = record.add({name: value for name, value in real.items() if value is not None}, candidates)
    return record


LEAST = 2
"""Bootstrap samples where no band is read."""


def _learn(reference: Profile, rules: EstimateRules, metrics: MetricTable) -> ByRecord:
    scores = learn_confidence(reference, rules, metrics)
    residuals = learn_residuals(reference, rules)
    strata = None if residuals is None else replace(scores, residuals=residuals)
    return ByRecord(scores, strata, partial(Record, rules=rules))
