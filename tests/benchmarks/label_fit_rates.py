"""How often Health is wrong about predictions and labels that do not fit: quiet chunks and broken ones.

`python -m tests.benchmarks.label_fit_rates [--chunks 1000]` prints one table for each claim.
"""

import argparse

import numpy as np

from core.health.change.fit.labels import label_misfits
from core.health.change.fit.predictions import output_misfits
from core.health.performance.promise import broken_promise
from core.health.profiles.layout import Layout
from core.health.profiles.profile import Profile
from core.health.profiles.score_bins import bins_for
from core.stats.measures.score_scale import warp
from tests.benchmarks.fit_rates import share


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chunks", type=int, default=1000)
    chunks = parser.parse_args().chunks
    for table in (outputs, lost_classes, labels, promises):
        print(f"\n{(table.__doc__ or '').strip()}")
        table(np.random.default_rng(1), chunks)


def outputs(rng: np.random.Generator, chunks: int) -> None:
    """A chunk against 5,000 reference rows of two classes: what of its predictions is said not to fit."""
    before = two(rng, 5000)
    for n in (50, 200, 1000):
        for name, change in CHANGES.items():
            calls = [said(before, two(rng, n, **change)) for _ in range(chunks)]
            for kind in ("turned", "decisions"):
                print(f"  {n} rows, {name}, {kind}: {share(np.array([kind in call for call in calls]))}")


def lost_classes(rng: np.random.Generator, chunks: int) -> None:
    """Four classes, 5,000 reference rows: one of a tenth is said to be never predicted any more."""
    before = four(rng, 5000)
    for n in (50, 200, 1000):
        for name, change in LOST.items():
            calls = [said(before, four(rng, n, **change)) for _ in range(chunks)]
            print(f"  {n} rows, {name}: {share(np.array(['no_class' in call for call in calls]))}")


def labels(rng: np.random.Generator, chunks: int) -> None:
    """A chunk against 5,000 labelled reference rows of two classes: what is said of its labels."""
    before = two(rng, 5000)
    for n in (100, 500, 2000):
        for name, change in LABELS.items():
            calls = [label_kinds(before, two(rng, n, **change)) for _ in range(chunks)]
            for kind in ("one_sided", "filled"):
                print(f"  {n} rows, {name}, {kind}: {share(np.array([kind in call for call in calls]))}")


def promises(rng: np.random.Generator, chunks: int) -> None:
    """Newest periods against 5,000 reference rows: what scores promise is said not to have come."""
    before = two(rng, 5000)
    for n in (200, 1000, 5000):
        for name, change in PROMISES.items():
            calls = [broken_promise(TWO, before, two(rng, n, **change)) is not None for _ in range(chunks)]
            print(f"  {n} rows, {name}: {share(np.array(calls))}")


CHANGES = {
    "as ever": {},
    "cases easier by two spreads": {"shift": -3.0},
    "scores that say nothing any more": {"slope": 0.0},
    "scores of the other class": {"turned": True},
    "a threshold of .4 for .5": {"threshold": 0.4},
    "one prediction in twenty turned": {"odd": 0.05},
    "one prediction in ten turned": {"odd": 0.1},
}
"""Change -> how rows of two classes are drawn (`two`)."""
LOST = {
    "as ever": {},
    "it became rarer by half": {"rare": 0.05},
    "it vanished from the world": {"rare": 0.0},
    "the model gives the next likely one": {"lost": True},
}
PROMISES = {
    "as ever": {},
    "cases easier by two spreads": {"shift": -3.0},
    "five more positives in a hundred": {"prior": 0.31},
    "ten more": {"prior": 0.62},
}
"""Change -> how many labels are of the class 1 (`two`)."""
LABELS = {
    "as ever": {},
    "three in ten labelled at random": {"known": (0.3, 0.3)},
    "three in ten labelled, classes four times as likely": {"known": (0.3, 0.3), "prior": 1.4},
    "three in ten labelled, cases easier by two spreads": {"known": (0.3, 0.3), "shift": -3.0},
    "three in ten labelled, the relation half as steep": {"known": (0.3, 0.3), "slope": 0.5},
    "classes four times as likely": {"prior": 1.4},
    "97 % of one class, with their scores": {"only": 0.97},
    "the first half labelled, half a spread apart": {"apart": 0.75},
    "labels of positives known, of others one in ten": {"known": (0.1, 0.9)},
    "labels of positives known, of others half": {"known": (0.5, 0.95)},
    "97 % of the labels filled with one class": {"filled": 0.97},
}
"""Change -> how labels of two classes are drawn (`two`)."""
TWO, FOUR = Layout(("no", "yes"), bins_for(2)), Layout(("a", "b", "c", "d"), bins_for(4))


