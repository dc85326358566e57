"""Broken here: what is said about performance before the labels arrive."""

import numpy as np
from sklearn.isotonic import IsotonicRegression

from core.health.performance.metrics import measure
from core.health.profiles.layout import Layout
from core.health.tasks.confidence import isotonic, learn_confidence
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
