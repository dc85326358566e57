"""Open verdicts, and what comes of following their suggestion."""

from dataclasses import replace

from core.health.assess import assess
from core.health.profiles.history import Chunk, History
from core.health.rules import RULES
from core.messages import Code
from core.stats.metrics import METRICS
from tests.health.by_counts import LAYOUT, answered

ACCURACY, TOLERANCE = METRICS["accuracy"], 0.02


def rows(rng, n, accuracy, labelled=None):
    """Rows of which so many (all when None) have a label, right by chance."""
    known = n if labelled is None else labelled
    profile = answered(known, rng.binomial(known, accuracy) / known)
    profile.rows[0] = n
    return profile


def with_labels(rng, profile, accuracy, more):
    """The same rows, more of them with a label."""
    if not more:
        return profile
    labelled = profile + answered(more, rng.binomial(more, accuracy) / more)
    labelled.rows[0] = profile.n
    return labelled


def seen(reference, log, tolerance=TOLERANCE, **rules):
    """The findings about these profiles, with other rules of the verdict."""
    chunks = [Chunk(f"c{at:03d}", profile) for at, profile in enumerate([*reference, *log])]
    history = History(LAYOUT, tuple(chunks[: len(reference)]), tuple(chunks[len(reference) :]))
    limits = replace(RULES, verdict=replace(RULES.verdict, **rules))
    return assess(history, ACCURACY, tolerance, rules=limits)


def steps(outcome):
    """What to do."""
    return [step.code for step in outcome.steps]


def follow(rng, found, outcome, log, accuracy, labelled):
    """The log after the suggestion was followed; None where it asks for neither labels nor periods."""
    parameters = outcome.messages[0].parameters
    if steps(outcome) == [Code.LABEL_NEWEST]:
        missing = [profile.n - profile.labelled for profile in log]
        missing[: found.window.first] = [0] * found.window.first
        wanted = [round(parameters["labels_needed"] * one / sum(missing)) for one in missing]
        return [with_labels(rng, one, accuracy, more) for one, more in zip(log, wanted, strict=True)]
    if steps(outcome) == [Code.WAIT]:
        return [*log, *(rows(rng, log[0].n, accuracy, labelled) for _ in range(parameters["periods_needed"]))]
    return None