def two(rng, n, *, shift=0.0, slope=1.0, turned=False, threshold=0.5, odd=0.0, **of_labels):
    """Profile of rows whose log-odds are normal with spread 1.5; labels follow them by `slope`."""
    logit = rng.normal(shift, 1.5, n)
    y, logit, known = with_labels(rng, logit, slope, **of_labels)
    score = 1 / (1 + np.exp(logit if turned else -logit))
    prediction = np.where(rng.random(n) < odd, score <= threshold, score > threshold).astype(int)
    return counted(TWO, y, np.column_stack([1 - score, score]), prediction, known)


def with_labels(rng, logit, slope, *, prior=0.0, known=(1.0, 1.0), only=0.0, filled=0.0, apart=0.0):
    """Labels, log-odds and which rows have a label.

    `prior` moves the log-odds of the label; of each class a share is `known`, of the first half of the rows
    when scores of the halves lie `apart`; `only` so many rows are of the class 0; `filled` are labelled so.
    """
    n = len(logit)
    y = (rng.random(n) < 1 / (1 + np.exp(-slope * logit - prior))).astype(int)
    if only:  # rows of the rarer class are taken out and others of the class 0 put in their place
        zeros = np.flatnonzero(y == 0)
        ones = np.flatnonzero(y == 1)[round((1 - only) * n) :]
        logit, y = logit.copy(), y.copy()
        logit[ones], y[ones] = logit[rng.choice(zeros, len(ones))], 0
    if filled:
        y = np.where(rng.random(n) < filled, 0, y)
    has_label = rng.random(n) < np.where(y == 1, known[1], known[0])
    if apart:
        has_label = np.arange(n) < n / 2
        logit = logit + apart * has_label
    return y, logit, has_label


def four(rng, n, *, rare=0.1, lost=False, blind=False):
    """Profile of rows of four classes, the last of which has the share `rare`; `blind`: no score tells."""
    y = rng.choice(4, n, p=[0.4, 0.3, 0.3 - rare, rare])
    logits = rng.normal(0, 1, (n, 4)) + (0 if blind else 3) * np.eye(4)[y]
    scores = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    return counted(FOUR, y, scores, (scores - np.array([0, 0, 0, float(lost)])).argmax(1))


def counted(layout, y, scores, prediction, labelled=None):
    """A profile without features; rows where `labelled` is False have no label."""
    profile, n = Profile.empty(layout), len(y)
    known = np.ones(n, dtype=bool) if labelled is None else labelled
    bins = np.minimum((warp(scores) * layout.bins).astype(int), layout.bins - 1)
    profile.rows[0] = n
    np.add.at(profile.confusion, (y[known], prediction[known]), 1)
    for histogram, k in zip(profile.scores, layout.scored, strict=True):
        np.add.at(histogram, (np.where(known, np.where(y == k, 0, 1), 2), bins[:, k]), 1)
    state = np.where(known, np.where(y == prediction, 0, 1), 2)
    np.add.at(profile.confidence, (prediction, state, bins[np.arange(n), prediction]), 1)
    return profile


def said(before, chunk):
    """Kinds of the misfits."""
    layout = TWO if len(before.confusion) == 2 else FOUR
    return {fault.kind for fault in output_misfits(layout, before, chunk)}


def label_kinds(before, chunk):
    """Kinds of the faults of labels of a chunk."""
    return {fault.kind for fault in label_misfits(TWO, [before], [chunk])[0]}


if __name__ == "__main__":
    main()
