"""The rule promotes equal models as rarely as it says, and names what would settle an open case."""

import numpy as np
import pytest

from core.stats import paired
from core.training.comparison import holdout_budget
from core.training.comparison.decision import Worth, decide, labels_needed, sentence


def accuracies(fixed, broken, n, alpha=0.05):
    before = np.r_[np.zeros(fixed), np.ones(n - fixed)].astype(bool)
    after = np.r_[np.ones(fixed), np.zeros(broken), np.ones(n - fixed - broken)].astype(bool)
    return paired.accuracy(before, after, alpha)


@pytest.mark.parametrize(
    ("fixed", "broken", "n", "verdict"),
    [
        (60, 20, 1000, "better"),
        (20, 60, 1000, "worse"),
        (3, 2, 3000, "not_worse"),
        (20, 20, 300, "cannot_tell"),
        (12, 10, 200, "cannot_tell"),
    ],
)
def test_the_four_verdicts(fixed, broken, n, verdict):
    assert decide(accuracies(fixed, broken, n), 0.005, 0.05).verdict == verdict


def of_gain(fixed, broken, n, *least):
    """A decision and its sentence, where so much is worth a promotion."""
    seen = accuracies(fixed, broken, n)
    worth = [Worth(size, seen, f"{100 * size:g} points") for size in least]
    decision = decide(seen, 0.005, 0.05, worth=worth)
    return decision, sentence("accuracy", seen, decision, 0.005, worth=worth)


def test_better_by_less_than_is_worth_it_has_words_of_its_own():
    decision, words = of_gain(60, 20, 1000, 0.08)  # between 2.5 and 5.5 points
    assert (decision.verdict, decision.labels_needed) == ("small_gain", None)
    assert words.startswith("The challenger is better, but not by what is worth a promotion (8 points): ")


def test_better_and_perhaps_by_what_is_worth_it_says_what_would_settle_it():
    decision, words = of_gain(60, 20, 1000, 0.03)
    assert decision.verdict == "small_gain"
    assert "by what is worth a promotion (3 points) is not shown yet" in words
    assert f"About {decision.labels_needed:,} more labelled rows would settle it." in words
    seen, rng = accuracies(60, 20, 1000), np.random.default_rng(2)
    n = 1000 + decision.labels_needed
    odds = [0.06, 0.02, 0.92]
    later = [accuracies(*rng.multinomial(n, odds)[:2], n) for _ in range(200)]
    shown = [decide(d, 0.005, 0.05, worth=[Worth(0.03, d, "")]).verdict == "better" for d in later]
    assert seen.low < 0.03 < seen.difference
    assert 0.7 <= np.mean(shown) <= 0.9


def test_all_that_is_asked_must_be_shown():
    assert of_gain(60, 20, 1000, 0.01)[0].verdict == "better"
    assert "by more than what is worth a promotion (1 points)" in of_gain(60, 20, 1000, 0.01)[1]
    decision, words = of_gain(60, 20, 1000, 0.01, 0.03)
    assert decision.verdict == "small_gain"
    assert "(3 points)" in words


def test_what_is_not_better_is_judged_as_ever():
    assert of_gain(20, 60, 1000, 0.01)[0].verdict == "worse"
    assert of_gain(20, 20, 300, 0.01)[0].verdict == "cannot_tell"


def test_a_failed_gate_blocks_the_best_challenger():
    found = decide(accuracies(90, 1, 1000), 0.005, 0.05, ["leak"])
    assert found.verdict == "blocked"
    assert "leak" in sentence("accuracy", accuracies(90, 1, 1000), found, 0.005, ["leak"])


def test_equal_challengers_are_rarely_called_better():
    rng = np.random.default_rng(0)
    calls = [
        decide(accuracies(*rng.multinomial(1000, [0.05, 0.05, 0.9])[:2], 1000), 0.005, 0.05).verdict
        for _ in range(600)
    ]
    assert calls.count("better") / 600 <= 0.07


def test_the_labels_that_are_asked_for_do_settle_it():
    seen = accuracies(14, 8, 200)
    more = labels_needed(seen, 0.005, 0.05)
    n = 200 + more
    rng = np.random.default_rng(1)
    calls = [
        decide(accuracies(*rng.multinomial(n, [0.07, 0.04, 0.89])[:2], n), 0.005, 0.05).verdict
        for _ in range(200)
    ]
    assert calls.count("cannot_tell") / 200 <= 0.3


def test_what_is_settled_asks_for_nothing():
    assert decide(accuracies(60, 20, 1000), 0.005, 0.05).labels_needed is None


def test_the_smallest_detectable_change_is_that_of_the_method():
    found = decide(accuracies(15, 15, 300), 0.005, 0.05)
    assert found.detectable == pytest.approx(2.49 * np.sqrt(0.1 / 300), rel=0.05)


def test_thirty_rounds_on_one_holdout_promote_nothing_useless():
    rng = np.random.default_rng(2)
    useless = 0
    for _ in range(150):
        looks = [rng.multinomial(500, [0.06, 0.06, 0.88])[:2] for _ in range(30)]
        useless += any(
            decide(accuracies(*counts, 500, holdout_budget.alpha(j)), 0.005, holdout_budget.alpha(j)).verdict
            == "better"
            for j, counts in enumerate(looks, 1)
        )
    assert useless / 150 <= 0.09


@pytest.mark.parametrize("look", [0, -1])
def test_there_is_no_look_before_the_first(look):
    with pytest.raises(ValueError, match="first look"):
        holdout_budget.alpha(look)


@pytest.mark.parametrize("counts", [(60, 20), (20, 60), (3, 2), (20, 20)])
def test_every_verdict_has_a_sentence_with_its_numbers(counts):
    seen = accuracies(*counts, 1000)
    said = sentence("accuracy", seen, decide(seen, 0.005, 0.05), 0.005)
    assert f"{seen.challenger:.3f}" in said
    assert "1,000 rows" in said


def test_without_rows_whose_bounds_hold_nothing_is_decided_but_a_failed_test():
    seen = accuracies(90, 1, 1000)
    assert decide(seen, 0.005, 0.05).verdict == "better"
    open_case = decide(seen, 0.005, 0.05, rows_needed=1200)
    assert (open_case.verdict, open_case.labels_needed) == ("cannot_tell", 200)
    assert decide(seen, 0.005, 0.05, ["leak"], rows_needed=1200).verdict == "blocked"
