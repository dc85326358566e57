"""The comparison chart draws what its table says, in both modes, with zero and margin."""

import pytest

from core.charts.experiments.compare import differences, differences_table, subtitle, title


def document(**changes):
    number = {"champion": 0.8, "challenger": 0.83, "difference": 0.03, "low": 0.01, "high": 0.05, "p": 0.002}
    segment = {"column": "town", "value": "x", "n": 90, "difference": -0.1, "low": -0.2, "high": -0.02}
    plain = {
        "champion": "1",
        "challenger": "2",
        "metric": "roc_auc",
        "metric_label": "Ranking (AUC)",
        "verdict": "better",
        "alpha": 0.03,
        "margin": 0.005,
        "holdout": {"rows": 200},
        "given": {"roc_auc": number | {"difference": 0.02}},
        "corrected": {"roc_auc": number},
        "segments": [segment | {"p_adjusted": 0.04, "verdict": "worse"}],
    }
    return plain | changes


def test_the_table_has_both_kinds_of_labels_and_the_segments():
    table = differences_table(document())
    assert table["what"].tolist() == ["corrected labels", "labels as given", "town = x"]
    assert table["difference"].tolist() == [0.03, 0.02, -0.1]
    assert table["n"].tolist() == [200, 200, 90]


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_chart_has_interval_point_zero_and_margin(mode):
    drawn = differences(document(), mode).to_dict()
    marks = [layer["mark"]["type"] for layer in drawn["layer"]]
    assert marks == ["rect", "rule", "rule", "rule", "point", "text"]
    values = [row for rows in drawn["datasets"].values() for row in rows]
    assert {"at": -0.005} in values
    assert {"at": 0.0} in values
    assert " ".join(drawn["title"]["text"]) == "Better: version 2 against 1"


@pytest.mark.parametrize("verdict", ["better", "not_worse", "cannot_tell", "worse", "blocked"])
def test_every_verdict_is_a_title_in_words(verdict):
    assert "version 2 against 1" in title(document(verdict=verdict))
    differences(document(verdict=verdict, segments=[]), "light").to_dict()


def test_the_subtitle_says_how_sure_the_intervals_are():
    assert "94 %" in subtitle(document())
    assert "0.005" in subtitle(document())
