"""Broken here: a loss that the metric of record does not see is passed over, or chance is called one."""

import numpy as np
import pytest
from scipy import stats

from core.health.assess import assess
from core.health.change.guards import losses
from core.health.performance.metrics import measures
from core.health.profiles.history import Chunk, History
from core.health.profiles.layout import Feature, Layout
from core.health.profiles.log_rows import LogRows
from core.health.report.verdict import chunk_status, verdict
from core.health.tasks.from_arrays import profile_from_arrays
from core.messages import Code
from core.stats.metrics import METRICS
from tests.health.by_counts import LAYOUT, answered

TWO, THREE = Layout(("no", "yes"), 1024), Layout(("a", "b", "c"), 1024)
AMOUNTS = Layout((), 1024, prediction=Feature("_prediction", edges=tuple(np.linspace(-9, 9, 25))))


def two(rng, n, more=0.0):
    """Scores that rank as ever; `more` (in log-odds) of the rows are positive than they say."""
    logit = rng.normal(-1.5, 1.0, n)
    label = (rng.random(n) < 1 / (1 + np.exp(-logit - more))).astype(int)
    yes = 1 / (1 + np.exp(-logit))
    scores = np.column_stack([1 - yes, yes])
    return LogRows(label, scores.argmax(1), scores, np.zeros(n, dtype=bool), {})


def three(rng, n, more=0.0):
    """The same decisions, from scores that are surer than the truth."""
    logit = rng.normal(0, 1.2, (n, 3))
    label = (logit + rng.gumbel(size=(n, 3))).argmax(1)
    scores = np.exp((1 + more) * logit)
    scores /= scores.sum(1, keepdims=True)
    return LogRows(label, scores.argmax(1), scores, np.zeros(n, dtype=bool), {})


def amounts(rng, n, more=0.0):
    """Predictions that are too low by `more`, of errors with a deviation of 1 and labels with one of 3."""
    predictions = rng.normal(0, 3, n)
    return LogRows(
        predictions + rng.normal(size=n) + more, predictions, np.zeros((n, 0)), np.zeros(n, dtype=bool), {}
    )


WORLDS = {
    "two classes": (TWO, "roc_auc", two, 1.1, {"accuracy", "log_loss", "brier"}),
    "three classes": (THREE, "balanced_accuracy", three, 2.0, {"log_loss"}),
    "amounts": (AMOUNTS, "r2", amounts, 0.3, {"bias"}),
}


def history(layout, draw, more, seed, *, n=1_000, quiet=2, log=8):
    """Twelve reference chunks; the log is quiet in its first chunks."""
    rng = np.random.default_rng(seed)
    sizes = [0.0] * (12 + quiet) + [more] * (log - quiet)
    made = [
        Chunk(f"c{at:03d}", profile_from_arrays(layout, draw(rng, n, size))) for at, size in enumerate(sizes)
    ]
    return History(layout, tuple(made[:12]), tuple(made[12:]))


@pytest.mark.parametrize("world", WORLDS)
def test_what_the_metric_of_record_does_not_see_is_said_from_its_first_chunk_on(world):
    layout, record, draw, more, expected = WORLDS[world]
    metric = METRICS[record]
    seen = assess(history(layout, draw, more, 0), metric, None)
    lost = [{loss.metric.name for loss in chunk.losses} for chunk in seen.chunks]
    assert lost[:2] == [set(), set()]
    assert all(expected <= names for names in lost[2:])
    assert not any(chunk.signal.alarm for chunk in seen.chunks)
    statuses = [chunk_status(chunk, seen.tolerance) for chunk in seen.chunks]
    assert statuses[:2] == ["green", "green"]
    assert "green" not in statuses[2:]
    told = verdict(seen, str)
    assert told.status == "amber"
    assert [message.code for message in told.messages] == [Code.OTHER_MEASURES, Code.LOSSES_BESIDE]


@pytest.mark.parametrize("world", WORLDS)
def test_quiet_chunks_are_seldom_said_to_have_lost_something_beside(world):
    """Measured: .1 to .4 % of chunks of 200 rows; of 240 more than 6 have a chance below 1 in 1,000."""
    layout, record, draw, _, _ = WORLDS[world]
    said = 0
    for seed in range(12):
        seen = history(layout, draw, 0.0, seed, n=200, log=20)
        found = losses(seen, METRICS[record], [measures(chunk.profile) for chunk in seen.log])
        said += sum(map(bool, found))
    assert said <= 6


@pytest.mark.parametrize(("errors", "lost"), [(3.22, False), (3.28, True)])
def test_one_overwhelming_chunk_is_a_loss_beside_by_itself(errors, lost):
    """Chunks differ by half of two errors in a hundred, the mean of 24 reference chunks by a 24th of that.

    How much is known by degrees of freedom: of these, of the floor and of 29 pairs of neighbours.
    """
    of_t = stats.t.isf(stats.norm.sf(errors), 23 + 6 + 29 * 2 / 3)
    fall = of_t * 0.01 * np.sqrt(1 + 1 / 24)
    quiet = answered(10**7, 0.9)
    log = [quiet] * 30 + [answered(10**7, 0.9 - fall)]
    chunks = tuple(Chunk(f"c{at:03d}", profile) for at, profile in enumerate([quiet] * 24 + log))
    found = losses(
        History(LAYOUT, chunks[:24], chunks[24:]), METRICS["roc_auc"], [measures(profile) for profile in log]
    )
    assert [bool(chunk) for chunk in found] == [False] * 30 + [lost]
