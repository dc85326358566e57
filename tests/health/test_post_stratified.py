"""Broken here: a score means something else for rows of one kind, and the mix of kinds moves."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import stdtrit

from core.health.assess import assess
from core.health.performance.metrics import measure
from core.health.profiles.history import Chunk, History
from core.health.profiles.layout import Feature, Layout, Split, Strata
from core.health.profiles.log_rows import LogRows
from core.health.profiles.score_bins import bands
from core.health.report.compose import compose
from core.health.rules import RULES
from core.health.tasks.by_record import learn_by_record
from core.health.tasks.confidence import learn_confidence
from core.health.tasks.from_arrays import layout_from_arrays, profile_from_arrays
from core.health.tasks.post_stratified import learn_residuals, move, move_by_strata
from core.health.tasks.record import best_method
from core.stats.metrics import METRICS
from tests.health.test_assess import FACTS, SPEC

TOWN = Feature("t", values=("a", "b"))
LAYOUT = Layout(("no", "yes"), 1024, (TOWN,), strata=Strata((Split("t", (0,), -1, -2),), (TOWN,)))
NAMES = ("accuracy", "f1", "precision", "recall", "log_loss", "brier")


def rows(n, seed, *, share, missed=0.9):
    """Rows of town a are more often positive than their scores say, those of b less often."""
    rng = np.random.default_rng(seed)
    town = np.where(rng.random(n) < share, "a", "b").astype(object)
    logit = rng.normal(0, 1.5, n)
    true = logit + np.where(town == "a", missed, -missed)
    label = (rng.random(n) < 1 / (1 + np.exp(-true))).astype(int)
    yes = 1 / (1 + np.exp(-logit))
    scores = np.column_stack([1 - yes, yes])
    return LogRows(label, (yes >= 0.5).astype(int), scores, np.zeros(n, dtype=bool), {"t": town})


def chunk(n, seed, **options):
    return profile_from_arrays(LAYOUT, rows(n, seed, **options))


def test_the_band_holds_where_the_mix_moved_and_that_of_the_scores_alone_does_not():
    inside = {"confidence": np.zeros(6), "post_stratified": np.zeros(6)}
    for seed in range(10):
        learnt = learn_by_record(chunk(5_000, seed, share=0.5), [])
        now = chunk(2_000, 100 + seed, share=0.9)
        for method, guess in learnt.candidates(now).items():
            real = [measure(METRICS[name], now).value for name in NAMES]
            held = [guess[n].low <= value <= guess[n].high for n, value in zip(NAMES, real, strict=True)]
            inside[method] += held
    assert (inside["post_stratified"] >= 8).all(), inside["post_stratified"]
    assert (inside["confidence"][2:4] <= 1).all(), inside["confidence"]


def test_in_a_mix_that_did_not_move_both_say_the_same():
    learnt = learn_by_record(chunk(20_000, 0, share=0.5), [])
    made = learnt.candidates(chunk(20_000, 1, share=0.5))
    for name in NAMES:
        assert made["post_stratified"][name].value == pytest.approx(made["confidence"][name].value, abs=0.003)


def test_residuals_are_those_of_a_hand_calculation():
    """Two towns of 1,000 rows at one score: 600 and 400 positive, 500 expected of each."""
    yes = np.repeat([1, 0, 1, 0], [600, 400, 400, 600])
    town = np.repeat(np.array(["a", "b"], dtype=object), 1_000)
    flat = LogRows(
        yes, np.ones(2_000, dtype=int), np.full((2_000, 2), 0.5), np.zeros(2_000, dtype=bool), {"t": town}
    )
    profile = profile_from_arrays(LAYOUT, flat)
    assert profile.strata.sum((1, 3)).tolist() == [[600, 400, 0], [400, 600, 0]]
    known = learn_residuals(profile, RULES.estimate)
    odds, variance = np.log(1.5), 1 / (1_000 * 0.6 * 0.4)
    weight = (odds**2 - variance) / odds**2  # what is left of the squares without chance
    assert known[0, :, 16] == pytest.approx([odds * weight, -odds * weight], rel=2e-3)
    assert known[1:, :, 16].std(0) == pytest.approx(
        [(variance / 2) ** 0.5] * 2, rel=0.35
    )  # half is the curve's own
    moved = profile_from_arrays(LAYOUT, flat.at(np.r_[:1_000, 1_000:1_250]))
    even = np.full((1, 1, 1_024), 0.5)
    positive, right = move_by_strata(known[:1], moved, even, np.repeat(even, 2, axis=1))
    beyond = move(np.array(0.5), known[0, 0, 16]) - 0.5
    assert positive[0, 0, 512] == pytest.approx(0.5 + beyond * (1_000 - 250) / 1_250)
    assert right[0, 1, 512] == pytest.approx(positive[0, 0, 512])
    assert (right[0, 0] == 0.5).all()  # nobody is predicted so


def test_sure_rows_stay_sure_and_strata_of_one_kind_have_an_end():
    assert move(np.array([0.0, 1.0]), np.array(5.0)).tolist() == [0.0, 1.0]
    yes = np.repeat([1, 0, 1], [1_000, 600, 400])
    town = np.repeat(np.array(["a", "b"], dtype=object), 1_000)
    scores = np.full((2_000, 2), 0.5)
    flat = LogRows(yes, np.ones(2_000, dtype=int), scores, np.zeros(2_000, dtype=bool), {"t": town})
    known = learn_residuals(profile_from_arrays(LAYOUT, flat), RULES.estimate)
    assert known[0, 0, 16] > 2
    assert np.isfinite(known).all()


def test_shares_that_add_up_to_more_than_one_by_rounding_make_no_chance_above_one():
    strata = np.random.default_rng(0).integers(1, 9, (32, 3, 2, 32))
    now = replace(chunk(200, 0, share=0.5), strata=strata)
    sure = np.ones((1, 2, 1_024))
    every, right = move_by_strata(np.zeros((1, 32, 32)), now, sure[:, :1], sure)
    assert max(every.max(), right.max()) == 1


def test_the_bands_of_many_chunks_are_as_wide_as_many_draws_say():
    """With the same few draws in every chunk all bands were 12 % too narrow."""
    before = chunk(20_000, 0, share=0.5)
    few, many = (learn_confidence(before, replace(RULES.estimate, replicates=each)) for each in (40, 1_000))
    chunks = [chunk(2_000, 100 + seed, share=0.5) for seed in range(24)]
    for name in ("roc_auc", "log_loss", "brier"):
        width = np.mean([_half(few.estimate(now)[name]) ** 2 for now in chunks]) ** 0.5
        exact = np.mean([_half(many.estimate(now)[name]) ** 2 for now in chunks[:3]]) ** 0.5
        assert width / stdtrit(40, 0.975) == pytest.approx(exact / stdtrit(1_000, 0.975), rel=0.06), name


def _half(measured):
    return (measured.high - measured.low) / 2


def test_a_shift_of_the_log_odds_is_estimated_without_bias_where_the_mix_moves():
    """As many points at every score would make rows of the town rank too well (AUC .005 too high)."""
    off = []
    for seed in range(12):
        learnt = learn_by_record(chunk(20_000, seed, share=0.5), [], replace(RULES.estimate, replicates=2))
        now = chunk(20_000, 100 + seed, share=0.9)
        guess = learnt.strata.estimate(now)
        off.append([guess[name].value - measure(METRICS[name], now).value for name in UNBIASED])
    assert np.abs(np.mean(off, axis=0)).max() < 0.003, np.mean(off, axis=0)


UNBIASED = ("roc_auc", "log_loss", "brier", "accuracy")


def test_rows_predicted_as_the_other_class_are_less_often_right():
    yes = np.repeat([1, 0, 1, 0], [600, 400, 400, 600])
    town = np.repeat(np.array(["a", "b"], dtype=object), 1_000)
    scores = np.tile([0.7, 0.3], (2_000, 1))
    flat = LogRows(yes, np.zeros(2_000, dtype=int), scores, np.zeros(2_000, dtype=bool), {"t": town})
    known = learn_residuals(profile_from_arrays(LAYOUT, flat), RULES.estimate)
    now = profile_from_arrays(LAYOUT, flat.at(np.arange(1_000)))
    own = np.flatnonzero(now.confidence[0].sum(0))[0]
    chances = np.full((1, 2, 1_024), 0.7)
    _, right = move_by_strata(known[:1], now, chances[:, :1], chances)
    assert right[0, 0, own] == pytest.approx(move(np.array(0.7), -known[0, 0, bands(1_024)[1_023 - own]]))


def test_where_strata_differ_by_chance_only_there_is_one_method():
    alike = [chunk(4_000, seed, share=0.5, missed=0.0) for seed in range(30)]
    second = [
        learn_residuals(profile, replace(RULES.estimate, replicates=2)) is not None for profile in alike
    ]
    assert 0 < np.mean(second) < 0.3  # two strata, of which one gives the other: a chance of .16
    assert learn_residuals(replace(alike[0], strata=alike[0].strata[:0]), RULES.estimate) is None


def test_five_chunks_and_one_standard_error_decide():
    rules = RULES.estimate
    assert best_method(["a", "b"], {"a": [2.0] * 5, "b": [1.0] * 5}, rules) == "b"
    assert best_method(["a", "b"], {"a": [2.0] * 4, "b": [1.0] * 4}, rules) == "a"
    assert best_method(["a", "b"], {"a": [1.0] * 5, "b": [1.0] * 5}, rules) == "a"
    less = np.array([1.0, -1.0, 1.0, -1.0, 0.0])
    error = less.std(ddof=1) / 5**0.5
    for by, chosen in ((1.01, "b"), (0.99, "a")):
        assert best_method(["a", "b"], {"a": less + by * error, "b": np.zeros(5)}, rules) == chosen


def test_how_often_the_record_errs():
    """Ten chunks: two that miss alike; one that misses twice as far as the other."""
    rng, rules = np.random.default_rng(0), RULES.estimate
    chosen = {}
    for times in (1, 2):
        drawn = ((times * rng.normal(size=10)) ** 2 for _ in range(2_000))
        made = [best_method(["a", "b"], {"a": a, "b": rng.normal(size=10) ** 2}, rules) for a in drawn]
        chosen[times] = np.mean(np.array(made) == "b")
    assert chosen[1] < 0.2
    assert chosen[2] > 0.85


def test_the_method_follows_the_record_and_contradiction_is_no_reliance():
    reference = tuple(Chunk(f"2023-{at + 1:02}", chunk(1_000, at, share=0.5)) for at in range(6))
    log = [chunk(2_000, 50 + at, share=0.9) for at in range(7)]
    hidden = rows(2_000, 99, share=0.9)
    log.append(profile_from_arrays(LAYOUT, replace(hidden, labels=np.full(2_000, -1))))
    history = History(LAYOUT, reference, tuple(Chunk(f"2024-{at + 1:02}", p) for at, p in enumerate(log)))
    findings = assess(history, METRICS["precision"], 0.02)
    methods = [each.methods["precision"] for each in findings.chunks]
    assert methods == ["confidence"] * 2 + ["post_stratified"] * 6
    assert all("precision" in each.doubtful for each in findings.chunks)
    last = compose(replace(SPEC, metric="precision"), findings, FACTS)["chunks"][-1]["estimated"]["precision"]
    assert last["method"] == "post_stratified"
    assert last["reliable"] is False
    real = measure(METRICS["precision"], profile_from_arrays(LAYOUT, hidden)).value
    assert last["low"] <= real <= last["high"]


def test_strata_are_grown_where_scores_mislead_and_nowhere_else():
    one, none = (
        layout_from_arrays(("no", "yes"), rows(2_500, 0, share=0.5), [*names]) for names in (["t"], [])
    )
    assert one.strata.splits[0].column == "t"
    assert none.strata is None
    many = rows(2_500, 0, share=0.5)
    towns = [np.flatnonzero(many.features["t"] == name)[:1_000] for name in "ab"]
    enough = layout_from_arrays(("no", "yes"), many.at(np.concatenate(towns)), ["t"])
    assert enough.strata.splits[0].column == "t"
    assert layout_from_arrays(("no", "yes"), many.at(np.concatenate(towns)[1:]), ["t"]).strata is None
    assert Layout.from_bytes(one.to_bytes()) == one
