"""Labels that do not fit: of one class only, known of other rows than the rest, contradicted, or never come.

Labels of one class often arrive before those of the other (fraud is reported, its absence is not). Metrics of
such rows say how labels came, not how good the model is. Where every row has its label, a moved share of a
class is no fault: the rows of a class then still have the scores that such rows have.
"""

from collections.abc import Sequence
from functools import reduce
from operator import add

from core.health.change.chance import rises, unlikely
from core.health.change.faults import Fault
from core.health.change.fit.copied import copied_labels
from core.health.profiles.layout import Layout
from core.health.profiles.profile import NEGATIVE, POSITIVE, UNLABELLED, Profile
from core.health.rules import RULES, FaultRules
from core.stats.arrays import Counts
from core.stats.auc import area

SPOILED = frozenset({"one_class", "one_sided", "filled", "copied"})
"""Faults of labels by which nothing can be measured."""
UNSENT = frozenset({"one_sided", "few_labels"})
"""Faults of labels that are right as far as they came: others are missing."""
LABEL_FAULTS = SPOILED | {"few_labels"}


def label_misfits(
    layout: Layout, reference: Sequence[Profile], log: Sequence[Profile], rules: FaultRules = RULES.faults
) -> list[list[Fault]]:
    """Every chunk of the log -> faults of its labels; of amounts only that they are the predictions.

    Args:
        layout: the cells of the profiles.
        reference: profiles of the chunks of the reference period.
        log: profiles of the chunks of the log.
        rules: what is a fault.
    """
    if not reference:
        return [[] for _ in log]
    before = reduce(add, reference)
    if not layout.classes:
        return [copied_labels(before, chunk, rules) for chunk in log]
    fewer = [_fewer_labels(before, chunk, rules) for chunk in log]
    complete = max((at for at, few in enumerate(fewer) if not few and log[at].n >= rules.enough), default=-1)
    faults = []
    for at, (chunk, few) in enumerate(zip(log, fewer, strict=True)):
        of_chunk = (
            _one_sided(layout, before, chunk, rules) if few else _default_labels(layout, before, chunk, rules)
        ) or copied_labels(before, chunk, rules)
        if not of_chunk and few and at < complete:
            now, past = _coverage(chunk), _coverage(before)
            of_chunk = [Fault("few_labels", "", past, now, chunk.n)]
        faults.append(of_chunk)
    return faults


def _coverage(profile: Profile) -> float:
    """Share of labelled rows among those whose label could be known."""
    return profile.labelled / max(profile.n - profile.young, 1)


def _fewer_labels(before: Profile, chunk: Profile, rules: FaultRules) -> bool:
    """Whether fewer labels are known than the reference period and the delay of labels allow."""
    due, was_due = chunk.n - chunk.young, before.n - before.young
    return rises(due - chunk.labelled, due, was_due - before.labelled, was_due, rules.uncovered, rules)


def _one_sided(layout: Layout, before: Profile, chunk: Profile, rules: FaultRules) -> list[Fault]:
    """Labels known of rows with other scores than those without: of one class before those of the other."""
    usual = chunk.confusion.sum(1), before.confusion.sum(1)
    for at, scored in enumerate(layout.scored):
        states = chunk.scores[at]
        known, unknown = states[POSITIVE] + states[NEGATIVE], states[UNLABELLED]
        past = before.scores[at]
        usually = _area(past[POSITIVE] + past[NEGATIVE], past[UNLABELLED], rules)
        if _apart(known, unknown, usually, rules):
            now, was = (float(labels[scored] / max(labels.sum(), 1)) for labels in usual)
            words = f"{100 * now:.0f} % of them are {layout.classes[scored]!r} ({100 * was:.0f} % before)"
            return [Fault("one_sided", "", _coverage(before), _coverage(chunk), chunk.n, words)]
    return []


def _default_labels(layout: Layout, before: Profile, chunk: Profile, rules: FaultRules) -> list[Fault]:
    """Nearly all labels of one class, also of rows whose scores were those of the other ones."""
    labels, past = chunk.confusion.sum(1), before.confusion.sum(1)
    n, top = int(labels.sum()), int(labels.argmax())
    if n < rules.enough or not past.sum() or labels[top] / n < rules.one_sided or labels[top] == n:
        return []
    share = float(past[top] / past.sum())
    if not unlikely(share, int(labels[top]), rules):
        return []
    at, state = (0, (POSITIVE if top else NEGATIVE)) if len(layout.scored) == 1 else (top, POSITIVE)
    if not _apart(chunk.scores[at, state], before.scores[at, state], 0.5, rules):
        return []
    return [Fault("filled", "", share, float(labels[top] / n), n, layout.classes[top])]


def _area(one: Counts, other: Counts, rules: FaultRules) -> float:
    """How often a row of the first kind has the higher score, one half where either are few."""
    return float(area(one, other)) if min(one.sum(), other.sum()) >= rules.enough else 0.5


def _apart(one: Counts, other: Counts, usual: float, rules: FaultRules) -> bool:
    """Whether two kinds of rows differ in their scores by more than usual, beyond chance."""
    n, m = int(one.sum()), int(other.sum())
    if min(n, m) < rules.enough:
        return False
    moved = abs(float(area(one, other)) - usual)
    chance = ((n + m + 1) / (12 * n * m)) ** 0.5  # Mann, Whitney 1947
    return moved >= rules.apart and moved > rules.apart_errors * chance
