"""How often Health is wrong about predictions and labels that do not fit: quiet chunks and broken ones.

`python -m tests.benchmarks.label_fit_rates [--chunks 1000]` prints one table for each claim.
"""

import argparse

import numpy as np

from core.health.change.output_fit import output_misfits
from core.health.profiles.layout import Layout
from core.health.profiles.profile import Profile
from core.health.profiles.score_bins import bins_for, warp
from core.stats.intervals import wilson


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chunks", type=int, default=1000)
    chunks = parser.parse_args().chunks
    for table in (outputs, lost_classes):
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
TWO, FOUR = Layout(("no", "yes"), bins_for(2)), Layout(("a", "b", "c", "d"), bins_for(4))


def two(rng, n, *, shift=0.0, slope=1.0, turned=False, threshold=0.5, odd=0.0):
    """Profile of rows whose log-odds are normal with spread 1.5; labels follow them by `slope`."""
    logit = rng.normal(shift, 1.5, n)
    y = (rng.random(n) < 1 / (1 + np.exp(-slope * logit))).astype(int)
    score = 1 / (1 + np.exp(logit if turned else -logit))
    prediction = np.where(rng.random(n) < odd, score <= threshold, score > threshold).astype(int)
    return counted(TWO, y, np.column_stack([1 - score, score]), prediction)


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


def share(calls):
    """A share with its 95 % interval."""
    low, high = wilson(float(calls.sum()), float(calls.size))
    return f"{100 * calls.mean():.2f} % ({100 * low:.2f}-{100 * high:.2f}, n = {calls.size})"


if __name__ == "__main__":
    main()
