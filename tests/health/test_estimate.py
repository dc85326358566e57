"""Broken here: what is said about performance before the labels arrive."""

import numpy as np
from sklearn.isotonic import IsotonicRegression

from core.health.performance.metrics import measure
from core.health.profiles.calibration import isotonic
from core.health.profiles.layout import Layout
from core.health.tasks.confidence import learn_confidence
from core.health.tasks.estimator import backtest
from core.stats.metrics import METRICS, metrics_for


def test_the_band_holds_the_value_that_is_realised_later(profile):
    hits = dict.fromkeys(metrics_for("binary"), 0)
    for seed in range(40):
        chunk = profile(800, 1000 + seed, shift=0.4)
        found = learn_confidence(profile(4000, seed)).estimate(chunk)
        for name in hits:
            realised = measure(METRICS[name], chunk)
            hits[name] += found[name].low <= realised.value <= found[name].high
    assert all(count >= 34 for count in hits.values()), hits


def test_the_band_holds_ranking_and_losses_from_few_reference_labels(profile):
    """A fitted curve is steeper than the truth: without its correction it promises too much."""
    names, inside, off = ("roc_auc", "log_loss", "brier"), [], []
    for seed in range(100):
        chunk = profile(800, 1000 + seed)
        guesses = learn_confidence(profile(500, seed)).estimate(chunk)
        real = {name: measure(METRICS[name], chunk).value for name in names}
        inside.append([guesses[name].low <= real[name] <= guesses[name].high for name in names])
        off.append([guesses[name].value - real[name] for name in names])
    assert (np.mean(inside, axis=0) >= 0.92).all(), np.mean(inside, axis=0)
    assert (np.abs(np.mean(off, axis=0)) <= (0.007, 0.008, 0.003)).all(), np.mean(off, axis=0)


def test_the_band_of_the_ranking_holds_where_one_row_in_fifty_is_positive(profile):
    inside = []
    for seed in range(100):
        chunk = profile(2000, 1000 + seed, shift=-4.9)
        guess = learn_confidence(profile(4000, seed, shift=-4.9)).estimate(chunk)["roc_auc"]
        inside.append(guess.low <= measure(METRICS["roc_auc"], chunk).value <= guess.high)
    assert np.mean(inside) >= 0.91


def test_bands_hold_where_hardly_a_row_is_predicted_positive(profile):
    """About one row of a chunk: what is realised is 0 or 1 of 1."""
    names, hits, measured = ("precision", "recall", "f1"), np.zeros(3), np.zeros(3)
    for seed in range(60):
        chunk = profile(2_000, 1_000 + seed, shift=-4.9)
        guess = learn_confidence(profile(4_000, seed, shift=-4.9)).estimate(chunk)
        for at, name in enumerate(names):
            real = measure(METRICS[name], chunk)
            if real is not None and name in guess:
                measured[at] += 1
                hits[at] += guess[name].low <= real.value <= guess[name].high
    assert (measured >= 30).all()
    assert (hits / measured >= 0.93).all(), hits / measured


def test_scores_of_zero_and_one_cost_what_they_cost(count):
    """A wrong row with a score of exactly 0 costs 34.5, not the 12 of the middle of its bin."""
    rng = np.random.default_rng(0)
    chance = 1 / (1 + np.exp(-rng.normal(0, 2.5, 12_000)))
    votes, y = rng.binomial(20, chance) / 20, (rng.random(12_000) < chance).astype(int)
    scores = np.column_stack([1 - votes, votes])
    chunk = count(y[6_000:], scores[6_000:])
    guess, real = learn_confidence(count(y[:6_000], scores[:6_000])).estimate(chunk), chunk.sums[0] / 6_000
    assert guess["log_loss"].low <= real <= guess["log_loss"].high
    assert abs(guess["log_loss"].value - real) < 0.05 * real


def test_labels_are_not_needed(count, two_classes, profile):
    estimator = learn_confidence(profile(6000, 0))
    y, scores, _ = two_classes(800, 5)
    with_labels = estimator.estimate(count(y, scores))
    without = estimator.estimate(count(y, scores, labelled=np.zeros(800, dtype=bool)))
    assert with_labels == without


def test_a_changed_relation_is_not_seen_and_the_backtest_says_so(profile):
    estimator = learn_confidence(profile(6000, 0))
    changed = profile(2000, 1, slope=0.6)
    guess, realised = estimator.estimate(changed)["roc_auc"], measure(METRICS["roc_auc"], changed)
    assert guess.value > realised.value + 0.1
    assert not backtest(realised, guess)
    assert backtest(None, guess)


def test_many_classes_are_estimated(count):
    layout = Layout(("a", "b", "c"), 256)
    rng = np.random.default_rng(0)
    scores = rng.dirichlet(np.ones(3) * 0.5, 6000)
    y = np.array([rng.choice(3, p=row) for row in scores])
    estimator = learn_confidence(count(y[:4000], scores[:4000], layout=layout))
    chunk = count(y[4000:], scores[4000:], layout=layout)
    for name, found in estimator.estimate(chunk).items():
        realised = measure(METRICS[name], chunk)
        assert abs(found.value - realised.value) < 4 * (found.variance + realised.variance) ** 0.5, name


def test_isotonic_agrees_with_scikit_learn():
    rng = np.random.default_rng(3)
    n, at = rng.integers(1, 50, 30), np.arange(30)
    yes = rng.binomial(n, at / 30)
    wanted = IsotonicRegression().fit(at, yes / n, sample_weight=n).predict(at)
    assert np.allclose(isotonic(yes.astype(float), (n - yes).astype(float)), wanted)


def test_a_chunk_without_scores_has_no_estimate(profile, layout):
    from core.health.profiles.profile import Profile

    assert learn_confidence(profile(500, 0)).estimate(Profile.empty(layout)) == {}
