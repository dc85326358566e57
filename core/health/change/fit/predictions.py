"""Predictions that do not fit any more: with the labels, with their own scores, or among the classes.

Scores that rank the wrong way round are those of the other class (or the labels are turned). Decisions that
leave the threshold by which scores became classes come from another threshold, or from another model. A class
that is never predicted while its labels still come was lost on the way.
"""

from math import log

import numpy as np

from core.health.change.chance import rises
from core.health.change.faults import Fault
from core.health.profiles.layout import Layout
from core.health.profiles.profile import NEGATIVE, POSITIVE, Profile
from core.health.profiles.score_bins import middles
from core.health.rules import RULES, FaultRules
from core.stats.arrays import Counts, Floats
from core.stats.auc import area, variance
from core.stats.intervals import Z95
from core.stats.measures.score_scale import warp


def output_misfits(
    layout: Layout,
    before: Profile,
    chunk: Profile,
    rules: FaultRules = RULES.faults,
    *,
    scored_here: bool = False,
) -> list[Fault]:
    """What of the predictions of a chunk does not fit as it did in the reference period; none of amounts.

    Args:
        layout: the cells of the profiles.
        before: the whole reference period.
        chunk: the chunk.
        rules: what is a misfit.
        scored_here: whether Caretaker scored the rows: then scores that rank the wrong way round are those of
            their class, and a world that turned, or labels, are told apart by nothing that is counted.
    """
    if not layout.classes:
        return []
    return [
        *([] if scored_here else _turned_scores(layout, before, chunk, rules)),
        *_moved_decisions(before, chunk, rules),
        *_lost_classes(layout, before, chunk, rules),
    ]


def _turned_scores(layout: Layout, before: Profile, chunk: Profile, rules: FaultRules) -> list[Fault]:
    """Scores of a class that ranked its labels, and rank them the wrong way round now, beyond chance."""
    turned = []
    for at, scored in enumerate(layout.scored):
        past, now = ([part.scores[at, state] for state in (POSITIVE, NEGATIVE)] for part in (before, chunk))
        if min(part.sum() for part in (*past, *now)) < rules.of_class:
            continue
        ranked, ranks = float(area(*past)), float(area(*now))
        positives, negatives = (int(part.sum()) for part in now)
        chance = ((positives + negatives + 1) / (12 * positives * negatives)) ** 0.5  # Mann, Whitney 1947
        if ranked - Z95 * variance(*past) ** 0.5 > 1 / 2 > ranks + rules.against * chance:
            of_class = f"of {layout.classes[scored]!r}" if len(layout.scored) > 1 else ""
            turned.append(Fault("turned", "", ranked, ranks, positives + negatives, of_class))
    return turned


def _moved_decisions(before: Profile, chunk: Profile, rules: FaultRules) -> list[Fault]:
    """Predictions that do not follow the scores as they did; nothing is said where they never did."""
    past, now = _odd_rows(before), _odd_rows(chunk)
    n, was = int(chunk.confidence.sum()), int(before.confidence.sum())
    least = int(past.min())
    if not n or not was or least / was > rules.decisions:
        return []
    odd = int(now[past == least].min())  # of thresholds that fit equally well before the one that fits now
    if not rises(odd, n, least, was, rules.decisions, rules):
        return []
    follows = now.min() <= rules.decisions * n and len(now) > 1
    value = f"they follow a threshold of {_threshold(now):.2f} now" if follows else ""
    return [Fault("decisions", "", least / was, odd / n, n, value)]


def _odd_rows(profile: Profile) -> Counts:
    """Rows whose prediction does not follow their score.

    Of two classes (B + 1,) of them, by the threshold, which lies below bin 0, 1, ... or above all; of K
    classes (1,) of them: the likeliest has a probability of at least 1 / K.
    """
    classes, bins = profile.confidence.shape[0], profile.confidence.shape[2]
    rows = profile.confidence.sum(1)
    if classes > 2:  # noqa: PLR2004 -- binary
        least = int(
            warp(np.array([1 / classes]))[0] * bins
        )  # the bin that 1 / K lies in is given the benefit
        return np.array([rows[:, :least].sum()])
    yes_below = np.concatenate([[0], np.cumsum(rows[1])])
    no_below = np.concatenate([[0], np.cumsum(rows[0, ::-1])])
    odd: Counts = yes_below + no_below[-1] - no_below
    return odd


def _threshold(odd: Counts) -> float:
    """(B + 1,) -> the middle of the thresholds that fit best."""
    fitting = np.flatnonzero(odd == odd.min())
    ends: Floats = np.concatenate([[0.0], middles(len(odd) - 1), [1.0]])
    return float((ends[fitting[0]] + ends[fitting[-1] + 1]) / 2)


def _lost_classes(layout: Layout, before: Profile, chunk: Profile, rules: FaultRules) -> list[Fault]:
    """Of several classes those that are never predicted any more, though their labels still come."""
    if len(layout.classes) <= 2:  # noqa: PLR2004 -- of two the other is "one prediction for every row"
        return []
    past, now = _predictions_by_class(before), _predictions_by_class(chunk)
    was, are = before.confusion.sum(1), chunk.confusion.sum(1)
    n, faults = int(now.sum()), []
    for at, name in enumerate(layout.classes):
        share = float(past[at] / max(past.sum(), 1))
        absent = rules.cut <= share < 1 and not now[at] and n * log(1 - share) < log(rules.impossible)
        continues = are[at] * max(was.sum(), 1) * 2 >= was[at] * are.sum()
        if absent and (continues or are.sum() < rules.enough):
            faults.append(Fault("no_class", "", share, 0.0, n, name))
    return faults


def _predictions_by_class(profile: Profile) -> Counts:
    """(K,) rows by predicted class; where there are no scores those with a label."""
    rows: Counts = np.maximum(profile.confidence.sum((1, 2)), profile.confusion.sum(0))
    return rows
