"""Broken here: the course in a terminal says another course than the document."""

from core.health.page.course import MOST, STEPS, course

METRIC = "accuracy"


def document(values):
    chunks = [
        {
            "label": f"M{number}",
            "realised": {}
            if value is None
            else {METRIC: {"value": value, "low": value - 0.02, "high": value + 0.02}},
        }
        for number, value in enumerate(values)
    ]
    return {"metric": METRIC, "metric_label": "Accuracy", "chunks": chunks}


def test_a_period_without_labels_is_a_gap_and_the_ends_are_named():
    assert course(document([0.8, None, 0.6, 0.9])) == "M0 ▆ ▁█ M3 (Accuracy, 60.0 % to 90.0 %)"


def test_a_long_log_keeps_its_newest_periods():
    line = course(document([0.1, *[0.5, 0.9] * (MOST // 2)]))
    assert line.startswith("M1 ")
    assert sum(letter in STEPS for letter in line) == MOST


def test_of_one_measured_period_there_is_no_course():
    assert course(document([0.8, None])) == ""
