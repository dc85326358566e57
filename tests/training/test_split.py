"""The holdout is the newest labelled window, and nothing of it can be learned from."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import RetrainError
from core.training.split import after, before, fresh_window, leak, newer_rows, newest_window, training_rows

ROWS = 1500


def frame(rows=ROWS, trained=500, *, timed=True, chunk=100, labelled=1.0, seed=0):
    rng = np.random.default_rng(seed)
    order = np.arange(rows)
    label = pd.Series(rng.choice(["no", "yes"], rows), dtype=object)
    label = label.where(rng.random(rows) < labelled, None)
    return pd.DataFrame(
        {
            "_id": [f"r{n}" for n in order],
            "_time": pd.Timestamp("2020-01-01") + pd.to_timedelta(order, unit="h") if timed else pd.NaT,
            "_seq": order,
            "_chunk": [f"rows-{n // chunk:06d}" for n in order],
            "_part": np.where(order < trained, "training", "log"),
            "_given": label,
            "_label": label,
            "_mature": True,
            "x": rng.normal(size=rows),
        }
    )


@pytest.mark.parametrize("timed", [True, False])
def test_the_holdout_is_the_newest_fifth_in_whole_chunks(timed):
    window = newest_window(frame(timed=timed))
    assert set(window.row_ids) == {f"r{n}" for n in range(1300, 1500)}
    assert window.first < window.last


def test_immature_and_unlabelled_rows_are_no_holdout_rows():
    rows = frame(labelled=0.5)
    rows.loc[rows.index >= 1400, "_mature"] = False
    ids = {int(i[1:]) for i in newest_window(rows).row_ids}
    assert max(ids) < 1400
    assert rows.loc[sorted(ids), "_given"].notna().all()


def test_without_a_log_the_newest_training_rows_are_kept_apart():
    window = newest_window(frame(rows=400, trained=400))
    assert set(window.row_ids) == {f"r{n}" for n in range(200, 400)}


def test_one_huge_chunk_is_cut_rather_than_taken_whole():
    window = newest_window(frame(chunk=5000))
    assert len(window.row_ids) == 200


def test_too_few_labels_are_refused_with_a_number():
    with pytest.raises(RetrainError, match="labelled rows"):
        newest_window(frame(rows=60, trained=60))


def test_a_row_of_the_moment_at_which_the_holdout_begins_is_not_learnt_from():
    """What was known at that moment may be what the holdout asks."""
    rows = frame(rows=100, trained=100)
    rows.loc[49, "_time"] = rows.loc[50, "_time"]
    learnt = training_rows(rows, {f"r{n}" for n in range(50, 100)}, ["x"]).rows
    assert set(learnt["_id"]) == {f"r{n}" for n in range(49)}


@settings(max_examples=25)
@given(seed=st.integers(0, 1000), timed=st.booleans(), labelled=st.floats(0.5, 1.0))
def test_training_and_holdout_never_share_a_row_or_a_content(seed, timed, labelled):
    rows = frame(seed=seed, timed=timed, labelled=labelled)
    ids = set(newest_window(rows).row_ids)
    copies = rows.sample(40, random_state=seed).index
    rows.loc[copies, "x"] = rows.loc[rows["_id"].isin(ids), "x"].iloc[0]
    made = training_rows(rows, ids, ["x"])
    held = rows[rows["_id"].isin(ids)]
    assert leak(made.rows, held, ["x"]) == {"keys": 0, "contents": 0, "passed": True}
    assert made.rows["_seq"].max() < held["_seq"].min()
    assert made.duplicates == int((rows.loc[copies, "_seq"].isin(earlier_labelled(rows, held))).sum())


def earlier_labelled(rows, held):
    before = rows[(rows["_seq"] < held["_seq"].min()) & rows["_label"].notna()]
    return set(before["_seq"])


def test_a_leak_is_seen_by_key_and_by_content():
    rows = frame()
    assert leak(rows.head(10), rows.tail(10), ["x"])["passed"]
    assert not leak(rows.head(10), rows.iloc[5:15], ["x"])["passed"]
    renamed = rows.head(3).assign(_id=["a", "b", "c"])
    assert leak(renamed, rows.head(3), ["x"]) == {"keys": 0, "contents": 3, "passed": False}


def test_one_class_alone_cannot_be_learned():
    rows = frame().assign(_label="no")
    with pytest.raises(RetrainError, match="1 labels"):
        training_rows(rows, set(newest_window(frame()).row_ids), ["x"])


def test_newer_rows_are_counted_after_the_end_of_the_holdout():
    rows = frame()
    window = newest_window(rows.head(1200))
    assert newer_rows(rows, window.last) == 300


@pytest.mark.parametrize("timed", [True, False])
def test_a_fresh_window_begins_after_what_was_looked_at(timed):
    rows = frame(timed=timed)
    place = newest_window(rows.head(1200)).last
    window = fresh_window(rows, place, ["x"])
    assert set(window.row_ids) == {f"r{n}" for n in range(1300, 1500)}  # a fifth of the log, in whole chunks
    assert window.first > place
    assert set(fresh_window(frame(timed=timed, chunk=250), place, ["x"]).row_ids) == {
        f"r{n}" for n in range(1250, 1500)
    }


def test_a_fresh_window_is_of_rows_that_copy_no_older_one():
    rows = frame(chunk=300)
    rows.loc[1490:, "x"] = rows.loc[1190:1199, "x"].to_numpy()
    window = fresh_window(rows, newest_window(rows.head(1200)).last, ["x"])
    assert (len(window.row_ids), window.left_out) == (290, 10)
    assert "r1490" not in window.row_ids


@pytest.mark.parametrize(("rows", "enough"), [(1399, False), (1400, True)])
def test_a_fresh_window_needs_two_hundred_rows(rows, enough):
    place = newest_window(frame(rows=1200)).last
    assert (fresh_window(frame(rows=rows), place, ["x"]) is not None) is enough


def test_before_and_after_leave_out_the_row_itself():
    rows = frame(rows=10, trained=10)
    place = rows.loc[4, "_time"].isoformat()
    assert (before(rows, place).sum(), after(rows, place).sum()) == (4, 5)


def test_images_and_missing_values_have_content_too():
    pictures = pd.DataFrame({"_id": ["a", "b", "c"], "image": [b"\x89P", b"\x89P", None]}, dtype=object)
    assert leak(pictures.head(1), pictures.iloc[[1]], ["image"])["contents"] == 1
    assert leak(pictures.head(1), pictures.iloc[[2]], ["image"])["passed"]
