"""Costs as people write them: no table is read otherwise than it was meant."""

import pytest

from core.errors import DataError
from core.model import Costs
from core.services.onboarding.measures import CURRENCY, DEAREST, require_costs
from core.tables.cost_table import read_costs

CLASSES = ("no", "yes")


def costs(*rows, currency=""):
    return Costs(CLASSES, tuple(tuple(map(float, row)) for row in rows), currency)


@pytest.mark.parametrize(
    "text",
    [
        "label,no,yes\nno,0,5.5\nyes,50,2\n",
        "\ufefflabel;no;yes\r\nno;0;5,5\r\nyes;50;2\r\n",
        ",yes,no\n\nyes, 2 ,50\nno,5.5,0\n",
    ],
)
def test_a_table_of_any_spreadsheet_is_the_same_table(text):
    assert require_costs(read_costs(text), CLASSES, "binary") == costs((0, 5.5), (50, 2))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("label,no,yes\nno,0,5\nno,7,5\nyes,50,2\n", "'no' twice"),
        ('{"costs": {"no": {"no": 0, "yes": 5, "yes": 6}, "yes": {"no": 1, "yes": 0}}}', "'yes' twice"),
        ("prediction,no,yes\nno,0,50\nyes,5,2\n", "the other way round"),
        (
            '{"currency": ["EUR"], "costs": {"no": {"no": 0, "yes": 5}, "yes": {"no": 1, "yes": 0}}}',
            "no text",
        ),
        ("label,no,yes\nno,0,5 €\nyes,50,2\n", "is '5 €', which is no number"),
        ("", "every class once"),
    ],
)
def test_a_table_that_may_mean_two_things_is_refused(text, problem):
    with pytest.raises(DataError, match=problem):
        read_costs(text)


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        (costs((1, 1), (5, 5)), "Every decision costs the same"),
        (costs((5, 0), (0, 50)), "the right decision costs most"),
        (costs((0, 2 * DEAREST), (1, 0)), "beyond"),
        (costs((0, float("inf")), (1, 0)), "missing"),
        (costs((0, 1), (1, 0), currency="x" * (CURRENCY + 1)), "no currency"),
        (costs((0, 1), (1, 0), currency="EUR\n"), "no currency"),
    ],
)
def test_costs_by_which_no_model_can_be_judged_are_refused(table, problem):
    with pytest.raises(DataError, match=problem):
        require_costs(table, CLASSES, "binary")


def test_a_right_decision_may_cost_more_than_an_error_of_one_label():
    table = costs((3, 2), (50, 2), currency="minutes")
    assert require_costs(table, CLASSES, "binary") == table
