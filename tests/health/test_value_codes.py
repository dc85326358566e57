"""Broken here: a code for missing or another type is not named, or a value that was known before is."""

import numpy as np
import pytest

from core.health.change.faults import Fault, cells_of
from core.health.change.values.codes import code_of, type_of
from core.health.profiles.layout import Feature

NUMBER = Feature("x", edges=(*np.linspace(10.0, 90.0, 33).tolist(), 91.0))
FINE = Feature("x", edges=(0.5, *np.linspace(1.2, 90, 33)))
TOWN = Feature("town", values=("Ulm", "Bonn"))


def rows_of(feature, *, known=0, missing=0, strange=(), first=0):
    cells = np.zeros(feature.size, dtype=np.int64)
    inside = [at for at in range(feature.size - 1) if at not in feature.strange]
    cells[inside] = known // len(inside)
    cells[inside[0]] += first
    for at, count in strange:
        cells[at] += count
    cells[-1] = missing
    return cells


@pytest.mark.parametrize(
    ("feature", "past", "now", "values", "code"),
    [
        (NUMBER, {"known": 990}, {"known": 924, "strange": [(0, 50)]}, [("-999", 0.05)], "-999"),
        (NUMBER, {"known": 19800}, {"known": 924, "strange": [(0, 15)]}, [("-999", 0.016)], ""),
        (NUMBER, {"known": 990}, {"known": 924, "strange": [(0, 50)]}, [("-3", 0.05)], ""),
        (NUMBER, {"known": 990}, {"known": 924, "first": 100}, [("10", 0.1)], ""),
        (TOWN, {"known": 1000}, {"known": 900, "strange": [(-2, 100)]}, [("N/A", 0.1)], "N/A"),
        (TOWN, {"known": 1000}, {"known": 900, "strange": [(-2, 100)]}, [("Rom", 0.1)], ""),
    ],
)
def test_a_value_that_programs_use_for_missing_is_one_where_none_was(feature, past, now, values, code):
    assert code_of(feature, rows_of(feature, **past), rows_of(feature, **now), values) == code


@pytest.mark.parametrize(("missing", "code"), [(0, "0"), (100, "")])
def test_zero_is_a_code_only_where_as_many_cells_are_no_longer_empty(missing, code):
    zeros = Feature("x", edges=(*np.arange(0.0, 33.0).tolist(), 33.5))
    past = rows_of(zeros, known=900, missing=100)
    now = rows_of(zeros, known=900, missing=missing, first=100)
    assert code_of(zeros, past, now, [("0", 0.12)]) == code


@pytest.mark.parametrize(
    ("feature", "values", "kind"),
    [
        (TOWN, [("0", 0.6), ("1", 0.4)], "numbers in place of texts"),
        (TOWN, [("0", 0.6), ("Rom", 0.4)], ""),
        (TOWN, [("0", 0.6), ("1", 0.3)], ""),
        (Feature("code", values=("1", "2")), [("Ulm", 1.0)], "texts in place of numbers"),
        (
            FINE,
            [("0", 0.5), ("1", 0.5)],
            "a few whole numbers",
        ),
        (FINE, [("0.5", 0.5), ("1", 0.5)], ""),
        (FINE, [("0", 1.0)], ""),
    ],
)
def test_another_type_is_said_where_all_values_are_of_it(feature, values, kind):
    assert type_of(feature, values) == kind


def test_the_rows_of_a_code_are_those_of_its_cell():
    assert cells_of(NUMBER, Fault("coded", "x", 0.0, 0.1, 100, "-999")) == [0]
    assert cells_of(NUMBER, Fault("coded", "x", 0.0, 0.1, 100, "999")) == [34]
    assert cells_of(NUMBER, Fault("coded", "x", 0.0, 0.1, 100, "10")) == [1]
    assert cells_of(TOWN, Fault("coded", "town", 0.0, 0.1, 100, "NA")) == [2]
    assert cells_of(NUMBER, Fault("stuck", "x", 0.0, 0.4, 100, "10")) == [1]
    assert cells_of(TOWN, Fault("stuck", "town", 0.0, 1.0, 100, "Bonn")) == [1]
