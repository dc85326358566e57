"""Broken here: a number that decides about a file; every one is tested on either side of its boundary."""

from contextlib import nullcontext
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.errors import SchemaError
from core.model import ModelSpec, Roles
from core.tables import chunks
from core.tables.canonical import canonical
from core.tables.left_out import Sieve
from core.tables.roles.feature_guess import features, segments
from core.tables.roles.guess import guess
from core.tables.roles.label_guess import guess_label
from core.tables.roles.multi_label import require_one_label
from core.tables.roles.requested_roles import RequestedRoles, UnsureRole
from core.tables.roles.role_reasons import Why
from core.tables.roles.train_split import training_window
from core.tables.table import CellsError, Table
from core.tables.values.columns import kind_of
from core.tables.values.model_outputs import read_output
from core.tables.values.number_text import as_label
from core.tables.values.timestamps import moments

ROLES = Roles(label="y", id="id", scores={"yes": "p"})
SPEC = ModelSpec(1, "m", "binary", "record", ("no", "yes"), ROLES, "m", "roc_auc", 0.02, "100")
N = 1000


def refused(outcome, match=None):
    return pytest.raises(SchemaError, match=match) if outcome else nullcontext()


def table(**columns):
    return Table(pd.DataFrame(columns), "f.csv")


def labels(strange, n=N):
    """So many rows whose label is a class of its own, beside known ones."""
    return ["no", "yes"] * ((n - len(strange)) // 2) + list(strange)


def take(kind="labels", spec=SPEC, n=N, **columns):
    return canonical(table(id=range(n), **columns), spec, {}, kind)


@pytest.mark.parametrize(("new", "refuse"), [(5, False), (6, True)])
def test_five_new_classes_are_taken_and_six_are_another_column(new, refuse):
    with refused(refuse, "is not a class"):
        assert take(y=labels([f"new {k}" for k in range(new)])[:N], n=len(labels(range(new))[:N])) is not None


@pytest.mark.parametrize(("rows", "refuse"), [(200, False), (202, True)])
def test_a_fifth_of_the_rows_may_be_of_a_new_class(rows, refuse):
    with refused(refuse, "is not a class"):
        assert len(take(y=labels(["new"] * rows))) == N


@pytest.mark.parametrize(("amount", "left"), [(1e70, 0), (1.01e70, 1), (-1.01e70, 1)])
def test_an_amount_whose_fourth_power_is_no_number_is_left_out(amount, left):
    spec = replace(SPEC, task="regression", classes=(), roles=Roles(label="y", id="id"))
    assert len(take(spec=spec, y=[amount, *np.arange(N - 1.0)])) == N - left
    assert np.isfinite(1e70**4)


def wrong_cells(count, *, empty, n=N):
    """A sieve of n rows, so many of which have a cell that does not fit."""
    sieve = Sieve(table(x=range(n)))
    rows = np.arange(count)
    sieve.note(CellsError(sieve.table, "x", rows, lambda _: "it is odd", "Mend it.", empty=empty))
    return sieve


@pytest.mark.parametrize(("count", "refuse"), [(50, False), (51, True)])
def test_a_twentieth_of_wrong_rows_are_exceptions(count, refuse):
    with refused(refuse, f"and {count} of 1,000 rows are like that"):
        assert wrong_cells(count, empty=False).leave().sum() == N - count


@pytest.mark.parametrize(("count", "refuse"), [(499, False), (500, True)])
def test_half_of_the_rows_without_what_they_need_are_another_kind_of_file(count, refuse):
    with refused(refuse):
        assert wrong_cells(count, empty=True).leave().sum() == N - count


def test_a_hundred_rows_are_listed():
    sieve = wrong_cells(400, empty=True)
    sieve.leave()
    assert len(sieve.left_out().listed) == 100


def scores(outside, value, n=N):
    return take("predictions", y=["no"] * n, p=[value] * outside + [0.5] * (n - outside))


@pytest.mark.parametrize(("value", "refuse"), [(1.009, False), (1.011, True)])
def test_scores_farther_outside_than_a_hundredth_are_another_scale(value, refuse):
    """At a twentieth and more of the rows; nearer ones are wrong cells, too many of them here."""
    with pytest.raises(SchemaError) as caught:
        scores(60, value)
    assert ("lie between 0.5 and" in caught.value.message) is refuse


@pytest.mark.parametrize(("count", "scale"), [(50, False), (51, True)])
def test_a_twentieth_of_scores_far_outside_are_another_scale(count, scale):
    with refused(scale, "lie between 0.5 and 7"):
        assert len(scores(count, 7.0)) == N - count


@pytest.mark.parametrize(("different", "scale"), [(3, False), (4, True)])
def test_more_than_three_odd_values_are_another_scale(different, scale):
    odd = [2.0 + k for k in range(different)]
    with refused(scale, "lie between 0.5 and"):
        kept = take("predictions", y=["no"] * N, p=[*odd, *[0.5] * (N - different)])
        assert len(kept) == N - different


@pytest.mark.parametrize(("over", "left"), [(0.9e-6, 0), (1.1e-6, 1)])
def test_a_millionth_outside_is_rounding(over, left):
    assert len(scores(1, 1 + over)) == N - left
    assert len(scores(1, -over)) == N - left


@pytest.mark.parametrize(("total", "left"), [(1.0195, 0), (1.0205, 1), (0.9805, 0), (0.9795, 1)])
def test_probabilities_add_up_to_one_but_for_two_hundredths(total, left):
    spec = replace(SPEC, roles=Roles(label="y", id="id", scores={"no": "q", "yes": "p"}))
    p, q = np.full(N, 0.5), np.full(N, 0.5)
    q[3] = total - 0.5
    assert len(take("predictions", spec=spec, y=["no"] * N, p=p, q=q)) == N - left


@pytest.mark.parametrize(("total", "refuse"), [(1.0195, False), (1.0205, True), (0.9795, True)])
def test_a_model_whose_probabilities_do_not_add_up_is_refused(total, refuse):
    with refused(refuse, "no probabilities"):
        assert read_output(np.array([[0.5, total - 0.5]]), ("no", "yes"), "m").chances is not None


@pytest.mark.parametrize(("rows", "chunk"), [(200, "day"), (199, "week")])
def test_a_chunk_is_full_with_two_hundred_rows(rows, chunk):
    times = pd.Series(pd.date_range("2024-01-01", periods=28).repeat(rows))
    assert chunks.suggest(times, len(times)) == chunk


@pytest.mark.parametrize(("days", "chunk"), [(60, "day"), (61, "week")])
def test_sixty_chunks_are_not_too_many(days, chunk):
    times = pd.Series(pd.date_range("2024-01-01", periods=days).repeat(200))
    assert chunks.suggest(times, len(times)) == chunk


def test_chunks_of_rows_are_half_open_and_touch():
    assert chunks.bounds("rows-000002", "100") == (200, 300)
    assert chunks.bounds("rows-000003", "100")[0] == chunks.bounds("rows-000002", "100")[1]


@pytest.mark.parametrize(("stray", "kind"), [(5, "number"), (6, "text")])
def test_one_stray_text_in_twenty_numbers_is_an_error_and_more_are_a_column_of_texts(stray, kind):
    assert kind_of(pd.Series([str(n) for n in range(100 - stray)] + ["x"] * stray)) == kind


@pytest.mark.parametrize(("values", "kind"), [(20, "text"), (21, "number")])
def test_few_numbers_beside_a_text_are_codes(values, kind):
    assert kind_of(pd.Series([str(n % values) for n in range(400)] + ["x"])) == kind


@pytest.mark.parametrize(("values", "refuse"), [(500, False), (501, True)])
def test_five_hundred_classes_are_the_most(values, refuse):
    texts = [f"c{n % values}" for n in range(1200)]
    with refused(refuse, "at most 500 classes"):
        made = guess(table(y=texts, x=np.tile([1.5, 2.5], 600)), RequestedRoles("y", task="multiclass"))
        assert len(made.classes) == values


def task_of(values):
    n = np.arange(1200)
    try:
        return guess(table(y=values[n % len(values)], x=n % 7 + 0.5), RequestedRoles("y")).task
    except UnsureRole:
        return "unsure"


@pytest.mark.parametrize(
    ("count", "step", "task"),
    [
        (20, 1.0, "multiclass"),
        (21, 1.0, "unsure"),
        (100, 1.0, "unsure"),
        (101, 1.0, "regression"),
        (20, 0.5, "unsure"),
        (21, 0.5, "regression"),
    ],
)
def test_numbers_with_many_values_are_amounts_and_with_few_classes(count, step, task):
    assert task_of(np.arange(count) * step) == task


def read(column):
    """Whether a model would read the column, which is a text or a number."""
    kinds = {"x": kind_of(column), "other": "number"}
    other, label = np.tile([1.5, 2.5], len(column) // 2), np.arange(len(column)) % 3
    table = Table(pd.DataFrame({"x": column, "other": other, "label": label}), "f")
    return "x" in features(table, RequestedRoles("label"), kinds, {"label"}, (), None, Why())


@pytest.mark.parametrize(("values", "is_read"), [(49, True), (50, False)])
def test_whole_numbers_in_order_are_a_counter_from_fifty_values_on(values, is_read):
    assert read(pd.Series(np.arange(100) * values // 100)) is is_read


@pytest.mark.parametrize(("share", "is_read"), [(0.03, False), (0.05, True)])
def test_numbers_that_mostly_follow_the_order_are_a_counter(share, is_read):
    """Rank correlation .99 is the boundary: neighbours that swap stay a counter, noise does not."""
    n = 400
    numbers = np.round(np.arange(n) * 10 + np.random.default_rng(0).normal(size=n) * share * n * 10)
    order = pd.Series(numbers).rank().corr(pd.Series(np.arange(n)))
    assert bool(order >= 0.99) is not is_read
    assert read(pd.Series(numbers)) is is_read


@pytest.mark.parametrize(("values", "is_read"), [(50, True), (51, False)])
def test_a_text_that_most_rows_have_for_themselves_is_a_name(values, is_read):
    assert read(pd.Series([f"name {min(n, values - 1)}" for n in range(100)])) is is_read


@pytest.mark.parametrize(("length", "is_read"), [(40, False), (41, True)])
def test_texts_of_more_than_forty_characters_are_read(length, is_read):
    assert read(pd.Series([f"{n:x>{length}}" for n in range(100)])) is is_read


@pytest.mark.parametrize(("values", "is_segment"), [(8, True), (9, False), (1, False)])
def test_texts_of_at_most_eight_values_are_segments(values, is_segment):
    frame = table(x=[f"v{n % values}" for n in range(90)])
    assert (segments(frame, {"x": "text"}, ("x",), Why()) == ("x",)) is is_segment


@pytest.mark.parametrize(("last", "asked"), [("p7|p1", True), ("p5|p6", False)])
def test_parts_that_mostly_occur_elsewhere_are_labels_of_their_own(last, asked):
    """Of ten parts p8 and p9 stand in one cell only, and p7 too where the last cell is not its second."""
    pairs = ("p0|p1", "p0|p2", "p1|p2", "p3|p4", "p3|p5", "p4|p5", "p6|p7", "p6|p0", "p2|p3", "p8|p9", last)
    with pytest.raises(UnsureRole) if asked else nullcontext():
        require_one_label(table(y=list(pairs)), "y")


@pytest.mark.parametrize(
    ("seconds", "read_as"), [(99_999_999, None), (100_000_000, 1973), (9_999_999_999, 2286)]
)
def test_epochs_begin_in_1973_and_end_in_2286(seconds, read_as):
    moment = moments(pd.Series([seconds])).iloc[0]
    assert (None if pd.isna(moment) else moment.year) == read_as


@pytest.mark.parametrize(("values", "offered"), [(50, True), (51, False)])
def test_texts_of_at_most_fifty_values_are_offered_as_the_label(values, offered):
    words = [f"w{k}" for k in range(values)]
    with pytest.raises(UnsureRole) as caught:
        guess_label(table(words=words * 2, one=["x"] * 2 * values))
    assert ({"label": "words"} in [choice.roles for choice in caught.value.choices]) is offered


@pytest.mark.parametrize(
    ("date", "is_read"),
    [
        ("1899-12-31T23:59:59", False),
        ("1900-01-01", True),
        ("2299-12-31T23:59:59", True),
        ("2300-01-01", False),
    ],
)
def test_dates_begin_in_1900_and_end_with_2299(date, is_read):
    assert bool(moments(pd.Series([date])).notna().iloc[0]) is is_read


def test_a_row_at_the_very_date_is_no_training_data():
    days = pd.Series(pd.to_datetime(["2016-01-01", "2016-01-02"]))
    assert training_window(days, "2016-01-02").training.tolist() == [True, False]


def test_numbers_are_the_same_label_in_twelve_digits():
    assert as_label(1.00000000001) != as_label(1.0)
    assert as_label(1.0000000000001) == as_label(1.0)
