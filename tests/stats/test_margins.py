"""Broken here: a loss that does not matter is larger or smaller than docs/methods/comparison.md says."""

import pytest

from core.stats.metrics import METRICS

HALF_A_POINT = {"accuracy", "balanced_accuracy", "f1", "precision", "recall", "roc_auc", "r2"}
ONE_PERCENT = {"log_loss", "brier", "mae", "rmse", "mape"}


def test_every_metric_has_a_margin_that_is_written_down():
    assert {*HALF_A_POINT, *ONE_PERCENT, "bias"} == set(METRICS)


@pytest.mark.parametrize("name", sorted(METRICS))
def test_margins_are_half_a_point_one_percent_and_of_a_bias_a_tenth(name):
    champion = 0.8
    share = 0.01 if name in ONE_PERCENT else 0.1
    expected = 0.005 if name in HALF_A_POINT else share * champion
    assert METRICS[name].margin.at(champion) == pytest.approx(expected)
