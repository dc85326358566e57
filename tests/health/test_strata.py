"""Broken here: which rows err alike, and what is expected of a chunk in which they are more or fewer."""

from dataclasses import replace

import numpy as np
import pytest

from core.health.performance.metrics import measure
from core.health.profiles.layout import Feature, Layout, Strata
from core.health.profiles.log_rows import LogRows
from core.health.profiles.strata import grow, grow_from_rows, strata_of
from core.health.rules import RULES
from core.health.tasks.direct_loss import DirectLossEstimator
from core.health.tasks.from_arrays import layout_from_arrays, profile_from_arrays
from core.stats.metrics import METRICS

TOWN = Feature("town", values=("Ulm", "Bonn"))
NAMES = ("mae", "rmse", "bias", "r2")


def rows(n, seed, *, together=0.5):
    """Errors are four times as large where x and z have the same sign, which they have in so many rows."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=n)
    z = np.abs(rng.normal(size=n)) * np.sign(x) * np.where(rng.random(n) < together, 1, -1)
    predictions = rng.normal(size=n)
    labels = predictions + rng.normal(size=n) * np.where(x * z > 0, 2.0, 0.5)
    columns = {"x": x, "z": z, "town": rng.choice(np.array(["Ulm", "Bonn", None], dtype=object), n)}
    return LogRows(labels, predictions, np.zeros((n, 0)), np.zeros(n, dtype=bool), columns)


def estimate(before, now, *, strata=True):
    layout = layout_from_arrays((), before, ["x", "z", "town"])
    layout = layout if strata else replace(layout, strata=None)
    profile = profile_from_arrays(layout, now)
    return DirectLossEstimator(profile_from_arrays(layout, before).errors).estimate(profile), profile


def test_errors_that_two_inputs_make_together_are_expected():
    before, now = rows(4_000, 0), rows(3_000, 1, together=0.9)
    guess, profile = estimate(before, now)
    by_prediction, _ = estimate(before, now, strata=False)
    for name in ("mae", "rmse"):
        real = measure(METRICS[name], profile).value
        assert guess[name].low < real < guess[name].high
        assert by_prediction[name].high < real


def test_bands_hold_where_the_mix_moved_and_where_it_did_not():
    for together in (0.5, 0.7):
        inside = []
        for seed in range(80):
            guess, profile = estimate(rows(2_000, seed), rows(400, 1_000 + seed, together=together))
            real = {name: measure(METRICS[name], profile).value for name in NAMES}
            inside.append([guess[name].low <= real[name] <= guess[name].high for name in NAMES])
        assert (np.mean(inside, axis=0) >= 0.88).all(), (together, np.mean(inside, axis=0))


def test_sums_by_stratum_are_the_sums_of_all_rows_and_prediction_cells_are_counted_beside():
    before = rows(2_000, 0)
    layout = layout_from_arrays((), before, ["x", "z", "town"])
    profile = profile_from_arrays(layout, before)
    assert layout.strata.size > 4
    assert profile.errors.shape == (layout.strata.size + 1, 16)
    assert profile.errors[:, 1].min() == 0  # of rows without a prediction there are none
    assert profile.errors[:-1, 1].min() >= RULES.strata.in_leaf
    plain = profile_from_arrays(replace(layout, strata=None), before)
    assert np.allclose(profile.errors.sum(0), plain.errors.sum(0))
    assert (profile.predicted == plain.errors[:, 0]).all()


def test_rows_without_a_prediction_are_in_no_stratum():
    some = rows(500, 0)
    layout = layout_from_arrays((), some, ["x", "z", "town"])
    some.predictions[:7] = np.nan
    places = strata_of(layout.strata, some)
    assert (places[:7] == layout.strata.size).all()
    assert places[7:].max() < layout.strata.size


def test_a_layout_with_strata_can_be_kept():
    layout = layout_from_arrays((), rows(600, 0), ["x", "z", "town"])
    assert layout.strata.splits
    assert Layout.from_bytes(layout.to_bytes()) == layout
    bare = replace(layout, strata=None)
    assert Layout.from_bytes(bare.to_bytes()) == bare


def test_the_order_of_the_rows_does_not_matter():
    some = rows(900, 0)
    mixed = some.at(np.random.default_rng(1).permutation(900))
    layout = layout_from_arrays((), some, ["x", "z", "town"])
    features = (*layout.features, layout.prediction)
    assert grow_from_rows(features, mixed) == grow_from_rows(features, some) == layout.strata


def test_of_many_rows_a_sample_is_split():
    rules, some = replace(RULES.strata, rows=400), rows(900, 0)
    layout = layout_from_arrays((), some, ["x"])
    assert 1 < grow_from_rows(layout.features, some, rules).size <= 8
    assert grow_from_rows(layout.features, some, rules) == grow_from_rows(layout.features, some, rules)


@pytest.mark.parametrize(("n", "groups"), [(99, 1), (100, 2)])
def test_there_is_a_group_for_every_fifty_rows(n, groups):
    cells = np.arange(n)[:, None] % 2
    assert grow([TOWN], cells, np.where(cells[:, 0] == 1, 5.0, 1.0)).size == groups


def test_there_are_at_most_so_many_groups():
    some = rows(2_000, 0)
    layout = layout_from_arrays((), some, ["x", "z"])
    assert grow_from_rows(layout.features, some, replace(RULES.strata, most=3)).size == 3


@pytest.mark.parametrize(("few", "groups"), [(19, 1), (20, 2)])
def test_a_group_has_at_least_twenty_rows(few, groups):
    cells = (np.arange(400) < few).astype(int)[:, None]
    assert grow([TOWN], cells, np.where(cells[:, 0] == 1, 5.0, 1.0)).size == groups


def test_errors_that_are_all_alike_are_one_group():
    assert grow([TOWN], np.arange(400)[:, None] % 2, np.ones(400)) == Strata()


def test_errors_of_one_size_are_split_by_their_direction():
    cells = np.arange(400)[:, None] % 2
    assert grow([TOWN], cells, np.where(cells[:, 0] == 1, 1.0, -1.0)).size == 2


def test_a_category_that_was_never_there_goes_with_the_middle():
    """Bonn errs most; unseen and missing values lie between it and Ulm, not before the first."""
    cells = np.arange(400)[:, None] % 2
    split = grow([TOWN], cells, np.where(cells[:, 0] == 1, 5.0, 1.0)).splits[0]
    assert 0 in split.cells
    assert 1 not in split.cells
    ends = grow([TOWN], cells, np.where(cells[:, 0] == 1, 1.0, 5.0)).splits[0]
    assert 1 in ends.cells
    assert 0 not in ends.cells
