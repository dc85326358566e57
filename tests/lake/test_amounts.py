"""Broken here: how the rows of a regression are kept and counted; the oracle counts them with NumPy."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.health.performance.metrics import measure
from core.health.tasks.from_arrays import layout_from_arrays, profile_from_arrays
from core.health.tasks.task import task_of
from core.lake.layout import learn_layout
from core.lake.profile.profile_pass import profile_chunks
from core.stats.metrics import METRICS, metrics_for
from tests.health.amounts import count

N = 400


@pytest.fixture
def frame(lake):
    lake.spec = replace(lake.spec, task="regression", classes=(), metric="mae", tolerance=None)
    rng = np.random.default_rng(0)
    said, days = rng.normal(100, 20, N), pd.date_range("2016-01-01", periods=N, freq="3h")
    return pd.DataFrame(
        {
            "_id": [f"r{i}" for i in range(N)],
            "_time": days,
            "_seq": range(N),
            "_chunk": days.strftime("%Y-%m"),
            "_prediction": said,
            "_version": "1",
            "_label": said + rng.normal(2, 5, N),
            "_label_time": days,
            "x": np.where(np.arange(N) % 10 == 0, np.nan, rng.random(N)),
            "town": rng.choice(["Ulm", "Bonn"], N),
        }
    )


def counted(lake, part="training", chunks=("2016-01", "2016-02"), **how):
    layout = learn_layout(lake.settings, lake.spec, tuple(lake.batches), part="training", chunks=None)
    found = profile_chunks(
        lake.settings, lake.spec, tuple(lake.batches), layout, part=part, chunks=list(chunks), **how
    )
    return layout, {(each.chunk, each.column, each.value): each.profile for each in found}


def test_sums_agree_with_numpy(lake, frame):
    lake.write("training", frame)
    layout, found = counted(lake)
    assert layout.centre == pytest.approx(frame["_label"].mean())
    for chunk in ("2016-01", "2016-02"):
        rows, profile = frame[frame["_chunk"] == chunk], found[chunk, "", ""]
        wanted = count(rows["_label"], rows["_prediction"], layout=replace(layout, strata=None))
        assert np.allclose(profile.errors.sum(0), wanted.errors.sum(0))
        assert (profile.predicted == wanted.predicted).all()
        assert (profile.n, profile.labelled) == (len(rows), len(rows))
        error = (rows["_prediction"] - rows["_label"]).abs()
        x = profile.cells[layout.slices()["x"]]
        assert x[-1] == pytest.approx(
            (
                rows["x"].isna().sum(),
                rows["x"].isna().sum(),
                error[rows["x"].isna()].sum(),
                (error[rows["x"].isna()] ** 2).sum(),
            )
        )
        assert x.sum(0) == pytest.approx((len(rows), len(rows), error.sum(), (error**2).sum()))


def test_segments_are_the_whole_in_parts(lake, frame):
    lake.write("training", frame)
    _, found = counted(lake)
    towns = [
        profile for (chunk, column, _), profile in found.items() if (chunk, column) == ("2016-01", "town")
    ]
    assert np.allclose((towns[0] + towns[1]).errors, found["2016-01", "", ""].errors)


def test_unknown_labels_and_silent_rows_count_as_rows_only(lake, frame):
    lake.write("training", frame)
    late = frame.assign(_id=[f"n{i}" for i in range(N)], _label=np.nan, _label_time=pd.NaT)
    late.loc[:99, "_prediction"] = np.nan
    lake.write("predictions", late)
    _, found = counted(lake, part="log")
    january = found["2016-01", "", ""]
    assert (january.labelled, january.pending, january.young) == (0, january.n, 0)
    assert january.errors[-1, 0] == 100
    assert all(measure(METRICS[name], january) is None for name in metrics_for("regression"))


def test_late_labels_and_expert_answers_are_numbers(lake, frame):
    lake.write("training", frame)
    silent = frame.assign(_id=[f"n{i}" for i in range(N)], _label=np.nan)
    lake.write("predictions", silent)
    lake.write("labels", silent[["_id", "_chunk", "_seq", "_label_time"]].assign(_label=frame["_label"]))
    rows = lake.read(corrections={"n1": "7.5", "n2": "not a number"})
    assert rows["_label"].dtype == rows["_given"].dtype == rows["_prediction"].dtype == "float64"
    assert rows.loc["n0", "_label"] == pytest.approx(rows.loc["r0", "_label"])
    assert rows.loc["n1", "_label"] == 7.5
    assert rows.loc["n1", "_given"] == pytest.approx(frame["_label"][1])
    assert rows.loc["n2", "_label"] == rows.loc["n2", "_given"]


def test_an_empty_lake_has_the_types(lake, frame):
    rows = lake.read()
    assert rows.empty
    assert rows["_label"].dtype == rows["_prediction"].dtype == "float64"
    assert not [name for name in rows.columns if name.startswith("_score")]


def test_without_any_prediction_there_is_a_layout(lake, frame):
    lake.write("training", frame.assign(_prediction=np.nan))
    layout, found = counted(lake)
    assert layout.prediction.size == 2
    assert found["2016-01", "", ""].labelled == 0


def test_strata_agree_with_numpy(lake, frame):
    """Errors are larger in one town; unseen towns, missing numbers and missing predictions are placed too."""
    ulm = frame["town"] == "Ulm"
    frame["_label"] = frame["_prediction"] + np.where(ulm & (frame["x"] > 0.5), 9.0, 1.0) * np.cos(range(N))
    lake.write("training", frame)
    layout, found = counted(lake)
    rows = task_of(()).log_rows(frame, (), ["x", "town"], np.ones(N, dtype=bool), delayed=False)
    assert layout.strata == layout_from_arrays((), rows, ["x", "town"]).strata
    assert {split.column for split in layout.strata.splits} >= {"town", "x"}
    later = frame.assign(_id=[f"n{i}" for i in range(N)])
    later.loc[::5, "town"] = "Rom"
    later.loc[::7, "_prediction"] = np.nan
    lake.write("predictions", later)
    _, log = counted(lake, part="log")
    for part, counts in ((frame, found), (later, log)):
        for chunk in ("2016-01", "2016-02"):
            some = part[part["_chunk"] == chunk]
            rows = task_of(()).log_rows(
                some, (), ["x", "town"], np.ones(len(some), dtype=bool), delayed=False
            )
            wanted = profile_from_arrays(layout, rows)
            assert np.allclose(counts[chunk, "", ""].errors, wanted.errors)
            assert (counts[chunk, "", ""].predicted == wanted.predicted).all()


def test_copies_of_rows_of_amounts_are_counted(lake, frame):
    lake.write("training", frame)
    rows = pd.concat([frame, frame.iloc[[0, 0, 1]]])
    lake.write("predictions", rows.assign(_id=[f"n{at}" for at in range(len(rows))]))
    layout, _ = counted(lake)
    found = profile_chunks(
        lake.settings, lake.spec, tuple(lake.batches), layout, part="log", chunks=["2016-01", "2016-02"]
    )
    assert [counts.copies for counts in found if not counts.column] == [3, 0]
