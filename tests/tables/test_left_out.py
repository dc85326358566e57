"""Broken here: one bad cell refuses a whole delivery, or a file that is written otherwise is taken in."""

import numpy as np
import pandas as pd
import pytest

from core.errors import SchemaError
from core.model import ModelSpec, Roles
from core.tables.canonical import canonical
from core.tables.left_out import LISTED, Sieve
from core.tables.table import Table

ROLES = Roles(label="y", id="id", time="day", scores={"yes": "p"}, features=("x",))
SPEC = ModelSpec(1, "m", "binary", "record", ("no", "yes"), ROLES, "m", "roc_auc", 0.02, "month")
N = 200


def frame(**changes):
    rng = np.random.default_rng(3)
    made = pd.DataFrame(
        {
            "id": [f"r{at}" for at in range(N)],
            "day": "2024-01-05",
            "x": rng.normal(size=N),
            "p": rng.uniform(0.01, 0.99, N),
            "y": "no",
        }
    ).astype(object)
    for name, cells in changes.items():
        for at, cell in cells.items():
            made.loc[at, name] = cell
    return made


def sift(came, kind="predictions"):
    sieve = Sieve(Table(came, "f.csv"))
    return canonical(sieve, SPEC, {"x": "number"}, kind), sieve.left_out()


def test_rows_that_do_not_fit_are_listed_with_their_reason_and_the_others_are_kept():
    rows, said = sift(frame(p={4: None, 9: 1.00002}, x={9: "many"}, day={30: "soon"}, id={55: ""}))
    assert rows["_id"].tolist() == [f"r{at}" for at in range(N) if at not in {4, 9, 30, 55}]
    assert [(each.row, each.column, each.reason) for each in said.listed] == [
        (5, "p", "the probability is missing"),
        (10, "x", "'many' is not a number"),
        (31, "day", "'soon' is not a date"),
        (56, "id", "the id is missing"),
    ]
    assert said.message.startswith("4 of 200 rows were left out: ")
    assert said.rows == 4


def test_a_score_outside_by_rounding_is_clipped_and_counted():
    rows, said = sift(frame(p={4: 1.0000001, 9: -1e-9, 11: np.float32(1.0000001)}))
    assert rows["_score_1"].iloc[[4, 9, 11]].tolist() == [1.0, 0.0, 1.0]
    assert (said.rows, said.clipped) == (0, 3)
    assert said.message == "3 scores lay outside 0 to 1 by rounding, set to 0 or 1."


def test_a_score_a_little_outside_is_shown_with_all_its_digits():
    rows, said = sift(frame(p={4: 1.00002}))
    assert len(rows) == N - 1
    assert "column 'p', row 5: 1.00002 is not a probability" in said.message


def test_rows_without_an_answer_may_be_many_and_are_counted():
    rows, said = sift(frame(p=dict.fromkeys(range(0, N, 3))))
    assert (len(rows), said.rows, len(said.listed)) == (133, 67, 67)
    assert "row 1: the probability is missing (and 66 more like it)" in said.message
    assert "a file of their own" in said.hint
    with pytest.raises(SchemaError, match="row 1: the probability is missing, and 100 of 200 rows"):
        sift(frame(p=dict.fromkeys(range(0, N, 2))))


def test_many_cells_that_cannot_be_read_are_another_way_of_writing():
    commas = dict.fromkeys(range(0, N, 10), "1,5")
    with pytest.raises(SchemaError, match=r"column 'x', row 1: '1,5' is not a number, and 20 of 200") as bad:
        sift(frame(x=commas))
    assert "a point before the decimals" in bad.value.hint
    assert sift(frame(x=dict.fromkeys(range(10), "1,5")))[1].rows == 10


@pytest.mark.parametrize(
    ("scale", "hint"), [(lambda p: 100 * p, "percents"), (lambda p: np.log(p / (1 - p)), "logits")]
)
@pytest.mark.parametrize("highest", [0.99, 0.0105])
def test_scores_on_another_scale_are_refused_even_where_few_of_them_show_it(scale, hint, highest):
    low = np.random.default_rng(5).uniform(0.0001, 0.009, N)
    low[:8] = np.linspace(highest, 0.0102, 8)
    came = frame().assign(p=scale(np.asarray(low)))
    if hint == "percents" and highest < 0.1:
        came.loc[:7, "p"] = np.linspace(1.02, 3.0, 8)
    with pytest.raises(SchemaError, match="lie between") as refused:
        sift(came)
    assert hint in refused.value.hint


def test_a_placeholder_for_no_score_is_no_other_scale():
    rows, said = sift(frame(p=dict.fromkeys(range(5), -1)))
    assert (len(rows), said.rows) == (N - 5, 5)
    assert "row 1: -1 is not a probability (and 4 more like it)" in said.message


def test_only_the_first_rows_are_listed_and_all_are_counted():
    many = pd.concat(
        [frame(p=dict.fromkeys(range(60))).assign(id=lambda f, n=n: f"{n}" + f["id"]) for n in "abc"]
    )
    _, said = sift(many.reset_index(drop=True))
    assert (said.rows, len(said.listed)) == (180, LISTED)


def test_places_and_rows_are_those_of_the_file_in_every_round():
    sieve = Sieve(Table(frame(p={0: None}, x={0: "a"}), "f", lambda at: f"line {at + 2}"))
    sieve.table = sieve.table.select(np.arange(0, N, 1))
    canonical(sieve, SPEC, {"x": "number"})
    assert sieve.table.row(0) == 2
    assert sieve.table.place(0) == "line 3"
    again = sieve.table.select(np.array([5, 7]))
    assert (again.row(1), again.place(1)) == (9, "line 10")
